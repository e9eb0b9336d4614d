"""Values that take long to make, and are made once however many threads ask at the same time."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_Value = TypeVar("_Value")


class OnceCache:
    """Values by key, each made once."""

    def __init__(self) -> None:
        self._values: dict[Hashable, Any] = {}
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """Return the value of `make`, cached under the key.

        One thread calls `make`, and the others wait for it: six that each read the names of
        neighbouring towns kept a server busy for three seconds. `make` may use other keys.
        """
        if key not in self._values:
            try:
                with self._making.setdefault(key, threading.Lock()):
                    if key not in self._values:
                        self._values[key] = make()
            finally:
                # Also after an error: a caller may have written the key.
                self._making.pop(key, None)
        value: _Value = self._values[key]
        return value
