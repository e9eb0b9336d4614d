"""Whether a store can be written, which is not visible while nothing is edited."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from directory_api.store.sql.database import Engine
from directory_api.text.errors import StoreUnavailable

# A probe is cheap, but it takes the lock of writers for a moment.
PROBE_SECONDS = 5.0
# A probe cannot find everything that stops a write, such as a quota. What a write has found is
# believed for so long, unless another write succeeds.
BELIEVED_SECONDS = 30.0


class Writable:
    """Why nothing can be written to a store: what the last write found, or a probe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # None while writes are possible, as far as is known.
        self.fault: str | None = None
        # By time.monotonic.
        self._probe_at = 0.0
        self._believed_until = 0.0
        self._is_suspected = False

    def probe(self) -> None:
        """Try whether a write would be possible, if it is time; raises nothing about the store.

        One failure may be another writer who has the lock; two in a row are reported.
        """
        now = time.monotonic()
        if now < self._probe_at:
            return
        try:
            self._engine.check_writable()
        except StoreUnavailable as error:
            if self._is_suspected:
                self.fault = str(error)
                self._probe_at = now + PROBE_SECONDS
            self._is_suspected = True
        else:
            self._is_suspected = False
            self._probe_at = now + PROBE_SECONDS
            if now >= self._believed_until:
                self.fault = None

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note how the transaction in the block ends."""
        try:
            yield
        except StoreUnavailable as error:
            self.fault = str(error)
            self._believed_until = time.monotonic() + BELIEVED_SECONDS
            raise
        self.fault, self._believed_until = None, 0.0
