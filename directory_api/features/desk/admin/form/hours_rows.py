"""Opening hours as rows, for a form: one for each weekday, one for public holidays, and exceptions
on some dates.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from directory_api.features.desk.typed.hours import clock
from directory_api.hours.rules import (
    BY_APPOINTMENT,
    CLOSED,
    MINUTES_OF_DAY,
    MONTHS,
    OPEN,
    PUBLIC_HOLIDAYS,
    WEEKDAYS,
    Dates,
    DayOfYear,
    Holidays,
    HoursRule,
    Weekdays,
    ranges,
)
from directory_api.hours.syntax import AROUND_THE_CLOCK, parse_hours

# The rows: the days of the week from Monday, then public holidays.
ROWS = (*WEEKDAYS, PUBLIC_HOLIDAYS)
# What a row says beside `open` and `closed`: only by appointment, open day and night; on public
# holidays as on the same weekday.
APPOINTMENT, DAY_AND_NIGHT, USUAL = "appointment", "always", "usual"
_WHOLE_DAY = ((0, MINUTES_OF_DAY),)
# So many are compared with one another in a few milliseconds.
MOST_EXCEPTIONS = 40
_LEAP_YEAR = 2000
_DAYS_OF_YEAR = 366
_LONGEST_OVER_NEW_YEAR = timedelta(days=_DAYS_OF_YEAR // 2)


@dataclass(frozen=True, slots=True)
class Row:
    """The hours of a day: a word, and from when to when (minutes of the day; an end over 1,440 is
    on the next day). Only `open` and `appointment` have times, the latter perhaps none.
    """

    word: str
    times: tuple[tuple[int, int], ...] = ()

    @property
    def is_overnight(self) -> bool:
        """Whether it lasts past midnight."""
        return any(closes > MINUTES_OF_DAY for _, closes in self.times)


@dataclass(frozen=True, slots=True)
class Exceptional:
    """The hours of some dates, which take the place of those of the week: in one year, or in every
    year if the first and the last day have none.
    """

    dates: Dates
    row: Row


@dataclass(frozen=True, slots=True)
class Week:
    """The rows of a week, by ROWS, and its exceptions."""

    rows: Mapping[str, Row]
    exceptions: tuple[Exceptional, ...] = ()

    @property
    def is_overnight(self) -> bool:
        """Whether any of its hours last past midnight."""
        return any(row.is_overnight for row in (*self.rows.values(), *self._exceptional))

    @property
    def is_closed(self) -> bool:
        """Whether it is never open."""
        usual = (row for row in self.rows.values() if row != _NOT_SAID)
        return all(row == _SHUT for row in (*usual, *self._exceptional))

    @property
    def _exceptional(self) -> Iterator[Row]:
        return (each.row for each in self.exceptions)


_NOT_SAID = Row(USUAL)
_SHUT = Row(CLOSED)


def week_of(expression: str) -> Week | None:
    """Return hours in OpenStreetMap's syntax as rows.

    None if rows cannot say the same: seasons, other holidays, other comments, rules of which one
    changes a part of another, and dates that are not at the end, overlap, or are too many.
    """
    try:
        hours = parse_hours(expression)
    except ValueError:
        return None
    if hours.unclear or any(rule.comment not in ("", BY_APPOINTMENT) for rule in hours.rules):
        return None
    rows, seen = {**dict.fromkeys(WEEKDAYS, _SHUT), PUBLIC_HOLIDAYS: _NOT_SAID}, set[str]()
    exceptions = list[Exceptional]()
    for rule in hours.rules:
        days, dates, row = _days(rule), rule.dates, _row(rule)
        if row and dates:
            exceptions += [Exceptional(each, row) for each in dates]
            continue
        # A later rule for weekdays would hold on the holidays and dates among them, too.
        if not days or row is None or (PUBLIC_HOLIDAYS in seen) or exceptions or seen & set(days):
            return None
        seen |= set(days)
        rows |= dict.fromkeys(days, row)
    if (
        len(exceptions) > MOST_EXCEPTIONS
        or not all(is_possible(each.dates) for each in exceptions)
        or overlapping(exceptions)
    ):
        return None
    week = Week(rows, tuple(exceptions))
    # Whose night the early morning belongs to depends on the order of the rules.
    return None if week.is_overnight and parse_hours(text(week)).rules != hours.rules else week


def text(week: Week) -> str:
    """Return rows in OpenStreetMap's syntax; empty if no day is open."""
    return "" if week.is_closed else "; ".join((*_weekly(week.rows), *_dated(week.exceptions)))


def _weekly(rows: Mapping[str, Row]) -> Iterator[str]:
    """Yield the rules of the days of a week."""
    if rows[PUBLIC_HOLIDAYS] == _NOT_SAID and all(
        rows[day].word == DAY_AND_NIGHT for day in WEEKDAYS
    ):
        yield AROUND_THE_CLOCK
        return
    days: dict[Row, list[str]] = {}
    for day in WEEKDAYS:
        days.setdefault(rows[day], []).append(day)
    yield from (f"{_names(some)} {_times(row)}" for row, some in days.items() if row != _SHUT)
    if rows[PUBLIC_HOLIDAYS] != _NOT_SAID:
        yield f"{PUBLIC_HOLIDAYS} {_times(rows[PUBLIC_HOLIDAYS])}"


def _dated(exceptions: Iterable[Exceptional]) -> Iterator[str]:
    """Yield the rules of exceptions."""
    for each in exceptions:
        first, last = each.dates.first, each.dates.last
        until = ""
        if last != first:
            has_month = (last.year, last.month) != (first.year, first.month)
            # The second year is written only if it is another one.
            until = f"-{_date(last, first.year)}" if has_month else f"-{last.day}"
        yield f"{_date(first)}{until} {_times(each.row)}"


def _date(day: DayOfYear, year: int | None = None) -> str:
    """Return `2026 Dec 24`; `Dec 24` without a year, or in that year."""
    name = f"{MONTHS[(day.month or 0) - 1]} {day.day}"
    return f"{day.year:04} {name}" if day.year not in (None, year) else name


def exists(day: DayOfYear) -> bool:
    """Return whether there is such a day; one without a year exists in some years."""
    return _in_leap_year(day) is not None


def is_possible(dates: Dates) -> bool:
    """Return whether both days exist, and the last one is not before the first.

    Dates of every year may go over its end, for half a year at most: from July to June is rather
    a mistake for June to July.
    """
    first, last = _in_leap_year(dates.first), _in_leap_year(dates.last)
    if first is None or last is None:
        return False
    if dates.first.year is None and last < first:
        return last + timedelta(days=_DAYS_OF_YEAR) - first <= _LONGEST_OVER_NEW_YEAR
    return first <= last


def between(first: DayOfYear, last: DayOfYear) -> Dates:
    """Return the dates of two days; the last one without a year is the next one after the first,
    if that is in half a year at most, or in the same year.
    """
    if first.year is not None and last.year is None:
        is_later = (first.month, first.day) <= (last.month, last.day)
        usual = Dates(replace(first, year=None), last)
        last = replace(last, year=first.year + (not is_later and is_possible(usual)))
    return Dates(first, last)


def overlapping(exceptions: Iterable[Exceptional]) -> tuple[Exceptional, Exceptional] | None:
    """Return the first two exceptions that have a day in common; their dates are possible."""
    pairs = combinations(exceptions, 2)
    return next((pair for pair in pairs if _overlap(pair[0].dates, pair[1].dates)), None)


def _overlap(one: Dates, other: Dates) -> bool:
    if one.first.year is None:
        one, other = other, one
    first, last, start = map(_in_leap_year, (one.first, one.last, other.first))
    assert first and last and start  # noqa: PT018  # the dates are possible, so each is a day
    if one.first.year is not None and other.first.year is None:
        # After a year, the dates of every year come again.
        days = min((last - first).days, _DAYS_OF_YEAR)
        return any(_has(other, first + timedelta(days=number)) for number in range(days + 1))
    return _has(one, start) or _has(other, first)


def _in_leap_year(day: DayOfYear) -> date | None:
    """Return a day, without a year that of a leap year; None if there is no such day."""
    try:
        return date(*day.in_year(_LEAP_YEAR))
    except ValueError:
        return None


def _has(dates: Dates, day: date) -> bool:
    return dates.selects(day, lambda *_: False)


def _days(rule: HoursRule) -> tuple[str, ...]:
    """Return the rows that a rule is about; none if it is about some of these days only."""
    if len(rule.selectors) > 1 or rule.is_additional or rule.is_fallback:
        return ()
    if not rule.selectors:
        return WEEKDAYS
    found = set[str]()
    for each in rule.selectors[0]:
        if isinstance(each, Weekdays):
            found |= {WEEKDAYS[number] for number in each.numbers()}
        elif each == Holidays(PUBLIC_HOLIDAYS, 0):
            found.add(PUBLIC_HOLIDAYS)
        else:
            return ()
    return tuple(day for day in ROWS if day in found)


def _row(rule: HoursRule) -> Row | None:
    if rule.state == CLOSED:
        return None if rule.times else _SHUT
    if rule.is_conditional:
        return Row(APPOINTMENT, rule.times)
    if rule.state != OPEN:
        return None
    return Row(DAY_AND_NIGHT) if rule.spans == _WHOLE_DAY else Row(OPEN, rule.times)


def _names(days: list[str]) -> str:
    """Return `Mo-Fr`, `Sa,Su`, or both joined."""
    return ",".join(
        "-".join(WEEKDAYS[day] for day in each) for each in ranges(map(WEEKDAYS.index, days))
    )


def _times(row: Row) -> str:
    if row.word == CLOSED:
        return "off"
    if row.word == DAY_AND_NIGHT:
        return clock(_WHOLE_DAY)
    comment = f'"{BY_APPOINTMENT}"' if row.word == APPOINTMENT else ""
    return " ".join(filter(None, (clock(row.times), comment)))
