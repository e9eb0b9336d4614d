"""Checks, backs up and restores a store of any engine, through its transactions; backups
are files of SQLite.
"""

from datetime import datetime
from pathlib import Path

from directory_api.change.change import Stamp
from directory_api.features.operations.maintenance import backups, rows
from directory_api.features.operations.maintenance.base import Damage, MaintenanceStore, Restored
from directory_api.features.operations.maintenance.examination import examine
from directory_api.features.operations.maintenance.sqlite import SqliteMaintenance, earlier, present
from directory_api.files import files
from directory_api.store import adopted
from directory_api.store.sql import chain
from directory_api.store.sql.database import Connection, Engine
from directory_api.store.sqlite.engine import SqliteEngine, connection_to
from directory_api.store.state import NOTHING, Replaced
from directory_api.store.stores import Stores
from directory_api.text.errors import StoreUnavailable


def maintenance_store(stores: Stores) -> MaintenanceStore:
    """Return what checks, backs up and restores a store."""
    if stores.file:
        return SqliteMaintenance(stores.file)
    return EngineMaintenance(stores.engine, stores.base_path)


class EngineMaintenance:
    """A MaintenanceStore. What a restore replaces is kept beside a path, under its name with the
    time.
    """

    def __init__(self, engine: Engine, base_path: Path) -> None:
        self._engine = engine
        self._base_path = base_path

    def check(self) -> tuple[Damage, ...]:
        """Return what is damaged; read everything."""
        with self._engine.read_transaction() as connection:
            return examine(connection, self._engine.unreadable)

    def back_up(self, target: Path) -> str:
        """Write every row to a file of SQLite, in one transaction that reads."""
        lacking = self._engine.pending()
        with self._engine.read_transaction() as connection:
            return backups.write(target, lambda new: _copied(connection, new, lacking))

    def upgrade(self, target: Path) -> str | None:
        """Write a backup with the tables that are there, then apply pending migrations."""
        if not self._engine.pending():
            return None
        digest = self.back_up(target)
        self._engine.migrate()
        return digest

    def restore(self, backup: Path, stamp: Stamp, replaced: Replaced = NOTHING) -> Restored:
        """Replace all rows in one transaction."""
        copy = self._base_path.with_name(f"{self._base_path.name}.restoring")
        every = adopted.joined(replaced, self._replaceable())
        with backups.to_restore(backup, copy, stamp, every) as revision:
            is_empty = not self._engine.exists()
            self._engine.create()
            with (
                self._engine.exclusive_transaction() as connection,
                connection_to(copy, "rw") as source,
            ):
                aside = None if is_empty else self._copy_aside(connection, stamp.at)
                rows.replace_all(source, connection, with_access=is_empty)
            return Restored(revision, aside)

    def _replaceable(self) -> Replaced:
        try:
            with self._engine.read_transaction() as connection:
                return chain.replaceable(connection)
        except StoreUnavailable:  # nothing is there, or it is damaged
            return NOTHING

    def _copy_aside(self, connection: Connection, at: datetime) -> Path:
        aside = self._base_path.with_name(f"{self._base_path.name}.{at:%Y-%m-%dT%H%M%S}")
        aside.parent.mkdir(parents=True, exist_ok=True)
        with files.new_file(aside) as new:
            _copied(connection, new)
        return aside


def _copied(connection: Connection, new: Path, lacking: int = 0) -> None:
    """Write every row to a new file of SQLite, whose tables lack as many migrations."""
    if lacking:
        with earlier(new, lacking) as old:
            rows.replace_all(connection, old, with_access=True, tables=present(old))
        return
    engine = SqliteEngine(new)
    engine.create()
    with engine.write_transaction() as target:
        rows.replace_all(connection, target, with_access=True)
