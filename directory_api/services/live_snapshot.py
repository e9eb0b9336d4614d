"""The snapshot in force. It follows the store, also when another process writes, and outlives it."""

import os
import threading

from directory_api.domain.errors import NotReady, StoreUnavailable
from directory_api.search.gazetteer import Gazetteer
from directory_api.search.snapshot import Snapshot
from directory_api.storage.base import Postcodes, Store, Whole

# A new revision is served within this time plus the reading of the store.
LOOK_EVERY_SECONDS = 0.5
_EMPTY = "the database holds no records yet"


class LiveSnapshot:
    """Holds one immutable snapshot and swaps it whole; readers never wait and never see half of a revision."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._snapshot: Snapshot | None = None
        self._version: str | None = None
        self._empty = False
        # Kept while the tables do not change: an edit of a record reads no postcodes.
        self._postcodes: Postcodes | None = None
        self._gazetteer = Gazetteer(())
        self._degraded: str | None = "the directory has not been loaded yet"
        self._turn = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot in force. Raises NotReady while nothing has been loaded."""
        if self._snapshot is None:
            raise NotReady(self._degraded or _EMPTY)
        return self._snapshot

    @property
    def ready(self) -> bool:
        """Whether reads can be answered."""
        return self._snapshot is not None

    @property
    def degraded(self) -> str | None:
        """Why the snapshot in force may not be what the store holds; None where it is."""
        return self._degraded

    def refresh(self) -> bool:
        """Look at the store once; whether a new snapshot came into force.

        A store that cannot be read, is damaged, or lacks an emergency number changes nothing.
        """
        with self._turn:
            try:
                moved = self._store.version() != self._version
                if moved:
                    moved = self._take(self._store.read(self._postcodes))
                    self._empty = not moved
                self._degraded = _EMPTY if self._empty else None
            except StoreUnavailable as error:
                self._degraded = str(error)
                return False
            return moved

    def _take(self, kept: Whole) -> bool:
        """Put what a store holds into force; whether there was anything. Raises StoreUnavailable."""
        # An empty store tells nothing; what is in force is better than that.
        if kept.revision > 0:
            if kept.postcodes is not self._postcodes:
                self._postcodes, self._gazetteer = kept.postcodes, Gazetteer(kept.postcodes.places)
            snapshot = Snapshot(
                kept.revision,
                kept.contents,
                self._gazetteer,
                kept.revisions,
                kept.past,
            )
            lacking = snapshot.countries_without_emergency_number()
            if lacking:
                raise StoreUnavailable(
                    f"the database has no emergency number for {', '.join(lacking)}"
                )
            self._snapshot = snapshot
        self._version = kept.version
        return kept.revision > 0

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
            except Exception as error:  # the store may work again at the next look
                self._degraded = f"the database cannot be read: {type(error).__name__}"
