"""Which bodies are read, and how many at a time.

A WSGI server reads a body in the thread that answers, and neither granian nor gunicorn limits the
time that this takes. Forty senders who each held back half a body
blocked a server of 32 threads completely. Requests without a body, such as those of the component
and of monitors, use the remaining threads.
"""

import io
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, ServiceUnavailable, UnsupportedMediaType
from werkzeug.wsgi import ClosingIterator

from directory_api.web.wsgi.application import has_body
from directory_api.web.wsgi.types import Headers, Refuse, Write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Threads of each worker of `serve`. Only one of them runs Python code at a time, and the one that
# has just answered takes the next request sooner than one that waits: with 16 threads the 99th
# percentile was six times the median. The others are for bodies that come slowly (ADR 15).
THREADS = 6
# One thread is left for requests without a body.
MOST_BODIES = THREADS - 1
# A larger body is a file or a batch. Half of the places are always left for searches and forms.
SMALL_BYTES = 4096
RETRY_SECONDS = 5
# While places for bodies are taken and given back, senders are quick, and one more waits for a
# place. When nothing has changed for so many seconds, slow senders hold them. On a mobile network
# a body comes up to half a second after its headers.
TURNOVER_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 2.0
# What is read of a body after its answer, and until when a next read begins: a read that waits for
# the sender is not interrupted. JSON has at most 64 kB.
MOST_DRAINED_BYTES = 1024 * 1024
MOST_DRAINED_SECONDS = 10.0
_DRAINED_AT_A_TIME = 4096


class ContentCodingRefused(UnsupportedMediaType):
    """The body has a content coding, such as gzip; no body is decompressed."""

    advice = "Send the body as it is, without Content-Encoding."

    def get_headers(self, *environ: Any) -> list[tuple[str, str]]:
        """Return the headers of the response (RFC 9110, section 15.5.16)."""
        return [*super().get_headers(*environ), ("Accept-Encoding", "identity")]


def _is_coded(environ: "WSGIEnvironment") -> bool:
    codings = environ.get("HTTP_CONTENT_ENCODING", "").split(",")
    return any(coding.strip().lower() not in ("", "identity") for coding in codings)


def _length(environ: "WSGIEnvironment") -> int | None:
    """Return the length of a body in bytes; None if it comes in chunks."""
    text = environ.get("CONTENT_LENGTH", "")
    return int(text) if text.isdecimal() else None


def _is_large(environ: "WSGIEnvironment") -> bool:
    length = _length(environ)
    return length is None or length > SMALL_BYTES


class _Body(io.RawIOBase):
    """The body of a request, which says when it has been read."""

    def __init__(self, stream: Any, length: int | None, at_end: Callable[[], None]) -> None:
        self._stream = stream
        self._left = length
        self._at_end = at_end
        self.is_read = False

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer; returns how many bytes."""
        part = self._stream.read(len(buffer))
        buffer[: len(part)] = part
        if self._left is not None:
            self._left -= len(part)
        if not part or self._left == 0:
            self.is_read = True
            self._at_end()
        return len(part)

    def drain(self) -> None:
        """Read the rest, within the limits. Raises the errors of the server."""
        until, drained = time.monotonic() + MOST_DRAINED_SECONDS, 0
        while not self.is_read and drained < MOST_DRAINED_BYTES and time.monotonic() < until:
            drained += len(self.read(_DRAINED_AT_A_TIME))


class BodyLimitMiddleware:
    """Answers requests with a body: admits at most `most` whose body is still being read, half of
    which may be larger than SMALL_BYTES or of unknown length. A body with a content coding is 415.

    Others wait a moment if the senders are quick, else they get 503 with Retry-After: if they
    waited for slow senders, no thread would be left for requests without a body.

    The rest of a body that the application has not read is read after the answer: granian would
    close the connection at once, and a sender who was not ready would lose the answer, or send the
    next request into the closed connection. Where the rest will not be read, the answer has
    `Connection: close`. granian sends this header; gunicorn, which reads 64 kB of a rest by
    itself, ignores it.
    """

    def __init__(
        self,
        inner: "WSGIApplication",
        refuse: Refuse,
        most: int = MOST_BODIES,
    ) -> None:
        self._inner = inner
        self._refuse = refuse
        self._free = most
        # Of the free places, how many a large body may take.
        self._free_for_large = max(1, most // 2)
        # When a place was last taken or given back, by time.monotonic.
        self._changed = 0.0
        self._places = threading.Condition()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        if _is_coded(environ):
            return self.refuse(ContentCodingRefused(), environ, start_response)
        is_large = _is_large(environ)
        if not self._take_place(is_large, LONGEST_WAIT_SECONDS):
            busy = ServiceUnavailable(retry_after=RETRY_SECONDS)
            return self._respond(partial(self._refuse, busy), environ, start_response, False)
        place = [is_large]

        def leave() -> None:
            if place:
                self._give_back(place.pop())

        try:
            return self._respond(self._inner, environ, start_response, True, leave)
        finally:
            leave()

    def refuse(
        self, error: HTTPException, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Respond with an error of another middleware, without reading the body of a caller who is
        refused.
        """
        if not has_body(environ):
            return self._refuse(error, environ, start_response)
        return self._respond(partial(self._refuse, error), environ, start_response, False)

    def _respond(
        self,
        respond: "WSGIApplication",
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        has_place: bool,
        at_end: Callable[[], None] = lambda: None,
    ) -> Iterable[bytes]:
        """Respond to a request with a body; if there is a place, read its rest after the answer."""
        length = _length(environ)
        environ["wsgi.input"] = body = _Body(environ["wsgi.input"], length, at_end)
        # A sender who expects 100 (Continue) sends no body after another answer.
        drains = has_place and "HTTP_EXPECT" not in environ and (length or 0) <= MOST_DRAINED_BYTES

        def start(line: str, headers: Headers, *rest: Any) -> Write:
            if not (drains or body.is_read):
                headers = [*headers, ("Connection", "close")]
            return start_response(line, headers, *rest)

        answer = respond(environ, start)
        if body.is_read or not drains:
            return answer
        return ClosingIterator(answer, partial(self._drain, body, _is_large(environ)))

    def _drain(self, body: _Body, is_large: bool) -> None:
        """Read the rest of a body, if there is a place for it."""
        if self._take_place(is_large, 0.0):
            # The error for a broken body depends on the server, and the answer has been sent.
            with suppress(Exception):
                body.drain()
            self._give_back(is_large)

    def _take_place(self, is_large: bool, seconds: float) -> bool:
        """Take a place if there is one, or will be within so many seconds."""
        with self._places:
            now = time.monotonic()
            until = now + seconds
            while not self._has_place(is_large) and now < min(
                self._changed + TURNOVER_SECONDS, until
            ):
                self._places.wait(TURNOVER_SECONDS)
                now = time.monotonic()
            if not self._has_place(is_large):
                return False
            self._free -= 1
            self._free_for_large -= is_large
            self._changed = time.monotonic()
            return True

    def _has_place(self, is_large: bool) -> bool:
        return self._free > 0 and (not is_large or self._free_for_large > 0)

    def _give_back(self, is_large: bool) -> None:
        with self._places:
            self._free += 1
            self._free_for_large += is_large
            self._changed = time.monotonic()
            self._places.notify_all()
