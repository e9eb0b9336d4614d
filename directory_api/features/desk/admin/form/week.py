"""Opening hours in a form: a row for each day and exceptions by date, or OpenStreetMap's text where
rows cannot say it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from directory_api.features.desk.admin.form import hours_rows
from directory_api.features.desk.admin.form.hours_rows import (
    APPOINTMENT,
    DAY_AND_NIGHT,
    MOST_EXCEPTIONS,
    ROWS,
    USUAL,
    Exceptional,
    Row,
    Week,
)
from directory_api.features.desk.members.names import as_text
from directory_api.features.desk.typed import hours as typed_hours
from directory_api.hours.in_words import DatesInWords
from directory_api.hours.rules import (
    CLOSED,
    OPEN,
    PUBLIC_HOLIDAYS,
    WEEKDAYS,
    Dates,
    DayOfYear,
    ranges,
)
from directory_api.text.errors import Fault, RecordsInvalid
from directory_api.text.message import Joined, Message, Texts, Value
from directory_api.text.translations import locale_of

Cells = Mapping[str, str]
Times = tuple[tuple[int, int], ...]
HOURS = "opening_hours"
_ZONE = "timezone"
# The start of the names of the fields; they are no columns of a record.
WEEK = "week."
# What is ticked when the form asks back.
SURE = f"{WEEK}sure"
_AS_MONDAY = "as-monday"
_EXCEPTION = f"{WEEK}exception."
_NUMBER_OF_EXCEPTION = re.compile(rf"{re.escape(_EXCEPTION)}([1-9][0-9]?)\..+")
# What takes away an exception that has been filled in.
_REMOVED = "removed"
# Empty rows after the filled rows of exceptions.
_EMPTY_ROWS = 3
_NOTHING = Week({})
_WORDS = {
    CLOSED: Message("Closed"),
    OPEN: Message("Open"),
    APPOINTMENT: Message("By appointment"),
    DAY_AND_NIGHT: Message("Day and night"),
}
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

    @property
    def is_as_monday(self) -> bool:
        """Whether it is a day of the week that one row says together with Monday."""
        return self.word == _AS_MONDAY and self.day in WEEKDAYS


def _days(rows: Iterable[DayRow]) -> str:
    """Return the days that the row of Monday is about, such as “Monday – Friday”."""
    same = [WEEKDAYS.index(row.day) for row in rows if row.is_as_monday]
    return as_text(
        Joined.of(
            Joined.of([_name(WEEKDAYS[day]) for day in each], " – ") for each in ranges([0, *same])
        )
    )


@dataclass(frozen=True, slots=True)
class ExceptionRow(DayRow):
    """One row for an exception, with its first and its last day as typed."""

    first: str
    last: str
    is_spare: bool

    @property
    def column(self) -> str:
        """The start of the names of its fields."""
        return f"{_EXCEPTION}{self.day}"


def day_rows(cells: Cells) -> list[DayRow] | None:
    """Return the rows of a form; None if the stored hours cannot be shown so."""
    if _word(ROWS[0]) not in cells:
        return None
    rows = [
        DayRow(
            day,
            _name(day),
            tuple(_choices(day)),
            cells.get(_word(day), CLOSED),
            cells.get(_times(day), ""),
        )
        for day in ROWS
    ]
    return [replace(rows[0], name=_days(rows)), *rows[1:]]


def exception_rows(cells: Cells) -> list[ExceptionRow]:
    """Return the rows for exceptions of a form that has rows: those that are filled, then empty
    ones.
    """
    matches = filter(None, map(_NUMBER_OF_EXCEPTION.fullmatch, cells))
    sent = (_exception_row(cells, number) for number in {int(match[1]) for match in matches})
    filled = sorted((row for row in sent if not row.is_spare), key=lambda row: int(row.day))
    last = max((int(row.day) for row in filled), default=0)
    spare = range(last + 1, min(last + _EMPTY_ROWS, MOST_EXCEPTIONS) + 1)
    return [*filled, *(_exception_row(cells, number) for number in spare)]


def _exception_row(cells: Cells, number: int) -> ExceptionRow:
    row = f"{_EXCEPTION}{number}"
    first, last, word, times = (
        cells.get(f"{row}.{name}", "") for name in ("first", "last", "word", "times")
    )
    is_spare = word in ("", CLOSED) and not (first + last + times).strip()
    removal = () if is_spare else ((_REMOVED, Message("Remove this exception")),)
    return ExceptionRow(
        str(number),
        Message("Exception {number}", number=number),
        (*_WORDS.items(), *removal),
        word or CLOSED,
        times,
        first,
        last,
        is_spare,
    )


def with_rows(cells: Cells) -> dict[str, str]:
    """Return the cells of a record with those of the rows, if its hours can be shown so."""
    read = hours_rows.week_of(cells.get(HOURS, "") or "off") or _NOTHING
    shown = {**cells}
    as_monday = _days_as_monday(read)
    for day, row in read.rows.items():
        if day in as_monday:
            shown |= {_word(day): _AS_MONDAY, _times(day): ""}
            continue
        shown |= {_word(day): row.word, _times(day): typed_hours.clock(row.times, ", ")}
    for number, each in enumerate(read.exceptions, 1):
        first, last = each.dates.first, each.dates.last
        shown |= {
            f"{_EXCEPTION}{number}.first": _typed(first),
            f"{_EXCEPTION}{number}.last": _typed(last) if last != first else "",
            f"{_EXCEPTION}{number}.word": each.row.word,
            f"{_EXCEPTION}{number}.times": typed_hours.clock(each.row.times, ", "),
        }
    return shown


def _days_as_monday(week: Week) -> Collection[str]:
    """Return the days whose hours are those of Monday; of a week without hours, the working days.

    Closed days are not among them: a change of Monday should open none of them.
    """
    if week.is_closed:
        return WEEKDAYS[1:5]
    monday = week.rows[WEEKDAYS[0]]
    return [day for day in WEEKDAYS[1:] if monday.word != CLOSED and week.rows[day] == monday]


def _typed(day: DayOfYear) -> str:
    """Return a day as a person types it."""
    short = f"{day.day}/{day.month}"
    return short if day.year is None else f"{short}/{day.year}"


def without_rows(cells: Cells, before: Cells) -> dict[str, str]:
    """Return the cells of a form with the hours of its rows in OpenStreetMap's syntax.

    `before` has the cells of the record that the form was made from. A form without rows has the
    text itself. Raises RecordsInvalid, also for hours that are to be confirmed.
    """
    rows = day_rows(cells)
    if rows is None:
        return {**cells, HOURS: cells.get(HOURS, "").strip()}
    hours = before.get(HOURS, "")
    stored = hours_rows.week_of(hours or "off") or _NOTHING
    kept = [row for row in exception_rows(cells) if not row.is_spare and row.word != _REMOVED]
    read = _read(rows, kept, stored)
    if read != stored:
        hours = hours_rows.text(read)
        if SURE not in cells and (faults := list(_asked(read, kept, hours))):
            raise RecordsInvalid.of(faults, "the form")
    return {**cells, HOURS: hours, _ZONE: cells.get(_ZONE) or before.get(_ZONE, "")}


def in_words(hours: str) -> list[tuple[str | Value, str]]:
    """Return hours in OpenStreetMap's syntax as the name of each day and what holds on it, then the
    exceptions; nothing if rows cannot say it.
    """
    read = hours_rows.week_of(hours) or _NOTHING
    return [
        *((_name(day), _in_words(row)) for day, row in read.rows.items()),
        *((DatesInWords(each.dates), _in_words(each.row)) for each in read.exceptions),
    ]


def _in_words(row: Row) -> str:
    times = typed_hours.clock(row.times, ", ").replace("-", "–")
    if row.word == APPOINTMENT and times:
        return Message("{times}, by appointment", times=times)
    return times or _label(row.word)


def _read(rows: list[DayRow], exceptions: list[ExceptionRow], stored: Week) -> Week:
    """Return the hours of the rows. Raises RecordsInvalid with the faults of all rows."""
    faults, read, dated = [], dict[str, Row](), dict[str, Exceptional]()
    for row in rows:
        before = stored.rows.get(row.day)
        if _chosen(row) == _AS_MONDAY:
            typed = row.times.strip() and typed_hours.times(row.times)
            if not typed or (before and typed == before.times):
                read[row.day] = read[WEEKDAYS[0]]
                continue
        # A day with times has hours of its own.
        own = replace(row, word=OPEN) if row.word == _AS_MONDAY else row
        read[row.day], fault = _hours(own, before)
        faults += [(row, fault)] if fault else []
    rows_before = {str(number): each.row for number, each in enumerate(stored.exceptions, 1)}
    for each in exceptions:
        dates, wrong = _dates(each)
        hours, fault = _hours(each, rows_before.get(each.day))
        faults += [(each, found) for found in (wrong, fault) if found]
        if dates:
            dated[each.day] = Exceptional(dates, hours)
    if overlapping := hours_rows.overlapping(dated.values()):
        first, second = (
            next(row for row in exceptions if dated.get(row.day) is each) for each in overlapping
        )
        fault = Message(
            "Some of these days are in “{row}”, too. Change the days of one of them.",
            row=first.name,
        )
        faults.append((second, fault))
    if faults:
        named = [Fault(fault, pointer=f"/{row.column}") for row, fault in faults]
        raise RecordsInvalid.of(named, "the form")
    return Week(read, tuple(dated.values()))


def _chosen(row: DayRow) -> str:
    """Return the word of a row; closed, if it is none of its choices."""
    return row.word if row.word in dict(row.choices) else CLOSED


def _hours(row: DayRow, stored: Row | None) -> tuple[Row, str | None]:
    """Return the hours of a row, and what is wrong with them."""
    word = _chosen(row)
    times = typed_hours.times(row.times) if row.times.strip() else ()
    # The times of before stay in their field when a day is closed.
    is_left = stored is not None and times == stored.times
    used = (times or ()) if word in (OPEN, APPOINTMENT) else ()
    return Row(word, used), _fault(word, times, is_left=is_left)


def _dates(row: ExceptionRow) -> tuple[Dates | None, str | None]:
    """Return the dates of a row, or what is wrong with them."""
    first = typed_hours.day(row.first)
    last = typed_hours.day(row.last) if row.last.strip() else first
    if first is None:
        return None, Message("Write the first day, for example 24/12 or 24/12/2026.")
    if last is None:
        return None, Message(
            "Write the last day, for example 2/1 or 2/1/2027. Leave it empty for one day."
        )
    for day, text in ((first, row.first), (last, row.last)):
        if not hours_rows.exists(day):
            return None, Message("There is no such day: {day}.", day=text.strip())
    if first.year is None and last.year is not None:
        return None, Message("Write the year of the first day, too.")
    dates = hours_rows.between(first, last)
    if not hours_rows.is_possible(dates):
        return None, Message("The last day is before the first.")
    return dates, None


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


def _asked(read: Week, exceptions: list[ExceptionRow], hours: str) -> Iterator[Fault]:
    """Yield what is to be confirmed; `exceptions` are the rows of those of a week."""
    if not hours:
        yield Fault(_EMPTY, pointer=f"/{SURE}")
    usual = ((f"{WEEK}{day}", row) for day, row in read.rows.items())
    dated = zip(exceptions, read.exceptions, strict=True)
    for column, row in (*usual, *((each.column, found.row) for each, found in dated)):
        if row.is_overnight:
            until = typed_hours.clock(row.times[-1:]).partition("-")[2]
            overnight = Message(
                "Open past midnight, until {until} on the next day? "
                "If that is right, tick the box below.",
                until=until,
            )
            yield Fault(overnight, pointer=f"/{column}")
            yield Fault(Message("Some of the hours last past midnight."), pointer=f"/{SURE}")


def _choices(day: str) -> Iterator[tuple[str, str]]:
    if day == PUBLIC_HOLIDAYS:
        yield USUAL, _label(USUAL)
    if day != WEEKDAYS[0]:
        yield _AS_MONDAY, Message("As on Monday")
    yield from _WORDS.items()


def _label(word: str) -> str:
    return _WORDS.get(word, Message("As on the same weekday"))


def _name(day: str) -> str:
    if day == PUBLIC_HOLIDAYS:
        return Message("Public holidays")
    return as_text(_Weekday(WEEKDAYS.index(day)))


@dataclass(frozen=True)
class _Weekday(Value):
    """A day of the week by its number; Monday is 0."""

    number: int

    def translate(self, texts: Texts) -> str:
        name = str(locale_of(texts.tag).days["stand-alone"]["wide"][self.number])
        return f"{name[:1].upper()}{name[1:]}"


def _word(day: str) -> str:
    return f"{WEEK}{day}.word"


def _times(day: str) -> str:
    return f"{WEEK}{day}.times"
