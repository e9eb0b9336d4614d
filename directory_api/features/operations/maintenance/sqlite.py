"""Checks, backs up and restores the SQLite file as a whole."""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from directory_api.change.change import Stamp
from directory_api.features.operations.maintenance import backups, rows
from directory_api.features.operations.maintenance.base import Damage, Restored
from directory_api.store import adopted
from directory_api.store.sql import chain
from directory_api.store.sqlite.engine import (
    SqliteConnection,
    SqliteEngine,
    connection_to,
    exclusive,
)
from directory_api.store.state import NOTHING, Replaced
from directory_api.text.errors import StoreUnavailable


class SqliteMaintenance:
    """A MaintenanceStore in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def check(self) -> tuple[Damage, ...]:
        """Return what is damaged; read everything."""
        return backups.damages(self._path)

    def back_up(self, target: Path) -> str:
        """Write a copy of the file by SQLite's backup, which is of one revision."""
        # A server has the file open: what it wrote after the file was replaced would be lost.
        if _is_of(self._path.resolve(), target.resolve()):
            raise StoreUnavailable(f"{target} is the database itself; name another file")

        def fill(new: Path) -> None:
            with closing(sqlite3.connect(new)) as copy:
                connection.backup(copy)

        with connection_to(self._path, "rw") as connection:
            return backups.write(target, fill)

    def upgrade(self, target: Path) -> str | None:
        """Write a backup, which is the copy that the engine would make."""
        engine = SqliteEngine(self._path, keeps_copy=False)
        if not engine.pending():
            return None
        digest = self.back_up(target)
        engine.migrate()
        return digest

    def restore(self, backup: Path, stamp: Stamp, replaced: Replaced = NOTHING) -> Restored:
        """Replace all rows in one transaction, so that no writer sees a part of it."""
        restoring = self._path.with_name(f"{self._path.name}.restoring")
        every = adopted.joined(replaced, self._replaceable())
        with backups.to_restore(backup, restoring, stamp, every) as revision:
            return Restored(revision, self._replace_by(restoring, stamp.at))

    def _replaceable(self) -> Replaced:
        try:
            with SqliteEngine(self._path).read_transaction() as connection:
                return chain.replaceable(connection)
        except StoreUnavailable:  # nothing is there, or it is damaged
            return NOTHING

    def _replace_by(self, restoring: Path, at: datetime) -> Path | None:
        try:
            SqliteEngine(self._path).migrate()
            with connection_to(self._path, "rw") as connection:
                with connection_to(restoring, "rw") as source, exclusive(connection):
                    before = self._copy_aside(at)
                    rows.replace_all(source, connection, with_access=False)
                return before
        except StoreUnavailable as error:
            if "locked" in str(error):
                raise
        # The database is missing or damaged, so no other process can be writing to it.
        aside = self._copy_aside(at) if self._path.exists() else None
        restoring.replace(self._path)
        return aside

    def _copy_aside(self, at: datetime) -> Path:
        """Copy the file as it is, under a name with the time (UTC)."""
        aside = self._path.with_name(f"{self._path.name}.{at:%Y-%m-%dT%H%M%S}")
        aside.touch(mode=0o600)
        try:
            with connection_to(self._path, "rw") as source, closing(sqlite3.connect(aside)) as copy:
                source.backup(copy)  # it includes a write-ahead log
        except StoreUnavailable:
            shutil.copyfile(self._path, aside)
        return aside


@contextmanager
def earlier(path: Path, lacking: int) -> Iterator[SqliteConnection]:
    """Give a transaction in a new file with the tables of an earlier version, which lack so many
    migrations. Both engines have as many migrations.
    """
    from directory_api.store.sqlite import schema  # see there

    with connection_to(path, "rwc") as connection:
        schema.migrate(connection, lacking)
        with exclusive(connection):
            yield connection


def present(connection: SqliteConnection) -> Mapping[str, str]:
    """Return the tables of a file, and their columns, as rows.TABLES has those of this version."""
    names = {
        table: {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        for table in rows.TABLES
    }
    return {
        table: ", ".join(each for each in columns.split(", ") if each in names[table])
        for table, columns in rows.TABLES.items()
        if names[table]
    }


def _is_of(database: Path, file: Path) -> bool:
    """Return whether a file is a database, or one that SQLite has beside it."""
    return file in (database, *(Path(f"{database}{end}") for end in ("-wal", "-shm", "-journal")))
