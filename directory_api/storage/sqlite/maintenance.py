"""Checks, repairs, backs up and restores the SQLite file as a whole."""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from directory_api.domain.changes.change import Stamp
from directory_api.domain.errors import StoreDamaged, StoreUnavailable
from directory_api.storage.base import Damage, Repaired, RepairSource, Restored
from directory_api.storage.sql import examination, repair, rows
from directory_api.storage.sqlite.engine import exclusive, opened
from directory_api.storage.sqlite.store import SqliteStore

_MOST_MESSAGES = 5


class SqliteMaintenance:
    """A MaintenanceStore in the file of a SqliteStore."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def check(self) -> tuple[Damage, ...]:
        """Return what is damaged; read everything."""
        with opened(self._path, "rw") as connection:
            connection.execute("BEGIN")
            return tuple(_examined(connection).damages)

    def repair(
        self, sources: Sequence[RepairSource], stamp: Stamp, *, dry_run: bool = False
    ) -> Repaired:
        """Restore what is damaged: in place, or in a new file if pages of this one are damaged."""
        with opened(self._path, "rw") as connection:
            connection.isolation_level = None
            connection.execute("BEGIN IMMEDIATE")
            if _has_damaged_pages(connection):
                with closing(_salvaged(connection)) as copy:
                    repaired = repair.repair(copy, _examined(copy), sources, stamp)
                    return repaired if dry_run else self._put(copy, repaired, stamp.at)
            damage = _examined(connection)
            if dry_run:
                # The connection ends here, without a commit.
                return repair.repair(connection, damage, sources, stamp)
            aside = self._copy_aside(stamp.at)
            repaired = repair.repair(connection, damage, sources, stamp)
            connection.commit()
            return Repaired(repaired.steps, repaired.is_exact, repaired.revision, aside)

    def _put(self, copy: sqlite3.Connection, repaired: Repaired, at: datetime) -> Repaired:
        aside = self._copy_aside(at)
        with _new_file(self._path) as new, closing(sqlite3.connect(new)) as target:
            copy.backup(target)
        return Repaired(repaired.steps, repaired.is_exact, repaired.revision, aside)

    def back_up(self, target: Path) -> str:
        """Write a copy of the file by SQLite's backup, which is of one revision."""
        with opened(self._path, "rw") as connection, _new_file(target) as new:
            with closing(sqlite3.connect(new)) as copy:
                connection.backup(copy)
            _refuse_damage(new, "the database is damaged, so no backup was written")
            digest = _sha256(new)
        _digest_file(target).write_text(f"{digest}  {target.name}\n", encoding="utf-8")
        _digest_file(target).chmod(0o600)
        return digest

    def restore(self, backup: Path, stamp: Stamp) -> Restored:
        """Replace all rows in one transaction, so that no writer sees a part of it."""
        if not backup.is_file():
            raise StoreUnavailable(f"there is no file {backup}")
        with suppress(FileNotFoundError):
            expected = _digest_file(backup).read_text(encoding="utf-8").split(" ")[0]
            if expected != _sha256(backup):
                raise StoreDamaged("the backup does not fit its SHA-256; nothing was changed")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with _new_file(self._path.with_name(f"{self._path.name}.restoring")) as new:
            shutil.copyfile(backup, new)
            store = SqliteStore(new)
            store.migrate()
            _refuse_damage(new, "the backup is damaged, so nothing was changed")
            revision = store.append([], stamp, expected=store.revision())
            with opened(new, "rw") as connection, exclusive(connection):
                connection.execute("DELETE FROM sessions")
        restoring = self._path.with_name(f"{self._path.name}.restoring")
        try:
            aside = self._replace_by(restoring, stamp.at)
        finally:
            restoring.unlink(missing_ok=True)
        return Restored(revision, aside)

    def _replace_by(self, restoring: Path, at: datetime) -> Path | None:
        try:
            SqliteStore(self._path).migrate()
            with opened(self._path, "rw") as connection:
                with opened(restoring, "rw") as source, exclusive(connection):
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
            with opened(self._path, "rw") as source, closing(sqlite3.connect(aside)) as copy:
                source.backup(copy)  # it includes a write-ahead log
        except StoreUnavailable:
            shutil.copyfile(self._path, aside)
        return aside


def _digest_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_damage(path: Path, sentence: str) -> None:
    damages = SqliteMaintenance(path).check()
    if damages:
        raise StoreDamaged(f"{sentence}; {damages[0].part}: {damages[0].fault}")


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """A file beside `path`, which replaces it after the block; no other user may read it.

    Raises StoreUnavailable if it cannot be written.
    """
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            new = Path(file.name)  # created with mode 0600
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be written ({error.strerror})") from None
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _examined(connection: sqlite3.Connection) -> examination.Examination:
    def file_faults() -> Iterator[str]:
        for (message,) in connection.execute(f"PRAGMA integrity_check({_MOST_MESSAGES})"):
            if message != "ok":
                yield str(message).splitlines()[0]

    return examination.examine(connection, sqlite3.DatabaseError, file_faults)


def _has_damaged_pages(connection: sqlite3.Connection) -> bool:
    """Return whether SQLite finds pages or indexes of the file to be inconsistent."""
    try:
        return bool(connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",))
    except sqlite3.DatabaseError:
        return True


def _salvaged(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return a database in memory with all rows that can be read from a file with damaged pages."""
    from directory_api.storage.sqlite import schema  # see there

    copy = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(copy)
    for table, columns in rows.TABLES.items():
        copy.execute(f"DELETE FROM {table}")
        marks = ", ".join("?" * (columns.count(",") + 1))
        try:
            for row in connection.execute(f"SELECT {columns} FROM {table}"):
                # A row that a damaged page repeats is kept once.
                copy.execute(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", row)
        except sqlite3.DatabaseError:
            continue  # the rows before the damaged page have been read
    return copy
