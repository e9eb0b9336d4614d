"""Finished bytes -> response: ETag and caching for the directory, no trace for places."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from flask import Response, request

from directory_api.actions.find import Finder
from directory_api.formats.as_json import JsonPieces
from directory_api.search.snapshot import Snapshot

JSON = "application/json"
# A phone that lost its network goes on with what it has; a partner's cache refreshes behind the visitor's back.
CACHE = "public, max-age=60, stale-while-revalidate=86400, stale-if-error=604800"


ABOUT_A_PLACE: Mapping[str, str] = MappingProxyType({"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


class Writer:
    """The finished JSON pieces of the snapshot in force; made anew for each revision and each day."""

    def __init__(self, finder: Finder, today: Callable[[], date]) -> None:
        self._finder = finder
        self._today = today
        self._made: tuple[Snapshot, date, JsonPieces] | None = None

    def current(self) -> tuple[Snapshot, JsonPieces]:
        """A snapshot and its pieces, which belong together. Raises NotReady."""
        snapshot, today = self._finder.snapshot, self._today()
        made = self._made
        if made is None or made[0] is not snapshot or made[1] != today:
            made = (snapshot, today, JsonPieces(snapshot.helplines, snapshot.attributions, today))
            self._made = made
        return made[0], made[2]


def directory(body: bytes, mimetype: str = JSON) -> Response:
    """An answer about the directory: cacheable, with a strong ETag (RFC 9110), 304 where the caller has it."""
    response = Response(body, mimetype=mimetype)
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.headers["Cache-Control"] = CACHE
    if not request.if_match:  # that is for writing; werkzeug would answer 412 with the whole body
        response.make_conditional(request)
    return response


def about_a_place(body: bytes) -> Response:
    """An answer to somebody's place: kept by no cache, found by no search engine."""
    response = Response(body, mimetype=JSON)
    response.headers.update(ABOUT_A_PLACE)
    return response
