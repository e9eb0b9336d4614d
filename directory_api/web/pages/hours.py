"""Opening hours in a visitor's words: the days by their names, from when until when, by the clock of 24 hours."""

import copy
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from babel import Locale, localedata
from babel.lists import format_list

from directory_api.domain.hours.weekly import DAYS, Weekly, weekly

# At the end only: a rule that comes after it would open the door again.
_HOLIDAYS_OFF = re.compile(r" *; *PH +(?:off|closed) *$")
# Two days are as short as a list, and read at once.
_LEAST_RANGE = 3


@cache
def day_names(tag: str) -> tuple[str, ...]:
    """The days of the week in a language (BCP 47), from Monday on, as they stand by themselves.

    Read from a copy: where a language has no names of its own for this, Babel (2.18) writes those that it found
    into a dictionary that languages share, and who came after a reader of Pashto would read the days in Pashto.
    """
    own: Any = copy.deepcopy(localedata.load(str(_locale(tag))))
    names = localedata.LocaleDataDict(own)["days"]["stand-alone"]["wide"]
    return tuple(names[number] for number in range(len(DAYS)))


def holidays_apart(expression: str) -> tuple[str, bool]:
    """Hours in OpenStreetMap's syntax without their last rule, where that closes on public holidays; and whether so."""
    rest, closes = _HOLIDAYS_OFF.subn("", expression)
    return rest, bool(closes)


def lines(expression: str, tag: str) -> tuple[str, ...]:
    """Such hours as `Monday – Friday: 09:00 – 17:00`, a line for each; empty where weeks cannot say them."""
    locale = _locale(tag)
    days = groupby(weekly(expression), key=lambda each: each.days)
    return tuple(f"{_days(named, tag)}: {', '.join(_times(times, locale))}" for named, times in days)


def _days(days: Sequence[str], tag: str) -> str:
    """`Monday – Friday`, `Saturday and Sunday`, or both."""
    locale, names, said = _locale(tag), day_names(tag), list[str]()
    # Neighbours have the same distance from their place among the days that are named.
    for _, run in groupby(enumerate(map(DAYS.index, days)), key=lambda each: each[1] - each[0]):
        found = [names[day] for _, day in run]
        said += [_range(found[0], found[-1], locale)] if len(found) >= _LEAST_RANGE else found
    return format_list(said, locale=locale)


def _times(times: Iterator[Weekly], locale: Locale) -> Iterator[str]:
    return (_range(each.opens, each.closes, locale) for each in times)


def _range(first: str, last: str, locale: Locale) -> str:
    """From and until, as the language writes it."""
    return str(locale.interval_formats[None]).format(first, last)


def _locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")
