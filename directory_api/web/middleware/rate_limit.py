"""Rate limit: requests of each caller, in fixed windows, which begin with the first request.

A caller is a hash (callers). Several servers can share their counts (shared_counts).
"""

import threading
from collections.abc import Callable, Iterable
from itertools import count
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol

from werkzeug.exceptions import HTTPException, TooManyRequests

from directory_api.web.middleware.callers import CallerIds

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from directory_api.web.middleware.shared_counts import SharedCounts

# Monitoring must work while the server is busy.
EXEMPT = ("/livez", "/readyz", "/metrics")
# The page about the rate limit needs its stylesheet and its exit script, too.
_NEEDED = "/static/"
# Refused tokens of each caller: a person may paste the wrong text a few times; more is guessing. A
# valid token is never refused because of other callers' guesses: they may share an address.
GUESSES = "10/minute"
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
# Spellings of addresses whose windows are found quickly. A caller can send from as many addresses
# of an IPv6 network as they like; all of them are one caller.
_MOST_SPELLINGS = 10_000


# What start_response gets and returns. The annotations of a function within a function are
# evaluated at each call, and these would take a microsecond.
Headers = list[tuple[str, str]]
Write = Callable[[bytes], object]


class Refuse(Protocol):
    """Responds with an error before Flask is entered."""

    def __call__(
        self, error: HTTPException, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""


class Window(Protocol):
    """The requests of a caller in a window of time."""

    def hit(self, requests: int = 1) -> bool:
        """Count requests, and return whether they are within the limit."""

    def rest(self) -> tuple[int, int]:
        """Return how many requests are left, and for how many seconds."""

    def field(self) -> str:
        """Return the value of the header field RateLimit."""


class LocalWindow:
    """A window of one process, which counts without a lock."""

    __slots__ = ("_amount", "_clock", "_next", "_spent", "until")

    def __init__(self, amount: int, until: float, clock: Callable[[], float]) -> None:
        # The next number is atomic in CPython: no two requests get the same one.
        self._next = count(1).__next__
        # The last number, to be told only: of two threads the later one may write the lower.
        self._spent = 0
        self._amount = amount
        self._clock = clock
        self.until = until

    def hit(self, requests: int = 1) -> bool:
        """Count requests, and return whether they are within the limit."""
        spent = self._next()
        while requests > 1:
            spent, requests = self._next(), requests - 1
        self._spent = spent
        return spent <= self._amount

    def rest(self) -> tuple[int, int]:
        """Return how many requests are left, and for how many seconds."""
        left, seconds = self._amount - self._spent, ceil(self.until - self._clock())
        # Comparisons, because max() takes several times as long.
        return left if left > 0 else 0, seconds if seconds > 0 else 1

    def field(self) -> str:
        """Return the value of the header field RateLimit."""
        left, seconds = self.rest()
        return f'"default";r={left};t={seconds}'

    def admit(self, now: float) -> str | None:
        """Count one request and return the header field; None if it is beyond the limit."""
        self._spent = spent = self._next()
        left = self._amount - spent
        return f'"default";r={left};t={ceil(self.until - now)}' if left >= 0 else None


class _SharedWindow:
    """A window of several servers; that of this process while the shared counts are away."""

    def __init__(
        self,
        shared: "SharedCounts",
        identity: tuple[str, str, str],
        local: Callable[[], LocalWindow],
    ) -> None:
        self._shared = shared
        self._identity = identity
        self._local = local

    def hit(self, requests: int = 1) -> bool:
        """Count requests, and return whether they are within the limit."""
        admitted = self._shared.hit(*self._identity, requests)
        return self._local().hit(requests) if admitted is None else admitted

    def rest(self) -> tuple[int, int]:
        """Return how many requests are left, and for how many seconds."""
        rest = self._shared.rest(*self._identity)
        return self._local().rest() if rest is None else rest

    def field(self) -> str:
        """Return the value of the header field RateLimit."""
        left, seconds = self.rest()
        return f'"default";r={left};t={seconds}'


class RateLimiter:
    """Counts the requests of each caller in fixed windows, such as 600 a minute.

    `counted` tells limiters apart that share their counts.
    """

    def __init__(self, rate: str, callers: CallerIds, counted: str = "requests") -> None:
        self._rate = rate
        amount, _, unit = rate.partition("/")
        self._amount = int(amount)
        self._counted = counted
        self._seconds = _SECONDS[unit]
        self._policy = ("RateLimit-Policy", f'"default";q={self._amount};w={self._seconds}')
        self._callers = callers
        self._clock = callers.clock
        self._quick_hash = callers.quick_hash
        # Windows by the hash of their caller, and by the quick hash of a spelling.
        self._windows: dict[str, LocalWindow] = {}
        self._by_spelling: dict[int, LocalWindow] = {}
        self._making = threading.Lock()
        self._drop_at = callers.clock() + self._seconds

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
        if self._callers.shared:
            name = self._callers.name(environ)
            identity = (self._rate, self._counted, name)
            return _SharedWindow(self._callers.shared, identity, lambda: self._local(name))
        return self._window_at(environ, self._clock())

    def admit(self, environ: "WSGIEnvironment") -> list[tuple[str, str]] | None:
        """Count one request and return its header fields; None if it is beyond the limit.

        It is `window`, `hit` and `fields` in half of the time.
        """
        if self._callers.shared:
            shared = self.window(environ)
            return self.fields(shared) if shared.hit() else None
        now = self._clock()
        field = self._window_at(environ, now).admit(now)
        return [self._policy, ("RateLimit", field)] if field else None

    def _window_at(self, environ: "WSGIEnvironment", now: float) -> LocalWindow:
        spelling = self._quick_hash(environ)
        window = self._by_spelling.get(spelling)
        if window is None or window.until <= now:
            window = self._local(self._callers.name(environ))
            self._by_spelling[spelling] = window
        return window

    def _local(self, name: str) -> LocalWindow:
        """Return the window in force of a caller in this process."""
        with self._making:
            now = self._clock()
            if now >= self._drop_at:
                self._windows = {
                    each: window for each, window in self._windows.items() if window.until > now
                }
            if now >= self._drop_at or len(self._by_spelling) >= _MOST_SPELLINGS:
                self._by_spelling = {}
                self._drop_at = now + self._seconds
            window = self._windows.get(name)
            if window is None or window.until <= now:
                # A hash with another key is another caller, so the window ends with the key.
                until = min(now + self._seconds, self._callers.key_until)
                window = LocalWindow(self._amount, until, self._clock)
                self._windows[name] = window
            return window


def is_exempt(environ: "WSGIEnvironment") -> bool:
    """Return whether a request is not counted."""
    path = environ.get("PATH_INFO", "")
    # If a preflight request were refused, a script could not read the refusal, nor its helplines.
    return path in EXEMPT or path.startswith(_NEEDED) or environ["REQUEST_METHOD"] == "OPTIONS"


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
        if is_exempt(environ):
            return self._inner(environ, start_response)
        window = self._limiter.window(environ)

        def announce(line: str, headers: Headers, *rest: Any) -> Write:
            return start_response(line, [*headers, *self._limiter.fields(window)], *rest)

        if window.hit():
            return self._inner(environ, announce)
        wait = window.rest()[1]
        return self._refuse(TooManyRequests(retry_after=wait), environ, announce)
