"""A rate limit by caller. The caller's address is hashed with a key that lives in memory and changes daily; the address
itself is never kept.
"""

import hashlib
import ipaddress
import re
import secrets
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from directory_api.web.http.problems import Refuse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A probe must hear from a server that a crowd is asking.
EXEMPT = ("/livez", "/readyz", "/metrics")
# Also the page that says so needs its style, and its way out.
_NEEDED = "/static/"
_CHARGE = "directory.charge"
_DAY_SECONDS = 86_400
# A person who pastes the wrong thing is wrong a few times; who is wrong more often is guessing.
GUESSES = "10/minute"


class Callers:
    """Tells callers apart by a hash whose key changes daily, so that yesterday's counts lead to nobody."""

    def __init__(self, trusted_proxies: int) -> None:
        self._trusted_proxies = trusted_proxies
        self._key = secrets.token_bytes(32)
        self._key_until = time.monotonic() + _DAY_SECONDS

    def name(self, environ: "WSGIEnvironment") -> str:
        """Whom a request comes from."""
        if time.monotonic() > self._key_until:
            self._key = secrets.token_bytes(32)
            self._key_until = time.monotonic() + _DAY_SECONDS
        address = _address(environ, self._trusted_proxies)
        return hashlib.blake2b(address.encode(), key=self._key, digest_size=16).hexdigest()


class Guesses:
    """Counts tokens that were refused, by caller: who keeps guessing is told to wait.

    A good token is never refused for the guesses of others: they may sit behind the same address.
    """

    def __init__(self, callers: Callers, rate: str = GUESSES) -> None:
        self._callers = callers
        self._rate: RateLimitItem = parse(rate)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def note(self, environ: "WSGIEnvironment") -> int:
        """Count a refused token; how many seconds to wait where there were too many, else 0."""
        caller = self._callers.name(environ)
        if self._limiter.hit(self._rate, caller):
            return 0
        return max(1, round(self._limiter.get_window_stats(self._rate, caller).reset_time - time.time()))


class Limit:
    """Counts the questions of each caller in fixed windows; refuses with 429 and says when to come back.

    Announces itself by the header fields of draft-ietf-httpapi-ratelimit-headers.
    """

    def __init__(self, inner: "WSGIApplication", refuse: Refuse, rate: str, callers: Callers) -> None:
        self._inner = inner
        self._refuse = refuse
        self._rate: RateLimitItem = parse(rate)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._callers = callers
        self._policy = f'"default";q={self._rate.amount};w={self._rate.get_expiry()}'

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        path = environ.get("PATH_INFO", "")
        # A script whose preflight is refused learns nothing of the refusal, and so not the helplines in it.
        if path in EXEMPT or path.startswith(_NEEDED) or environ["REQUEST_METHOD"] == "OPTIONS":
            return self._inner(environ, start_response)
        caller = self._callers.name(environ)
        environ[_CHARGE] = partial(self._count, caller)
        wait = self._count(caller, 1)
        if wait:
            more = [*self._fields(caller), ("Retry-After", str(wait))]
            return self._refuse(429, environ, start_response, more)

        def announce(line: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            return start_response(line, [*headers, *self._fields(caller)], *rest)

        return self._inner(environ, announce)

    def _count(self, caller: str, questions: int) -> int:
        """How many seconds to wait where these are too many, else 0."""
        return 0 if self._limiter.hit(self._rate, caller, cost=questions) else self._window(caller)[1]

    def _window(self, caller: str) -> tuple[int, int]:
        """How many questions are left, and for how many seconds."""
        window = self._limiter.get_window_stats(self._rate, caller)
        return window.remaining, max(1, round(window.reset_time - time.time()))

    def _fields(self, caller: str) -> list[tuple[str, str]]:
        left, seconds = self._window(caller)
        return [("RateLimit-Policy", self._policy), ("RateLimit", f'"default";r={left};t={seconds}')]


def charge(environ: "WSGIEnvironment", questions: int) -> None:
    """Count further questions that came in one request. Raises TooManyRequests where they are too many."""
    count: Callable[[int], int] | None = environ.get(_CHARGE)
    wait = count(questions) if count and questions else 0
    if wait:
        raise TooManyRequests(retry_after=wait)


def _address(environ: "WSGIEnvironment", trusted_proxies: int) -> str:
    """The caller's address: the one that the outermost trusted proxy saw."""
    named = (part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(","))
    forwarded = [part for part in named if part]  # without the header there is one empty part, which is nobody
    peer = str(environ.get("REMOTE_ADDR", ""))
    if trusted_proxies and len(forwarded) >= trusted_proxies:
        return _network(forwarded[-trusted_proxies]) or _network(peer) or peer
    return _network(peer) or peer


# An address as proxies write it: 192.0.2.1, 192.0.2.1:4711, 2001:db8::1, [2001:db8::1]:4711.
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::[0-9]+)?|(?P<four>[0-9.]+):[0-9]+")


def _network(address: str) -> str | None:
    """Whom to count: one IPv4 address, or a /64 of IPv6, which is one household; None where it is no address."""
    with_port = _WITH_PORT.fullmatch(address)
    try:
        parsed = ipaddress.ip_address((with_port["six"] or with_port["four"]) if with_port else address)
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
