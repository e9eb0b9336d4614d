"""Changes as text for a page: sentences, and values before and after."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from directory_api.change.change import COLLECTIONS, Change
from directory_api.change.cited_sources import added_sources
from directory_api.change.guards import Allowed, meaning, to_type
from directory_api.change.outcome import Outcome
from directory_api.change.rebase import touched
from directory_api.change.sentences import Sentence, confirmation_in_words, sentences
from directory_api.features.desk import columns
from directory_api.features.desk.admin.form.choices import Names, source_label
from directory_api.features.desk.admin.form.phone_cells import differing, exchanged
from directory_api.features.desk.admin.form.record_form import Input, RecordForm
from directory_api.features.desk.admin.whole_values import ValueChange, whole_values
from directory_api.features.desk.members.names import as_text
from directory_api.features.desk.members.source_fields import (
    DATES,
    LABELS,
    RETIRED,
    date_as_typed,
)
from directory_api.record import phone_numbers
from directory_api.record.consistency import Steps
from directory_api.record.numbers import ShownNumber, shown_numbers
from directory_api.record.record_value import Record
from directory_api.record.texts import in_languages
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
    full. `addresses` are the web addresses that are new, and those of sources that have changed.
    """

    change: Change
    name: str
    differences: tuple[Sentence, ...]
    rows: tuple[tuple[str, Value, Value], ...]
    meaning: str = ""
    addresses: tuple[str, ...] = ()

    @property
    def collection(self) -> str | None:
        """The collection whose pages show the record; None if it has no page."""
        return COLLECTIONS.get(self.change.kind)

    @property
    def is_new(self) -> bool:
        """Whether visitors see nothing of it before the change: a record or a source is added."""
        return self.change.before is None or self.adds_sources

    @property
    def adds_sources(self) -> bool:
        """Whether it only adds sources, which other changes made with it may cite."""
        return bool(added_sources(self.change))


def change_view(change: Change, names: Names) -> ChangeView:
    """Return a change in words, with the names of what it refers to."""
    titled, rows = _titled(change, names), tuple(_rows(change, names))
    addresses = (
        *(new.text for _, _, new in rows if new.host),
        *(
            after["url"]
            for _, after in _changed_sources(change).values()
            if after and "url" in after
        ),
    )
    return ChangeView(
        change,
        _name(change),
        sentences(titled),
        rows,
        meaning(titled),
        tuple(dict.fromkeys(addresses)),
    )


# The header of the directory, and its member with the sources.
_HEADER = "directory"
_SOURCES = "sources"
_CONFIRMATION = "verified"
_FLAGS = {"yes": Message("yes"), "no": Message("no")}

_MEMBERS = {
    "publisher": Message("Publisher"),
    "licence": Message("Licence"),
    "sources": Message("Sources"),
    "name": Message("Name"),
    "url": Message("Web address"),
}
# A page shows so many changes at most, and counts the others.
MOST_VIEWS = 300
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
            is_right = Allowed.of([value], removals=False).has(change)
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


def change_views(outcome: Outcome, names: Names) -> list[tuple[ChangeView, bool]]:
    """Return the first changes of an edit in words, and whether each waits for review."""
    waits = [False] * len(outcome.applied) + [True] * len(outcome.proposals)
    names = with_sources_of(outcome.changes, names)
    return [
        (change_view(change, names), waiting)
        for change, waiting in zip(outcome.changes[:MOST_VIEWS], waits, strict=False)
    ]


def with_sources_of(changes: Iterable[Change], names: Names) -> Names:
    """Return names that include the sources which changes add or remove."""
    both = (each for change in changes for each in (change, change.opposite))
    return names.with_sources(
        {source["id"]: source for each in both for source in added_sources(each)}
    )


def with_change_views(entries: Iterable[Any], names: Names) -> list[tuple[Any, ChangeView]]:
    """Return entries that contain a change, each with that change in words."""
    return [(entry, change_view(entry.change, names)) for entry in entries]


def name_of(record: Record) -> str:
    """Return the name of a record, in the language of the page if it has several."""
    name = record.get("name", "")
    return name if isinstance(name, str) else in_languages(name)


def new_numbers(change: Change) -> Iterator[tuple[Markup, str, tuple[str, str] | None]]:
    """Yield each number that is new, as visitors will see it, with the digits in bold that differ
    from the number that it takes the place of; the number to dial; and `exchanged` of both.
    """
    before = {shown.pointer: shown for shown in shown_numbers(change.before or {})}
    known = {shown.number for shown in before.values()}
    for shown in shown_numbers(change.after or {}):
        if shown.number not in known:
            old = before.get(shown.pointer)
            was, now = _printed(old) if old else "", _printed(shown)
            yield differing(now, was), shown.number, exchanged(now, was)


def _printed(shown: ShownNumber) -> str:
    return shown.display or phone_numbers.printed(shown.number)


def _name(change: Change) -> str:
    """Return what a change is about; of sources alone their title, or that they are several."""
    if change.kind != _HEADER:
        return name_of(change.after or change.before or {})
    if touched(change.before or {}, change.after or {}) - {_SOURCES}:
        return Message("The directory itself")
    sources = [after or before for before, after in _changed_sources(change).values()]
    return source_label(sources[0]) if len(sources) == 1 and sources[0] else Message("Sources")


def _changed_sources(change: Change) -> dict[str, tuple[Record | None, Record | None]]:
    """Return the sources that a change of the header changes, by id, before and after."""
    if change.kind != _HEADER:
        return {}
    before, after = (
        {each["id"]: each for each in (record or {}).get(_SOURCES, ())}
        for record in (change.before, change.after)
    )
    both = {id: (before.get(id), after.get(id)) for id in {**before, **after}}
    return {id: sides for id, sides in both.items() if sides[0] != sides[1]}


def _titled(change: Change, names: Names) -> Change:
    """Return a change with the names of the sources that a record cites instead of their
    ids.
    """
    if change.kind not in COLLECTIONS:
        return change
    sides = (
        None if record is None else _with_titles(record, names.sources.label)
        for record in (change.before, change.after)
    )
    return Change(change.kind, change.id, *sides)


def _with_titles(record: Record, label: Callable[[str], str]) -> Record:
    titled = dict(record)
    cited = record.get(_SOURCES)
    if isinstance(cited, Mapping):
        titled[_SOURCES] = {member: [*map(label, ids)] for member, ids in cited.items()}
    elif cited:
        titled[_SOURCES] = [*map(label, cited)]
    if contested := record.get("contested"):
        titled["contested"] = [
            {**each, _SOURCES: [*map(label, each.get(_SOURCES, ()))]} for each in contested
        ]
    return titled


def _rows(change: Change, names: Names) -> Iterator[tuple[str, Value, Value]]:
    """Yield every value that differs: those of the form in its order and words, then the others;
    the confirmation is one value.
    """
    values = {
        _column(value.path): value
        for value in whole_values(change)
        if value.path[:1] != (_CONFIRMATION,)
    }
    members = {column.partition(".")[0] for column in values}
    before, after = (
        _labels(change.kind, side, members, names) for side in (change.before, change.after)
    )
    sources = _changed_sources(change)
    for column in dict.fromkeys((*before, *after, *values)):
        if not (value := values.get(column)):
            continue
        if change.kind == _HEADER and len(value.path) > 1 and value.path[0] == _SOURCES:
            yield _source_row(value, sources)
            continue
        old, new = _texts(value, before.get(column), after.get(column))
        field = after.get(column) or before.get(column)
        yield field.full if field else _in_words(value.path), Value(old), Value(new)
    sides = ((side or {}).get(_CONFIRMATION, {}) for side in (change.before, change.after))
    old, new = (as_text(confirmation_in_words(side)) for side in sides)
    if old != new:
        yield Message("Last confirmation"), Value(old), Value(new)


def _source_row(
    value: ValueChange, sources: Mapping[str, tuple[Record | None, Record | None]]
) -> tuple[str, Value, Value]:
    """Return a member of a source in the words of its form; of several sources with its title."""
    _, identity, *rest = value.path
    member = str(rest[-1]) if rest else ""
    label: str = LABELS.get(member, _in_words(value.path))
    before, after = sources.get(str(identity), (None, None))
    if len(sources) > 1 and (source := after or before):
        label = Message("{row} – {field}", row=source["title"], field=label)
    old, new = (_of_source(member, text or "") for text in (value.before, value.after))
    return label, Value(old), Value(new)


def _of_source(member: str, text: str) -> str:
    if member == RETIRED:
        return _FLAGS.get(text, text)
    return date_as_typed(text) if member in DATES else text


def _labels(
    kind: str, record: Record | None, members: Collection[str], names: Names
) -> Mapping[str, Input]:
    if kind not in COLLECTIONS or record is None:
        return {}
    own = {name: value for name, value in record.items() if name in members}
    return RecordForm(kind, columns.flatten(kind, own), names=names).labels(members)


def _texts(value: ValueChange, *fields: Input | None) -> tuple[str, str]:
    """Return both values in the words of the form, where these say that they differ."""
    plain = (value.before or "", value.after or "")
    before, after = (
        field.text if field and text else text for field, text in zip(fields, plain, strict=True)
    )
    return plain if before == after else (before, after)


def _column(path: Steps) -> str:
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


def _in_words(path: Steps) -> str:
    """Return a member that no form has, such as those of the directory itself."""
    return as_text(Joined.of(_MEMBERS.get(step, step) for step in _column(path).split(".")))
