"""Opening hours as text: names of days, and ranges of times on the 24-hour clock."""

import copy
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from babel import Locale, localedata
from babel.lists import format_list

from directory_api.domain.hours.weekly import DAYS, Weekly, weekly

# At the end only: a later rule could open the centre again on a holiday.
_HOLIDAYS_OFF = re.compile(r" *; *PH +(?:off|closed) *$")
# A range of two days would be no shorter than a list, and a list is easier to read.
_LEAST_RANGE = 3


@cache
def day_names(tag: str) -> tuple[str, ...]:
    """Return the days of the week in a language (BCP 47), from Monday, as standalone names.

    They are read from a copy. If a language has no standalone names, Babel (2.18) writes its
    fallback into a dictionary that languages share: after a request in Pashto, other languages
    would get their days in Pashto.
    """
    own: Any = copy.deepcopy(localedata.load(str(_locale(tag))))
    names = localedata.LocaleDataDict(own)["days"]["stand-alone"]["wide"]
    return tuple(names[number] for number in range(len(DAYS)))


def holidays_apart(expression: str) -> tuple[str, bool]:
    """Split off a last rule that closes on public holidays.

    Returns the other hours in OpenStreetMap's syntax, and whether there was such a rule.
    """
    rest, closes = _HOLIDAYS_OFF.subn("", expression)
    return rest, bool(closes)


def lines(expression: str, tag: str) -> tuple[str, ...]:
    """Return weekly hours as lines such as `Monday – Friday: 09:00 – 17:00`.

    Empty if the hours are not the same every week.
    """
    locale = _locale(tag)
    days = groupby(weekly(expression), key=lambda each: each.days)
    return tuple(
        f"{_days(named, tag)}: {', '.join(_times(times, locale))}" for named, times in days
    )


def _days(days: Sequence[str], tag: str) -> str:
    """Return `Monday – Friday`, `Saturday and Sunday`, or both joined."""
    locale, names, said = _locale(tag), day_names(tag), list[str]()
    # In a run of consecutive days, the day number minus the position is constant.
    for _, run in groupby(enumerate(map(DAYS.index, days)), key=lambda each: each[1] - each[0]):
        found = [names[day] for _, day in run]
        said += [_range(found[0], found[-1], locale)] if len(found) >= _LEAST_RANGE else found
    return format_list(said, locale=locale)


def _times(times: Iterator[Weekly], locale: Locale) -> Iterator[str]:
    return (_range(each.opens, each.closes, locale) for each in times)


def _range(first: str, last: str, locale: Locale) -> str:
    """Return a range as the language writes it."""
    return str(locale.interval_formats[None]).format(first, last)


def _locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")
