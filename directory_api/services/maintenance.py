"""What an operator does with the whole store: check, repair, back up and restore it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from directory_api.domain.changes.change import Stamp, contents_of
from directory_api.domain.model.token import Actor
from directory_api.domain.validation.schemas import read_records
from directory_api.services.last_good import LastGoodSnapshot
from directory_api.storage import files
from directory_api.storage.base import (
    Damage,
    MaintenanceStore,
    Repaired,
    RepairSource,
    Restored,
)


class Maintenance:
    """Maintains the store. Every method raises StoreUnavailable if it cannot be read at all."""

    def __init__(
        self, store: MaintenanceStore, last_good: LastGoodSnapshot, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._last_good = last_good
        self._clock = clock

    def check(self) -> tuple[Damage, ...]:
        """Return everything that is not what was written."""
        return self._store.check()

    def repair(self, actor: Actor, file: Path | None, *, dry_run: bool) -> Repaired:
        """Restore what is damaged, from the history, then from a file of records, then from the
        last good snapshot.

        Raises FileUnreadable and RecordsInvalid for the file.
        """
        sources = []
        if file:
            records = read_records(files.read_json(file))
            sources.append(RepairSource(file.name, contents_of(records)))
        if published := self._last_good.repair_source():
            sources.append(published)
        return self._store.repair(sources, self._stamp(actor, "repaired"), dry_run=dry_run)

    def back_up(self, target: Path) -> str:
        """Write a backup to a file, and return its SHA-256. Raises StoreDamaged."""
        return self._store.back_up(target)

    def restore(self, actor: Actor, backup: Path) -> Restored:
        """Replace the store by a backup. Raises StoreDamaged if the backup is damaged."""
        return self._store.restore(backup, self._stamp(actor, "restored from a backup"))

    def _stamp(self, actor: Actor, reason: str) -> Stamp:
        return Stamp(actor.name, self._clock(), reason)
