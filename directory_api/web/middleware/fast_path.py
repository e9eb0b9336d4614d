"""Fast path: answers plain nearest requests without Flask, with a response cache.

Most requests are `/v1/nearest` with only a postcode or a coordinate, and Flask's dispatch and the
checks of a full query cost several times the answer itself. All other requests, and all that are
refused, go on to Flask, whose routes give the same answer with the same headers (a test compares
them).

Answers to postcodes are cached until the directory or the day changes, or a centre opens or closes;
there are at most as many as postcodes. An answer to a coordinate is never cached, because it would
store a person's position.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from directory_api.domain.errors import PlaceRefused
from directory_api.domain.geo.point import parse_degrees
from directory_api.domain.query import Coordinate, NearestQuery, Postcode
from directory_api.services import editions
from directory_api.services.finder import Finder
from directory_api.web.http import headers, responses
from directory_api.web.middleware.request_log import ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PATH = "/v1/nearest"
_POSTCODE = re.compile(r"postcode=([0-9]{4,5})(?:&country=([A-Z]{2}))?", re.ASCII)
# Up to 89 degrees of latitude and 99 of longitude, so no value is out of range. Other coordinates
# go to Flask.
_COORDINATE = re.compile(
    r"lat=(-?[0-8]?[0-9](?:\.[0-9]{1,15})?)&lon=(-?[0-9]{1,2}(?:\.[0-9]{1,15})?)", re.ASCII
)
# Accept headers that mean JSON: none, and those of curl, fetch() and the clients of frameworks.
ACCEPTED = frozenset(
    {"", "*/*", "application/json", "application/json, */*", "application/json, text/plain, */*"}
)
# Entries of the response cache, about 8 KB each.
MOST_KEPT = 512


class NearestFastPath:
    """Answers plain nearest requests; passes on all others."""

    def __init__(
        self, inner: "WSGIApplication", finder: Finder, editions: editions.EditionCache
    ) -> None:
        self._inner = inner
        self._finder = finder
        self._editions = editions
        self._headers = [
            *headers.FORMATTED.items(),
            *responses.ABOUT_A_PLACE.items(),
            ("Content-Type", responses.JSON),
        ]
        self._kept: tuple[object, dict[str, bytes]] = (None, {})

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        asked = environ.get("PATH_INFO") == _PATH and environ.get("HTTP_ACCEPT", "") in ACCEPTED
        plain = asked and environ["REQUEST_METHOD"] == "GET" and self._finder.ready
        body = None
        if plain:
            # Set before the answer, so that a crash is counted for this route.
            environ[ROUTE] = _PATH
            body = self._answer(environ.get("QUERY_STRING", ""))
        if body is None:
            return self._inner(environ, start_response)
        start_response("200 OK", [*self._headers, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, query: str) -> bytes | None:
        edition = self._editions.current()
        by_postcode = _POSTCODE.fullmatch(query)
        if by_postcode:
            return self._kept_answer(query, by_postcode, edition)
        by_coordinate = _COORDINATE.fullmatch(query)
        if by_coordinate:
            lat, lon = map(parse_degrees, by_coordinate.groups())
            answer = self._finder.nearest(NearestQuery(Coordinate(lat, lon)), edition.snapshot)
            return edition.pieces.nearest(answer)
        return None

    def _kept_answer(
        self, query: str, match: re.Match[str], edition: editions.Edition
    ) -> bytes | None:
        # One cache per edition, replaced as a whole, so no entry outlives its revision, day or
        # hours.
        made = self._kept
        if made[0] is not edition:
            made = self._kept = (edition, {})
        kept = made[1]  # not self._kept: another thread may have replaced it
        body = kept.get(query)
        if body is None:
            place = Postcode(match[1], match[2] or self._finder.country)
            try:
                body = edition.pieces.nearest(
                    self._finder.nearest(NearestQuery(place), edition.snapshot)
                )
            except PlaceRefused:
                return None  # Flask's error handlers return the problem
            if len(kept) < MOST_KEPT:
                kept[query] = body
        return body
