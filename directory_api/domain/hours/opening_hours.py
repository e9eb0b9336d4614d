"""Evaluation of opening hours.

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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opening_hours import OpeningHours

OPEN, CLOSED, UNKNOWN = OPEN_STATES = ("open", "closed", "unknown")
_DAY = timedelta(days=1)
_COMMENT = re.compile(r'"[^"]*"')
_PLAIN_COMMENT = re.compile(r'\b(?:off|closed|unknown)\s*"[^"]*"', re.IGNORECASE)
# Without coordinates the library assumes sunrise at 7:00 everywhere, and it reads an open end
# (17:00+) as the closing time.
_GUESSED = re.compile(r"sunrise|sunset|dawn|dusk|[0-9]:[0-9]{2}\+", re.IGNORECASE)
_HOLIDAYS = re.compile(r"\b(?:PH|SH)\b")


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
    for found in _found(rules, zone, since, until):
        now = replace(found, word=closed) if found.word == CLOSED else found
        if merged and merged[-1].word == now.word:
            now = replace(merged.pop(), end=now.end)
        merged.append(now)
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
    if _GUESSED.search(plain) or not all(
        _knows(kind, country, year) for kind in holidays for year in years
    ):
        return None
    try:
        return osm.OpeningHours(expression, country=country if holidays else None)
    except osm.ParserError:  # type: ignore[attr-defined]  # missing in the library's stub
        return None


@lru_cache(maxsize=256)
def _knows(kind: str, country: str, year: int) -> bool:
    """Whether the library has the country's PH or SH for that year.

    For a year without data the library answers that there are no holidays.
    """
    import opening_hours as osm

    try:
        calendar = osm.OpeningHours(kind, country=country)
    except osm.UnknownCountryError:  # type: ignore[attr-defined]  # missing in the library's stub
        return False
    first, following = (
        _wall(datetime(each, 1, 1, tzinfo=UTC), timedelta()) for each in (year, year + 1)
    )
    return any(str(word) == OPEN for _, _, word, _ in calendar.intervals(first, following))


def _found(
    rules: "OpeningHours", zone: zoneinfo.ZoneInfo, since: datetime, until: datetime
) -> Iterator[Interval]:
    """Yield the library's intervals, evaluated in local time.

    If the library is given a zone, it treats the two repeated hours at the end of daylight saving
    time as one.
    """
    for start, end, offset in _steady(zone, since, until):
        for first, last, word, comment in rules.intervals(_wall(start, offset), _wall(end, offset)):
            # A comment names a condition: an appointment, a call, a bell.
            told = UNKNOWN if comment and str(word) == OPEN else str(word)
            yield Interval(
                first.replace(tzinfo=UTC) - offset, last.replace(tzinfo=UTC) - offset, told
            )


def _wall(moment: datetime, offset: timedelta) -> datetime:
    return (moment + offset).replace(tzinfo=None)


def _steady(
    zone: zoneinfo.ZoneInfo, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Split the period into parts with a constant UTC offset."""
    start, offset, moment = since, _offset(zone, since), since
    while moment < until:
        following = min(moment + _DAY, until)
        if _offset(zone, following) != offset:
            change = _change(zone, moment, following)
            yield start, change, offset
            start, offset = change, _offset(zone, change)
        moment = following
    if start < until:
        yield start, until, offset


def _change(zone: zoneinfo.ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the second at which the UTC offset changes between two moments."""
    old = _offset(zone, before)

    def has_changed(second: int) -> bool:
        return _offset(zone, before + timedelta(seconds=second)) != old

    seconds = bisect_left(range(int((after - before).total_seconds())), x=True, key=has_changed)
    return before + timedelta(seconds=seconds)


def _offset(zone: zoneinfo.ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
