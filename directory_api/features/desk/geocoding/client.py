"""Geocodes an address with Nominatim or Photon.

geopy builds the request and parses the response.
"""

import logging
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from geopy.exc import GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim, Photon

from directory_api import __version__
from directory_api.features.desk.geocoding.errors import GeocoderUnavailable
from directory_api.features.desk.geocoding.http import Clock, SingleHostAdapter, scheme_of
from directory_api.features.desk.geocoding.located import Hit
from directory_api.place.geometry import Point
from directory_api.text.errors import InputInvalid

ATTRIBUTION = "© OpenStreetMap contributors, ODbL"
USER_AGENT = f"directory-api/{__version__}"
TIMEOUT_SECONDS = 10.0
# https://operations.osmfoundation.org/policies/nominatim/: at most one request a second for a whole
# application.
MIN_DELAY_SECONDS = 1.0
# More than needed, since some hits are in another country or too coarse.
_HIT_LIMIT = 10
_LABEL_LETTERS = 200


@dataclass(frozen=True, slots=True)
class _RawHit:
    """One hit as the service returns it: position, label, kinds, the names of its address parts,
    country.
    """

    lat: Any
    lon: Any
    label: str
    kinds: frozenset[Any]
    parts: frozenset[str]
    country: str


def _nominatim(raw: Mapping[str, Any]) -> _RawHit:
    """https://nominatim.org/release-docs/latest/api/Output/."""
    address = raw["address"]
    kinds = frozenset({raw.get("type"), raw.get("addresstype")})
    return _RawHit(
        raw["lat"],
        raw["lon"],
        raw["display_name"],
        kinds,
        frozenset(address),
        address.get("country_code", ""),
    )


def _photon(raw: Mapping[str, Any]) -> _RawHit:
    """https://github.com/komoot/photon/blob/master/docs/api-v1.md."""
    properties = raw["properties"]
    lon, lat, *_ = raw["geometry"]["coordinates"]
    kinds = frozenset(
        {properties.get("type"), properties.get("osm_key"), properties.get("osm_value")}
    )
    # geopy's label contains the street twice.
    groups = (("name",), ("street", "housenumber"), ("postcode", "city"), ("country",))
    words = (
        " ".join(properties[part] for part in group if properties.get(part)) for group in groups
    )
    label = ", ".join(filter(None, words))
    return _RawHit(lat, lon, label, kinds, frozenset(properties), properties.get("countrycode", ""))


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How to query one kind of service and read its response."""

    geocoder: Any
    public_host: str
    options: Callable[[str], Mapping[str, Any]]
    read: Callable[[Mapping[str, Any]], _RawHit]


_DIALECTS: Mapping[str, _Dialect] = MappingProxyType(
    {
        "nominatim": _Dialect(
            Nominatim,
            "nominatim.openstreetmap.org",
            lambda country: {"addressdetails": True, "country_codes": country.lower()},
            _nominatim,
        ),
        "photon": _Dialect(Photon, "photon.komoot.io", lambda _country: {}, _photon),
    }
)


class GeocodingService:
    """A geocoding service, limited to one request in `min_delay` seconds for all threads. `host`
    may include a port; empty for the public host.
    """

    def __init__(
        self,
        name: str,
        host: str = "",
        *,
        timeout: float = TIMEOUT_SECONDS,
        min_delay: float = MIN_DELAY_SECONDS,
        clock: Clock = time.monotonic,
    ) -> None:
        self._dialect = _DIALECTS[name]
        self._name = name
        self._timeout = timeout
        self._clock = clock
        # With retries, or with exceptions swallowed, it would log the address.
        self._rate_limited_query = RateLimiter(
            self._query, min_delay_seconds=min_delay, max_retries=0, swallow_exceptions=False
        )
        self.host = host or self._dialect.public_host
        self.attribution = ATTRIBUTION

    def geocode(self, address: str, country: str) -> list[Hit]:
        """Return the hits in one country (ISO 3166-1), best first as ranked by the service; empty
        if it does not know the address.

        Raises GeocoderUnavailable, whose message never contains the address.
        """
        # At DEBUG, geopy logs each URL, which contains the address; at INFO, the response of a
        # failing service.
        logging.getLogger("geopy").setLevel(logging.WARNING)
        try:
            with warnings.catch_warnings():
                # geopy warns about latitudes beyond the poles and then raises an error.
                warnings.simplefilter("ignore")
                locations = self._rate_limited_query(address, country)
            return [hit for location in locations if (hit := self._hit(location.raw, country))]
        except (
            GeopyError,
            InputInvalid,
            ArithmeticError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ):
            # geopy does not catch the exceptions that a response of another structure causes.
            raise GeocoderUnavailable(
                f"{self.host} gives an answer that cannot be read; does it speak {self._name}?"
            ) from None

    def _query(self, address: str, country: str) -> Any:
        # Created for each request, so that only processes that geocode load the TLS certificates.
        geocoder = self._dialect.geocoder(
            domain=self.host,
            scheme=scheme_of(self.host),
            user_agent=USER_AGENT,
            timeout=self._timeout,
            adapter_factory=partial(SingleHostAdapter, self.host, self._clock),
        )
        options = self._dialect.options(country)
        return geocoder.geocode(address, exactly_one=False, limit=_HIT_LIMIT, **options) or ()

    def _hit(self, raw: Mapping[str, Any], country: str) -> Hit | None:
        hit = self._dialect.read(raw)
        precision = _precision(hit)
        if precision is None or hit.country.upper() not in ("", country):
            return None
        # The label is printed to a terminal, which would interpret control characters.
        label = "".join(letter for letter in hit.label if letter.isprintable())[:_LABEL_LETTERS]
        # geopy's own latitude and longitude are 0 if the service returns none.
        return Hit(Point(round(float(hit.lat), 6), round(float(hit.lon), 6)), label, precision)


_TOWNS = frozenset(
    {
        "borough",
        "city",
        "city_district",
        "district",
        "hamlet",
        "locality",
        "municipality",
        "neighbourhood",
        "quarter",
        "suburb",
        "town",
        "village",
    }
)


def _precision(hit: _RawHit) -> str | None:
    """Return one of vocabulary.PRECISIONS, or None for a county or country, whose midpoint does not
    locate a centre.
    """
    if hit.parts & {"house_number", "housenumber"}:
        return "exact"
    if hit.kinds & {"postcode", "postal_code"}:
        return "postcode"
    if hit.parts & {"road", "street"} or "highway" in hit.kinds:
        return "street"
    return "municipality" if (hit.parts | hit.kinds) & _TOWNS else None
