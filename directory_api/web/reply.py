"""Finished bytes -> response: ETag and caching for the directory, no trace for places."""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from flask import Response, request

from directory_api.actions.find import Finder
from directory_api.domain.centre import Centre
from directory_api.domain.timetable import Opening
from directory_api.formats import as_json
from directory_api.formats.pieces import JsonPieces
from directory_api.search.snapshot import Snapshot

JSON = "application/json"
# A phone that lost its network goes on with what it has; a partner's cache refreshes behind the visitor's back.
CACHE = "public, max-age={}, stale-while-revalidate=86400, stale-if-error=604800"
MAX_AGE_SECONDS = 60
_DAY = timedelta(days=1)

ABOUT_A_PLACE: Mapping[str, str] = MappingProxyType({"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


@dataclass(frozen=True, slots=True)
class Edition:
    """A snapshot and its finished JSON pieces, which belong together, and the time for which they hold (UTC)."""

    snapshot: Snapshot
    pieces: JsonPieces
    since: datetime
    until: datetime


class Writer:
    """The edition in force; made anew for each revision, each day, and each time a centre opens or closes."""

    def __init__(self, finder: Finder, now: Callable[[], datetime]) -> None:
        self._finder = finder
        self._now = now
        self._made: Edition | None = None

    def current(self) -> Edition:
        """The edition of this moment. Raises NotReady."""
        snapshot, now = self._finder.snapshot, self._now()
        made = self._made
        if made is None or made.snapshot is not snapshot or not made.since <= now < made.until:
            made = self._made = self._make(snapshot, now)
        return made

    def opening(self, asked: datetime | str | None, edition: Edition) -> Opening | None:
        """Which centres are open at the moment that was asked for: a time, `now`, or none."""
        if asked is None:
            return None
        # The edition's own moment, so that a centre found as open says so of itself.
        moment = asked if isinstance(asked, datetime) else edition.since
        return self._finder.opening(edition.snapshot, edition.since, moment)

    def max_age(self, edition: Edition) -> int:
        """For how many seconds an answer of the edition may be kept: at most until a centre opens or closes."""
        return max(0, min(MAX_AGE_SECONDS, int((edition.until - self._now()).total_seconds())))

    def _make(self, snapshot: Snapshot, now: datetime) -> Edition:
        timetable = self._finder.timetable(snapshot, now)
        pieces = JsonPieces(snapshot.helplines, snapshot.attributions, self._finder.fresh_days, timetable, now)
        midnight = timetable.since + _DAY
        return Edition(snapshot, pieces, now, min(midnight, timetable.next_change(snapshot.centres, now) or midnight))

    def tag(self, kind: str, record: Mapping[str, Any], revision: int) -> str:
        """The ETag that maintainers send in If-Match: that of the public answer, which begins with the revision.

        Of a centre whose address nobody may see the public answer is not the record, and so not its version either.
        """
        if kind != "centre":
            return tag(as_json.dump(record), revision)
        if record["address_visibility"] != "public":
            return str(revision)
        pieces = self.current().pieces
        return tag(pieces.alone(pieces.fresh_centre(Centre.from_record(record))), revision)


def tag(body: bytes, revision: int | None = None) -> str:
    """The ETag of a body; of one record, behind the revision that wrote it, which is what a write is about."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    return digest if revision is None else f"{revision}-{digest}"


def directory(
    body: bytes, mimetype: str = JSON, *, revision: int | None = None, max_age: int = MAX_AGE_SECONDS
) -> Response:
    """An answer about the directory: cacheable, with a strong ETag (RFC 9110), 304 where the caller has it."""
    response = Response(body, mimetype=mimetype)
    response.set_etag(tag(body, revision))
    response.headers["Cache-Control"] = CACHE.format(max_age)
    return conditional(response)


def conditional(response: Response) -> Response:
    """304 without the body, where the caller has it already."""
    if not request.if_match:  # that is for writing; werkzeug would answer 412 with the whole body
        response.make_conditional(request)
    return response


def takes_gzip() -> bool:
    """Whether the caller would rather have gzip than the plain bytes."""
    accepted = request.accept_encodings
    return accepted.quality("gzip") > 0 and accepted.quality("gzip") >= accepted.quality("identity")


def compressed(response: Response) -> Response:
    """The same answer by gzip (RFC 1952, without a time) for who takes that."""
    response.vary.add("Accept-Encoding")
    if takes_gzip():
        response.set_data(gzip.compress(response.get_data(), mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def about_a_place(body: bytes, mimetype: str = JSON) -> Response:
    """An answer to somebody's place: kept by no cache, found by no search engine."""
    response = Response(body, mimetype=mimetype)
    response.headers.update(ABOUT_A_PLACE)
    return response


def private(body: bytes) -> Response:
    """An answer to a maintainer."""
    return Response(body, mimetype=JSON)
