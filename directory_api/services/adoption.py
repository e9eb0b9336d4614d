"""Adopts a store in the place of the one that was served: an operator says that servers follow it.

A server never follows another store than the one that it has served, nor a lower revision of it
(LiveSnapshot). What is adopted is written into the store, from which every server that follows it
learns it, and into the last good snapshot, for the servers of this machine that only read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from directory_api.domain.changes.change import Stamp
from directory_api.domain.errors import NotReady
from directory_api.domain.model.token import Actor
from directory_api.services.last_good import LastGoodSnapshot
from directory_api.services.live_snapshot import LiveSnapshot
from directory_api.storage import adopted
from directory_api.storage.base import Store


@dataclass(frozen=True, slots=True)
class Adoption:
    """The store that is there, and what was served before; both as versions, with id, revision and
    link.
    """

    present: str
    # None if nothing was served on this machine, or the same store is there.
    replaced: str | None


class Adopter:
    """Adopts the store of this directory. Raises StoreUnavailable."""

    def __init__(
        self,
        store: Store,
        live: LiveSnapshot,
        last_good: LastGoodSnapshot,
        clock: Callable[[], datetime],
        *,
        read_only: bool = False,
    ) -> None:
        self._store = store
        self._live = live
        self._last_good = last_good
        self._clock = clock
        self._read_only = read_only

    def look(self) -> Adoption:
        """Return what `adopt` would do. Raises NotReady for a store without records."""
        served = self._last_good.served()
        with self._store.changes_since() as update:
            if not update.revision:
                raise NotReady("the database holds no records; there is nothing to adopt")
            follows = served is None or update.follows(served)
            return Adoption(update.version, None if follows else served)

    def adopt(self, actor: Actor) -> Adoption:
        """Have servers follow the store. Raises StoreConflict and FileUnreadable."""
        adoption = self.look()
        if adoption.replaced and not self._read_only:
            stamp = Stamp(actor.name, self._clock(), "adopted in the place of another directory")
            adopted.append(self._store, self._last_good.replaceable(), stamp)
        self._live.adopt()
        return Adoption(self._store.version(), adoption.replaced)
