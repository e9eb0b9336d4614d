"""Answers to plain coordinates before Flask."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

import marshmallow as ma
from werkzeug.datastructures import MultiDict

from directory_api.live.editions import Edition
from directory_api.search.query import (
    FILTERS,
    NEAREST_LIMIT,
    NO_FILTERS,
    Coordinate,
    Filters,
    NearestQuery,
)
from directory_api.web.http import header_fields, responses
from directory_api.web.schemas import requests

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_PATH = "/v1/nearest"


# Up to 89 degrees of latitude and 99 of longitude, so no value is out of range. Other coordinates
# go to Flask.
_COORDINATE = re.compile(
    r"lat=(-?[0-8]?[0-9](?:\.[0-9]{1,15})?)&lon=(-?[0-9]{1,2}(?:\.[0-9]{1,15})?)"
    r"(?:&([a-z0-9_=&]{1,100}))?",
    re.ASCII,
)


# Options of the search, which do not change how an answer is written.
_OPTIONS = frozenset({"limit", "max_distance_m", *FILTERS}) - {"open_at"}


# Accept headers that mean JSON: none, and those of curl, fetch() and the clients of frameworks.
ACCEPTED = frozenset(
    {"", "*/*", "application/json", "application/json, */*", "application/json, text/plain, */*"}
)


# The filters, the limit and the most metres.
_Options = tuple[Filters, int, int | None]


_NO_OPTIONS: _Options = (NO_FILTERS, NEAREST_LIMIT, None)


class _Question(NamedTuple):
    """A coordinate, and the options of the search."""

    place: Coordinate
    options: _Options


@lru_cache(maxsize=256)
def _options(text: str) -> _Options | None:
    """Return the options of a query, which has no place; None if the route must read or refuse it.

    Few texts are sent, each by all visitors of a partner.
    """
    pairs = parse_qsl(text, keep_blank_values=True)
    if not {name for name, _ in pairs} <= _OPTIONS:
        return None
    try:
        loaded = _FIELDS.load(MultiDict([*pairs, ("lat", "0"), ("lon", "0")]))
    except ma.ValidationError:
        return None
    return Filters.of(loaded, None), loaded["limit"], loaded.get("max_distance_m")


_FIELDS = requests.NearestFields()


def _decimals(degrees: str) -> int:
    return len(degrees.partition(".")[2])


class PlainCoordinates:
    """Answers requests with a coordinate before Flask; the routes answer all others.

    `path_prefix` is the path below which everything is, if the server itself removes it.
    """

    prefix = "lat="
    headers = (
        *header_fields.PUBLIC.items(),
        *header_fields.ABOUT_A_PLACE.items(),
        ("Content-Type", responses.JSON),
        ("Vary", "Accept, Accept-Encoding"),
    )

    def __init__(self, path_prefix: str = "") -> None:
        self._path_prefix = path_prefix
        # Whether the address has no format.
        self._paths = {f"{path_prefix}{_PATH}": True, f"{path_prefix}{_PATH}.json": False}

    def question(self, environ: "WSGIEnvironment") -> _Question | None:
        """Return what a GET with a coordinate asks; None for every other one."""
        path = environ.get("PATH_INFO", "")
        if self._path_prefix:
            path = environ.get("SCRIPT_NAME", "") + path
        is_negotiated = self._paths.get(path)
        if is_negotiated is None or (
            is_negotiated and environ.get("HTTP_ACCEPT", "") not in ACCEPTED
        ):
            return None
        match = _COORDINATE.fullmatch(environ["QUERY_STRING"])
        if match is None:
            return None
        lat, lon, text = match.groups()
        options = _NO_OPTIONS if text is None else _options(text)
        if options is None:
            return None
        place = Coordinate(float(lat), float(lon), _decimals(lat), _decimals(lon))
        return _Question(place, options)

    def answer(self, question: _Question, edition: Edition) -> bytes:
        """Return the JSON of an answer. It is never stored: it would store a person's position."""
        query = NearestQuery(question.place, *question.options)
        return edition.pieces.nearest(edition.nearest(query))
