"""The snapshot in force, which follows the store, and the last good one while that is away."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from directory_api.live.last_good import LastGoodSnapshot, unwritten
from directory_api.search.snapshot import Snapshot
from directory_api.store.sql.chain import HISTORY_DAMAGED
from directory_api.store.sql.store import Store
from directory_api.store.sql.writable import Writable
from directory_api.store.state import StoredDirectory, StoreState
from directory_api.text.errors import (
    FileUnreadable,
    NotReady,
    StoreMissing,
    StoreReplaced,
    StoreUnavailable,
)

# A new revision is served within this time plus the reading of the store.
LOOK_EVERY_SECONDS = 0.5
# A last good snapshot that could not be written, because the disk was full, is written so much
# later.
SAVE_AGAIN_SECONDS = 10.0
_LAST_GOOD = "the last good snapshot"
_EMPTY = "the database holds no records yet; put a copy back (`directory-api restore-backup`)"
# What else is possible where no directory was ever served, and where one was.
_OR_LOAD = ", or begin with the shipped data (`directory-api load`)"
_OR_BEGIN_ANEW = (
    "; the last good snapshot (DIRECTORY_SNAPSHOT) has the numbers that were served last: copy it "
    "to another place before you begin with the shipped data instead"
)


@dataclass(frozen=True, slots=True)
class Health:
    """How the snapshot in force stands to the store, and whether that can be written."""

    # Why the store could not be read, or was not followed; None if it was.
    fault: str | None
    # Why the snapshot in force may not be what the store holds; None where it is.
    degraded: str | None
    # Whether the snapshot in force is that of the file, and not of the store.
    is_last_good: bool
    # Whether the store is not followed, because it is not the one that was served.
    is_replaced: bool
    # Whether this process writes at all (DIRECTORY_READ_ONLY).
    takes_writes: bool
    # Why nothing can be written to the store; None while it can, as far as is known.
    writes_fault: str | None
    # The revision of the store when its version was read last, which may not be in force; None if
    # it never was.
    stored_revision: int | None
    # The seconds since the store was read last; None if it never was. The snapshot in force is what
    # the store held at that time.
    lag_seconds: float | None


class LiveSnapshot:
    """Holds one immutable snapshot and replaces it as a whole; readers never wait and never see a
    part of a revision.
    """

    def __init__(
        self,
        store: Store,
        last_good: LastGoodSnapshot,
        writes: Writable | None = None,
    ) -> None:
        self._store = store
        self.last_good = last_good
        self._writes = writes
        # What is to be written there.
        self._unsaved: tuple[str, Snapshot] | None = None
        # By time.monotonic; None if it has not been tried yet.
        self._save_again_at: float | None = None
        # Called with a sentence when the reason for being degraded changes; None: not any more.
        self.report: Callable[[str | None], object] = lambda _reason: None
        self._reported: str | None = None
        # The same, for the reason why nothing can be written.
        self.report_writes: Callable[[str | None], object] = lambda _reason: None
        self._reported_writes: str | None = None
        self._is_last_good = False
        self._snapshot: Snapshot | None = None
        self._version: str | None = None
        # The version that was put into force last, by this process or by one before it.
        self._served: str | None = None
        self._is_replaced = False
        # The version of the store at the last look at it, whether or not it was followed.
        self._seen: str | None = None
        self._is_adopting = False
        self._empty = False
        self._history_damage: str | None = None
        # What the snapshot in force is made of, unless that is the last good one.
        self._stored: StoredDirectory | None = None
        self._fault: str | None = "the directory has not been loaded yet"
        # When the store was read last without an error, by time.monotonic.
        self._seen_at: float | None = None
        self._lock = threading.Lock()

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot in force. Raises NotReady while nothing has been loaded."""
        if self._snapshot is None:
            raise NotReady(self._fault or self._with_advice(_EMPTY))
        return self._snapshot

    def store_state(self, *, to_change: bool = False) -> StoreState:
        """Return the records that the store holds now, which are those of the snapshot in force
        unless that cannot follow the store. Raises StoreUnavailable; if they are read to be
        changed, also StoreReplaced: nothing may be written to a store that is not followed.
        """
        version = self._store.version(self._to_follow() if to_change else ())
        if not self._stored or self._stored.state.version != version:
            self.refresh()
        stored = self._stored
        return stored.state if stored and stored.state.version == version else self._store.records()

    @property
    def ready(self) -> bool:
        """Whether reads can be answered."""
        return self._snapshot is not None

    @property
    def health(self) -> Health:
        """How the snapshot in force stands to the store, and whether that can be written."""
        fault = degraded = self._fault
        if fault and self._is_last_good and self._snapshot:
            degraded = f"{fault}; revision {self._snapshot.revision} of {_LAST_GOOD} is served"
        writes_fault = self._writes.fault if self._writes else None
        if self._is_replaced or self._empty:
            writes_fault = fault
        return Health(
            fault,
            degraded,
            self._is_last_good,
            self._is_replaced,
            self._writes is not None,
            writes_fault,
            None if self._seen is None else int(self._seen.split(":")[1]),
            None if self._seen_at is None else time.monotonic() - self._seen_at,
        )

    def refresh(self) -> bool:
        """Look at the store once. Return whether a new snapshot came into force.

        A store that cannot be read, is damaged, or lacks an emergency number changes nothing. If
        nothing is in force yet, the last good snapshot is put into force. A new one is in its file
        when this returns: a change may have hidden an address, and its author must not be told
        that it is done while the file still has the street.
        """
        with self._lock:
            moved = self._look()
            moved = self._use_last_good() or moved
            self._save()
            if (degraded := self.health.degraded) != self._reported:
                self._reported = degraded
                self.report(degraded)
            return moved

    def cause(self, error: StoreUnavailable) -> str:
        """Return what an operator is told about an error of the store."""
        return self._with_advice(str(error)) if isinstance(error, StoreMissing) else str(error)

    def _with_advice(self, cause: str) -> str:
        """Return the cause for which there are no records, with what an operator can do. Where
        something was served before, the shipped numbers may be older.
        """
        if self.last_good.exists():
            return f"{cause}{_OR_BEGIN_ANEW}"
        return cause if self._snapshot else f"{cause}{_OR_LOAD}"

    def fall_back(self, reason: str) -> None:
        """Put the last good snapshot into force, unless there is one already.

        For a store that was just refused for a reason: a look at it may take several seconds.
        """
        with self._lock:
            self._fault = reason
            self._use_last_good()

    def _use_last_good(self) -> bool:
        if self._snapshot is not None:
            return False
        self._snapshot = self.last_good.load()
        self._is_last_good = self._snapshot is not None
        if self._is_last_good:
            self._served = self.last_good.served_version()
        return self._is_last_good

    def _look(self) -> bool:
        try:
            self._seen = self._store.version()
            moved = self._seen != self._version
            # A history that is whole again has the version that it had before.
            if moved or self._history_damage:
                moved = self._read(self._seen, moved=moved)
            self._fault = self._with_advice(_EMPTY) if self._empty else self._history_damage
            self._seen_at, self._is_replaced = time.monotonic(), False
        except StoreUnavailable as error:
            self._fault = self.cause(error)
            self._is_replaced = isinstance(error, StoreReplaced)
            return False
        return moved

    def adopt(self) -> None:
        """Put what the store holds into force, whatever was served before, and have the servers of
        this machine follow it.

        Raises StoreUnavailable and FileUnreadable; then they do not follow it.
        """
        with self._lock:
            self._version, self._is_adopting = None, True
            try:
                if not self._look():
                    raise StoreUnavailable(self._fault or self._with_advice(_EMPTY))
            finally:
                self._is_adopting = False
            if self._unsaved:
                self.last_good.save(*self._unsaved, lambda: True, is_adopted=True)
                self._unsaved = None

    def _to_follow(self) -> tuple[str, ...]:
        """Return the versions of which the store has to follow one; none if nothing was ever served
        by this process or by one before it.
        """
        if self._is_adopting:
            return ()
        served = self._served or self.last_good.served_version()
        # Another process may have adopted another store on this machine. One that may be written
        # says so itself.
        return tuple(filter(None, (served, self.last_good.adopted())))

    def _read(self, version: str, *, moved: bool) -> bool:
        """Put what the store holds into force; returns whether it holds anything new. `version` is
        what it was a moment ago.

        Raises StoreUnavailable.
        """
        if version.split(":")[1] == "0":
            # An empty store tells nothing; what is in force is better than that.
            self._version, self._empty = version, True
            return False
        stored = self._store.read(self._stored, self._to_follow())
        state = stored.state
        snapshot = Snapshot(
            state.revision,
            state.contents,
            stored.postcodes.gazetteer,
            state.revisions,
            stored.history,
            state.links,
            digests=state.digests,
            previous=None if self._is_last_good else self._snapshot,
        )
        if not moved and not snapshot.has_history:
            return False
        lacking = snapshot.countries_without_emergency_number()
        if lacking:
            raise StoreUnavailable(f"the database has no emergency number for {', '.join(lacking)}")
        self._snapshot, self._stored = snapshot, stored
        self._version = self._served = state.version
        self._is_last_good = self._empty = False
        self._unsaved, self._save_again_at = (state.version, snapshot), None
        self._history_damage = None if snapshot.has_history else HISTORY_DAMAGED
        return True

    def _save(self) -> None:
        """Write the last good snapshot, if there is one to write and it is time."""
        tried = self._save_again_at is not None
        if not self._unsaved or (self._save_again_at or 0.0) > time.monotonic():
            return
        version, snapshot = self._unsaved
        try:
            self.last_good.save(version, snapshot, lambda: self._store.version() == version)
            self._unsaved = None
        except StoreUnavailable:
            pass  # the next look tries again
        except FileUnreadable as error:  # such as a file system that may only be read
            self._save_again_at = time.monotonic() + SAVE_AGAIN_SECONDS
            if not tried:
                self.report(unwritten(error))

    def follow(self) -> None:
        """Refresh repeatedly in a thread, also in workers that a server forks later; and now, if
        nothing is in force.
        """
        if not self.ready:
            self.refresh()
        self._start()
        os.register_at_fork(after_in_child=self._start)

    def _start(self) -> None:
        self._lock = threading.Lock()  # the parent's may have been held at the moment of a fork
        threading.Thread(target=self._watch, name="directory-revision", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_EVERY_SECONDS)
            try:
                self.refresh()
            except Exception as error:  # the store may work again at the next look
                self._fault = f"the database cannot be read: {type(error).__name__}"
            self._probe_writes()

    def _probe_writes(self) -> None:
        if self._writes:
            self._writes.probe()
            if (fault := self.health.writes_fault) != self._reported_writes:
                self._reported_writes = fault
                self.report_writes(fault)
