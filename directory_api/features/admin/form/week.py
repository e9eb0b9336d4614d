"""Opening hours in a form: a row for each day, and OpenStreetMap's text behind it for experts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from directory_api.features.admin.form.names import as_text
from directory_api.hours import typed, week
from directory_api.hours.rules import CLOSED, OPEN, PUBLIC, WEEKDAYS
from directory_api.hours.week import APPOINTMENT, DAY_AND_NIGHT, ROWS, USUAL, Row
from directory_api.record.plausibility import timezones
from directory_api.text.errors import Fault, RecordsInvalid
from directory_api.text.message import Message, Texts, Value
from directory_api.text.translations import locale_of

Cells = Mapping[str, str]
Times = tuple[tuple[int, int], ...]
HOURS, TIMEZONE = "opening_hours", "timezone"
# The start of the names of the fields; they are no columns of a record.
WEEK = "week."
# What is ticked when the form asks back.
SURE = f"{WEEK}sure"
_AS_MONDAY = "as-monday"
_WORDS = {
    CLOSED: Message("Closed"),
    OPEN: Message("Open"),
    APPOINTMENT: Message("By appointment"),
    DAY_AND_NIGHT: Message("Day and night"),
}
_CHANGED_TWICE = Message(
    "You changed both the days and the text for experts. Change only one of them, and leave the "
    "other as it was."
)
_EMPTY = Message(
    "No day is open, so visitors would see no hours. If that is right, tick the box below."
)


@dataclass(frozen=True, slots=True)
class DayRow:
    """One row of the form: its choices as value and label, what is chosen, and what is typed."""

    day: str
    name: str
    choices: tuple[tuple[str, str], ...]
    word: str
    times: str

    @property
    def column(self) -> str:
        """The start of the names of its fields."""
        return f"{WEEK}{self.day}"


def day_rows(cells: Cells) -> list[DayRow] | None:
    """Return the rows of a form; None if the stored hours cannot be shown so."""
    if _word(ROWS[0]) not in cells:
        return None
    return [
        DayRow(
            day,
            _name(day),
            tuple(_choices(day)),
            cells.get(_word(day), CLOSED),
            cells.get(_times(day), ""),
        )
        for day in ROWS
    ]


def with_rows(cells: Cells) -> dict[str, str]:
    """Return the cells of a record with those of the rows, if its hours can be shown so."""
    stored = cells.get(HOURS, "")
    read = week.rows(stored or "off")
    rows = read.items() if read else ()
    words = {_word(day): row.word for day, row in rows}
    return {**cells, **words, **{_times(day): week.clock(row.times, ", ") for day, row in rows}}


def without_rows(cells: Cells, before: Cells) -> dict[str, str]:
    """Return the cells of a form with the hours of its rows in OpenStreetMap's syntax, and the time
    zone of the country if it has one only.

    `before` has the cells of the record that the form was made from. Raises RecordsInvalid, also
    for hours that are to be confirmed.
    """
    hours, typed_hours = before.get(HOURS, ""), cells.get(HOURS, "").strip()
    rows = day_rows(cells)
    if rows is not None:
        stored = week.rows(hours or "off") or {}
        read = _read(rows, stored)
        has_changed = read != stored
        if has_changed and typed_hours != hours and week.rows(typed_hours) != read:
            raise RecordsInvalid.of([Fault(_CHANGED_TWICE, pointer=f"/{HOURS}")], "the form")
        if has_changed:
            typed_hours = week.text(read)
            if SURE not in cells and (faults := list(_asked(read, typed_hours))):
                raise RecordsInvalid.of(faults, "the form")
    zones = timezones(cells.get("address.country", ""))
    zone = cells.get(TIMEZONE, "") or (zones[0] if typed_hours and len(zones) == 1 else "")
    return {**cells, HOURS: typed_hours, TIMEZONE: zone}


def in_words(hours: str) -> list[tuple[str, str]]:
    """Return hours in OpenStreetMap's syntax as the name of each day and what holds on it; nothing
    if rows cannot say it.
    """
    read = week.rows(hours) or {}
    return [(_name(day), _in_words(row)) for day, row in read.items()]


def _in_words(row: Row) -> str:
    times = week.clock(row.times, ", ").replace("-", "–")
    if row.word == APPOINTMENT and times:
        return Message("{times}, by appointment", times=times)
    return times or _label(row.word)


def _read(rows: list[DayRow], stored: Mapping[str, Row]) -> dict[str, Row]:
    """Return the hours of the rows. Raises RecordsInvalid with the faults of all rows."""
    faults, read = [], dict[str, Row]()
    for row in rows:
        word = row.word if row.word in dict(row.choices) else CLOSED
        if word == _AS_MONDAY:
            read[row.day] = read[WEEKDAYS[0]]
            continue
        times = typed.times(row.times) if row.times.strip() else ()
        # The times of before stay in their field when a day is closed.
        is_left = row.day in stored and times == stored[row.day].times
        if fault := _fault(word, times, is_left=is_left):
            faults.append(Fault(fault, pointer=f"/{row.column}"))
        read[row.day] = Row(word, times or () if word in (OPEN, APPOINTMENT) else ())
    if faults:
        raise RecordsInvalid.of(faults, "the form")
    return read


def _fault(word: str, times: Times | None, *, is_left: bool) -> str | None:
    if times is None:
        return Message("Write from when to when, for example 9-12, 13-17.")
    if word == OPEN and not times:
        return Message("Write the hours, for example 9-12, 13-17, or choose “Closed”.")
    if times and not is_left and word not in (OPEN, APPOINTMENT):
        return Message(
            "The hours are not used for “{choice}”. Choose “Open”, or remove them.",
            choice=_label(word),
        )
    return None


def _asked(read: Mapping[str, Row], hours: str) -> Iterator[Fault]:
    """Yield what is to be confirmed."""
    if not hours:
        yield Fault(_EMPTY, pointer=f"/{SURE}")
    for day, row in read.items():
        if row.is_overnight:
            until = week.clock(row.times[-1:]).partition("-")[2]
            overnight = Message(
                "Open past midnight, until {until} on the next day? "
                "If that is right, tick the box below.",
                until=until,
            )
            yield Fault(overnight, pointer=f"/{WEEK}{day}")
            yield Fault(Message("Some of the hours last past midnight."), pointer=f"/{SURE}")


def _choices(day: str) -> Iterator[tuple[str, str]]:
    if day == PUBLIC:
        yield USUAL, _label(USUAL)
    if day != WEEKDAYS[0]:
        yield _AS_MONDAY, Message("As on Monday")
    yield from _WORDS.items()


def _label(word: str) -> str:
    return _WORDS.get(word, Message("As on the same weekday"))


def _name(day: str) -> str:
    if day == PUBLIC:
        return Message("Public holidays")
    return as_text(_Weekday(WEEKDAYS.index(day)))


@dataclass(frozen=True)
class _Weekday(Value):
    """A day of the week by its number; Monday is 0."""

    number: int

    def said(self, texts: Texts) -> str:
        """Return its name in a list."""
        name = str(locale_of(texts.tag).days["stand-alone"]["wide"][self.number])
        return f"{name[:1].upper()}{name[1:]}"


def _word(day: str) -> str:
    return f"{WEEK}{day}.word"


def _times(day: str) -> str:
    return f"{WEEK}{day}.times"
