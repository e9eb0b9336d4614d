"""When a centre is open.

Hours are written in OpenStreetMap's opening_hours syntax
(https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification). opening-hours-py reads them, and knows the public
holidays (PH) of most countries and the school holidays (SH) of a few.

A centre is open when the clock on its wall shows a time within its hours: in the night that skips an hour, hours within
it do not come; in the night that has an hour twice, they come twice. What cannot be told is called unknown: nobody
should stand before a closed door at night because a program guessed.
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
# The library takes the sun to rise at 7 everywhere when it is told no place, and an open end (17:00+) to be the end.
_GUESSED = re.compile(r"sunrise|sunset|dawn|dusk|[0-9]:[0-9]{2}\+", re.IGNORECASE)
_HOLIDAYS = re.compile(r"\b(?:PH|SH)\b")


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time, from `start` until just before `end` (UTC), with one of OPEN_STATES all through."""

    start: datetime
    end: datetime
    word: str


@dataclass(frozen=True, slots=True)
class OpenState:
    """One of OPEN_STATES, and when it changes next (UTC), where that is known."""

    word: str
    next_change: datetime | None


def intervals(
    expression: str | None, timezone: str | None, country: str, since: datetime, days: int
) -> tuple[Interval, ...]:
    """What the hours say from a moment on for some days: without gaps, and no two neighbours with the same word.

    `timezone` is an IANA name, `country` ISO 3166-1. No hours, or hours that cannot be told, are unknown all through.
    """
    since = since.astimezone(UTC).replace(microsecond=0)
    until = since + timedelta(days=days)
    zone = _zone(timezone)
    rules = _rules(expression, country, (since.year, until.year)) if expression and zone else None
    if expression is None or zone is None or rules is None:
        return (Interval(since, until, UNKNOWN),)
    # The library applies what follows || on whole days only, so what it then calls closed may be anything.
    closed = UNKNOWN if "||" in _COMMENT.sub("", expression) else CLOSED
    merged: list[Interval] = []
    for found in _found(rules, zone, since, until):
        now = replace(found, word=closed) if found.word == CLOSED else found
        if merged and merged[-1].word == now.word:
            now = replace(merged.pop(), end=now.end)
        merged.append(now)
    return tuple(merged)


def state(hours: Sequence[Interval], moment: datetime) -> OpenState:
    """What the intervals say of a moment; of one outside them nothing is known."""
    number = bisect_right(hours, moment, key=lambda interval: interval.start) - 1
    if number < 0 or moment >= hours[number].end:
        return OpenState(UNKNOWN, None)
    # Where the last one ends nothing needs to change: only nobody has looked farther.
    is_last = number == len(hours) - 1
    return OpenState(hours[number].word, None if is_last else hours[number].end)


def is_conditional(expression: str) -> bool:
    """Whether a comment makes hours unknown that are not called so: `Mo-Fr 09:00-17:00 "by appointment"`."""
    return '"' in _PLAIN_COMMENT.sub("", expression)


def _zone(name: str | None) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):  # another machine's tables may know more zones
        return None


def _rules(expression: str, country: str, years: Sequence[int]) -> "OpeningHours | None":
    """The expression, ready to be asked; None where its answers would be guesses."""
    import opening_hours as osm  # 3 MB, which a directory without hours never pays

    plain = _COMMENT.sub("", expression)
    holidays = frozenset(_HOLIDAYS.findall(plain))
    if _GUESSED.search(plain) or not all(_knows(kind, country, year) for kind in holidays for year in years):
        return None
    try:
        return osm.OpeningHours(expression, country=country if holidays else None)
    except osm.ParserError:  # type: ignore[attr-defined]  # missing in the library's stub
        return None


@lru_cache(maxsize=256)
def _knows(kind: str, country: str, year: int) -> bool:
    """Whether the library has the country's PH or SH for that year: where it has none it says that there are none."""
    import opening_hours as osm  # see above

    try:
        calendar = osm.OpeningHours(kind, country=country)
    except osm.UnknownCountryError:  # type: ignore[attr-defined]  # missing in the library's stub
        return False
    first, following = (_wall(datetime(each, 1, 1, tzinfo=UTC), timedelta()) for each in (year, year + 1))
    return any(str(word) == OPEN for _, _, word, _ in calendar.intervals(first, following))


def _found(rules: "OpeningHours", zone: zoneinfo.ZoneInfo, since: datetime, until: datetime) -> Iterator[Interval]:
    """The library is asked for the clock on the wall: given a zone, it takes one of two equal hours for both."""
    for start, end, offset in _steady(zone, since, until):
        for first, last, word, comment in rules.intervals(_wall(start, offset), _wall(end, offset)):
            # A comment says on what it depends whether somebody is there: an appointment, a call, a bell.
            told = UNKNOWN if comment and str(word) == OPEN else str(word)
            yield Interval(first.replace(tzinfo=UTC) - offset, last.replace(tzinfo=UTC) - offset, told)


def _wall(moment: datetime, offset: timedelta) -> datetime:
    return (moment + offset).replace(tzinfo=None)


def _steady(
    zone: zoneinfo.ZoneInfo, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The time in stretches within which the zone's UTC offset stays the same."""
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
    """The second at which the offset between two moments changes."""
    old = _offset(zone, before)

    def has_changed(second: int) -> bool:
        return _offset(zone, before + timedelta(seconds=second)) != old

    seconds = bisect_left(range(int((after - before).total_seconds())), x=True, key=has_changed)
    return before + timedelta(seconds=seconds)


def _offset(zone: zoneinfo.ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
