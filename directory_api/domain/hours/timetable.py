"""When a centre is open, for some days.

A centre is open when its local time is within its hours. Hours within the hour that daylight saving
time skips do not occur; hours within the hour that it repeats occur twice. A state that cannot be
determined is `unknown`: a guess could send a person to a closed centre at night.
"""

import zoneinfo
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from directory_api.domain.hours.days import Days
from directory_api.domain.hours.rules import CLOSED, OPEN, UNKNOWN
from directory_api.domain.hours.syntax import parse
from directory_api.domain.model.published import HoursKey
from directory_api.domain.model.records import Centre

_DAY = timedelta(days=1)
# Hours repeat every week; a moment late on the first day needs the eighth to see a whole week.
TIMETABLE_DAYS = 8


@dataclass(frozen=True, slots=True)
class Interval:
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
    merged: list[Interval] = []
    for interval in _by_day(local_days, zone, since, until):
        is_same = merged and merged[-1].word == interval.word
        start = merged.pop().start if is_same else interval.start
        merged.append(Interval(start, interval.end, interval.word))
    return tuple(merged)


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
    """The opening hours that are open at one moment, and those whose state is unknown."""

    open: frozenset[HoursKey]
    unknown: frozenset[HoursKey]


class Timetable:
    """Opening hours from one moment for some days.

    Centres with the same hours share one computation.
    """

    def __init__(self, since: datetime, days: int = TIMETABLE_DAYS) -> None:
        self.since = since
        self.until = since + timedelta(days=days)
        self._days = days
        self._cache: dict[HoursKey, tuple[Interval, ...]] = {}

    def covers(self, moment: datetime) -> bool:
        """Return whether a moment is within the timetable."""
        return self.since <= moment < self.until

    def state(self, centre: Centre, moment: datetime) -> OpenState:
        """Return the state of a centre; one that is closed temporarily or for good is closed."""
        if centre.status != "active":
            return OpenState(CLOSED, None, None)
        return state(self.intervals(centre), moment)

    def intervals(self, centre: Centre) -> tuple[Interval, ...]:
        """Return the intervals of a centre, from the beginning to the end of the timetable."""
        if centre.status != "active":
            return (Interval(self.since, self.until, CLOSED),)
        return self.hours(HoursKey.of(centre))

    def hours(self, hours: HoursKey) -> tuple[Interval, ...]:
        """Return the intervals of opening hours in the timetable; see intervals."""
        cached = self._cache.get(hours)
        if cached is None:
            cached = self._cache[hours] = intervals(*hours, self.since, self._days)
        return cached

    def opening(self, all_hours: Iterable[HoursKey], moment: datetime) -> Opening:
        """Return which of the opening hours, of active centres, are open at a moment."""
        words = {hours: state(self.hours(hours), moment).word for hours in all_hours}
        return Opening(
            frozenset(hours for hours, word in words.items() if word == OPEN),
            frozenset(hours for hours, word in words.items() if word == UNKNOWN),
        )

    def next_change(self, all_hours: Iterable[HoursKey], moment: datetime) -> datetime | None:
        """Return the time of the next change of any of the opening hours, if there is one."""
        changes = (state(self.hours(hours), moment).next_change for hours in all_hours)
        return min((change for change in changes if change), default=None)


class Timeless(Timetable):
    """For stored pages: an active centre's state is reported as unknown."""

    def hours(self, hours: HoursKey) -> tuple[Interval, ...]:
        """Return one interval: unknown."""
        return (Interval(self.since, self.until, UNKNOWN),)


def _zone(name: str | None) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):  # this machine's tables may lack the zone
        return None


@lru_cache(maxsize=1024)
def _local_days(expression: str, country: str) -> Days | None:
    """Return the days of an expression; None if it cannot be evaluated."""
    try:
        hours = parse(expression)
    except ValueError:  # an older version may have accepted it
        return None
    return None if hours.unclear else Days(hours.rules, country)


def _by_day(
    local_days: Days, zone: zoneinfo.ZoneInfo, since: datetime, until: datetime
) -> Iterator[Interval]:
    """Yield the states of each local day."""
    for start, end, offset in _constant_offsets(zone, since, until):
        first, last = start + offset, end + offset
        midnight = first.replace(hour=0, minute=0, second=0)
        while midnight < last:
            for opens, closes, word in local_days.periods(midnight.date()):
                begins = max(first, midnight + timedelta(minutes=opens))
                ends = min(last, midnight + timedelta(minutes=closes))
                if begins < ends:
                    yield Interval(begins - offset, ends - offset, word)
            midnight += _DAY


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
