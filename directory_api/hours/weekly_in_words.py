"""Opening hours that repeat every week, in words.

features/pages/src/weekly.js writes the same on a device.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from directory_api.hours.rules import WEEKDAYS
from directory_api.hours.weekly import Weekly, holidays_apart, weekly
from directory_api.text.translations import locale_of, words

if TYPE_CHECKING:
    from babel import Locale

# A range of two days would be no shorter than a list, and a list is easier to read.
_LEAST_RANGE = 3


@cache
def day_names(tag: str) -> tuple[str, ...]:
    """Return the days of the week in a language (BCP 47), from Monday, as standalone names.

    They are read from a copy. If a language has no standalone names, Babel (2.18) writes its
    fallback into a dictionary that languages share: after a request in Pashto, other languages
    would get their days in Pashto.
    """
    from babel import localedata  # see text/translations.py

    own: Any = copy.deepcopy(localedata.load(str(locale_of(tag))))
    names = localedata.LocaleDataDict(own)["days"]["stand-alone"]["wide"]
    return tuple(names[number] for number in range(len(WEEKDAYS)))


@cache
def week_words(tag: str) -> Mapping[str, Any]:
    """Return what a device needs to write weekly hours as hours_lines does: the names of the days
    from Monday, and the patterns of a range and of a list.
    """
    locale = locale_of(tag)
    return MappingProxyType(
        {
            "days": day_names(tag),
            "range": str(locale.interval_formats[None]),
            "list": dict(locale.list_patterns["standard"]),
        }
    )


# The hours of so many centres in one language, of a few hundred bytes each.
@lru_cache(maxsize=1_000)
def hours_lines(expression: str, tag: str) -> tuple[tuple[str, ...], bool]:
    """Return weekly hours as lines such as `Monday – Friday: 09:00 – 17:00` in a language (BCP 47),
    and whether the centre is closed on public holidays besides.

    There are no lines if the hours are not the same every week.
    """
    week, closed_on_holidays = holidays_apart(expression)
    locale, line = locale_of(tag), words(tag)["hours.line"]
    by_days = groupby(weekly(week), key=lambda hours: hours.days)
    lines = tuple(
        line.format(days=_days(days, tag), times=", ".join(_times(hours, locale)))
        for days, hours in by_days
    )
    return lines, closed_on_holidays


def _days(days: Sequence[str], tag: str) -> str:
    """Return `Monday – Friday`, `Saturday and Sunday`, or both joined."""
    from babel.lists import format_list

    locale, names, parts = locale_of(tag), day_names(tag), list[str]()
    numbered = enumerate(map(WEEKDAYS.index, days))
    # In a run of consecutive days, the day number minus the position is constant.
    for _, run in groupby(numbered, key=lambda pair: pair[1] - pair[0]):
        run_names = [names[day] for _, day in run]
        is_range = len(run_names) >= _LEAST_RANGE
        parts += [_range(run_names[0], run_names[-1], locale)] if is_range else run_names
    return format_list(parts, locale=locale)


def _times(hours: Iterator[Weekly], locale: "Locale") -> Iterator[str]:
    return (_range(span.opens, span.closes, locale) for span in hours)


def _range(first: str, last: str, locale: "Locale") -> str:
    """Return a range as the language writes it."""
    return str(locale.interval_formats[None]).format(first, last)
