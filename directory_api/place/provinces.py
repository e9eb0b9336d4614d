"""The names of provinces and regions, which people type where a town is asked for."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from directory_api.countries.known import known
from directory_api.text.normalize import fold


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
