"""Limits that keep the service available: requests of each caller, and bodies at one time.

- Rate limit: a caller's address is hashed with a key that is only in memory and changes daily. The
  address itself is never stored. Several servers can share key and counts (shared_counts).
- Body concurrency limit: a WSGI server reads a body in the thread that answers, and neither granian
  nor gunicorn has a timeout for it. Forty senders who each held back half a body blocked a server
  of 32 threads completely. Requests without a body, such as those of the component and of monitors,
  use the remaining threads.
"""

import hashlib
import ipaddress
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import HTTPException, ServiceUnavailable, TooManyRequests

from directory_api.web.middleware.shared_counts import DAY_SECONDS, SharedCounts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Monitoring must work while the server is busy.
EXEMPT = ("/livez", "/readyz", "/metrics")
# The page about the rate limit needs its stylesheet and its exit script, too.
_NEEDED = "/static/"
# Refused tokens of each caller: a person may paste the wrong text a few times; more is guessing. A
# valid token is never refused because of other callers' guesses: they may share an address.
GUESSES = "10/minute"
_Answer = TypeVar("_Answer")


class Refuse(Protocol):
    """Responds with an error before Flask is entered."""

    def __call__(
        self, error: HTTPException, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""


class CallerIds:
    """Identifies callers by a hash whose key changes daily, so old counts identify no one.

    Servers that share their counts share the key, too.
    """

    def __init__(self, trusted_proxies: int, shared: SharedCounts | None = None) -> None:
        self._trusted_proxies = trusted_proxies
        self._key = secrets.token_bytes(32)
        self._key_until = time.monotonic() + DAY_SECONDS
        self.shared = shared

    def name(self, environ: "WSGIEnvironment") -> str:
        """Return the hash of a request's caller."""
        key = (self.shared.key() if self.shared else None) or self._own_key()
        address = _address(environ, self._trusted_proxies)
        return hashlib.blake2b(address.encode(), key=key, digest_size=16).hexdigest()

    def _own_key(self) -> bytes:
        if time.monotonic() > self._key_until:
            self._key = secrets.token_bytes(32)
            self._key_until = time.monotonic() + DAY_SECONDS
        return self._key


class RateLimiter:
    """Counts the requests of each caller in fixed windows, such as 600 a minute.

    `counted` tells limiters apart that share their counts.
    """

    def __init__(self, rate: str, callers: CallerIds, counted: str = "requests") -> None:
        self._rate: RateLimitItem = parse(rate)
        self._counted = counted
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._policy = f'"default";q={self._rate.amount};w={self._rate.get_expiry()}'
        self.callers = callers

    def charge(self, environ: "WSGIEnvironment", requests: int = 1) -> None:
        """Count further requests of a caller. Raises TooManyRequests if they are too many."""
        wait = self.count(self.callers.name(environ), requests)
        if wait:
            raise TooManyRequests(retry_after=wait)

    def count(self, caller: str, requests: int) -> int:
        """Count requests. Returns the seconds to wait if they are too many, else 0."""
        if self._ask(lambda counts: counts.hit(self._rate, self._counted, caller, cost=requests)):
            return 0
        return self._window(caller)[1]

    def fields(self, caller: str) -> list[tuple[str, str]]:
        """Return the header fields of draft-ietf-httpapi-ratelimit-headers."""
        left, seconds = self._window(caller)
        return [
            ("RateLimit-Policy", self._policy),
            ("RateLimit", f'"default";r={left};t={seconds}'),
        ]

    def _window(self, caller: str) -> tuple[int, int]:
        """Return how many requests are left in the window, and for how many seconds."""
        window = self._ask(
            lambda counts: counts.get_window_stats(self._rate, self._counted, caller)
        )
        return window.remaining, max(1, round(window.reset_time - time.time()))

    def _ask(self, question: Callable[[FixedWindowRateLimiter], _Answer]) -> _Answer:
        """Ask the shared counts; those of this process without them, or while they are away."""
        shared = self.callers.shared
        answer = shared.ask(question) if shared else None
        return question(self._limiter) if answer is None else answer


class RateLimitMiddleware:
    """Refuses the requests of a caller who sends too many, with 429 and Retry-After."""

    def __init__(self, inner: "WSGIApplication", refuse: Refuse, limiter: RateLimiter) -> None:
        self._inner = inner
        self._refuse = refuse
        self._limiter = limiter

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        path = environ.get("PATH_INFO", "")
        # If a preflight request were refused, a script could not read the refusal, nor its
        # helplines.
        if path in EXEMPT or path.startswith(_NEEDED) or environ["REQUEST_METHOD"] == "OPTIONS":
            return self._inner(environ, start_response)
        caller = self._limiter.callers.name(environ)

        def announce(
            line: str, headers: list[tuple[str, str]], *rest: Any
        ) -> Callable[[bytes], object]:
            return start_response(line, [*headers, *self._limiter.fields(caller)], *rest)

        wait = self._limiter.count(caller, 1)
        if wait:
            return self._refuse(TooManyRequests(retry_after=wait), environ, announce)
        return self._inner(environ, announce)


def _address(environ: "WSGIEnvironment", trusted_proxies: int) -> str:
    """Return the caller's address: the one that the outermost trusted proxy saw."""
    named = (part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(","))
    forwarded = [part for part in named if part]  # without the header, named has one empty part
    peer = str(environ.get("REMOTE_ADDR", ""))
    if trusted_proxies and len(forwarded) >= trusted_proxies:
        return _network(forwarded[-trusted_proxies]) or _network(peer) or peer
    return _network(peer) or peer


# An address as proxies write it: 192.0.2.1, 192.0.2.1:4711, 2001:db8::1 or [2001:db8::1]:4711.
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::[0-9]+)?|(?P<four>[0-9.]+):[0-9]+")


def _network(address: str) -> str | None:
    """Return what to count by: an IPv4 address, or the /64 network of an IPv6 address.

    A /64 is usually one household. None if the text is not an address.
    """
    with_port = _WITH_PORT.fullmatch(address)
    try:
        parsed = ipaddress.ip_address(
            (with_port["six"] or with_port["four"]) if with_port else address
        )
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


# Threads of each worker of `serve`. They are started on demand, so a high number costs nothing.
THREADS = 128
MOST_BODIES = 96
RETRY_SECONDS = 5


class BodyLimitMiddleware:
    """Admits at most `most` requests with a body at a time; others get 503 with Retry-After."""

    def __init__(self, inner: "WSGIApplication", refuse: Refuse, most: int = MOST_BODIES) -> None:
        self._inner = inner
        self._refuse = refuse
        self._places = threading.BoundedSemaphore(most)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        if (
            environ.get("CONTENT_LENGTH", "0") in ("", "0")
            and "HTTP_TRANSFER_ENCODING" not in environ
        ):
            return self._inner(environ, start_response)
        if not self._places.acquire(blocking=False):
            busy = ServiceUnavailable(retry_after=RETRY_SECONDS)
            return self._refuse(busy, environ, start_response)
        try:
            return self._inner(environ, start_response)
        finally:
            self._places.release()
