"""Rate limit: the requests of each caller, in fixed windows that are the same for all callers.

A caller is the hash of an address, with a key that Python makes for each process. The address
itself is not kept, and neither is a count when its window is over. Each process counts for itself.
"""

import ipaddress
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from math import ceil
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import TooManyRequests

from directory_api.web.http.addresses import FOR_OPERATORS, is_counted
from directory_api.web.wsgi.metrics import IGNORED_PROXIES
from directory_api.web.wsgi.types import Headers, Refuse, Write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Threads of each worker of `serve`. Only one of them runs Python code at a time, and the one that
# has just answered takes the next request sooner than one that waits: with 16 threads the 99th
# percentile was six times the median (ADR 15).
THREADS = 6
# Requests of a caller that a worker answers at the same time, once the caller has spent a tenth of
# the limit: two threads are left for others. A class that opens a page at once has spent less.
MOST_AT_ONCE = THREADS - 2
_FEW = 10
# Requests for what a finder loads that a caller may send for each one of the limit: a class behind
# one address loads its pages at once. Without an end to it one caller could keep others waiting.
_LOADS = 10
AT_ONCE_SECONDS = 1
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
# IPv6, or an address with a port as some proxies write it: 192.0.2.1:4711, [2001:db8::1]:4711.
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::[0-9]+)?|(?P<four>[0-9.]+):[0-9]+")


def caller_of(environ: "WSGIEnvironment") -> int:
    """Return the caller of a request."""
    address = environ.get("REMOTE_ADDR", "")
    return hash(_network(address) if ":" in address else address)


def _network(address: str) -> str:
    """Return what to count by: an IPv4 address, or the /64 network of an IPv6 address, which is
    usually one household. A text that is no address is returned as it is.
    """
    with_port = _WITH_PORT.fullmatch(address)
    try:
        parsed = ipaddress.ip_address(
            (with_port["six"] or with_port["four"]) if with_port else address
        )
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


class RateLimiter:
    """Counts the requests of each caller, such as 600 a minute. `clock` is time.monotonic."""

    def __init__(self, rate: str, clock: Callable[[], float] = time.monotonic) -> None:
        amount, _, unit = rate.partition("/")
        self._amount = int(amount)
        self._seconds = _SECONDS[unit]
        self._policy = ("RateLimit-Policy", f'"default";q={self._amount};w={self._seconds}')
        self._clock = clock
        self._window_ends = 0.0
        # By caller: the requests in this window, and those that are being answered.
        self._spent: Counter[int] = Counter()
        self._at_work: Counter[int] = Counter()
        self._lock = threading.Lock()

    def begin(self, caller: int) -> int:
        """Count a request, and return for how many seconds the caller must wait; 0 if this process
        may answer it now. If so, call `end` after it.
        """
        with self._lock:
            spent = self._spend(caller, 1)
            if spent > self._amount:
                return self.wait()
            if spent * _FEW > self._amount and self._at_work[caller] >= MOST_AT_ONCE:
                return AT_ONCE_SECONDS
            self._at_work[caller] += 1
            return 0

    def end(self, caller: int) -> None:
        """Say that a request is answered."""
        with self._lock:
            self._at_work[caller] -= 1
            if not self._at_work[caller]:
                del self._at_work[caller]

    def may_load(self, caller: int) -> bool:
        """Count a request for what a finder loads, which does not spend the limit of the caller;
        return whether this process may answer it.
        """
        with self._lock:
            return self._spend(hash((caller, _LOADS)), 1) <= self._amount * _LOADS

    def charge(self, environ: "WSGIEnvironment", requests: int) -> None:
        """Count further requests of a caller. Raises TooManyRequests if they are too many."""
        with self._lock:
            if self._spend(caller_of(environ), requests) > self._amount:
                raise TooManyRequests(retry_after=self.wait())

    def _spend(self, caller: int, requests: int) -> int:
        """Count requests, and return how many there are in this window. The lock is held."""
        now = self._clock()
        if now >= self._window_ends:
            self._spent.clear()
            self._window_ends = now + self._seconds
        self._spent[caller] += requests
        return self._spent[caller]

    def wait(self) -> int:
        """Return the seconds until the next window."""
        return max(1, ceil(self._window_ends - self._clock()))

    def fields(self, caller: int) -> Headers:
        """Return the header fields of draft-ietf-httpapi-ratelimit-headers."""
        left = max(0, self._amount - self._spent[caller])
        return [self._policy, ("RateLimit", f'"default";r={left};t={self.wait()}')]


class RateLimitMiddleware:
    """Refuses the requests of a caller who sends too many, or too many at the same time, with 429
    and Retry-After.
    """

    def __init__(self, inner: "WSGIApplication", refuse: Refuse, limiter: RateLimiter) -> None:
        self._inner = inner
        self._refuse = refuse
        self._limiter = limiter

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        # If a preflight request were refused, a script could not read the refusal, nor its
        # helplines.
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] == "OPTIONS" or path in FOR_OPERATORS:
            return self._inner(environ, start_response)
        limiter, caller = self._limiter, caller_of(environ)
        if not is_counted(path):
            if limiter.may_load(caller):
                return self._inner(environ, start_response)
            refused = TooManyRequests(retry_after=limiter.wait())
            return self._refuse(refused, environ, start_response)

        def announce(line: str, headers: Headers, *rest: Any) -> Write:
            return start_response(line, [*headers, *limiter.fields(caller)], *rest)

        wait = limiter.begin(caller)
        if wait:
            return self._refuse(TooManyRequests(retry_after=wait), environ, announce)
        try:
            return self._inner(environ, announce)
        finally:
            limiter.end(caller)


class IgnoredProxyMiddleware:
    """Counts requests whose caller a proxy names while no proxy is trusted: all callers are then
    one. Anybody else may write X-Forwarded-For without a proxy, so only those from this machine or
    its network count.
    """

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        if "HTTP_X_FORWARDED_FOR" in environ and _is_near(environ.get("REMOTE_ADDR", "")):
            IGNORED_PROXIES.inc()
        return self._inner(environ, start_response)


def _is_near(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False
