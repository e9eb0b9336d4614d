"""Rate limit: requests of each caller, in fixed windows, which begin with the first request.

A caller is a hash of an address, with a key that is only in memory and changes daily. The address
itself is never stored. The counts of a worker outlive it (kept_counts).
"""

import hashlib
import ipaddress
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from itertools import count
from math import ceil
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import TooManyRequests

from directory_api.web.http.addresses import is_counted
from directory_api.web.middleware.kept_counts import DAY_SECONDS, SPENT, KeptCounts, Row
from directory_api.web.wsgi.types import Headers, Refuse, Write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


# Refused tokens of each caller: a person may paste the wrong text a few times; more is guessing. A
# valid token is never refused because of other callers' guesses: they may share an address.
GUESSES = "10/minute"
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": DAY_SECONDS}
# Requests of a caller that a worker answers at the same time, once the caller has spent a tenth of
# the limit: two threads fewer than a worker has (body_limit.THREADS), which are left for others. A
# class that opens a page at once has spent less.
MOST_AT_ONCE = 4
_FEW = 10
AT_ONCE_SECONDS = 1
# Spellings of addresses whose windows are found quickly. A caller can send from as many addresses
# of an IPv6 network as they like; all of them are one caller.
_MOST_SPELLINGS = 10_000


class CallerIds:
    """Identifies callers by a hash whose key changes daily, so old counts identify no one.

    `kept` has the key and the counts of the worker before. `clock` is time.monotonic.
    `note_ignored` is called when a proxy near this machine names a caller while no proxy is
    trusted: all callers are then one.
    """

    def __init__(
        self,
        trusted_proxies: int,
        clock: Callable[[], float] = time.monotonic,
        kept: KeptCounts | None = None,
        note_ignored: Callable[[], None] = lambda: None,
    ) -> None:
        self._trusted_proxies = trusted_proxies
        self._note_ignored = note_ignored
        self._salt = secrets.token_urlsafe(32)
        self.kept = kept
        known = kept.key(clock()) if kept else None
        if known:
            # By the clock. No count in memory outlives it.
            self._key, self.key_until = known
        else:
            self._change_key(clock())
        self.clock = clock

    def name(self, environ: "WSGIEnvironment") -> str:
        """Return the hash of a request's caller."""
        if not self._trusted_proxies and "HTTP_X_FORWARDED_FOR" in environ and _is_near(environ):
            self._note_ignored()
        now = self.clock()
        if now >= self.key_until:
            self._change_key(now)
        address = _address(environ, self._trusted_proxies)
        return hashlib.blake2b(address.encode(), key=self._key, digest_size=16).hexdigest()

    def quick_hash(self, environ: "WSGIEnvironment") -> int:
        """Return a hash of the text that names a request's caller, which has several spellings.

        It takes a tenth of the time of `name`. hash() of a text is SipHash with a key of the
        process; the salt is a second one.
        """
        text: str = self._salt + environ.get("REMOTE_ADDR", "")
        if self._trusted_proxies:
            # Callers write the parts before those of the proxies.
            parts = environ.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", self._trusted_proxies)
            text = f"{text},{','.join(parts[-self._trusted_proxies :])}"
        return hash(text)

    def _change_key(self, now: float) -> None:
        self._key = secrets.token_bytes(32)
        self._salt = secrets.token_urlsafe(32)
        self.key_until = now + DAY_SECONDS
        if self.kept:
            self.kept.put_key(self._key, self.key_until)


def _is_near(environ: "WSGIEnvironment") -> bool:
    """Return whether a request came from this machine or its network, as from a proxy. Anybody else
    may write X-Forwarded-For without a proxy.
    """
    try:
        return ipaddress.ip_address(environ.get("REMOTE_ADDR", "")).is_private
    except ValueError:
        return False


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


class Window:
    """The requests of a caller in a window of time, which are counted without a lock. `row` has
    those so far.
    """

    __slots__ = ("_amount", "_clock", "_in_work", "_next", "_row", "until")

    def __init__(self, amount: int, until: float, clock: Callable[[], float], row: Row) -> None:
        # The next number is atomic in CPython: no two requests get the same one.
        self._next = count(row[SPENT] + 1).__next__
        # It gets the last number: of two threads the later one may write the lower.
        self._row = row
        # One for each request in work. To append one is atomic, too, and to add one is not.
        self._in_work: list[None] = []
        self._amount = amount
        self._clock = clock
        self.until = until

    def hit(self, requests: int = 1) -> bool:
        """Count requests, and return whether they are within the limit."""
        spent = self._next()
        while requests > 1:
            spent, requests = self._next(), requests - 1
        self._row[SPENT] = spent
        return spent <= self._amount

    def begin(self) -> bool:
        """Return whether this process may begin to answer another request at the same time."""
        self._in_work.append(None)
        if len(self._in_work) <= MOST_AT_ONCE or self._row[SPENT] * _FEW <= self._amount:
            return True
        self.end()
        return False

    def end(self) -> None:
        """Say that a request is answered."""
        self._in_work.pop()

    def rest(self) -> tuple[int, int]:
        """Return how many requests are left, and for how many seconds."""
        left, seconds = self._amount - self._row[SPENT], ceil(self.until - self._clock())
        # Comparisons, because max() takes several times as long.
        return left if left > 0 else 0, seconds if seconds > 0 else 1

    def field(self) -> str:
        """Return the value of the header field RateLimit."""
        left, seconds = self.rest()
        return f'"default";r={left};t={seconds}'

    def admit(self, now: float) -> str | None:
        """Count one request and return the header field; None if it is beyond the limit."""
        self._row[SPENT] = spent = self._next()
        left = self._amount - spent
        return f'"default";r={left};t={ceil(self.until - now)}' if left >= 0 else None


class RateLimiter:
    """Counts the requests of each caller in fixed windows, such as 600 a minute.

    `counted` tells apart the limiters whose counts are kept.
    """

    def __init__(self, rate: str, callers: CallerIds, counted: str = "requests") -> None:
        amount, _, unit = rate.partition("/")
        self._amount = int(amount)
        self._seconds = _SECONDS[unit]
        self._policy = ("RateLimit-Policy", f'"default";q={self._amount};w={self._seconds}')
        self._callers = callers
        self._clock = callers.clock
        self._quick_hash = callers.quick_hash
        # Windows by the hash of their caller, and by the quick hash of a spelling.
        self._windows: dict[str, Window] = {}
        self._by_spelling: dict[int, Window] = {}
        self._making = threading.Lock()
        now = callers.clock()
        self._drop_at = now + self._seconds
        self._rows = callers.kept.rows(counted) if callers.kept else None
        for name, until, row in self._rows.windows(now) if self._rows else ():
            self._windows[name] = Window(self._amount, until, self._clock, row)

    def charge(self, environ: "WSGIEnvironment", requests: int = 1) -> None:
        """Count further requests of a caller. Raises TooManyRequests if they are too many."""
        window = self.window(environ)
        if not window.hit(requests):
            raise TooManyRequests(retry_after=window.rest()[1])

    def fields(self, window: Window) -> list[tuple[str, str]]:
        """Return the header fields of draft-ietf-httpapi-ratelimit-headers."""
        return [self._policy, ("RateLimit", window.field())]

    def window(self, environ: "WSGIEnvironment") -> Window:
        """Return the window in force of a request's caller."""
        return self._window_at(environ, self._clock())

    def admit(self, environ: "WSGIEnvironment") -> list[tuple[str, str]] | None:
        """Count one request and return its header fields; None if it is beyond the limit.

        It is `window`, `hit` and `fields` in half of the time.
        """
        now = self._clock()
        field = self._window_at(environ, now).admit(now)
        return [self._policy, ("RateLimit", field)] if field else None

    def _window_at(self, environ: "WSGIEnvironment", now: float) -> Window:
        spelling = self._quick_hash(environ)
        window = self._by_spelling.get(spelling)
        if window is None or window.until <= now:
            window = self._local(self._callers.name(environ))
            self._by_spelling[spelling] = window
        return window

    def _local(self, name: str) -> Window:
        """Return the window in force of a caller in this process."""
        with self._making:
            now = self._clock()
            if now >= self._drop_at:
                self._windows = {
                    each: window for each, window in self._windows.items() if window.until > now
                }
                if self._rows:
                    self._rows.reuse(now)
            if now >= self._drop_at or len(self._by_spelling) >= _MOST_SPELLINGS:
                self._by_spelling = {}
                self._drop_at = now + self._seconds
            window = self._windows.get(name)
            if window is None or window.until <= now:
                # A hash with another key is another caller, so the window ends with the key.
                until = min(now + self._seconds, self._callers.key_until)
                row = self._rows.take(name, until) if self._rows else [0] * (SPENT + 1)
                window = Window(self._amount, until, self._clock, row)
                self._windows[name] = window
            return window


def is_exempt(environ: "WSGIEnvironment") -> bool:
    """Return whether a request is not counted."""
    path = environ.get("PATH_INFO", "")
    # If a preflight request were refused, a script could not read the refusal, nor its helplines.
    return environ["REQUEST_METHOD"] == "OPTIONS" or not is_counted(path)


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
        if is_exempt(environ):
            return self._inner(environ, start_response)
        window = self._limiter.window(environ)

        def announce(line: str, headers: Headers, *rest: Any) -> Write:
            return start_response(line, [*headers, *self._limiter.fields(window)], *rest)

        if not window.hit():
            wait = window.rest()[1]
        elif not window.begin():
            wait = AT_ONCE_SECONDS
        else:
            try:
                return self._inner(environ, announce)
            finally:
                window.end()
        return self._refuse(TooManyRequests(retry_after=wait), environ, announce)
