"""Examples for documentation: of the directory's own country, where they work."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from directory_api.config import shipped
from directory_api.countries.known import home_of, known


def is_shipped_country() -> bool:
    """Return whether the directory's own country is that of the shipped documents."""
    return own_country() in ("", home_of(shipped("data")))


def own_country() -> str:
    """Return the directory's own country (ISO 3166-1); empty if none can be read."""
    return next(iter(known()), "")


@cache
def own_values() -> Mapping[str, str]:
    """Return what the own country has for a parameter of a request."""
    here = known().get(own_country())
    if here is None or here.postcode is None:
        return MappingProxyType({})
    code = here.postcode.example
    return MappingProxyType({"postcode": code, "place": code, "country": here.code})
