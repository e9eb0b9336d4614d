"""Counts of callers in Valkey, a database in memory, so that several servers share a limit.

Valkey gets hashes of callers with their counts, and the random key of the hashes. All of it
expires: a count with its window, the key after a day. Requests never depend on Valkey: while it
does not answer, each server counts in its own memory.
"""

import secrets
import time
from collections.abc import Callable
from typing import Any, TypeVar

from limits import parse
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter

from directory_api.web.middleware.kept_counts import DAY_SECONDS
from directory_api.web.wsgi import log

# For a connection, and for an answer. Valkey in the same network answers within a millisecond.
_ANSWER_SECONDS = 0.1
# How often a server asks for the key of the hashes, and tries again after a failure. Another key
# is in force after a day, and after a restart of Valkey, which stores nothing on a disk.
_ASK_AGAIN_SECONDS = 5.0
_KEY = "directory-api:key-of-callers"
_Answer = TypeVar("_Answer")


class SharedCounts:
    """The counts in Valkey, at a URL such as valkey://127.0.0.1:6379/0.

    Nothing is connected yet: Valkey may be away when a server starts.
    """

    def __init__(self, url: str) -> None:
        self._storage = RedisStorage(
            url, socket_connect_timeout=_ANSWER_SECONDS, socket_timeout=_ANSWER_SECONDS
        )
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._key: bytes | None = None
        self._ask_at = 0.0
        self._logged: bool | None = None

    def key(self) -> bytes | None:
        """Return the key of the callers' hashes; None while Valkey does not answer."""
        now = time.monotonic()
        if now >= self._ask_at:
            # Set first, so that one request waits for the answer and the others do not.
            self._ask_at = now + _ASK_AGAIN_SECONDS
            try:
                self._key = self._current_key()
            except self._storage.base_exceptions:
                self._key = None
            self._log(available=self._key is not None)
        return self._key

    def hit(self, rate: str, counted: str, caller: str, requests: int) -> bool | None:
        """Count requests of a caller, and return whether they are within the limit.

        None while Valkey does not answer.
        """
        return self._ask(lambda: self._limiter.hit(parse(rate), counted, caller, cost=requests))

    def rest(self, rate: str, counted: str, caller: str) -> tuple[int, int] | None:
        """Return how many requests a caller has left, and for how many seconds.

        None while Valkey does not answer.
        """
        stats = self._ask(lambda: self._limiter.get_window_stats(parse(rate), counted, caller))
        if stats is None:
            return None
        return stats.remaining, max(1, round(stats.reset_time - time.time()))

    def _ask(self, question: Callable[[], _Answer]) -> _Answer | None:
        if self._key is None:
            return None
        try:
            return question()
        except self._storage.base_exceptions:
            self._key = None
            self._ask_at = time.monotonic() + _ASK_AGAIN_SECONDS
            self._log(available=False)
            return None

    def _current_key(self) -> bytes:
        """Return the key in force, or put a new one in force for a day, in one command."""
        new = secrets.token_bytes(32)
        # limits declares only the commands that it sends itself.
        connection: Any = self._storage.get_connection()
        existing: bytes | None = connection.set(_KEY, new, ex=DAY_SECONDS, nx=True, get=True)
        return existing or new

    def _log(self, *, available: bool) -> None:
        # The errors of the client name the host, so none is logged.
        if available != self._logged:
            self._logged = available
            log.note("rate_limit", shared=available)
