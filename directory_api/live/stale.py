"""Large answers that are the same for a revision and a day, such as bundles.

With 9,500 centres that all have other hours, the first one of a day takes ten seconds. One thread
makes it. Threads that waited for it would be missing for every other visitor, so they get the last
one until the next is made.
"""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, NamedTuple, TypeVar

_Value = TypeVar("_Value")

# Others wait as long for one that is being made; in small directories it is made by then.
PATIENCE_SECONDS = 0.5
# The bundle of each country and the cards of each language, for each path prefix.
_MOST_KEPT = 64


class Made(NamedTuple, Generic[_Value]):
    """A value, and whether it is of the version that was asked for."""

    value: _Value
    is_current: bool


class _Making(NamedTuple):
    lock: threading.Lock
    started: float


class StaleCache:
    """The last value of each key, with its version."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Hashable, Any]] = {}
        self._making: dict[Hashable, _Making] = {}

    def get(
        self, key: Hashable, version: Hashable, make: Callable[[], _Value]
    ) -> Made[_Value] | None:
        """Return the value of `make` for a version.

        While another thread has been making it for longer than PATIENCE_SECONDS, it is the value
        of the version before; None if there is none.
        """
        kept = self._kept.get(key)
        if kept and kept[0] == version:
            return Made(kept[1], is_current=True)
        making = self._making.setdefault(key, _Making(threading.Lock(), time.monotonic()))
        patience = making.started + PATIENCE_SECONDS - time.monotonic()
        if not making.lock.acquire(timeout=max(0.0, patience)):
            return Made(kept[1], is_current=False) if kept else None
        try:
            kept = self._kept.get(key)
            if not kept or kept[0] != version:
                kept = self._kept[key] = version, make()
                if len(self._kept) > _MOST_KEPT:
                    del self._kept[next(iter(self._kept))]
            return Made(kept[1], is_current=True)
        finally:
            # Also after an error: a caller may have written the key.
            self._making.pop(key, None)
            making.lock.release()
