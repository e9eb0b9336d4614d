"""The names of provinces and countries, which people type with a town, or where one is asked
for.
"""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from directory_api.countries.known import known
from directory_api.text.normalize import fold

_WORD = re.compile(r"[^\W_]+")


class Province(NamedTuple):
    """A province or region: its ISO 3166-2 code, and one of its names."""

    subdivision: str
    name: str


@cache
def provinces() -> Mapping[str, Province]:
    """Return every province of the known countries by each of its names, folded."""
    return MappingProxyType(
        {
            fold(name): Province(subdivision, name)
            for country in known().values()
            for subdivision, names in country.regions.items()
            for name in names
        }
    )


def is_province_of(name: str, subdivision: str | None) -> bool:
    """Return whether a name is that of a province or region (ISO 3166-2)."""
    province = provinces().get(fold(name))
    return province is not None and province.subdivision == subdivision


@cache
def _names_of_country(country: str) -> frozenset[str]:
    return frozenset(map(fold, known()[country].names)) if country in known() else frozenset()


def without_country(text: str, country: str) -> str:
    """Return a normalised text without the name of a country (ISO 3166-1) at its end, in one of the
    languages in which it is known: `Gent` for `Gent, België`. A name alone stays.
    """
    names = _names_of_country(country)
    for word in [*_WORD.finditer(text)][1:]:
        if fold(text[word.start() :]) in names:
            return text[: word.start()].rstrip(" ,(/-")
    return text
