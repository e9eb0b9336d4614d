"""Answers without Flask (ADR 10): finished ones of the routes, and those to plain coordinates.

What is stored is what a route answered to a postcode: its status line, headers and body. A
coordinate or a request body is the position of a person, so no answer to one is stored. Nor is the
caller: RateLimit fields are added to each answer.
"""

import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import parse_qsl

from werkzeug.wsgi import ClosingIterator

from directory_api.domain.errors import NotReady
from directory_api.services.editions import Edition, EditionCache
from directory_api.web.middleware.limits import Headers, RateLimiter, Write
from directory_api.web.middleware.request_log import ROUTE, Meters, RequestSeries

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ROUTE = "/v1/nearest"
_OK = "200 OK"
# Parameters of a question whose answer is stored. It has a postcode, so it has no coordinate.
_PARAMETERS = frozenset({"postcode", "country", "limit", "format", "lang"})
# Answers of an edition, of about 8 kB each.
MOST_ANSWERS = 2048
MOST_BYTES = 16_000_000
# A caller writes the key: its texts together are at most so long.
_LONGEST_KEY = 1_000
# Where a request has the place for its answer.
_PLACE = "directory.cache"

# Everything that an answer depends on besides the edition: where the directory is and what is asked
# for.
_Key = tuple[str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A finished answer."""

    headers: list[tuple[str, str]]
    body: bytes


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


_Question = TypeVar("_Question")


class QuickAnswers(Protocol[_Question]):
    """Makes the JSON of answers of the route before Flask."""

    headers: tuple[tuple[str, str], ...]

    def question(self, environ: "WSGIEnvironment") -> _Question | None:
        """Return what a GET asks; None if the route must answer it."""

    def answer(self, question: _Question, edition: Edition) -> bytes:
        """Return the body of the answer, which is not stored."""


class ResponseCache:
    """Stores the answers to postcodes in the edition that they were made in, and sends them."""

    def __init__(
        self,
        editions: EditionCache,
        limiter: RateLimiter | None,
        meters: Meters,
        quick_answers: QuickAnswers[Any],
    ) -> None:
        self._editions = editions
        self._limiter = limiter
        self._series = meters.series("GET", _ROUTE, 200)
        self._quick_answers = quick_answers

    def respond(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> tuple[RequestSeries, list[bytes]] | None:
        """Send the answer to a request, if it is stored or quickly made: returns its series and its
        body.

        None if the inner layers must answer, or the caller has sent too many requests.
        """
        if environ["REQUEST_METHOD"] != "GET":
            return None
        read = environ.get
        key = (
            read("SCRIPT_NAME", ""),
            read("PATH_INFO", ""),
            read("QUERY_STRING", ""),
            read("HTTP_ACCEPT", ""),
            read("HTTP_ACCEPT_LANGUAGE", ""),
            read("HTTP_ACCEPT_ENCODING", ""),
            read("HTTP_X_FORWARDED_PREFIX", ""),
        )
        try:
            edition = self._editions.current()
        except NotReady:
            return None
        answers = edition.cached(ResponseCache, _Answers)
        response, question = answers.stored.get(key), None
        if response is None:
            question = self._quick_answers.question(environ)
            if question is None:
                environ[_PLACE] = edition, key
                return None
        fields: Headers | None = self._limiter.admit(environ) if self._limiter else []
        if fields is None:
            return None
        if response is None:
            # Set before the answer, so that a crash is logged with this route.
            environ[ROUTE] = _ROUTE
            body = self._quick_answers.answer(question, edition)
            length = ("Content-Length", str(len(body)))
            start_response(_OK, [*self._quick_answers.headers, length, *fields])
        else:
            body = response.body
            start_response(_OK, response.headers + fields)
        return self._series, [body]

    def recording(self, inner: "WSGIApplication") -> "WSGIApplication":
        """Return the application, whose answers to postcodes are stored from now on."""

        def record(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            place: tuple[Edition, _Key] | None = environ.get(_PLACE)
            if place is None or not _is_storable(place[1]):
                return inner(environ, start_response)
            started: list[tuple[str, list[tuple[str, str]]]] = []

            def note(line: str, headers: Headers, *rest: Any) -> Write:
                started.append((line, headers))
                return start_response(line, headers, *rest)

            with closing(ClosingIterator(inner(environ, note))) as parts:
                body = b"".join(parts)
            line, headers = started[-1]
            if line == _OK and environ.get(ROUTE) == _ROUTE:
                self._store(place, headers, body)
            return [body]

        return record

    def _store(
        self, place: tuple[Edition, _Key], headers: list[tuple[str, str]], body: bytes
    ) -> None:
        edition, key = place
        # If another edition is in force by now, the answer may be that one's.
        if self._editions.current() is edition and len(body) <= MOST_BYTES:
            answers = edition.cached(ResponseCache, _Answers)
            answers.put(key, StoredResponse([*headers], body))


def _is_storable(key: _Key) -> bool:
    if sum(map(len, key)) > _LONGEST_KEY:
        return False
    names = {name for name, _ in parse_qsl(key[2], keep_blank_values=True)}
    return "postcode" in names and names <= _PARAMETERS
