"""A rate limit by caller. The caller's address is hashed with a key that lives in memory and changes daily; the address
itself is never kept.
"""

import hashlib
import ipaddress
import secrets
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from directory_api.actions.find import Finder
from directory_api.web import problems, security

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A probe must hear from a server that a crowd is asking.
EXEMPT = ("/livez", "/readyz", "/metrics")
_DAY_SECONDS = 86_400


class Limit:
    """Counts requests of each caller in fixed windows; refuses with 429 and says when to come back.

    Announces itself by the header fields of draft-ietf-httpapi-ratelimit-headers.
    """

    def __init__(self, inner: "WSGIApplication", finder: Finder, rate: str, trusted_proxies: int) -> None:
        self._inner = inner
        self._finder = finder
        self._rate: RateLimitItem = parse(rate)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._trusted_proxies = trusted_proxies
        self._policy = f'"default";q={self._rate.amount};w={self._rate.get_expiry()}'
        self._key = secrets.token_bytes(32)
        self._key_until = time.monotonic() + _DAY_SECONDS

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        if environ.get("PATH_INFO") in EXEMPT:
            return self._inner(environ, start_response)
        caller = self._caller(environ)
        admitted = self._limiter.hit(self._rate, caller)
        window = self._limiter.get_window_stats(self._rate, caller)
        wait = max(1, round(window.reset_time - time.time()))
        fields = [("RateLimit-Policy", self._policy), ("RateLimit", f'"default";r={window.remaining};t={wait}')]
        if not admitted:
            return self._refuse(environ, start_response, [*fields, ("Retry-After", str(wait))])

        def announce(line: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            return start_response(line, [*headers, *fields], *rest)

        return self._inner(environ, announce)

    def _caller(self, environ: "WSGIEnvironment") -> str:
        if time.monotonic() > self._key_until:
            self._key = secrets.token_bytes(32)
            self._key_until = time.monotonic() + _DAY_SECONDS
        address = _network(_address(environ, self._trusted_proxies))
        return hashlib.blake2b(address.encode(), key=self._key, digest_size=16).hexdigest()

    def _refuse(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", fields: list[tuple[str, str]]
    ) -> Iterable[bytes]:
        body = problems.body_of_status(429, self._finder)
        headers = {**security.headers_for(environ.get("PATH_INFO", "")), "Content-Type": problems.PROBLEM_JSON}
        start_response(
            "429 TOO MANY REQUESTS",
            [*headers.items(), ("Content-Length", str(len(body))), ("Cache-Control", "no-store"), *fields],
        )
        return [body]


def _address(environ: "WSGIEnvironment", trusted_proxies: int) -> str:
    """The caller's address: the one that the outermost trusted proxy saw."""
    named = (part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(","))
    forwarded = [part for part in named if part]  # without the header there is one empty part, which is nobody
    if trusted_proxies and len(forwarded) >= trusted_proxies:
        return str(forwarded[-trusted_proxies])
    return str(environ.get("REMOTE_ADDR", ""))


def _network(address: str) -> str:
    """One household has a whole /64 of IPv6, and would otherwise have as many limits."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
