"""Why hours, or parts of them, count as unknown: what a maintainer should write more clearly."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from directory_api.hours.days import Days
from directory_api.hours.holidays import has_public_holidays, is_public_holiday
from directory_api.hours.rules import (
    BY_APPOINTMENT,
    MINUTES_OF_DAY,
    OPEN,
    PUBLIC_HOLIDAYS,
    UNKNOWN,
    Holidays,
    HoursRule,
)
from directory_api.hours.syntax import parse_hours
from directory_api.text.message import Joined, Message
from directory_api.text.named import Day

_DAYS_OF_YEAR = 366
_COMMENT = Message(
    "Hours with a comment count as unknown, never as open. Move the explanation to the description."
)
_SCHOOL_HOLIDAYS = Message(
    "School holidays are not known: hours that depend on them count as unknown. Name the dates "
    "instead, such as Jul 14 off."
)
_NO_LIST = Message(
    "The public holidays of this country are not known: on days that are holidays in other "
    "countries, these hours count as unknown, and on all others as on an ordinary day. Name the "
    "dates, such as Jul 14 off."
)
_NIGHTS = Message(
    "Some of the hours past midnight count as unknown, because another rule applies to the next "
    "day. Write the hours after midnight in the rule of the day on which they are: "
    "Sa 22:00-24:00; Su 00:00-04:00,10:00-12:00."
)


@lru_cache(maxsize=1024)
def doubt(expression: str, country: str, year: int) -> Message | None:
    """Return the first reason for which hours are unknown at some time of a year, in a sentence.

    None without a reason, if the rules themselves say `unknown` or BY_APPOINTMENT, and if the
    expression cannot be read. `country` is ISO 3166-1.
    """
    try:
        hours = parse_hours(expression)
    except ValueError:
        return None
    if any(rule.is_conditional and rule.comment != BY_APPOINTMENT for rule in hours.rules):
        return _COMMENT
    if hours.unclear:
        return hours.unclear
    selectors = (each for rule in hours.rules for part in rule.selectors for each in part)
    holidays = {each for each in selectors if isinstance(each, Holidays)}
    if any(each.kind != PUBLIC_HOLIDAYS for each in holidays):
        return _SCHOOL_HOLIDAYS
    if holidays and not has_public_holidays(country):
        return _NO_LIST
    offsets = {each.offset for each in holidays}
    if unclear := list(_unclear_holidays(hours.rules, offsets, country, year)):
        return Message(
            "It is not certain that these days are public holidays for everybody, so hours that "
            "depend on public holidays count as unknown: {days}. Say at the end what holds on "
            "them, for example: PH off; Dec 26 off.",
            days=Joined.of(unclear),
        )
    return _NIGHTS if _has_ambiguous_nights(hours.rules, country, year) else None


def _unclear_holidays(
    rules: tuple[HoursRule, ...], offsets: Iterable[int], country: str, year: int
) -> Iterator[Day]:
    """Yield the days of a year that may be holidays, if it makes a difference; `offsets` are the
    numbers of days from a holiday that the rules name.
    """
    days = _days_of(rules, country)
    for day in _year(year):
        if is_public_holiday(country, day) is None and any(
            _is_unknown(days, day + timedelta(days=offset)) for offset in offsets
        ):
            yield Day(day.isoformat())


def _has_ambiguous_nights(rules: tuple[HoursRule, ...], country: str, year: int) -> bool:
    if all(end <= MINUTES_OF_DAY for rule in rules for _, end in rule.times):
        return False
    days = _days_of(rules, country)
    return any(_is_unknown(days, day) for day in _year(year))


def _days_of(rules: tuple[HoursRule, ...], country: str) -> Days:
    """Return days that are unknown only where it is in doubt which rule holds."""
    certain = [replace(rule, state=OPEN) if rule.state == UNKNOWN else rule for rule in rules]
    return Days(certain, country)


def _year(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range(_DAYS_OF_YEAR))


def _is_unknown(days: Days, day: date) -> bool:
    return any(period.state == UNKNOWN for period in days.periods(day))
