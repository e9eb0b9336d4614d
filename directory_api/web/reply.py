"""Finished bytes -> response: ETag and caching for the directory, no trace for places."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from flask import Response, request

from directory_api.actions.find import Finder
from directory_api.domain.centre import Centre
from directory_api.formats import as_json
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
            pieces = JsonPieces(snapshot.helplines, snapshot.attributions, today, self._finder.fresh_days)
            made = self._made = (snapshot, today, pieces)
        return made[0], made[2]

    def tag(self, kind: str, record: Mapping[str, Any], revision: int) -> str:
        """The ETag that maintainers send in If-Match: that of the public answer, which begins with the revision.

        Of a centre whose address nobody may see the public answer is not the record, and so not its version either.
        """
        if kind != "centre":
            return tag(as_json.dump(record), revision)
        if record["address_visibility"] != "public":
            return str(revision)
        return tag(self.current()[1].fresh_centre(Centre.from_record(record)), revision)


def tag(body: bytes, revision: int | None = None) -> str:
    """The ETag of a body; of one record, behind the revision that wrote it, which is what a write is about."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    return digest if revision is None else f"{revision}-{digest}"


def directory(body: bytes, mimetype: str = JSON, *, revision: int | None = None) -> Response:
    """An answer about the directory: cacheable, with a strong ETag (RFC 9110), 304 where the caller has it."""
    response = Response(body, mimetype=mimetype)
    response.set_etag(tag(body, revision))
    response.headers["Cache-Control"] = CACHE
    if not request.if_match:  # that is for writing; werkzeug would answer 412 with the whole body
        response.make_conditional(request)
    return response


def about_a_place(body: bytes) -> Response:
    """An answer to somebody's place: kept by no cache, found by no search engine."""
    response = Response(body, mimetype=JSON)
    response.headers.update(ABOUT_A_PLACE)
    return response


def private(body: bytes) -> Response:
    """An answer to a maintainer."""
    return Response(body, mimetype=JSON)
