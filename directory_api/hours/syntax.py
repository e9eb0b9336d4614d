"""OpenStreetMap's opening_hours syntax, read into rules.

The parts of a rule have the order of the specification: years, months or dates, weeks, weekdays and
holidays, times, the state, a comment. Spaces and the case of letters have no meaning. Hours by the
sun, with an open end (`17:00+`, `Jan 5+`) and at dates that depend on a weekday (`Dec 25 -Su`)
belong to the syntax and are accepted, but are not evaluated.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from directory_api.hours.rules import (
    CLOSED,
    MINUTES_OF_DAY,
    MONTHS,
    OPEN,
    UNKNOWN,
    WEEKDAYS,
    Dates,
    DayOfYear,
    Holidays,
    HoursRule,
    Months,
    Selector,
    WeekdayOfMonth,
    Weekdays,
    Weeks,
    Years,
    is_day_of_month,
)
from directory_api.text.message import Message

# Day and night.
AROUND_THE_CLOCK = "24/7"
_STATES = {"open": OPEN, "off": CLOSED, "closed": CLOSED, "unknown": UNKNOWN}
_LAST_YEAR, _LAST_WEEK = 9999, 53
_LEAP_YEAR = 2000

_LETTERS = re.compile("[a-z]+", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
# `Apr-Oct: Mo-Fr 10:00-12:00`, a colon for readability.
_COLONS = re.compile(": ")
# Spaces beside a sign are removed, `PH -1 day` is `PH-1 day`. The others separate parts of a rule.
_SPACES = re.compile(r" *([-,;+/()\[\]]|\|\|) *| +")


def _one_or_more(item: str) -> re.Pattern[str]:
    return re.compile(f"(?:{item})(?:,(?:{item}))*")


# What follows must not make it the hour of a time.
_NUMBER = "[0-9]{1,2}(?![0-9:])"
_MONTH, _WEEKDAY = "|".join(MONTHS), "|".join(WEEKDAYS)
_LATER = "[-+][0-9]{1,3} days?"
_IN_MONTH = r"\[(?:-?[1-5]|[1-5]-[1-5])(?:,(?:-?[1-5]|[1-5]-[1-5]))*\]"
_DATE = f"(?:easter(?:{_LATER})?|(?:{_MONTH}) ?{_NUMBER})"
_DATES = rf"{_DATE}(?:-(?:(?:[0-9]{{4}} )?{_DATE}|{_NUMBER}))?\+?|(?:{_MONTH})(?:-(?:{_MONTH}))?"
# `Dec 25 -Su`, `Jan 6 +1 day`, `Mar Su[-1]-Oct Su[-1]`
_MOVED = f"(?:{_MONTH}) ?{_NUMBER}(?:[-+](?:{_WEEKDAY})(?![a-z])|{_LATER})"
_NTH_DAY = f"(?:{_MONTH}) (?:{_WEEKDAY}){_IN_MONTH}(?:{_LATER})?"
_MOVING_DATES = f"(?:{_DATE}-)?{_MOVED}(?:-{_DATE})?|{_NTH_DAY}-{_NTH_DAY}"
_CLOCK = "[0-9]{1,2}:[0-5][0-9]"
_SUN = "sunrise|sunset|dawn|dusk"
_TIME = rf"(?:{_CLOCK}|{_SUN}|\((?:{_SUN})[-+]{_CLOCK}\))"
_DAY = rf"(?:{_WEEKDAY})(?:{_IN_MONTH}(?:{_LATER})?|-(?:{_WEEKDAY}))?|[PS]H(?:{_LATER})?"

_YEARS = _one_or_more(r"[0-9]{4}(?:-[0-9]{4})?(?:/[1-9][0-9]?|\+)?")
# A day without a month is in the month of the one before it: `Dec 24-26,31`.
_MONTHS = re.compile(
    f"(?:{_MOVING_DATES}|{_DATES})(?:,(?:{_MOVING_DATES}|{_DATES}|{_NUMBER}(?:-{_NUMBER})?))*"
)
_WEEKS = re.compile(f"week ?{_one_or_more(f'{_NUMBER}(?:-{_NUMBER}(?:/{_NUMBER})?)?').pattern}")
_DAYS = _one_or_more(_DAY)
_TIMES = re.compile(rf"24/7|{_one_or_more(rf'{_TIME}(?:-{_TIME}[+]?|[+])').pattern}")
_STATE = re.compile("|".join(_STATES))
_COMMENT = re.compile('""')
_JOINT = re.compile(r"[;,]|\|\|")

_EACH_DAY = re.compile(_DAY)
_EACH_TIME = re.compile(r"([0-9]+):([0-9]+)-([0-9]+):([0-9]+)")
_EACH_DATE = re.compile(_DATES + f"|{_NUMBER}(?:-{_NUMBER})?")
_PARTS_OF_DATE = re.compile(
    r"(?:(?P<year>[0-9]{4}) )?"
    rf"(?:easter(?:(?P<later>[-+][0-9]+) days?)?|(?:(?P<month>{_MONTH}) ?)?(?P<day>[0-9]+))"
)


@dataclass(frozen=True, slots=True)
class Hours:
    """The rules of an expression.

    `unclear` tells a maintainer why they cannot be evaluated; None if they can.
    """

    rules: tuple[HoursRule, ...]
    unclear: Message | None


# As many as the centres of a bundle, of which each may have its own.
@lru_cache(maxsize=10_000)
def parse_hours(expression: str) -> Hours:
    """Read an expression. Raises ValueError, which names the rule that cannot be read."""
    reader = _Reader(expression)
    comments = iter(_QUOTED.findall(expression))
    rules: list[HoursRule] = []
    unclear: list[Message] = []
    joint = ";"
    while joint:
        before = rules[-1:]
        try:
            parts = _Parts(*map(reader.take, _PATTERNS))
            comment = next(comments).strip('"').lower() if parts.comment else ""
            rule = _rule(parts, joint, before, comment)
            joint = reader.end_of_rule()
        except ValueError as error:
            number = len(rules) + 1
            raise ValueError(Message("Rule {number} cannot be read.", number=number)) from error
        unclear += _unclear(parts, rule, before)
        rules.append(rule)
    return Hours(tuple(rules), unclear[0] if unclear else None)


class _Reader:
    """Takes parts from the beginning of an expression."""

    def __init__(self, expression: str) -> None:
        text = _LETTERS.sub(_in_case, _COLONS.sub(" ", _QUOTED.sub('""', expression)))
        self._text = _SPACES.sub(lambda space: space[1] or " ", text).strip(" ")
        self._at = 0

    def take(self, part: re.Pattern[str]) -> str:
        """Return the next part, without the space after it; nothing if it is another one."""
        match = part.match(self._text, self._at)
        if not match:
            return ""
        self._at = match.end() + self._text.startswith(" ", match.end())
        return match[0]

    def end_of_rule(self) -> str:
        """Return what joins the next rule; nothing at the end.

        Raises ValueError if the rule goes on with something else.
        """
        joint = self.take(_JOINT)
        if not joint and self._at < len(self._text):
            raise ValueError
        return joint


def _in_case(letters: re.Match[str]) -> str:
    """Return a word as OpenStreetMap writes it."""
    upper, capital = letters[0].upper(), letters[0].capitalize()
    if upper in ("PH", "SH"):
        return upper
    return capital if capital in (*MONTHS, *WEEKDAYS) else letters[0].lower()


class _Parts(NamedTuple):
    """The texts of one rule, each empty if the rule has none."""

    years: str
    months: str
    weeks: str
    days: str
    more_days: str
    times: str
    state: str
    comment: str


_PATTERNS = (_YEARS, _MONTHS, _WEEKS, _DAYS, _DAYS, _TIMES, _STATE, _COMMENT)


def _rule(parts: _Parts, joint: str, before: Sequence[HoursRule], comment: str) -> HoursRule:
    """Return a rule that follows another one, if there is one. Raises ValueError."""
    if not any(parts):
        raise ValueError
    state = _STATES[parts.state or "open"]
    # A comment names a condition: an appointment, a call, a bell.
    is_conditional = bool(parts.comment) and state == OPEN
    return HoursRule(
        tuple(filter(None, _selectors(parts))),
        tuple(_times(parts.times)),
        UNKNOWN if is_conditional else state,
        is_conditional=is_conditional,
        comment=comment,
        is_additional=joint == ",",
        is_fallback=joint == "||" or (joint == "," and before[-1].is_fallback),
    )


def _unclear(parts: _Parts, rule: HoursRule, before: Sequence[HoursRule]) -> Iterator[Message]:
    """Yield why a rule cannot be evaluated."""
    if re.search(_SUN, parts.times):
        yield Message("Hours by the sun count as unknown. Give times of the clock.")
    if re.search(_MOVING_DATES, parts.months):
        yield Message("Dates that depend on a weekday count as unknown. Give the dates.")
    if "+" in parts.times or re.search(r"\+(?![0-9]+ day)", parts.months):
        yield Message(
            "Hours with an open end (17:00+, Jan 5+) count as unknown. Give the end, too."
        )
    if parts.years and any(_is_over_new_year(each) for part in rule.selectors for each in part):
        yield Message(
            "A year and dates over its end have two meanings. Give the year of both dates."
        )
    if parts.more_days and not _is_holiday_and_weekdays(rule.selectors[-2:]):
        yield Message(
            "Holidays beside weekdays have two meanings. Put a comma between all of them."
        )
    follows_days = any(each.selectors for each in before) or rule.state == UNKNOWN
    if before and rule.replaces and rule.times and not rule.selectors and follows_days:
        yield Message("A later rule without days has two meanings. Name its days, such as Mo-Su.")


def _is_over_new_year(selector: Selector) -> bool:
    return (
        isinstance(selector, Dates)
        and not selector.last.year
        and selector.first.in_year(_LEAP_YEAR) > selector.last.in_year(_LEAP_YEAR)
    )


def _is_holiday_and_weekdays(parts: tuple[tuple[Selector, ...], ...]) -> bool:
    """Whether one part is a single holiday, and the other has only weekdays: `PH Mo-Fr`."""
    (holiday, *others), weekdays = sorted(parts, key=lambda part: isinstance(part[0], Weekdays))
    has_more = others or any(isinstance(each, Holidays) for each in weekdays)
    return isinstance(holiday, Holidays) and not has_more


def _selectors(parts: _Parts) -> Iterator[tuple[Selector, ...]]:
    """Yield the selectors of each part; of a part without text there are none."""
    dates = tuple(_dates(parts.months))
    if any(isinstance(each, Dates) and each.last.year for each in dates):
        yield (_with_year(int(parts.years), *dates),)
    else:
        yield tuple(map(_years, _items(parts.years)))
        yield dates
    yield tuple(map(_weeks, _items(parts.weeks.removeprefix("week").strip())))
    yield tuple(_day_selectors(parts.days))
    yield tuple(_day_selectors(parts.more_days))


def _items(text: str) -> list[str]:
    return text.split(",") if text else []


def _years(text: str) -> Years:
    if text.endswith("+"):
        return Years(int(text[:-1]), _LAST_YEAR, 1)
    first, last, step = _numbers(text)
    return Years(first, _LAST_YEAR if step and "-" not in text else last, step or 1)


def _weeks(text: str) -> Weeks:
    first, last, step = _numbers(text)
    if not 1 <= first <= last <= _LAST_WEEK:
        raise ValueError
    return Weeks(first, last, step or 1)


def _numbers(text: str) -> tuple[int, int, int]:
    """Return the numbers of `1-10/2`; the last is the first one without it, and the step is 0."""
    span, _, step = text.partition("/")
    first, _, last = span.partition("-")
    if last and int(last) < int(first):
        raise ValueError
    return int(first), int(last or first), int(step or 0)


def _dates(text: str) -> Iterator[Selector]:
    month: int | None = None
    if re.search(_MOVING_DATES, text):
        return
    for match in _EACH_DATE.finditer(text):
        if match[0][:3] in MONTHS and not re.search("[0-9]", match[0]):
            first, _, last = match[0].partition("-")
            yield Months(MONTHS.index(first) + 1, MONTHS.index(last or first) + 1)
            continue
        ends = list(_PARTS_OF_DATE.finditer(match[0]))
        start = _day_of_year(ends[0], month)
        end = _day_of_year(ends[-1], start.month)
        if ends[-1]["month"] is None and end.month == start.month and end.day < start.day:
            raise ValueError
        month = end.month
        yield Dates(start, end)


def _day_of_year(date: re.Match[str], month: int | None) -> DayOfYear:
    """Return a day; without the name of a month it is in the one given. Raises ValueError."""
    year = int(date["year"]) if date["year"] else None
    if not date["day"]:
        return DayOfYear(year, None, 0, int(date["later"] or 0))
    month = MONTHS.index(date["month"]) + 1 if date["month"] else month
    if month is None or not is_day_of_month(month, int(date["day"])):
        raise ValueError
    return DayOfYear(year, month, int(date["day"]), 0)


def _with_year(year: int, dates: Selector, *others: Selector) -> Dates:
    """Return dates between two years, `2026 Dec 24-2027 Jan 3`, with the year of the first.

    Raises ValueError if the last is before the first.
    """
    if others or not isinstance(dates, Dates):
        raise ValueError
    first = replace(dates.first, year=year)
    if first.in_year(year) > dates.last.in_year(year):
        raise ValueError
    return Dates(first, dates.last)


def _day_selectors(text: str) -> Iterator[Selector]:
    for match in _EACH_DAY.finditer(text):
        name, rest = match[0][:2], match[0][2:]
        if name not in WEEKDAYS:
            yield Holidays(name, int(rest.split()[0]) if rest else 0)
        elif rest.startswith("["):
            numbers, _, later = rest[1:].partition("]")
            offset = int(later.split()[0]) if later else 0
            for number in numbers.split(","):
                first, _, last = number[1:].partition("-")
                start = int(number[0] + first)
                yield from (
                    WeekdayOfMonth(WEEKDAYS.index(name), each, offset)
                    for each in range(start, int(last or start) + 1)
                )
        else:
            yield Weekdays(WEEKDAYS.index(name), WEEKDAYS.index(rest[1:] or name))


def _times(text: str) -> Iterator[tuple[int, int]]:
    """Yield the minutes of times by the clock; those by the sun have no minutes."""
    if text == AROUND_THE_CLOCK:
        yield 0, MINUTES_OF_DAY
    for match in _EACH_TIME.finditer(text):
        opens, closes = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if opens >= MINUTES_OF_DAY or closes > 2 * MINUTES_OF_DAY:
            raise ValueError
        yield opens, closes if closes > opens else closes + MINUTES_OF_DAY
