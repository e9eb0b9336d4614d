"""What an operator does with the whole store: check, back up and restore it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from directory_api.bootstrap import Directory
from directory_api.change.change import Stamp
from directory_api.features.maintenance.any_engine import maintenance_store
from directory_api.features.maintenance.base import (
    Damage,
    MaintenanceStore,
    Restored,
)
from directory_api.features.maintenance.rows import replace_all
from directory_api.live.last_good import LastGoodSnapshot
from directory_api.record.token import Actor
from directory_api.store.sql import chain
from directory_api.store.stores import Stores
from directory_api.text.errors import (
    StoreConflict,
    StoreDamaged,
    StoreMissing,
    StoreReadOnly,
    StoreUnavailable,
)


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
        directory.last_good,
        directory.clock,
        read_only=directory.is_read_only,
    )


def copy(source: Stores, target: Stores) -> str:
    """Copy everything to a store that has nothing yet, and return the version that both have.

    The copy has the id, the history and the chain of the source, so that devices and writers do not
    notice the difference. Raises StoreMissing, StoreConflict if the target has a directory already,
    StoreDamaged, StoreUnavailable.
    """
    with _named("FROM"):
        source.store.migrate()
        _refuse_damage(source, "it is damaged, so nothing was copied")
    with _named("TO"):
        if target.store.exists() and target.store.revision():
            raise StoreConflict("TO: there is a directory already, and it was not changed")
        target.store.create()
    with source.engine.reading() as old, target.engine.writing() as new:
        replace_all(old, new, with_access=True)
        version = chain.version(old)
    with _named("TO"):
        _refuse_damage(target, "what was written to it is damaged")
    return version


@contextmanager
def _named(argument: str) -> Iterator[None]:
    """Say which of the two stores an error is of."""
    try:
        yield
    except StoreMissing:  # its advice is about the directory of the settings
        raise StoreMissing(f"{argument}: there is no directory there") from None
    except StoreUnavailable as error:
        raise type(error)(f"{argument}: {error}") from None


def _refuse_damage(stores: Stores, sentence: str) -> None:
    if damages := maintenance_store(stores).check():
        raise StoreDamaged(f"{sentence}; {damages[0].part}: {damages[0].fault}")
