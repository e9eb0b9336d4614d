"""Opening hours as rows, for a form: one for each weekday, and one for public holidays."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from directory_api.hours.rules import (
    CLOSED,
    MINUTES_OF_DAY,
    OPEN,
    PUBLIC,
    WEEKDAYS,
    Holidays,
    Rule,
    Weekdays,
)
from directory_api.hours.syntax import ALWAYS, parse

# The rows: the days of the week from Monday, then public holidays.
ROWS = (*WEEKDAYS, PUBLIC)
# What a row says beside `open` and `closed`: only by appointment, open day and night; on public
# holidays as on the same weekday.
APPOINTMENT, DAY_AND_NIGHT, USUAL = "appointment", "always", "usual"
_COMMENT = '"by appointment"'
_QUOTED = re.compile('"[^"]*"')
_WHOLE_DAY = ((0, MINUTES_OF_DAY),)
_MIDNIGHT = "24:00"
# A range of two days would be no shorter than a list.
_LEAST_RANGE = 3


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


_NOT_SAID = Row(USUAL)
_SHUT = Row(CLOSED)


def rows(expression: str) -> Mapping[str, Row] | None:
    """Return hours in OpenStreetMap's syntax as rows, by WEEKDAYS and PH.

    None if rows cannot say the same: seasons, dates, other holidays, other comments, and rules of
    which one changes a part of another.
    """
    try:
        hours = parse(expression)
    except ValueError:
        return None
    if hours.unclear or any(each.lower() != _COMMENT for each in _QUOTED.findall(expression)):
        return None
    week, seen = {**dict.fromkeys(WEEKDAYS, _SHUT), PUBLIC: _NOT_SAID}, set[str]()
    for rule in hours.rules:
        days, row = _days(rule), _row(rule)
        # A later rule for weekdays would hold on the holidays among them, too.
        if not days or row is None or (PUBLIC in seen) or seen & set(days):
            return None
        seen |= set(days)
        week |= dict.fromkeys(days, row)
    # Whose night the early morning belongs to depends on the order of the rules.
    is_overnight = any(row.is_overnight for row in week.values())
    return None if is_overnight and parse(text(week)).rules != hours.rules else week


def text(week: Mapping[str, Row]) -> str:
    """Return rows in OpenStreetMap's syntax; empty if no day is open."""
    if week[PUBLIC] == _NOT_SAID and all(week[day].word == DAY_AND_NIGHT for day in WEEKDAYS):
        return ALWAYS
    days: dict[Row, list[str]] = {}
    for day in WEEKDAYS:
        days.setdefault(week[day], []).append(day)
    rules = [f"{_names(some)} {_times(row)}" for row, some in days.items() if row != _SHUT]
    if not rules and week[PUBLIC] in (_SHUT, _NOT_SAID):
        return ""
    if week[PUBLIC] != _NOT_SAID:
        rules.append(f"{PUBLIC} {_times(week[PUBLIC])}")
    return "; ".join(rules)


def clock(times: tuple[tuple[int, int], ...], joint: str = ",") -> str:
    """Return times as `09:00-12:00,13:00-17:00`."""
    return joint.join(f"{_clock(opens)}-{_end(closes)}" for opens, closes in times)


def _days(rule: Rule) -> tuple[str, ...]:
    """Return the rows that a rule is about; none if it is about some of these days only."""
    if len(rule.selectors) > 1 or rule.is_additional or rule.is_fallback:
        return ()
    if not rule.selectors:
        return WEEKDAYS
    found = set[str]()
    for each in rule.selectors[0]:
        if isinstance(each, Weekdays):
            found |= {WEEKDAYS[number] for number in each.numbers()}
        elif each == Holidays(PUBLIC, 0):
            found.add(PUBLIC)
        else:
            return ()
    return tuple(day for day in ROWS if day in found)


def _row(rule: Rule) -> Row | None:
    if rule.state == CLOSED:
        return None if rule.times else _SHUT
    if rule.is_conditional:
        return Row(APPOINTMENT, rule.times)
    if rule.state != OPEN:
        return None
    return Row(DAY_AND_NIGHT) if rule.spans == _WHOLE_DAY else Row(OPEN, rule.times)


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
    return " ".join(filter(None, (clock(row.times), _COMMENT if row.word == APPOINTMENT else "")))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _end(closes: int) -> str:
    return _MIDNIGHT if closes == MINUTES_OF_DAY else _clock(closes % MINUTES_OF_DAY)
