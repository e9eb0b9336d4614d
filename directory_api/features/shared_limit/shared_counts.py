"""Counts of callers in Valkey, a database in memory, so that several servers share a limit.

Valkey gets hashes of callers with their counts, and the random key of the hashes. All of it
expires: a count with its window, the key after a day. Requests never depend on Valkey: while it
does not answer, each server counts in its own memory.
"""

import secrets
import time
from collections.abc import Callable
from typing import Any, TypeVar

from valkey import Valkey
from valkey.exceptions import ValkeyError

from directory_api.web.middleware.kept_counts import DAY_SECONDS
from directory_api.web.wsgi import log

# For a connection, and for an answer. Valkey in the same network answers within a millisecond.
_ANSWER_SECONDS = 0.1
# How often a server asks for the key of the hashes, and tries again after a failure. Another key
# is in force after a day, and after a restart of Valkey, which stores nothing on a disk.
_ASK_AGAIN_SECONDS = 5.0
_PREFIX = "directory-api:"
_KEY = f"{_PREFIX}key-of-callers"
_Answer = TypeVar("_Answer")


class SharedCounts:
    """The counts in Valkey, at a URL such as valkey://127.0.0.1:6379/0.

    Nothing is connected yet: Valkey may be away when a server starts.
    """

    def __init__(self, url: str) -> None:
        # Any, because its methods have incomplete types.
        self._valkey: Any = Valkey.from_url(
            url, socket_connect_timeout=_ANSWER_SECONDS, socket_timeout=_ANSWER_SECONDS
        )
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
            except ValkeyError:
                self._key = None
            self._log(available=self._key is not None)
        return self._key

    def add(self, window: str, seconds: int, requests: int) -> int | None:
        """Count requests in a window, and return how many it has.

        A new window lasts for `seconds`. None while Valkey does not answer.
        """

        def count() -> int:
            with self._valkey.pipeline(transaction=True) as commands:
                commands.incrby(_PREFIX + window, requests)
                commands.expire(_PREFIX + window, seconds, nx=True)
                spent: int = commands.execute()[0]
            return spent

        return self._ask(count)

    def spent(self, window: str) -> tuple[int, int] | None:
        """Return how many requests a window has, and how many seconds are left of it.

        None while Valkey does not answer.
        """

        def read() -> tuple[int, int]:
            with self._valkey.pipeline(transaction=True) as commands:
                commands.get(_PREFIX + window)
                commands.ttl(_PREFIX + window)
                spent, seconds = commands.execute()
            return int(spent or 0), max(1, seconds)

        return self._ask(read)

    def _ask(self, question: Callable[[], _Answer]) -> _Answer | None:
        if self._key is None:
            return None
        try:
            return question()
        except ValkeyError:
            self._key = None
            self._ask_at = time.monotonic() + _ASK_AGAIN_SECONDS
            self._log(available=False)
            return None

    def _current_key(self) -> bytes:
        """Return the key in force, or put a new one in force for a day, in one command."""
        new = secrets.token_bytes(32)
        existing: bytes | None = self._valkey.set(_KEY, new, ex=DAY_SECONDS, nx=True, get=True)
        return existing or new

    def _log(self, *, available: bool) -> None:
        # The errors of the client name the host, so none is logged.
        if available != self._logged:
            self._logged = available
            log.note("rate_limit", shared=available)
