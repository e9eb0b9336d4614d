"""When a centre is open, for some days.

A centre is open when its local time is within its hours. Hours within the hour that daylight saving
time skips do not occur; hours within the hour that it repeats occur twice. A state that cannot be
determined is `unknown`: a guess could send a person to a closed centre at night.
"""

import zoneinfo
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from directory_api.hours.days import Days
from directory_api.hours.rules import CLOSED, MINUTES_OF_DAY, OPEN, UNKNOWN
from directory_api.hours.syntax import parse_hours

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
# Hours repeat every week; a moment late on the first day needs the eighth to see a whole week.
TIMETABLE_DAYS = 8


class HoursKey(NamedTuple):
    """What opening hours depend on: an expression, its time zone (IANA) and country (ISO 3166-1).

    Centres with the same key are open at the same times.
    """

    expression: str | None
    timezone: str | None
    country: str


class Interval(NamedTuple):
    """A period from `start` (inclusive) to `end` (exclusive), both UTC, with one of STATES."""

    start: datetime
    end: datetime
    word: str


@dataclass(frozen=True, slots=True)
class OpenState:
    """One of STATES; the time of its next change (UTC) and the state then, if known."""

    word: str
    next_change: datetime | None
    next_word: str | None


def intervals(
    expression: str | None, timezone: str | None, country: str, since: datetime, days: int
) -> tuple[Interval, ...]:
    """Return the intervals of the hours for some days from `since`.

    They have no gaps, and neighbours have different states. `timezone` is an IANA name, `country`
    ISO 3166-1. Without hours, or with hours that cannot be evaluated, the whole period is unknown.
    """
    since = since.astimezone(UTC).replace(microsecond=0)
    until = since + timedelta(days=days)
    zone = _zone(timezone)
    local_days = _local_days(expression or "", country)
    if zone is None or local_days is None:
        return (Interval(since, until, UNKNOWN),)
    return tuple(_merged(_by_day(local_days, _days_of_zone(zone, since, until)), since, until))


def state(hours: Sequence[Interval], moment: datetime) -> OpenState:
    """Return the state at a moment; unknown outside the intervals."""
    number = bisect_right(hours, moment, key=lambda interval: interval.start) - 1
    if number < 0 or moment >= hours[number].end:
        return OpenState(UNKNOWN, None, None)
    # The end of the last interval is the end of the computed period, not a change.
    if number == len(hours) - 1:
        return OpenState(hours[number].word, None, None)
    return OpenState(hours[number].word, hours[number].end, hours[number + 1].word)


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening hours that are open at one moment (UTC), and those whose state is unknown."""

    open: frozenset[HoursKey]
    unknown: frozenset[HoursKey]
    at: datetime | None = field(default=None, compare=False)


class Timetable:
    """Opening hours from one moment for some days.

    Centres with the same hours share one computation. One that is `timeless`, for stored pages,
    reports the state of every active centre as unknown.
    """

    def __init__(
        self, since: datetime, days: int = TIMETABLE_DAYS, *, timeless: bool = False
    ) -> None:
        self.since = since
        self.until = since + timedelta(days=days)
        self._days = days
        self._timeless = timeless
        self._cache: dict[HoursKey, tuple[Interval, ...]] = {}
        # The changes of the first day, and the hours of which they are.
        self._changes: list[datetime] = []
        self._changing: set[HoursKey] = set()

    def state(self, hours: HoursKey | None, moment: datetime) -> OpenState:
        """Return the state of opening hours at a moment; closed for None, as of a centre that is
        closed temporarily or permanently.
        """
        if hours is None:
            return OpenState(CLOSED, None, None)
        return state(self.intervals(hours), moment)

    def intervals(self, hours: HoursKey | None) -> tuple[Interval, ...]:
        """Return the intervals of opening hours, from the beginning to the end of the timetable;
        see intervals. None is always closed.
        """
        if hours is None or self._timeless:
            return (Interval(self.since, self.until, UNKNOWN if hours else CLOSED),)
        cached = self._cache.get(hours)
        if cached is None:
            cached = self._cache[hours] = intervals(*hours, self.since, self._days)
        return cached

    def opening(self, all_hours: Iterable[HoursKey], moment: datetime) -> Opening:
        """Return which of the opening hours, of active centres, are open at any moment, which may
        be outside the timetable.
        """
        if self._timeless:
            return Opening(frozenset(), frozenset(all_hours), moment)
        clocks: dict[str | None, tuple[date, int] | None] = {}
        words = {hours: _word(hours, moment, clocks) for hours in all_hours}
        return Opening(
            frozenset(hours for hours, word in words.items() if word == OPEN),
            frozenset(hours for hours, word in words.items() if word == UNKNOWN),
            moment,
        )

    def next_change(self, all_hours: Iterable[HoursKey], moment: datetime) -> datetime | None:
        """Return the time of the next change of any of the opening hours, if there is one on the
        first day.

        A change of hours that were asked for earlier, and that no centre has any more, counts.
        """
        if self._timeless:
            return None
        for hours in all_hours:
            if hours not in self._changing:
                self._changing.add(hours)
                for interval in intervals(*hours, self.since, 1)[1:]:
                    insort(self._changes, interval.start)
        number = bisect_right(self._changes, moment)
        return self._changes[number] if number < len(self._changes) else None


def _word(
    hours: HoursKey, moment: datetime, clocks: dict[str | None, tuple[date, int] | None]
) -> str:
    """Return the state of opening hours at a moment. `clocks` has the local day and minute of each
    time zone so far.
    """
    expression, timezone, country = hours
    if timezone not in clocks:
        zone = _zone(timezone)
        local = moment.astimezone(zone) if zone else None
        clocks[timezone] = (local.date(), local.hour * 60 + local.minute) if local else None
    clock, local_days = clocks[timezone], _local_days(expression or "", country)
    if clock is None or local_days is None:
        return UNKNOWN
    day, minute = clock
    periods = local_days.periods(day)
    return periods[bisect_right(periods, minute, key=_start) - 1].state


_start = itemgetter(0)


def _zone(name: str | None) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):  # this machine's tables may lack the zone
        return None


@lru_cache(maxsize=10_000)  # as `parse_hours`
def _local_days(expression: str, country: str) -> Days | None:
    """Return the days of an expression; None if it cannot be evaluated."""
    try:
        hours = parse_hours(expression)
    except ValueError:  # an older version may have accepted it
        return None
    return None if hours.unclear else Days(hours.rules, country)


class _LocalDay(NamedTuple):
    """A day of a zone, as far as it has the same offset: its date, its midnight in UTC, and its
    first and last minute.
    """

    date: date
    midnight: datetime
    first: float
    last: float


@lru_cache(maxsize=256)
def _days_of_zone(
    zone: zoneinfo.ZoneInfo, since: datetime, until: datetime
) -> tuple[_LocalDay, ...]:
    """Return the local days of a period; that on which the offset changes is there twice."""
    days: list[_LocalDay] = []
    for start, end, offset in _constant_offsets(zone, since, until):
        first, last = start + offset, end + offset
        midnight = first.replace(hour=0, minute=0, second=0)
        while midnight < last:
            before, after = (first - midnight) / _MINUTE, (last - midnight) / _MINUTE
            minutes = max(before, 0.0), min(after, MINUTES_OF_DAY)
            days.append(_LocalDay(midnight.date(), midnight - offset, *minutes))
            midnight += _DAY
    return tuple(days)


def _by_day(local_days: Days, days: Iterable[_LocalDay]) -> Iterator[tuple[datetime, str]]:
    """Yield the states, each with its beginning."""
    for day, midnight, first, last in days:
        for opens, closes, word in local_days.periods(day):
            if closes > first and opens < last:
                yield midnight + timedelta(minutes=max(opens, first)), word


def _merged(
    states: Iterable[tuple[datetime, str]], since: datetime, until: datetime
) -> Iterator[Interval]:
    """Yield the intervals of states without gaps, of which neighbours may be the same."""
    start, word = since, ""
    for at, following in states:
        if following != word:
            if word:
                yield Interval(start, at, word)
            start, word = at, following
    yield Interval(start, until, word)


def _constant_offsets(
    zone: zoneinfo.ZoneInfo, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Split the period into parts with a constant UTC offset."""
    start, offset, moment = since, _offset(zone, since), since
    while moment < until:
        following = min(moment + _DAY, until)
        if _offset(zone, following) != offset:
            change = _offset_change(zone, moment, following)
            yield start, change, offset
            start, offset = change, _offset(zone, change)
        moment = following
    if start < until:
        yield start, until, offset


def _offset_change(zone: zoneinfo.ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the second at which the UTC offset changes between two moments."""
    old = _offset(zone, before)

    def has_changed(second: int) -> bool:
        return _offset(zone, before + timedelta(seconds=second)) != old

    seconds = bisect_left(range(int((after - before).total_seconds())), x=True, key=has_changed)
    return before + timedelta(seconds=seconds)


def _offset(zone: zoneinfo.ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
