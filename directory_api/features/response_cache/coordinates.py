"""Answers to coordinates, made before Flask in one pass from finished bytes (ADR 15)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import marshmallow as ma
from orjson import dumps
from werkzeug.datastructures import MultiDict

from directory_api.answer.as_json import notice
from directory_api.live.editions import Edition
from directory_api.place.geometry import Point, precision_m
from directory_api.search.query import (
    FILTERS,
    NEAREST_LIMIT,
    NO_FILTERS,
    Coordinate,
    Filters,
    Hit,
    NearestQuery,
)
from directory_api.search.snapshot import MILLIMETRE
from directory_api.web.http import header_fields, responses
from directory_api.web.schemas import requests

HEADERS = (
    *header_fields.PUBLIC.items(),
    *header_fields.ABOUT_A_PLACE.items(),
    ("Content-Type", responses.JSON_TYPE),
    ("Vary", "Accept, Accept-Encoding"),
)
# Up to 89 degrees of latitude and 99 of longitude, so no value is out of range. Other coordinates
# go to Flask.
LATITUDE = r"-?[0-8]?[0-9](?:\.[0-9]{1,15})?"
LONGITUDE = r"-?[0-9]{1,2}(?:\.[0-9]{1,15})?"
# Options of the search, which do not change how an answer is written. No text with a place matches.
_OPTION = "|".join(sorted({"limit", "max_distance_m", *FILTERS} - {"open_at"}))
_OPTIONS = rf"(?:{_OPTION})=[a-z0-9_]{{1,40}}(?:&(?:{_OPTION})=[a-z0-9_]{{1,40}}){{0,4}}"
_COORDINATE = re.compile(rf"lat=({LATITUDE})&lon=({LONGITUDE})(?:&({_OPTIONS}))?", re.ASCII)
# In any other order.
_LATITUDE = re.compile(rf"&lat=({LATITUDE})(?=&)", re.ASCII)
_LONGITUDE = re.compile(rf"&lon=({LONGITUDE})(?=&)", re.ASCII)
_REST = re.compile(rf"(?:{_OPTIONS})?", re.ASCII)
# Accept headers that mean JSON: none, and those of curl, fetch() and the clients of frameworks.
ACCEPTED = frozenset(
    {"", "*/*", "application/json", "application/json, */*", "application/json, text/plain, */*"}
)
_FIELDS = requests.NearestFields()


class Options(NamedTuple):
    """The filters, the limit and the most metres of a question."""

    filters: Filters = NO_FILTERS
    limit: int = NEAREST_LIMIT
    max_distance_m: int | None = None


_NO_OPTIONS = Options()


class Question(NamedTuple):
    """A coordinate, and the options of the search."""

    place: Coordinate
    options: Options = _NO_OPTIONS


def question(query: str) -> Question | None:
    """Return what a query with a coordinate asks; None if the route must read or refuse it."""
    match = _COORDINATE.fullmatch(query)
    if match:
        lat, lon, text = match.groups()
    else:
        framed = f"&{query}&"
        latitude, longitude = _LATITUDE.search(framed), _LONGITUDE.search(framed)
        if not latitude or not longitude:
            return None
        lat, lon = latitude[1], longitude[1]
        text = framed.replace(latitude[0], "", 1).replace(longitude[0], "", 1).strip("&")
        if not _REST.fullmatch(text):
            return None
    options = _options(text) if text else _NO_OPTIONS
    return None if options is None else Question(coordinate(lat, lon), options)


def coordinate(lat: str, lon: str) -> Coordinate:
    """Return the coordinate of two texts that match LATITUDE and LONGITUDE."""
    return Coordinate(float(lat), float(lon), _decimals(lat), _decimals(lon))


def _decimals(degrees: str) -> int:
    return len(degrees.partition(".")[2])


@lru_cache(maxsize=256)
def _options(text: str) -> Options | None:
    """Return the options of a query, which has no place; None if the route must read or refuse it.

    Few texts are sent, each by all visitors of a partner.
    """
    try:
        loaded = _FIELDS.load(MultiDict([*parse_qsl(text), ("lat", "0"), ("lon", "0")]))
    except ma.ValidationError:
        return None
    return Options(Filters.of(loaded, None), loaded["limit"], loaded.get("max_distance_m"))


# The countries in which a place may be; outside the coverage, also those of the centres.
_Where = tuple[tuple[str, ...], tuple[str, ...] | None]


class CoordinateAnswers:
    """The answers of an edition to coordinates. None is ever stored: it would be the position of a
    person.
    """

    def __init__(self, edition: Edition) -> None:
        snapshot = edition.snapshot
        self._edition = edition
        self._snapshot = snapshot
        self._index = snapshot.index
        self._largest_blur_m = max(snapshot.index.blurs, default=0.0)
        self._head = b'{"revision":"%d","origin":{"kind":"coordinate","lat":' % snapshot.revision
        self._words: dict[_Where, tuple[bytes, bytes]] = {}

    def answer(self, asked: Question) -> bytes:
        """Return the JSON of an answer."""
        place, (filters, limit, max_distance_m) = asked
        body = None
        if filters is NO_FILTERS and max_distance_m is None:
            body = self._certain(place, limit)
        if body is None:
            query = NearestQuery(place, filters, limit, max_distance_m)
            body = self._edition.pieces.nearest(self._edition.nearest(query))
        return body

    def _certain(self, place: Coordinate, limit: int) -> bytes | None:
        """Return an answer in which one centre is certainly the closest; None for any other. It
        says what Edition.nearest and JsonPieces.nearest say; tests compare them.
        """
        lat, lon, lat_decimals, lon_decimals = place
        origin = Point(lat, lon)
        found = self._index.nearest(origin, NO_FILTERS, max(limit, 2), None)
        if not found or any(hit.tied for hit in found):
            return None
        accuracy_m = precision_m(lat, lat_decimals, lon_decimals)
        gap = found[0].distance_m + 2 * accuracy_m + found[0].published.blur_m
        if any(hit.distance_m <= gap + hit.published.blur_m for hit in found[1:]):
            return None
        if found[-1].distance_m - gap <= self._largest_blur_m:
            return None
        shown = found[:limit]
        reach_m = shown[-1].distance_m + MILLIMETRE if len(shown) == limit else None
        if self._index.nearest_closed(origin, NO_FILTERS, 1, reach_m):
            return None
        where = self._where(origin, accuracy_m, shown)
        if where is None:
            return None
        middle, end = self._words.get(where) or self._add(where)
        parts = [self._head, dumps(lat), b',"lon":', dumps(lon), b',"accuracy_m":%d' % accuracy_m]
        parts.append(middle)
        between = b'{"distance_m":%d,"tied":false,"centre":'
        for hit in shown:
            parts.append(between % round(hit.distance_m))
            parts += self._edition.pieces.parts(hit.published)
            between = b'},{"distance_m":%d,"tied":false,"centre":'
        parts.append(end)
        return b"".join(parts)

    def _where(self, origin: Point, accuracy_m: int, shown: Iterable[Hit]) -> _Where | None:
        """Return where a point is; None if it may have latitude and longitude exchanged."""
        countries = self._edition.whereabouts.countries_at(origin, accuracy_m)
        if not self._snapshot.covered.isdisjoint(countries):
            return countries, None
        if abs(origin.lon) <= 90 and self._snapshot.covers_near(Point(origin.lon, origin.lat)):
            return None
        return countries, tuple(sorted({hit.published.hours.country for hit in shown}))

    def _add(self, where: _Where) -> tuple[bytes, bytes]:
        """Return what an answer says between the accuracy and the results, and after them."""
        countries, beside = where
        said: dict[str, Any] = {"certain": True, "countries": countries}
        said["outside_coverage"] = beside is not None
        if beside is not None:
            said["notice"] = dict(notice())
        middle = b'},%b,"results":[' % dumps(said)[1:-1]
        end = b'}],"responsible":[],%b' % self._edition.pieces.end(countries, beside or ())
        # Few combinations of countries are near each other.
        return self._words.setdefault(where, (middle, end))
