"""Changes as text for a page: sentences, and values before and after."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from directory_api.change.change import COLLECTIONS, Change, Record
from directory_api.change.guards import Confirmation, meaning, to_type
from directory_api.change.outcome import Outcome
from directory_api.change.summary import Difference, differences
from directory_api.change.values import Path, ValueChange, changed_values
from directory_api.features.admin.form.names import as_text
from directory_api.features.admin.form.record_form import Input, RecordForm
from directory_api.record import columns
from directory_api.record.in_languages import in_languages
from directory_api.text.message import Joined, Message


@dataclass(frozen=True, slots=True)
class Value:
    """A whole value as text, and the host if it is a web address: its beginning can look like
    another one.
    """

    text: str

    @property
    def host(self) -> str:
        """The host of a web address; empty for any other value."""
        if not self.text.startswith(("https://", "http://")) or " " in self.text:
            return ""
        try:
            return urlsplit(self.text).hostname or ""
        except ValueError:  # brackets without an IPv6 address, in an old record
            return ""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change in words. `rows` are the label, the old and the new value of each changed field, in
    full.
    """

    change: Change
    name: str
    differences: tuple[Difference, ...]
    rows: tuple[tuple[str, Value, Value], ...]
    meaning: str = ""

    @property
    def collection(self) -> str | None:
        """The collection whose pages show the record; None if it has no page."""
        return COLLECTIONS.get(self.change.kind)


def change_view(change: Change) -> ChangeView:
    """Return a change in words."""
    name = name_of(change.after or change.before or {})
    return ChangeView(change, name, differences(change), tuple(_rows(change)), meaning(change))


_MEMBERS = {
    "publisher": Message("Publisher"),
    "licence": Message("Licence"),
    "sources": Message("Sources"),
    "name": Message("Name"),
    "title": Message("Title"),
    "url": Message("Web address"),
    "read_in": Message("Month in which it was read"),
}
# The start of the names of the fields in which the numbers of helplines are typed.
TYPED = "confirm_number."


@dataclass(frozen=True, slots=True)
class TypedField:
    """A field in which the number of a helpline is typed once more."""

    name: str
    label: str
    help: str
    value: str
    fault: str | None


def typed_fields(
    changes: Iterable[Change], sent: Mapping[str, str], *, is_checked: bool
) -> Iterator[TypedField]:
    """Yield the fields that changes need, with what was sent; if that is checked, with a fault."""
    for change in changes:
        if to_type(change):
            name = f"{TYPED}{change.id}"
            value = sent.get(name, "")
            is_right = Confirmation.of([value], removals=False).has(change)
            record = change.after or change.before or {}
            label, fault = _to_type(has_number="number" in record, is_new=bool(change.after))
            yield TypedField(
                name,
                label,
                Message("{name} ({id})", name=name_of(record), id=change.id),
                value,
                fault if is_checked and not is_right else None,
            )


def _to_type(*, has_number: bool, is_new: bool) -> tuple[str, str]:
    """Return the label of a field, and its fault."""
    if has_number:
        return (
            Message("Type the new number once more")
            if is_new
            else Message("Type the removed number once more"),
            Message("This is not the number. Check it, then type it here."),
        )
    return (
        Message("Type the new web address once more")
        if is_new
        else Message("Type the removed web address once more"),
        Message("This is not the web address. Check it, then type it here."),
    )


def change_views(outcome: Outcome) -> list[tuple[ChangeView, bool]]:
    """Return the changes of an edit in words, and whether each waits for review."""
    waits = [False] * len(outcome.done) + [True] * len(outcome.waiting)
    return [
        (change_view(change), waiting)
        for change, waiting in zip(outcome.changes, waits, strict=True)
    ]


def with_change_views(entries: Iterable[Any]) -> list[tuple[Any, ChangeView]]:
    """Return entries that contain a change, each with that change in words."""
    return [(entry, change_view(entry.change)) for entry in entries]


def name_of(record: Record) -> str:
    """Return the name of a record, in the language of the page if it has several."""
    name = record.get("name", "")
    return name if isinstance(name, str) else in_languages(name)


def _rows(change: Change) -> Iterator[tuple[str, Value, Value]]:
    """Yield every value that differs: those of the form in its order and words, then the others."""
    values = {_column(value.path): value for value in changed_values(change)}
    members = {column.partition(".")[0] for column in values}
    before, after = (_labels(change.kind, side, members) for side in (change.before, change.after))
    for column in dict.fromkeys((*before, *after, *values)):
        if value := values.get(column):
            old, new = _texts(value, before.get(column), after.get(column))
            field = after.get(column) or before.get(column)
            yield field.full if field else _in_words(value.path), Value(old), Value(new)


def _labels(kind: str, record: Record | None, members: Collection[str]) -> Mapping[str, Input]:
    if kind not in COLLECTIONS or record is None:
        return {}
    own = {name: value for name, value in record.items() if name in members}
    return RecordForm(kind, columns.flatten(kind, own)).labels(members)


def _texts(value: ValueChange, *fields: Input | None) -> tuple[str, str]:
    """Return both values in the words of the form, where these say that they differ."""
    plain = (value.before or "", value.after or "")
    before, after = (
        field.text if field and text else text for field, text in zip(fields, plain, strict=True)
    )
    return plain if before == after else (before, after)


def _column(path: Path) -> str:
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


def _in_words(path: Path) -> str:
    """Return a member that no form has, such as those of the directory itself."""
    return as_text(Joined.of(_MEMBERS.get(step, step) for step in _column(path).split(".")))
