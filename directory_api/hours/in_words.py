"""Opening hours in words, such as `Monday – Friday: 09:00 – 17:00` and `25 December: closed`.

An app can write the same from what hours/weekly.py returns (docs/bundle.md).
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from directory_api.hours.rules import MINUTES_OF_DAY, WEEKDAYS, Dates, DayOfYear, ranges
from directory_api.hours.syntax import AROUND_THE_CLOCK
from directory_api.hours.weekly import (
    WHOLE_DAY,
    WHOLE_DAY_UNCERTAIN,
    DateRange,
    Span,
    WeeklyHours,
    weekly_hours,
)
from directory_api.text.message import Texts, Value
from directory_api.text.translations import ENGLISH, locale_of, long_date, words

_LEAP_YEAR = 2000
_EVERY_DAY = tuple(range(len(WEEKDAYS)))
# A day and a year whose digits are in no month.
_SAMPLE_DAY, _SAMPLE_YEAR = 28, 2077
# In the place of the end of a range that is more than a year away.
_OPEN = "…"


def hours_lines(
    expression: str,
    country: str,
    today: date | None,
    tag: str,
    said: Callable[[str], str] | None = None,
) -> tuple[str, ...]:
    """Return hours in OpenStreetMap's syntax as lines in a language (BCP 47): what holds every
    week, on public holidays, and on dates from `today` on.

    `country` (ISO 3166-1) has public holidays. `said` returns the text of a key, by default as it
    is in the language. There are no lines if the hours are not known, or if they depend on the day
    and `today` is None.
    """
    texts = words(tag)
    said = said or texts.__getitem__
    if expression == AROUND_THE_CLOCK:
        return (said("hours.always"),)
    found = weekly_hours(expression, country, today)
    if found is None:
        return ()
    return tuple(_lines(found, texts["hours.line"], tag, said))


def _lines(found: WeeklyHours, line: str, tag: str, said: Callable[[str], str]) -> Iterator[str]:
    if found.is_closed:
        yield said("hours.closed")
    for days, times in found.week:
        hours = _times(times, tag, said)
        is_alike = days == _EVERY_DAY and times in ((WHOLE_DAY,), (WHOLE_DAY_UNCERTAIN,))
        yield hours if is_alike else line.format(days=_weekdays(days, tag), times=hours)
    if found.closed_on_holidays:
        yield said("hours.holidays")
    for dated in found.dated:
        dates = _joined((_dates(each, tag) for each in dated.dates), tag)
        for days, times in dated.week:
            hours = _times(times, tag, said)
            hours = line.format(days=_weekdays(days, tag), times=hours) if days else hours
            yield line.format(days=dates, times=hours)


def _times(times: Iterable[Span], tag: str, said: Callable[[str], str]) -> str:
    return ", ".join(_span(each, tag, said) for each in times) or said("hours.closed")


def _span(span: Span, tag: str, said: Callable[[str], str]) -> str:
    if span == WHOLE_DAY_UNCERTAIN:
        return said("hours.call_first")
    if span == WHOLE_DAY:
        return said("hours.always")
    hours = _range(time_of_day(span.opens), time_of_day(span.closes), tag)
    return hours if span.is_certain else f"{hours} ({said('hours.call_first')})"


def time_of_day(minutes: int) -> str:
    """Return minutes of a day as `09:00`; its end is `24:00`, and what is later on the next day."""
    minutes = minutes - MINUTES_OF_DAY if minutes > MINUTES_OF_DAY else minutes
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _weekdays(days: Iterable[int], tag: str) -> str:
    """Return `Monday – Friday`, `Saturday and Sunday`, or both joined."""
    names = day_names(tag)
    runs = ([names[day] for day in run] for run in ranges(days))
    return _joined((_range(run[0], run[-1], tag) if len(run) > 1 else run[0] for run in runs), tag)


def _dates(dates: DateRange, tag: str) -> str:
    first, last = (_date(day, tag) if day else _OPEN for day in dates)
    return first if first == last else _range(first, last, tag)


def _date(day: str, tag: str) -> str:
    *year, month, number = day.split("-")
    pattern = hours_words(tag)["full_dates" if year else "yearly_dates"][int(month) - 1]
    return str(pattern.format(int(number), *year))


def _range(first: str, last: str, tag: str) -> str:
    """Return a range as the language writes it."""
    return str(locale_of(tag).interval_formats[None]).format(first, last)


def _joined(parts: Iterable[str], tag: str) -> str:
    from babel.lists import format_list  # see text/translations.py

    return format_list(list(parts), locale=locale_of(tag))


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
def hours_words(tag: str) -> Mapping[str, Any]:
    """Return what writes hours in a language: the names of the days from Monday, the patterns of a
    range and of a list, and those of a date in each month, of every year and of one: {0} is the
    day, {1} the year.
    """
    locale = locale_of(tag)
    return MappingProxyType(
        {
            "days": day_names(tag),
            "range": str(locale.interval_formats[None]),
            "list": dict(locale.list_patterns["standard"]),
            "yearly_dates": tuple(_patterns(tag, _yearly)),
            "full_dates": tuple(_patterns(tag, long_date)),
        }
    )


def _patterns(tag: str, written: Callable[[date, str], str]) -> Iterator[str]:
    for month in range(1, 13):
        text = written(date(_SAMPLE_YEAR, month, _SAMPLE_DAY), _own(tag))
        # On paper and in narrow columns a day stays beside its month.
        text = text.replace(" ", "\N{NO-BREAK SPACE}")
        yield text.replace(str(_SAMPLE_DAY), "{0}").replace(str(_SAMPLE_YEAR), "{1}")


@dataclass(frozen=True)
class HoursInWords(Value):
    """Opening hours in OpenStreetMap's syntax, in a country (ISO 3166-1) and from a day on.

    Without a day, those that depend on it stay as they are written: maintainers know the syntax.
    """

    expression: str
    country: str = ""
    today: date | None = None

    def translate(self, texts: Texts) -> str:
        """Return them in words."""
        lines = hours_lines(self.expression, self.country, self.today, texts.tag)
        unknown = words(texts.tag)["open.unknown"] if self.today else self.expression
        return " · ".join(lines) or unknown


@dataclass(frozen=True)
class DatesInWords(Value):
    """Dates that exist, none of them Easter."""

    dates: Dates

    def translate(self, texts: Texts) -> str:
        """Return `24 December 2026`, or the first and the last day; without a year, each year."""
        ends = dict.fromkeys((self.dates.first, self.dates.last))
        return " – ".join(_day(each, texts.tag) for each in ends)


def _day(day: DayOfYear, tag: str) -> str:
    on = date(*day.in_year(_LEAP_YEAR))
    return _yearly(on, _own(tag)) if day.year is None else long_date(on, _own(tag))


def _yearly(day: date, tag: str) -> str:
    from babel.dates import format_skeleton  # see text/translations.py

    return str(format_skeleton("MMMMd", day, locale=locale_of(tag)))


def _own(tag: str) -> str:
    """Return a language; English without a country is American: December 24."""
    return "en-001" if tag == ENGLISH else tag
