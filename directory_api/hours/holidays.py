"""Public holidays by country, and the date of Easter."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from directory_api.countries.known import Holiday, calendars, known


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


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EASTER = re.compile(r"easter([+-][0-9]{1,3})?\Z")


def has_public_holidays(country: str) -> bool:
    """Return whether the public holidays of a country (ISO 3166-1) are listed.

    School holidays (SH) are listed nowhere: they differ between schools and regions.
    """
    here = known().get(country)
    return here is not None and here.public_holidays is not None


def is_public_holiday(country: str, day: date) -> bool | None:
    """Return whether a day is a public holiday in a country (ISO 3166-1).

    None if that is not known: on a day that is one only in a part of the country or only for some
    of those who work, and, in a country whose holidays of the year are not listed, on one of any
    other country.
    """
    listed = _of_year(country, day.year)
    if listed:
        return listed.get(day, False)
    return None if day in _of_any_country(day.year) else False


@lru_cache(maxsize=256)
def _of_any_country(year: int) -> frozenset[date]:
    """Return the days of a year that are holidays, or may be, in a country that is listed here or
    in the shipped data: a folder of one country alone has no other calendar.
    """
    return frozenset(day for days in calendars() for day in days_of(days, year))


@lru_cache(maxsize=256)
def _of_year(country: str, year: int) -> Mapping[date, bool | None]:
    here = known().get(country)
    if here is None:
        return {}
    unclear = dict.fromkeys(days_of(here.unclear_holidays, year))
    return {**unclear, **dict.fromkeys(days_of(here.public_holidays or (), year), True)}


def days_of(days: Iterable[Holiday], year: int) -> list[date]:
    """Return the days of a year that a country's file lists. Raises KeyError, TypeError or
    ValueError for what is no day.
    """
    found = (_moving(day, year) if isinstance(day, Mapping) else _date(day, year) for day in days)
    return [day for day in found if day.year == year]


def _date(text: str, year: int) -> date:
    """Return the day of a year: `01-31` of each, `easter+1` after Easter Sunday, or `2028-06-17` of
    one year. Raises ValueError for another text.
    """
    if match := _EASTER.match(text):
        return easter(year) + timedelta(days=int(match[1] or 0))
    return date.fromisoformat(text if text.count("-") > 1 else f"{year}-{text}")


def _moving(day: Mapping[str, str], year: int) -> date:
    """Return a day that depends on weekdays: the last `weekday` before `before`; or `day`, and
    `on_sunday` instead where that is a Sunday.
    """
    if "weekday" in day:
        last = _date(day["before"], year) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - _WEEKDAYS.index(day["weekday"])) % 7)
    own = _date(day["day"], year)
    return own if _WEEKDAYS[own.weekday()] != "Sunday" else _date(day["on_sunday"], year)
