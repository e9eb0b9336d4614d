"""Answers without Flask (ADR 15): finished ones of the routes, and those to coordinates.

What is stored is the headers and the body that a route answered to a GET: to a postcode, and
whatever any cache may store (`Cache-Control: public`). A coordinate or a request body is the
position of a person, so no answer to one is stored. Nor is the caller: RateLimit fields are added
to each answer.
"""

import re
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from werkzeug.http import remove_entity_headers
from werkzeug.wsgi import ClosingIterator

from directory_api.features.response_cache import coordinates
from directory_api.features.response_cache.coordinates import ACCEPTED
from directory_api.live.editions import MAX_AGE_SECONDS, Edition, EditionCache
from directory_api.text.errors import NotReady
from directory_api.web.http import responses
from directory_api.web.http.negotiation import QUICK, preferred_coding
from directory_api.web.middleware.rate_limit import RateLimiter, is_exempt
from directory_api.web.middleware.request_log import RequestSeries, series_of
from directory_api.web.served import Web
from directory_api.web.wsgi import log
from directory_api.web.wsgi.types import ROUTE, UNMATCHED, Headers, Write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ROUTE = "/v1/nearest"
_OK = "200 OK"
_NOT_MODIFIED = "304 NOT MODIFIED"
# Parameters of a question whose answer is stored. It has a postcode, so it has no coordinate.
_PARAMETERS = frozenset({"postcode", "country", "limit", "format", "lang", "fields"})
# Answers of an edition, of about 8 kB each.
MOST_ANSWERS = 2048
MOST_BYTES = 16_000_000
# A caller writes the key: its texts together are at most so long.
_LONGEST_KEY = 1_000
# A body with nothing but a place, as our documentation and most clients write it. JSON has no zeros
# before a number, and reads -0 as the integer 0.
_LONGEST_BODY = 200
_DIGITS = len(str(_LONGEST_BODY))
_COORDINATE_IN_BODY = re.compile(
    rb'\s*\{\s*"lat"\s*:\s*(?!-0[\s,])(-?[1-8]?[0-9](?:\.[0-9]{1,15})?)\s*,'
    rb'\s*"lon"\s*:\s*(?!-0[\s}])(-?[1-9]?[0-9](?:\.[0-9]{1,15})?)\s*\}\s*'
)
_POSTCODE_IN_BODY = re.compile(rb'\s*\{\s*"postcode"\s*:\s*"([0-9A-Za-z]{1,10})"\s*\}\s*')
# Where a request has the place for its answer.
_PLACE = "directory.cache"

# Everything that an answer depends on besides the edition: where the directory is and what is asked
# for. An answer with the name of the host is private.
_Key = tuple[str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A finished answer, and the series of the requests that get it.

    A public one has an ETag, and the headers of the 304 for a caller who has that.
    """

    headers: list[tuple[str, str]]
    body: bytes
    series: RequestSeries
    is_limited: bool = True
    etag: str = ""
    not_modified: "StoredResponse | None" = None


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers of an edition, the oldest first. Only `put` takes the lock."""

    stored: dict[_Key, StoredResponse] = field(default_factory=dict)
    sizes: dict[_Key, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, key: _Key, response: StoredResponse) -> None:
        """Store an answer. The oldest ones make room for it."""
        size = len(response.body) + sum(map(len, key))
        with self.lock:
            self.stored[key], self.sizes[key] = response, size
            while len(self.stored) > MOST_ANSWERS or sum(self.sizes.values()) > MOST_BYTES:
                oldest = next(iter(self.stored))
                del self.stored[oldest], self.sizes[oldest]


class ResponseCache:
    """Stores the answers to postcodes in the edition that they were made in, and sends them."""

    def __init__(
        self,
        editions: EditionCache,
        limiter: RateLimiter | None,
        path_prefix: str = "",
    ) -> None:
        self._editions = editions
        self._limiter = limiter
        self._series = series_of("GET", _ROUTE, 200)
        self._path_prefix = path_prefix
        # Whether the address has no format.
        self._paths = {f"{path_prefix}{_ROUTE}": True, f"{path_prefix}{_ROUTE}.json": False}

    def respond(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> tuple[RequestSeries, list[bytes]] | None:
        """Send the answer to a GET, if it is stored or quickly made: returns its series and its
        body.

        None if the inner layers must answer, or the caller has sent too many requests. A request
        with a body is theirs: it may be refused, and an answer to a body that is not read may end
        the connection.
        """
        if _has_body(environ):
            return None
        read = environ.get
        try:
            edition = self._editions.current()
        except NotReady:
            return None
        query = read("QUERY_STRING", "")
        if "lat=" in query and self._asks_for_json(environ):
            asked = coordinates.question(query)
            if asked is not None:
                return self._make(environ, start_response, edition, asked)
        key = _key(environ, query)
        response = edition.cached(ResponseCache, _Answers).stored.get(key)
        if response is None:
            environ[_PLACE] = edition, key
            return None
        line = _OK
        if response.etag:
            if self._must_ask_route(environ, edition, response):
                return None
            if "HTTP_IF_NONE_MATCH" in environ and response.not_modified:
                line, response = _NOT_MODIFIED, response.not_modified
        limiter = self._limiter if response.is_limited else None
        fields: Headers | None = limiter.admit(environ) if limiter else []
        if fields is None:
            return None
        start_response(line, response.headers + fields)
        return response.series, [response.body]

    def _must_ask_route(
        self, environ: "WSGIEnvironment", edition: Edition, response: StoredResponse
    ) -> bool:
        """Return whether a public answer may have other headers now, or the caller has a condition
        that only the route can check.
        """
        # The last answers before a centre opens or closes have a shorter max-age.
        if self._editions.max_age(edition) < MAX_AGE_SECONDS or "HTTP_IF_MATCH" in environ:
            return True
        condition: str = environ.get("HTTP_IF_NONE_MATCH", response.etag)
        return condition != response.etag

    def _asks_for_json(self, environ: "WSGIEnvironment", *, reads: bool = True) -> bool:
        """Return whether a request is for the route, in JSON; only what reads has endings."""
        path = environ.get("PATH_INFO", "")
        if self._path_prefix:
            path = environ.get("SCRIPT_NAME", "") + path
        is_negotiated = self._paths.get(path)
        return (reads and is_negotiated is False) or (
            is_negotiated is True and environ.get("HTTP_ACCEPT", "") in ACCEPTED
        )

    def _make(
        self,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        edition: Edition,
        asked: coordinates.Question,
    ) -> tuple[RequestSeries, list[bytes]] | None:
        """Send the answer to a coordinate; None if the caller has sent too many requests."""
        fields: Headers | None = self._limiter.admit(environ) if self._limiter else []
        if fields is None:
            return None
        # Set before the answer, so that a crash is logged with this route.
        environ[ROUTE] = _ROUTE
        headers, body = _made(environ, edition, asked)
        start_response(_OK, headers + fields)
        return self._series, [body]

    def with_body(self, inner: "WSGIApplication") -> "WSGIApplication":
        """Return the application, before which the places in small bodies are answered: a
        coordinate, or a postcode whose answer a GET has stored. Nothing of a body is stored.
        """

        def respond(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            try:
                answer = self._of_body(environ)
            except Exception as error:
                # The route may still answer.
                log.crash(error, environ.get(ROUTE))
                answer = None
            if answer is None:
                return inner(environ, start_response)
            headers, body = answer
            start_response(_OK, headers)
            return [body]

        return respond

    def _of_body(self, environ: "WSGIEnvironment") -> tuple[Headers, bytes] | None:
        """Return the answer to the place in a body; None if the route must answer."""
        read = environ.get
        length = read("CONTENT_LENGTH", "")
        if (
            environ["REQUEST_METHOD"] != "POST"
            or read("CONTENT_TYPE") != responses.JSON_TYPE
            or read("QUERY_STRING")
            or not length.isdecimal()
            or len(length) > _DIGITS
            or int(length) > _LONGEST_BODY
            or not self._asks_for_json(environ, reads=False)
        ):
            return None
        text, left = b"", int(length)
        # A read may return less than it was asked for.
        while left and (part := environ["wsgi.input"].read(left)):
            text, left = text + part, left - len(part)
        # For the route.
        environ["wsgi.input"] = BytesIO(text)
        try:
            edition = self._editions.current()
        except NotReady:
            return None
        match = _COORDINATE_IN_BODY.fullmatch(text)
        if match:
            environ[ROUTE] = _ROUTE
            place = coordinates.coordinate(match[1].decode(), match[2].decode())
            return _made(environ, edition, coordinates.Question(place))
        match = _POSTCODE_IN_BODY.fullmatch(text)
        if not match:
            return None
        key = _key(environ, f"postcode={match[1].decode()}")
        response = edition.cached(ResponseCache, _Answers).stored.get(key)
        if response is None:
            return None
        environ[ROUTE] = _ROUTE
        return response.headers, response.body

    def recording(self, inner: "WSGIApplication") -> "WSGIApplication":
        """Return the application, whose answers are stored from now on if they may be."""

        def record(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            place: tuple[Edition, _Key] | None = environ.get(_PLACE)
            if place is None or sum(map(len, place[1])) > _LONGEST_KEY:
                return inner(environ, start_response)
            started: list[tuple[str, list[tuple[str, str]]]] = []

            def note(line: str, headers: Headers, *rest: Any) -> Write:
                started.append((line, headers))
                return start_response(line, headers, *rest)

            parts = inner(environ, note)
            if not started or started[-1][0] != _OK:
                return parts
            # The server adds the time of each answer.
            headers = [header for header in started[-1][1] if header[0] != "Date"]
            is_public = dict(headers).get("Cache-Control", "").startswith("public")
            if not is_public and (environ.get(ROUTE) != _ROUTE or not _has_postcode(place[1])):
                return parts
            with closing(ClosingIterator(parts)) as whole:
                body = b"".join(whole)
            self._store(place, environ, StoredResponse(headers, body, self._series), is_public)
            return [body]

        return record

    def _store(
        self,
        place: tuple[Edition, _Key],
        environ: "WSGIEnvironment",
        response: StoredResponse,
        is_public: bool,
    ) -> None:
        edition, key = place
        # If another edition is in force by now, the answer may be that one's.
        if self._editions.current() is not edition or len(response.body) > MOST_BYTES:
            return
        if is_public:
            if self._editions.max_age(edition) < MAX_AGE_SECONDS:
                return
            response = self._public(environ, response)
        edition.cached(ResponseCache, _Answers).put(key, response)

    def _public(self, environ: "WSGIEnvironment", response: StoredResponse) -> StoredResponse:
        """Return a public answer with its 304, which has the same headers as the route's."""
        route, limited = environ.get(ROUTE, UNMATCHED), not is_exempt(environ)
        few = [*response.headers]
        remove_entity_headers(few)
        return StoredResponse(
            response.headers,
            response.body,
            series_of("GET", route, 200),
            limited,
            dict(response.headers).get("ETag", ""),
            StoredResponse(few, b"", series_of("GET", route, 304), limited),
        )


def _has_body(environ: "WSGIEnvironment") -> bool:
    length = environ.get("CONTENT_LENGTH", "0")
    return length not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ


def _key(environ: "WSGIEnvironment", query: str) -> _Key:
    read = environ.get
    return (
        read("SCRIPT_NAME", ""),
        read("PATH_INFO", ""),
        query,
        read("HTTP_ACCEPT", ""),
        read("HTTP_ACCEPT_LANGUAGE", ""),
        preferred_coding(read("HTTP_ACCEPT_ENCODING", "")),
        read("HTTP_X_FORWARDED_PREFIX", ""),
    )


def _made(
    environ: "WSGIEnvironment", edition: Edition, asked: coordinates.Question
) -> tuple[Headers, bytes]:
    """Return the headers and the body of the answer to a coordinate."""
    answers = edition.cached(
        coordinates.CoordinateAnswers, lambda: coordinates.CoordinateAnswers(edition)
    )
    body = answers.answer(asked)
    headers: Headers = [*coordinates.HEADERS]
    coding = preferred_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if coding:
        body = QUICK[coding](body)
        headers.append(("Content-Encoding", coding))
    headers.append(("Content-Length", str(len(body))))
    return headers, body


def _has_postcode(key: _Key) -> bool:
    names = {name for name, _ in parse_qsl(key[2], keep_blank_values=True)}
    return "postcode" in names and names <= _PARAMETERS


def response_cache(web: Web) -> ResponseCache:
    """Return the answers that are sent before Flask is asked."""
    return ResponseCache(web.editions, web.limiter, web.settings.path_prefix)
