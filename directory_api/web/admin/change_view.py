"""Changes as text for a page: sentences, and values before and after."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from directory_api.domain.changes.change import COLLECTIONS, Change, Record
from directory_api.domain.changes.guards import Confirmation, meaning, to_type
from directory_api.domain.changes.outcome import Outcome
from directory_api.domain.changes.summary import Difference, differences
from directory_api.domain.model.records import text_in
from directory_api.domain.tabular import columns
from directory_api.web.admin.forms import RecordForm


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change in words. `rows` are the label, the old and the new value of each changed field."""

    change: Change
    name: str
    differences: tuple[Difference, ...]
    rows: tuple[tuple[str, str, str], ...]
    meaning: str = ""

    @property
    def collection(self) -> str | None:
        """The collection whose pages show the record; None if it has no page."""
        return COLLECTIONS.get(self.change.kind)


def change_view(change: Change) -> ChangeView:
    """Return a change in words."""
    rows = _rows(change) if change.kind in COLLECTIONS else ()
    name = name_of(change.after or change.before or {})
    return ChangeView(change, name, differences(change), rows, meaning(change))


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
            what = "number" if "number" in record else "web address"
            yield TypedField(
                name,
                f"Type the {'new' if change.after else 'removed'} {what} once more",
                f"{name_of(record)} ({change.id})",
                value,
                f"This is not the {what}. Check it, then type it here."
                if is_checked and not is_right
                else None,
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
    """Return the name of a record, in English if it has several."""
    name = record.get("name", "")
    if isinstance(name, str):
        return name
    return text_in(name) or ""


def _rows(change: Change) -> tuple[tuple[str, str, str], ...]:
    sides = [
        columns.flatten(change.kind, record) if record else {}
        for record in (change.before, change.after)
    ]
    fields = RecordForm(change.kind, {**sides[0], **sides[1]}).labels()
    texts = [
        {
            column: field.text
            for column, field in RecordForm(change.kind, side).labels().items()
            if field.value
        }
        for side in sides
    ]
    return tuple(
        (field.full, texts[0].get(column, ""), texts[1].get(column, ""))
        for column, field in fields.items()
        if sides[0].get(column) != sides[1].get(column)
    )
