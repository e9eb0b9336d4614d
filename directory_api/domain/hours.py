"""Opening hours: when a centre is open, for some days, and as hours that repeat every week.

Hours are written in OpenStreetMap's opening_hours syntax
(https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification). The library opening-hours-py
parses them; it has the public holidays (PH) of most countries and the school holidays (SH) of a
few.

A centre is open when its local time is within its hours. Hours within the hour that daylight saving
time skips do not occur; hours within the hour that it repeats occur twice. A state that cannot be
determined is `unknown`: a guess could send a person to a closed centre at night.
"""

import re
import zoneinfo
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from directory_api.domain.model.published import HoursKey
from directory_api.domain.model.records import Centre

if TYPE_CHECKING:
    from opening_hours import OpeningHours

OPEN, CLOSED, UNKNOWN = OPEN_STATES = ("open", "closed", "unknown")
_DAY = timedelta(days=1)
_COMMENT = re.compile(r'"[^"]*"')
_PLAIN_COMMENT = re.compile(r'\b(?:off|closed|unknown)\s*"[^"]*"', re.IGNORECASE)
# Without coordinates the library assumes sunrise at 7:00 everywhere, and it reads an open end
# (17:00+) as the closing time.
_ASSUMED = re.compile(r"sunrise|sunset|dawn|dusk|[0-9]:[0-9]{2}\+", re.IGNORECASE)
_HOLIDAYS = re.compile(r"\b(?:PH|SH)\b")
# Hours repeat every week; a moment late on the first day needs the eighth to see a whole week.
TIMETABLE_DAYS = 8

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_WEEKDAY = "|".join(WEEKDAYS)
_SPAN = rf"(?:{_WEEKDAY})(?:-(?:{_WEEKDAY}))?"
_TIMES = r"[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}"
# At the end only: a later rule could open the centre again on a holiday.
_HOLIDAYS_OFF = re.compile(r" *; *PH +(?:off|closed) *$")
_WEEKLY_RULE = re.compile(rf"(?:({_SPAN}(?:,{_SPAN})*) )?({_TIMES}(?:,{_TIMES})*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Interval:
    """A period from `start` (inclusive) to `end` (exclusive), both UTC, with one of OPEN_STATES."""

    start: datetime
    end: datetime
    word: str


@dataclass(frozen=True, slots=True)
class OpenState:
    """One of OPEN_STATES, and the time of its next change (UTC) if known."""

    word: str
    next_change: datetime | None


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
    rules = _rules(expression, country, (since.year, until.year)) if expression and zone else None
    if expression is None or zone is None or rules is None:
        return (Interval(since, until, UNKNOWN),)
    # The library evaluates fallback rules (||) for whole days only, so its `closed` may be wrong.
    closed = UNKNOWN if "||" in _COMMENT.sub("", expression) else CLOSED
    merged: list[Interval] = []
    for interval in _library_intervals(rules, zone, since, until):
        word = closed if interval.word == CLOSED else interval.word
        start = merged.pop().start if merged and merged[-1].word == word else interval.start
        merged.append(Interval(start, interval.end, word))
    return tuple(merged)


def state(hours: Sequence[Interval], moment: datetime) -> OpenState:
    """Return the state at a moment; unknown outside the intervals."""
    number = bisect_right(hours, moment, key=lambda interval: interval.start) - 1
    if number < 0 or moment >= hours[number].end:
        return OpenState(UNKNOWN, None)
    # The end of the last interval is the end of the computed period, not a change.
    is_last = number == len(hours) - 1
    return OpenState(hours[number].word, None if is_last else hours[number].end)


def is_conditional(expression: str) -> bool:
    """Whether a comment makes the hours unknown: `Mo-Fr 09:00-17:00 "by appointment"`.

    Comments of rules that already say off, closed or unknown do not count.
    """
    return '"' in _PLAIN_COMMENT.sub("", expression)


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
            return OpenState(CLOSED, None)
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


@dataclass(frozen=True, slots=True)
class Weekly:
    """Open on some days of every week from `opens` to `closes` (HH:MM, local, same day)."""

    days: tuple[str, ...]
    opens: str
    closes: str


def weekly(expression: str | None) -> tuple[Weekly, ...]:
    """Convert hours in OpenStreetMap's syntax to weekly ones; empty if they cannot say the same.

    Holidays, seasons, sunrise or sunset, and hours past midnight cannot be expressed. Without its
    exception, an expression would report a closed centre as open.
    """
    weekly_hours: list[Weekly] = []
    seen_days: set[str] = set()
    for text in (expression or "").split(";"):
        rule = _WEEKLY_RULE.fullmatch(text.strip())
        days = tuple(_weekdays(rule[1])) if rule else ()
        times = [part.split("-") for part in rule[2].split(",")] if rule else []
        # A later rule for the same day would replace the earlier one.
        if (
            not days
            or seen_days & set(days)
            or not all("00:00" <= start < end <= "23:59" for start, end in times)
        ):
            return ()
        seen_days |= set(days)
        weekly_hours += [Weekly(days, start, end) for start, end in times]
    return tuple(weekly_hours)


def holidays_apart(expression: str) -> tuple[str, bool]:
    """Split off a last rule that closes on public holidays.

    Returns the other hours in OpenStreetMap's syntax, and whether there was such a rule.
    """
    rest, closes = _HOLIDAYS_OFF.subn("", expression)
    return rest, bool(closes)


def _zone(name: str | None) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):  # this machine's tables may lack the zone
        return None


def _rules(expression: str, country: str, years: Sequence[int]) -> "OpeningHours | None":
    """Return the parsed expression; None if the library could only guess its state."""
    import opening_hours as osm  # takes 3 MB, so only if there are hours

    plain = _COMMENT.sub("", expression)
    holidays = frozenset(_HOLIDAYS.findall(plain))
    if _ASSUMED.search(plain) or not all(
        _has_calendar(kind, country, year) for kind in holidays for year in years
    ):
        return None
    try:
        return osm.OpeningHours(expression, country=country if holidays else None)
    except osm.ParserError:  # type: ignore[attr-defined]  # missing in the library's stub
        return None


@lru_cache(maxsize=256)
def _has_calendar(kind: str, country: str, year: int) -> bool:
    """Whether the library has the country's PH or SH for that year.

    For a year without data the library answers that there are no holidays.
    """
    import opening_hours as osm

    try:
        calendar = osm.OpeningHours(kind, country=country)
    except osm.UnknownCountryError:  # type: ignore[attr-defined]  # missing in the library's stub
        return False
    first, following = (
        _wall_time(datetime(number, 1, 1, tzinfo=UTC), timedelta()) for number in (year, year + 1)
    )
    return any(str(word) == OPEN for _, _, word, _ in calendar.intervals(first, following))


def _library_intervals(
    rules: "OpeningHours", zone: zoneinfo.ZoneInfo, since: datetime, until: datetime
) -> Iterator[Interval]:
    """Yield the library's intervals, evaluated in local time.

    If the library is given a zone, it treats the two repeated hours at the end of daylight saving
    time as one.
    """
    for start, end, offset in _constant_offsets(zone, since, until):
        local = rules.intervals(_wall_time(start, offset), _wall_time(end, offset))
        for first, last, word, comment in local:
            # A comment names a condition: an appointment, a call, a bell.
            open_state = UNKNOWN if comment and str(word) == OPEN else str(word)
            yield Interval(
                first.replace(tzinfo=UTC) - offset, last.replace(tzinfo=UTC) - offset, open_state
            )


def _wall_time(moment: datetime, offset: timedelta) -> datetime:
    return (moment + offset).replace(tzinfo=None)


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


def _weekdays(spans: str | None) -> Iterator[str]:
    """Yield the days of `Mo-Fr,Su` in order, each once; all days if `spans` is None.

    A span may include the turn of the week (`Sa-Mo`).
    """
    named = set()
    for span in spans.split(",") if spans else ("Mo-Su",):
        first, _, last = span.partition("-")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        last_number = end + 7 if end < start else end
        named |= {WEEKDAYS[number % 7] for number in range(start, last_number + 1)}
    yield from (day for day in WEEKDAYS if day in named)
