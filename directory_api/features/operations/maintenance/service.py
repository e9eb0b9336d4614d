"""What an operator does with the whole store: check, back up and restore it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from directory_api.bootstrap import Directory
from directory_api.change.change import Stamp
from directory_api.features.operations.maintenance.any_engine import maintenance_store
from directory_api.features.operations.maintenance.base import (
    Damage,
    MaintenanceStore,
    Restored,
)
from directory_api.live.last_good import LastGoodSnapshot
from directory_api.record.token import Actor
from directory_api.text.errors import StoreReadOnly


class Maintenance:
    """Maintains the store. Every method raises StoreUnavailable if it cannot be read at all."""

    def __init__(
        self,
        store: MaintenanceStore,
        last_good: LastGoodSnapshot,
        clock: Callable[[], datetime],
        *,
        read_only: bool = False,
    ) -> None:
        self._store = store
        self._read_only = read_only
        self._last_good = last_good
        self._clock = clock

    def check(self) -> tuple[Damage, ...]:
        """Return everything that is not what was written."""
        return self._store.check()

    def back_up(self, target: Path) -> str:
        """Write a backup to a file, and return its SHA-256. Raises StoreDamaged."""
        return self._store.back_up(target)

    def upgrade(self, target: Path) -> str | None:
        """Write a backup and then bring tables of an earlier version up to date; return its
        SHA-256, or None if they are up to date. Raises StoreDamaged, StoreReadOnly.
        """
        self._refuse_read_only()
        return self._store.upgrade(target)

    def restore(self, actor: Actor, backup: Path) -> Restored:
        """Replace the store by a backup. Raises StoreDamaged if the backup is damaged, and
        StoreReadOnly.
        """
        self._refuse_read_only()
        stamp = self._stamp(actor, "restored from a backup")
        return self._store.restore(backup, stamp, self._last_good.replaceable())

    def _refuse_read_only(self) -> None:
        if self._read_only:
            raise StoreReadOnly("this process only reads (DIRECTORY_READ_ONLY)")

    def _stamp(self, actor: Actor, reason: str) -> Stamp:
        return Stamp(actor.name, self._clock(), reason)


def maintenance_of(directory: Directory) -> Maintenance:
    """Return what maintains the store of a directory."""
    return Maintenance(
        maintenance_store(directory.stores),
        directory.live.last_good,
        directory.clock,
        read_only=directory.is_read_only,
    )
