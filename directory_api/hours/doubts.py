"""Why hours, or parts of them, count as unknown: what a maintainer should write more clearly."""

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from directory_api.hours.days import Days
from directory_api.hours.holidays import PUBLIC_HOLIDAYS
from directory_api.hours.rules import MINUTES_OF_DAY, OPEN, PUBLIC, UNKNOWN, Holidays, Rule
from directory_api.hours.syntax import parse

_DAYS_OF_YEAR = 366
_COMMENT = (
    "Hours with a comment count as unknown, never as open. Move the explanation to the description."
)
_NO_CALENDAR = (
    "School holidays, and public holidays outside {countries}, are not known: hours that depend on "
    "them count as unknown. Name the dates instead, such as Jul 14 off."
)
_NIGHTS = (
    "Some of the hours past midnight count as unknown, because another rule applies to the next "
    "day. Write the hours after midnight in the rule of the day on which they are: "
    "Sa 22:00-24:00; Su 00:00-04:00,10:00-12:00."
)


@lru_cache(maxsize=1024)
def doubt(expression: str, country: str, year: int) -> str | None:
    """Return the first reason for which hours are unknown at some time of a year, in a sentence.

    None without a reason, if the rules themselves say `unknown`, and if the expression cannot be
    read. `country` is ISO 3166-1.
    """
    try:
        hours = parse(expression)
    except ValueError:
        return None
    if any(rule.is_conditional for rule in hours.rules):
        return _COMMENT
    if hours.unclear:
        return hours.unclear
    selectors = (each for rule in hours.rules for part in rule.selectors for each in part)
    kinds = {each.kind for each in selectors if isinstance(each, Holidays)}
    if kinds - {PUBLIC} or (kinds and country not in PUBLIC_HOLIDAYS):
        return _NO_CALENDAR.format(countries=", ".join(PUBLIC_HOLIDAYS))
    return _NIGHTS if _has_ambiguous_nights(hours.rules, country, year) else None


def _has_ambiguous_nights(rules: tuple[Rule, ...], country: str, year: int) -> bool:
    if all(end <= MINUTES_OF_DAY for rule in rules for _, end in rule.times):
        return False
    days = Days(
        [replace(rule, state=OPEN) if rule.state == UNKNOWN else rule for rule in rules], country
    )
    first = date(year, 1, 1)
    return any(
        period.state == UNKNOWN
        for number in range(_DAYS_OF_YEAR)
        for period in days.periods(first + timedelta(days=number))
    )
