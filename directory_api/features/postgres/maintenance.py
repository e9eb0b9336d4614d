"""Checks, repairs, backs up and restores a store in PostgreSQL; its backups are files of SQLite."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg

from directory_api.change.change import Stamp
from directory_api.features.maintenance import backups
from directory_api.features.postgres.engine import PostgresConnection, PostgresEngine
from directory_api.files import files
from directory_api.store import adopted
from directory_api.store.base import NOTHING, Damage, Repaired, RepairSource, Replaced, Restored
from directory_api.store.sql import chain, repair, rows
from directory_api.store.sql.engine import Connection
from directory_api.store.sql.examination import Examination, examine
from directory_api.store.sqlite.engine import SqliteEngine, opened
from directory_api.text.errors import StoreUnavailable


class PostgresMaintenance:
    """A MaintenanceStore. What a repair or a restore replaces is kept beside a path, under its name
    with the time.
    """

    def __init__(self, engine: PostgresEngine, beside: Path) -> None:
        self._engine = engine
        self._beside = beside

    def check(self) -> tuple[Damage, ...]:
        """Return what is damaged; read everything."""
        with self._engine.reading() as connection:
            return tuple(_examined(connection).damages)

    def repair(
        self, sources: Sequence[RepairSource], stamp: Stamp, *, dry_run: bool = False
    ) -> Repaired:
        """Restore what is damaged, in one transaction."""
        with self._alone() as connection:
            aside = None if dry_run else self._copy_aside(connection, stamp.at)
            repaired = repair.repair(connection, _examined(connection), sources, stamp)
            if dry_run:
                # An empty transaction is committed.
                connection.execute("ROLLBACK AND CHAIN")
            return Repaired(repaired.steps, repaired.is_exact, repaired.revision, aside)

    def back_up(self, target: Path) -> str:
        """Write every row to a file of SQLite, in one transaction that reads."""
        with self._engine.reading() as connection:
            return backups.write(target, lambda new: _copied(connection, new))

    def restore(self, backup: Path, stamp: Stamp, replaced: Replaced = NOTHING) -> Restored:
        """Replace all rows in one transaction."""
        copy = self._beside.with_name(f"{self._beside.name}.restoring")
        every = adopted.joined(replaced, self._replaceable())
        with backups.to_restore(backup, copy, stamp, every) as revision:
            is_empty = not self._engine.exists()
            self._engine.create()
            with self._alone() as connection, opened(copy, "rw") as source:
                aside = None if is_empty else self._copy_aside(connection, stamp.at)
                rows.replace_all(source, connection, with_access=False)
            return Restored(revision, aside)

    def _replaceable(self) -> Replaced:
        try:
            with self._engine.reading() as connection:
                return chain.replaceable(connection)
        except StoreUnavailable:  # nothing is there, or it is damaged
            return NOTHING

    @contextmanager
    def _alone(self) -> Iterator[PostgresConnection]:
        """A transaction that no other writes beside."""
        with self._engine.writing() as connection:
            connection.execute("LOCK TABLE state IN EXCLUSIVE MODE")
            yield connection

    def _copy_aside(self, connection: Connection, at: datetime) -> Path:
        aside = self._beside.with_name(f"{self._beside.name}.{at:%Y-%m-%dT%H%M%S}")
        aside.parent.mkdir(parents=True, exist_ok=True)
        with files.new_file(aside) as new:
            _copied(connection, new)
        return aside


def _copied(connection: Connection, new: Path) -> None:
    """Write every row to a new file of SQLite."""
    engine = SqliteEngine(new)
    engine.create()
    with engine.writing() as target:
        rows.replace_all(connection, target, with_access=True)


def _examined(connection: Connection) -> Examination:
    return examine(connection, psycopg.Error)
