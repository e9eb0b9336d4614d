"""The snapshot in force. It follows the store, also when another process writes, and outlives it."""

import os
import threading

from directory_api.domain.errors import NotReady, StoreUnavailable
from directory_api.search.snapshot import Snapshot
from directory_api.storage.store import Store

# A new revision is served within this time plus the reading of the store.
LOOK_EVERY_SECONDS = 0.5


class Current:
    """Holds one immutable snapshot and swaps it whole; readers never wait and never see half of a revision."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._snapshot: Snapshot | None = None
        self._version: str | None = None
        self._reachable = False
        self._turn = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot in force. Raises NotReady while nothing has been loaded."""
        if self._snapshot is None:
            raise NotReady("the directory has not been loaded yet")
        return self._snapshot

    @property
    def ready(self) -> bool:
        """Whether reads can be answered."""
        return self._snapshot is not None

    @property
    def reachable(self) -> bool:
        """Whether the store answered when it was last asked."""
        return self._reachable

    def refresh(self) -> bool:
        """Look at the store once; whether a new snapshot came into force. An unreachable store changes nothing."""
        with self._turn:
            try:
                moved = self._store.version() != self._version
                if moved:
                    kept = self._store.read()
                    # An empty store tells nothing; what is in force is better than that.
                    moved = kept.revision > 0
                    if moved:
                        self._snapshot = Snapshot(kept.revision, kept.contents, kept.places, kept.revisions, kept.past)
                    self._version = kept.version
                self._reachable = True
            except StoreUnavailable:
                self._reachable = False
                return False
            return moved

    def follow(self) -> None:
        """Look now, then again and again in a thread of its own, also in the children of a fork."""
        self.refresh()
        self._start()
        os.register_at_fork(after_in_child=self._start)

    def stop(self) -> None:
        """End the thread, and wait for the look that it may be at."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _start(self) -> None:
        self._turn = threading.Lock()  # the parent's may have been held at the moment of a fork
        self._thread = threading.Thread(target=self._watch, name="directory-revision", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            try:
                self.refresh()
            except Exception:  # whatever it was, the next look may find a store that is mended
                self._reachable = False
