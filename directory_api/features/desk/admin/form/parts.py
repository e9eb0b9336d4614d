"""The page of a record: its parts, each with what it is based on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory_api.change.confirmation import parsed_record
from directory_api.features.desk import columns
from directory_api.features.desk.admin.form.choices import Names
from directory_api.features.desk.admin.form.phone_cells import readable
from directory_api.features.desk.admin.form.record_form import Group, Input, RecordForm
from directory_api.features.desk.admin.form.week import (
    DayRow,
    ExceptionRow,
    day_rows,
    exception_rows,
    with_rows,
)
from directory_api.features.desk.members.fields import PARTS, members
from directory_api.hours.in_words import HoursInWords
from directory_api.record.parts import Temporary
from directory_api.record.record_value import Record
from directory_api.record.records import CONTACT_PARTS, confirmations
from directory_api.record.texts import text_in
from directory_api.record.verified import Verified, VerifiedPart
from directory_api.record.vocabulary import CLAIMED
from directory_api.text.message import Joined, Message
from directory_api.text.named import Day


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says: a value, empty if only a note has it; its publisher or title; the date
    of its text and when it was read (ISO 8601), empty if they are not known.
    """

    value: Any
    source: str
    published: str
    read: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A contested member: what is said to visitors, who says what, and whether the value of the
    others can be used: its number in the record. The record may have it already.
    """

    note: str
    claims: tuple[Claim, ...]
    number: int | None
    is_settled: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a record: its stored values, its form, and what it is based on.

    `sources` are its sources in words, and `contested` what other sources say. `confirmed` is the
    confirmation that holds for its values, if it is one that people reach the centre by
    (`is_contact`). `rows` are the days of the week, if the form has them, and `exceptions` the
    dates with other hours.
    """

    name: str
    title: str
    values: tuple[Input, ...]
    sections: tuple[Group, ...]
    sources: tuple[str, ...]
    contested: tuple[Disagreement, ...]
    is_contact: bool
    confirmed: Verified | VerifiedPart | None
    rows: list[DayRow] | None
    exceptions: list[ExceptionRow]


def record_parts(
    kind: str, record: Record, cited: Mapping[str, Record], names: Names
) -> list[Part]:
    """Return the parts of a record; `cited` are the sources of the directory, by id, and `names`
    what its forms let choose by name.
    """
    cells = columns.flatten(kind, record)
    # The parts of a helpline that have other names than what is confirmed of them.
    contacts = {"number": "web" if "url" in record else "phones", "reach": "hours"}
    confirmed = confirmations(parsed_record(kind, record))
    stored = RecordForm(kind, cells, names=names).sections()
    sections = RecordForm(kind, readable(cells), names=names).sections()

    def named(ids: object) -> tuple[str, ...]:
        return tuple(
            _in_words(cited[each]) if each in cited else each
            for each in (ids if isinstance(ids, list) else ())
        )

    return [
        Part(
            part,
            title,
            tuple(value for each in stored if each.part == part for value in each.filled),
            tuple(each for each in sections if each.part == part),
            tuple(
                dict.fromkeys(
                    title for member in members(kind, part) for title in named(_ids(record, member))
                )
            ),
            tuple(
                _disagreement(number, each, record, cells, cited)
                for number, each in enumerate(record.get("contested", ()))
                if each["member"] in members(kind, part)
            ),
            (contact := contacts.get(part, part)) in CONTACT_PARTS,
            confirmed.get(contact),
            day_rows(with_rows(cells)) if part == "hours" else None,
            exception_rows(with_rows(cells)) if part == "hours" else [],
        )
        for part, title in PARTS.items()
        if members(kind, part)
    ]


def _ids(record: Record, member: str) -> object:
    """Return the ids of the sources of a member; those of a helpline are for all of it."""
    sources = record.get("sources", {})
    return sources.get(member) if isinstance(sources, dict) else sources


def _in_words(source: Record) -> str:
    """Return a source in words: its publisher, its title, its date, and when it was read."""
    title = source["title"]
    if "publisher" in source:
        title = Message("{publisher}: {title}", publisher=source["publisher"], title=title)
    published, read = (source.get(name) for name in ("published", "accessed"))
    if published and read:
        dates = {"date": Day(published), "month": Day(read)}
        return Message("{title}, of {date}, read in {month}", title=title, **dates)
    if published:
        return Message("{title}, of {date}", title=title, date=Day(published))
    return Message("{title}, read in {month}", title=title, month=Day(read)) if read else title


def _disagreement(
    number: int,
    entry: Record,
    record: Record,
    cells: Mapping[str, str],
    cited: Mapping[str, Record],
) -> Disagreement:
    """Return a contested member of a record; `number` is its place in the list."""
    member, other = entry["member"], entry.get("value", "")
    own = cells.get(CLAIMED.get(member, ""), "")

    def claims(ids: Iterable[str], text: str, *, is_own: bool) -> Iterator[Claim]:
        value = _hours(text) if member == "opening_hours" else text
        for each in ids:
            source = cited.get(each, {"title": each})
            name = source.get("publisher", source["title"])
            published, read = (source.get(key, "") for key in ("published", "accessed"))
            yield Claim(value, name, published, read, is_own)

    return Disagreement(
        text_in(entry.get("note", {})) or "",
        (
            *claims(record.get("sources", {}).get(member, ()), own, is_own=True),
            *claims(entry["sources"], other, is_own=False),
        ),
        number if other and other != own else None,
        bool(other) and other == own,
    )


def used(record: Record, number: int) -> dict[str, str]:
    """Return the cell that has the value of a contested member's other sources, by its column;
    none if there is no such value.
    """
    entry = dict(enumerate(record.get("contested", ()))).get(number, {})
    return {CLAIMED[entry["member"]]: entry["value"]} if "value" in entry else {}


def in_time(centre: Record, today: date) -> Message | None:
    """Return when the temporary values of a centre hold, in words; None without any."""
    if "temporary" not in centre:
        return None
    temporary = Temporary.from_record(centre["temporary"])
    first = Day(temporary.from_.isoformat()) if temporary.from_ else ""
    last = Day(temporary.until.isoformat())
    back = _permanent(centre, temporary)
    values = {"first": first, "last": last, "back": back}
    if temporary.until < today:
        return Message("The time ended on {last}. Visitors see the permanent values.", **values)
    if temporary.from_ and temporary.from_ > today:
        if back:
            return Message("Temporary from {first} until {last}, then back to {back}.", **values)
        return Message("Temporary from {first} until {last}.", **values)
    if back:
        return Message("Temporary until {last}, then back to {back}.", **values)
    return Message("Temporary until {last}. There is no permanent value.", **values)


def _permanent(centre: Record, temporary: Temporary) -> Joined | None:
    """Return the values that temporary ones take the place of; None if there are none."""
    values = {
        "address": centre["address"].get("street", centre["address"]["postcode"]),
        "phones": ", ".join(
            each.get("display", each["number"]) for each in centre.get("phones", ())
        ),
        "opening_hours": _hours(centre.get("opening_hours", "")),
    }
    shown = [values[name] for name in values if name in temporary.values and values[name]]
    return Joined.of(shown) if shown else None


def _hours(expression: str) -> HoursInWords | None:
    return HoursInWords(expression) if expression else None
