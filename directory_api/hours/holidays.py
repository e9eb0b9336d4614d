"""Public holidays by country, and the date of Easter."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType


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


@lru_cache(maxsize=256)
def _belgian(year: int) -> frozenset[date]:
    """The ten legal ones: the Act of 4 January 1974 and the Royal Decree of 18 April 1974.

    Easter Sunday and Whit Sunday are not among them.
    """
    fixed = ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))
    monday_ascension_whit_monday = (1, 39, 50)
    return frozenset(date(year, month, day) for month, day in fixed) | {
        easter(year) + timedelta(days=days) for days in monday_ascension_whit_monday
    }


# By ISO 3166-1: what gives the public holidays of a year. A country that is not here has unknown
# ones, and so have school holidays (SH) everywhere: they differ between schools and regions.
PUBLIC_HOLIDAYS: Mapping[str, Callable[[int], frozenset[date]]] = MappingProxyType({"BE": _belgian})
