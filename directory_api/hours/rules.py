"""What opening hours consist of: rules, and the days that they select.

The names are those of OpenStreetMap's specification
(https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Protocol, TypeAlias

from directory_api.hours.holidays import easter

OPEN, CLOSED, UNKNOWN = STATES = ("open", "closed", "unknown")
# Public holidays; school holidays are SH.
PUBLIC_HOLIDAYS = "PH"
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTES_OF_DAY = 1440
_WEEK = 7
# A range of two days would be no shorter than a list.
_LEAST_RANGE = 3
_LEAP_YEAR = 2000

# Whether a date is a holiday of a kind (PH or SH).
IsHoliday: TypeAlias = Callable[[str, date], bool]


class Selector(Protocol):
    """Some days."""

    def selects(self, day: date, is_holiday: IsHoliday) -> bool:
        """Return whether a day is one of them."""


@dataclass(frozen=True, slots=True)
class Years:
    """The years from `first` to `last`, every `step`-th."""

    first: int
    last: int
    step: int

    def selects(self, day: date, is_holiday: IsHoliday) -> bool:
        """Return whether a day is in these years."""
        return self.first <= day.year <= self.last and (day.year - self.first) % self.step == 0


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks (ISO 8601) from `first` to `last`, every `step`-th."""

    first: int
    last: int
    step: int

    def selects(self, day: date, is_holiday: IsHoliday) -> bool:
        """Return whether a day is in these weeks."""
        week = day.isocalendar().week
        return self.first <= week <= self.last and (week - self.first) % self.step == 0


@dataclass(frozen=True, slots=True)
class Months:
    """The months (1 to 12) from `first` to `last`, also over the turn of the year."""

    first: int
    last: int

    def selects(self, day: date, is_holiday: IsHoliday) -> bool:
        """Return whether a day is in these months."""
        return _is_within(self.first, day.month, self.last)


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """`Dec 24`, `2026 Dec 24`, `easter`, `easter -2 days`.

    `month` is None for Easter, which has no `day`; only Easter has an `offset` in days.
    """

    year: int | None
    month: int | None
    day: int
    offset: int

    def in_year(self, year: int) -> tuple[int, int, int]:
        """Return year, month and day; 29 February also where a year has none."""
        year = self.year or year
        if self.month:
            return year, self.month, self.day
        on = easter(year) + timedelta(days=self.offset)
        return on.year, on.month, on.day


@dataclass(frozen=True, slots=True)
class Dates:
    """The days from `first` to `last`, both included, also over the turn of the year."""

    first: DayOfYear
    last: DayOfYear

    def selects(self, day: date, is_holiday: IsHoliday) -> bool:
        """Return whether a day is one of these."""
        first, last = self.first.in_year(day.year), self.last.in_year(day.year)
        today = (day.year, day.month, day.day)
        if first <= last:
            return first <= today <= last
        return self.first.year is None and (first <= today or today <= last)


@dataclass(frozen=True, slots=True)
class Weekdays:
    """The weekdays (Monday is 0) from `first` to `last`, also over Sunday."""

    first: int
    last: int

    def selects(self, day: date, is_holiday: IsHoliday) -> bool:
        """Return whether a day is one of these weekdays."""
        return _is_within(self.first, day.weekday(), self.last)

    def numbers(self) -> frozenset[int]:
        """Return the weekdays."""
        return frozenset(n for n in range(_WEEK) if _is_within(self.first, n, self.last))


@dataclass(frozen=True, slots=True)
class WeekdayOfMonth:
    """`Mo[1]` is the first Monday of each month, `Mo[-1]` the last one, `Mo[1] +1 day` the day
    after the first.
    """

    weekday: int
    number: int
    offset: int

    def selects(self, day: date, is_holiday: IsHoliday) -> bool:
        """Return whether a day is it."""
        day -= timedelta(days=self.offset)
        if day.weekday() != self.weekday:
            return False
        if self.number > 0:
            return (day.day - 1) // _WEEK + 1 == self.number
        next_month = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
        return ((next_month - day).days - 1) // _WEEK + 1 == -self.number


@dataclass(frozen=True, slots=True)
class Holidays:
    """`PH`, `SH`; `PH +1 day` is the day after each public holiday."""

    kind: str
    offset: int

    def selects(self, day: date, is_holiday: IsHoliday) -> bool:
        """Return whether a day is a holiday, moved by the offset."""
        return is_holiday(self.kind, day - timedelta(days=self.offset))


# The comment of hours that a maintainer chose as being by appointment.
BY_APPOINTMENT = "by appointment"


@dataclass(frozen=True, slots=True)
class HoursRule:
    """One rule: the days on which it applies, the times, and the state then.

    A day is selected if each of `selectors` has one that selects it. `times` are minutes of the
    day, from 0; an end over 1,440 is on the next day. Without times a rule applies to whole days.
    `is_conditional` ones are unknown, because a comment names a condition; else they would be open.
    `comment` is in small letters. `is_additional` rules follow a comma, `is_fallback` ones a `||`.
    """

    selectors: tuple[tuple[Selector, ...], ...]
    times: tuple[tuple[int, int], ...]
    state: str
    is_conditional: bool = False
    comment: str = field(default="", compare=False)
    is_additional: bool = False
    is_fallback: bool = False

    @property
    def replaces(self) -> bool:
        """Whether the rule replaces all earlier ones on the days that it selects.

        One that closes does not: `12:00-13:00 off` leaves the rest of the day as it was. `off`
        alone closes the whole day, in days.py.
        """
        return self.state != CLOSED and not (self.is_additional or self.is_fallback)

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The times; the whole day if there are none."""
        return self.times or ((0, MINUTES_OF_DAY),)

    @property
    def is_of_holidays(self) -> bool:
        """Whether the rule is about public holidays, and nothing else."""
        is_own = not (self.is_additional or self.is_fallback)
        return is_own and self.selectors == ((Holidays(PUBLIC_HOLIDAYS, 0),),)

    @property
    def dates(self) -> tuple[Dates, ...]:
        """The dates that the rule is about, with their year; none if it is about others, too."""
        if self.is_additional or self.is_fallback or not self.selectors:
            return ()
        *before, dates = self.selectors
        year: int | None = None
        if before:
            (selector, *others), *more = before
            if others or more or not isinstance(selector, Years):
                return ()
            if selector.first != selector.last or not selector.first:  # there is no year 0
                return ()
            year = selector.first
        found = list[Dates]()
        for each in dates:
            if not isinstance(each, Dates) or not (each.first.month and each.last.month):
                return ()
            first, last = each.first, each.last
            if year:
                first, last = replace(first, year=year), replace(last, year=year)
            found.append(Dates(first, last))
        return tuple(found)


def selects(parts: Iterable[tuple[Selector, ...]], day: date, is_holiday: IsHoliday) -> bool:
    """Return whether the selectors of a rule select a day: each part has one that does."""
    for alternatives in parts:
        # Generators would take twice as long.
        for selector in alternatives:
            if selector.selects(day, is_holiday):
                break
        else:
            return False
    return True


def ranges(days: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """Yield the first and the last of each run of days (Monday is 0); each day of a short run is
    alone. The days are sorted.
    """
    # In a run of consecutive days, the day number minus the position is constant.
    for _, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        numbers = [day for _, day in run]
        if len(numbers) >= _LEAST_RANGE:
            yield numbers[0], numbers[-1]
        else:
            yield from ((day,) for day in numbers)


def is_day_of_month(month: int, day: int) -> bool:
    """Return whether a month has such a day in some years."""
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        return False
    return True


def _is_within(first: int, number: int, last: int) -> bool:
    if first <= last:
        return first <= number <= last
    return number >= first or number <= last
