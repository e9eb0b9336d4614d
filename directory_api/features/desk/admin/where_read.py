"""Where a new value was read: what the preview of a change asks, and the sources that it names.

A source is named where the value is changed: what the centre told today, a known source by a part
of its title, or a new one (form/new_sources.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory_api.change.cited_sources import SOURCES, is_stated_by_same, sources_of
from directory_api.features.desk.admin.form.choices import Choices, source_fault
from directory_api.features.desk.admin.form.new_sources import dates, known_or_new, named_source
from directory_api.features.desk.members.fields import SOURCED
from directory_api.hours.in_words import HoursInWords
from directory_api.record import phone_numbers
from directory_api.record.record_value import Record
from directory_api.record.texts import text_in
from directory_api.text.message import Joined, Message
from directory_api.text.translations import ENGLISH

# The fields of the preview.
TOLD, READ, SETTLES = "told_today", "read_in", "settles"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: whether the centre told it today, where it was read, and whether that
    ends what sources disagree about.
    """

    is_told: bool = False
    read: str = ""
    settles: bool = False

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> "Answer":
        """Return the answer in a form."""
        return cls(TOLD in form, form.get(READ, "").strip(), SETTLES in form)

    def fault(self, choices: Choices) -> str | None:
        """Return what is wrong with the source that was typed."""
        return source_fault(self.read, choices) if self.read else None

    def sources(
        self, record: Record, known: Mapping[str, Record], choices: Choices, today: date
    ) -> Iterator[Record]:
        """Yield the sources that the answer without faults names: known ones, and new ones."""
        if self.is_told:
            told = {"title": f"Told by {_own_name(record)}", **dates(today)}
            yield known_or_new(told, known, f"{record['id']} {today}")
        if not self.read:
            return
        if found := choices.value_of(self.read):
            yield known[found]
        else:
            yield named_source(self.read, known, today, record["id"])


def new_values(before: Record, after: Record) -> tuple[str, ...]:
    """Return the members with sources that say something else than before; of a helpline, that is
    all of it, and called `sources`.
    """
    if isinstance(after.get("name"), Mapping):
        return () if is_stated_by_same(SOURCES, before, after) else (SOURCES,)
    return tuple(
        member
        for member in SOURCED
        if after.get(member) and not is_stated_by_same(sources_of(member), before, after)
    )


def citing(
    record: Record, members: Sequence[str], sources: Sequence[Record], before: Record
) -> dict[str, Any]:
    """Return a record whose values of some members are stated by these sources, and by those that
    it has beside those before.
    """
    ids = [each["id"] for each in sources]
    if members == (SOURCES,):
        return {**record, SOURCES: _with(record.get(SOURCES, ()), before.get(SOURCES, ()), ids)}
    cited, had = record.get(SOURCES, {}), before.get(SOURCES, {})
    named = {name: _with(cited.get(name, ()), had.get(name, ()), ids) for name in members}
    return {**record, SOURCES: {**cited, **named}}


def settled(record: Record, members: Sequence[str]) -> list[Record]:
    """Return the entries of what sources disagree about whose other value the record now has."""
    return [
        entry
        for entry in record.get("contested", ())
        if entry["member"] in members and entry.get("value") in _stated(record, entry["member"])
    ]


def without_contest(record: Record, entries: Sequence[Record]) -> dict[str, Any]:
    """Return a record about which sources no longer disagree: those of the entries state it."""
    cited = dict(record.get(SOURCES, {}))
    for entry in entries:
        member = entry["member"]
        cited[member] = [*dict.fromkeys((*cited.get(member, ()), *entry.get(SOURCES, ())))]
    return {**uncontested(record, entries), SOURCES: cited}


def uncontested(record: Record, entries: Sequence[Record]) -> dict[str, Any]:
    """Return a record without entries of what sources disagree about."""
    left = [each for each in record.get("contested", ()) if each not in entries]
    rest = {name: value for name, value in record.items() if name != "contested"}
    return {**rest, "contested": left} if left else rest


def on_record(
    before: Record, after: Record, members: Sequence[str], known: Mapping[str, Record]
) -> Iterator[Message]:
    """Yield what the sources on record state of values that have changed, where that is another
    value than the new one.
    """
    cited = before.get(SOURCES, {})
    for member in members:
        ids = cited if member == SOURCES else cited.get(member, ())
        if ids:
            yield _states(ids, _in_words(member, before), known)
        for entry in before.get("contested", ()):
            other = entry.get("value")
            if entry["member"] == member and other and other not in _stated(after, member):
                yield _states(entry.get(SOURCES, ()), _shown(member, other), known)


def in_words(entries: Sequence[Record], known: Mapping[str, Record]) -> Iterator[Message]:
    """Yield who states the new value, of entries that are settled."""
    for entry in entries:
        yield Message(
            "{sources}: {value}",
            sources=_names(entry.get(SOURCES, ()), known),
            value=_shown(entry["member"], entry["value"]),
        )


def _states(ids: Sequence[str], value: Any, known: Mapping[str, Record]) -> Message:
    sources = _names(ids, known)
    if not value:
        return Message("Sources on record for the value before: {sources}.", sources=sources)
    return Message("Sources on record for {value}: {sources}.", sources=sources, value=value)


def _names(ids: Sequence[str], known: Mapping[str, Record]) -> Joined:
    each = (known.get(id, {"title": id}) for id in ids)
    return Joined.of(dict.fromkeys(source.get("publisher", source["title"]) for source in each))


def _stated(record: Record, member: str) -> tuple[str, ...]:
    """Return the values of a member as an entry of `contested` gives them."""
    value = record.get(member)
    if member == "phones":
        return tuple(phone["number"] for phone in value or ())
    if member == "address":
        return (str(value.get("street", "")),) if value else ()
    return (value,) if isinstance(value, str) else ()


def _in_words(member: str, record: Record) -> Any:
    if member == SOURCES:
        member = "number"
        values: tuple[str, ...] = (record.get("number") or record.get("url", ""),)
    else:
        values = _stated(record, member)
    return Joined.of(_shown(member, each) for each in values if each) if any(values) else None


def _shown(member: str, value: str) -> Any:
    """Return a value as people read it."""
    if member in ("phones", "number"):
        return phone_numbers.printed(value)
    return HoursInWords(value) if member == "opening_hours" else value


def _with(has: Sequence[str], had: Sequence[str], named: Sequence[str]) -> list[str]:
    added = [each for each in has if each not in had]
    return [*dict.fromkeys((*added, *named))]


def _own_name(record: Record) -> str:
    name = record["name"]
    return name if isinstance(name, str) else str(text_in(name, ENGLISH))
