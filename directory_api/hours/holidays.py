"""Public holidays by country, and the date of Easter."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, TypeAlias


@lru_cache(maxsize=256)
def easter(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar.

    The algorithm is by Meeus, Jones and Butcher (Astronomical Algorithms, 1991, chapter 8).
    """
    century, of_century = divmod(year, 100)
    golden = year % 19
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


# A day of each year: month and day, days from Easter Sunday, or what gives it. Or one of one year.
_Day: TypeAlias = tuple[int, int] | int | Callable[[int], date] | date
_GOOD_FRIDAY, _EASTER, _EASTER_MONDAY = -2, 0, 1
_ASCENSION, _WHIT_SUNDAY, _WHIT_MONDAY, _CORPUS_CHRISTI = 39, 49, 50, 60


class _Calendar(NamedTuple):
    """The public holidays of a country, and the days that are one only in a part of it or only for
    some of those who work: on these, it is not known whether a centre has a holiday.
    """

    holidays: tuple[_Day, ...]
    unclear: tuple[_Day, ...] = ()


def _day_of_repentance(year: int) -> date:
    """Wednesday before 23 November."""
    last = date(year, 11, 22)
    return last - timedelta(days=(last.weekday() - 2) % 7)


def _day_of_the_king(year: int) -> date:
    """27 April, or the day before if that is a Sunday."""
    day = date(year, 4, 27)
    return day - timedelta(days=day.isoweekday() == 7)


# By ISO 3166-1, each by the law of the country. The package holidays has almost every country;
# compared with these laws, two of five have days that are not holidays for everybody (ADR 12).
_CALENDARS: Mapping[str, _Calendar] = MappingProxyType(
    {
        # The ten legal ones: the Act of 4 January 1974 and the Royal Decree of 18 April 1974.
        # Easter Sunday and Whit Sunday are not among them.
        "BE": _Calendar(
            ((1, 1), _EASTER_MONDAY, (5, 1), _ASCENSION, _WHIT_MONDAY, (7, 21), (8, 15), (11, 1),
             (11, 11), (12, 25))
        ),
        # Those of all sixteen states; 3 October is in the Unification Treaty (article 2), the
        # others are in the holiday act of each state. Unclear: those of some states or towns.
        "DE": _Calendar(
            ((1, 1), _GOOD_FRIDAY, _EASTER_MONDAY, (5, 1), _ASCENSION, _WHIT_MONDAY, (10, 3),
             (12, 25), (12, 26)),
            ((1, 6), (3, 8), _EASTER, _WHIT_SUNDAY, _CORPUS_CHRISTI, (8, 8), (8, 15), (9, 20),
             (10, 31), (11, 1), _day_of_repentance,
             # In Berlin.
             date(2025, 5, 8), date(2028, 6, 17)),
        ),
        # Code du travail, L3133-1. Unclear: those of Alsace and Moselle (L3134-13), and of the
        # departments and islands overseas to which this code applies (L3422-2, and custom).
        "FR": _Calendar(
            ((1, 1), _EASTER_MONDAY, (5, 1), (5, 8), _ASCENSION, _WHIT_MONDAY, (7, 14), (8, 15),
             (11, 1), (11, 11), (12, 25)),
            (_GOOD_FRIDAY, (12, 26), -24, (4, 27), (5, 22), (5, 27), (5, 28), (6, 10), (7, 21),
             (10, 9), (12, 20)),
        ),
        # Code du travail, L.232-2. Days on which only banks are closed are not among them.
        "LU": _Calendar(
            ((1, 1), _EASTER_MONDAY, (5, 1), (5, 9), _ASCENSION, _WHIT_MONDAY, (6, 23), (8, 15),
             (11, 1), (12, 25), (12, 26))
        ),
        # Algemene termijnenwet, article 3. Unclear: it names Good Friday and 5 May, on which most
        # people work (5 May but for every fifth year), and two Sundays are holidays without it.
        "NL": _Calendar(
            ((1, 1), _EASTER_MONDAY, _day_of_the_king, _ASCENSION, _WHIT_MONDAY, (12, 25),
             (12, 26)),
            (_GOOD_FRIDAY, _EASTER, (5, 5), _WHIT_SUNDAY),
        ),
    }
)  # fmt: skip
# Those whose public holidays are known. School holidays (SH) are known nowhere: they differ between
# schools and regions.
COUNTRIES = tuple(_CALENDARS)


def is_public_holiday(country: str, day: date) -> bool | None:
    """Return whether a day is a public holiday in a country (ISO 3166-1).

    None if that is not known: in a country that is not in COUNTRIES, and on a day that is one only
    in a part of the country or only for some of those who work.
    """
    return _of_year(country, day.year).get(day, False) if country in _CALENDARS else None


@lru_cache(maxsize=256)
def _of_year(country: str, year: int) -> Mapping[date, bool | None]:
    calendar = _CALENDARS[country]
    unclear = dict.fromkeys(_dates(calendar.unclear, year))
    return {**unclear, **dict.fromkeys(_dates(calendar.holidays, year), True)}


def _dates(days: Iterable[_Day], year: int) -> Iterator[date]:
    for day in days:
        if isinstance(day, int):
            yield easter(year) + timedelta(days=day)
        elif isinstance(day, tuple):
            yield date(year, *day)
        else:
            yield day if isinstance(day, date) else day(year)
