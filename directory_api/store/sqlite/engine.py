"""The embedded database: one SQLite file. schema.py has its tables."""

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from directory_api import __version__
from directory_api.files import files
from directory_api.store.sql.database import NO_DIRECTORY, newer, older, only_reads
from directory_api.text.errors import StoreMissing, StoreNotWritable, StoreUnavailable

# Before 3.51.3 a checkpoint race can corrupt a write-ahead log (sqlite.org/wal.html), so older
# libraries use the rollback journal.
SAFE_WAL = (3, 51, 3)
# The names of schema.migrations, in their order; a test compares the two. The version of the tables
# is the number of those that were applied.
MIGRATIONS = ("tables", "credentials")
BUSY_SECONDS = 5.0
_NO_TABLES = (
    "the file is not the database of a directory, or has lost its tables; look whether "
    "DIRECTORY_DATABASE_URL names the right file, or put a copy back "
    "(`directory-api restore-backup`)"
)
_DAMAGED = "the file is damaged; run `directory-api check`"
_FULL = "the disk is full"
_READ_ONLY = "the file may not be written"
_UNUSABLE = "the database cannot be used"
# The journal of an edit and the pages that it adds take less.
_NEEDED_BYTES = 1 << 20


class SqliteConnection(sqlite3.Connection):
    """A connection to a file or to a database in memory."""

    def insert_rows(self, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows; `columns` are names with commas between them."""
        marks = ", ".join("?" * (columns.count(",") + 1))
        self.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


class SqliteEngine:
    """An Engine for one file. One connection for each transaction; `synchronous=FULL`.

    With `read_only`, the file is opened in a way that this process cannot even write it.
    """

    unreadable: type[Exception] = sqlite3.DatabaseError

    def __init__(self, path: Path, *, read_only: bool = False, keeps_copy: bool = True) -> None:
        self._path = path
        self._read_only = read_only
        # For transactions that read.
        self._mode = "ro" if read_only else "rw"
        # Whether a copy is made before a migration.
        self._keeps_copy = keeps_copy

    def exists(self) -> bool:
        """Return whether the file exists and is not empty; an empty one never had any records."""
        return _is_there(self._path)

    def create(self) -> None:
        """Create the folder, the file and the tables where they are missing.

        Raises StoreUnavailable for a file that has content but no tables of a directory. An engine
        that only reads creates nothing, and raises StoreMissing without a file.
        """
        if self._read_only:
            self.migrate()
            return
        try:
            # An existing file may be on a file system that cannot be written.
            if not self._path.exists():
                self._path.parent.mkdir(parents=True, exist_ok=True)
                # It contains hidden addresses, so no other user of the machine may read it.
                self._path.touch(mode=0o600)
        except OSError as error:
            raise StoreUnavailable(f"the database cannot be made ({error.strerror})") from None
        self._migrate("rwc")

    def migrate(self) -> None:
        """Apply pending migrations to an existing file, after a copy was made beside it. Raises
        StoreMissing, StoreUnavailable.
        """
        if not self.exists():
            raise StoreMissing(NO_DIRECTORY)
        if not self._read_only:
            self._migrate("rw")

    def pending(self) -> int:
        """Return how many migrations of this version the tables of a file lack. Raises
        StoreMissing, StoreUnavailable.
        """
        if not self.exists():
            raise StoreMissing(NO_DIRECTORY)
        with connection_to(self._path, self._mode) as connection:
            version = _version(connection)
        if not version:
            raise StoreUnavailable(_NO_TABLES)
        return len(MIGRATIONS) - version

    def _migrate(self, mode: str) -> None:
        with connection_to(self._path, mode) as connection:
            # One transaction: another process may create the tables between the two queries.
            connection.execute("BEGIN")
            version = _version(connection)
            if version == len(MIGRATIONS):
                return
            if not version and (mode == "rw" or _has_content(connection)):
                raise StoreUnavailable(_NO_TABLES)
            connection.rollback()
            if version and self._fault_of_rights():
                raise older()
            from directory_api.store.sqlite import schema  # late, as its docstring says

            if sqlite3.sqlite_version_info >= SAFE_WAL:
                connection.execute("PRAGMA journal_mode=WAL")
            # If several processes start at once, one creates the tables and the others wait.
            with exclusive(connection):
                if (version := _version(connection)) < len(MIGRATIONS):
                    if version and self._keeps_copy:
                        self._copy_aside()
                    schema.migrate(connection)
                    connection.execute(f"PRAGMA user_version = {number_of(__version__)}")

    def _fault_of_rights(self) -> str | None:
        """Return what may not be written: the file, or its folder, in which a journal is needed."""
        file = self._path.resolve()
        if not _may_write(file):
            return _READ_ONLY
        return None if _may_write(file.parent) else "its folder may not be written"

    def _copy_aside(self) -> None:
        """Copy the file as it is, under a name with this version and the time (UTC)."""
        name = f"{self._path.name}.before-{__version__}.{datetime.now(UTC):%Y-%m-%dT%H%M%S}"
        with (
            files.new_file(self._path.with_name(name)) as new,
            closing(sqlite3.connect(new)) as copy,
            connection_to(self._path, "rw") as source,
        ):
            source.backup(copy)

    @contextmanager
    def read_transaction(self) -> Iterator[SqliteConnection]:
        """A transaction that reads, which ends with the connection; it has nothing to commit."""
        with connection_to(self._path, self._mode) as connection:
            connection.execute("BEGIN")
            if _is_migrated(connection):
                yield connection
            elif _has_content(connection):
                raise StoreUnavailable(_NO_TABLES)
            else:
                raise StoreMissing(NO_DIRECTORY)

    def check_writable(self) -> None:
        """Take the lock of writers for a moment, and look at the permissions and the space: a write
        also needs a journal beside the file. Raises StoreUnavailable.
        """
        with connection_to(self._path, "rw", busy_seconds=0.0) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
            # SQLite begins such a transaction also in a file that it may only read.
            if fault := self._fault_of_rights():
                raise StoreNotWritable(f"{_UNUSABLE}: {fault}")
            space = os.statvfs(self._path.resolve().parent)
            if space.f_blocks and space.f_bavail * space.f_frsize < _NEEDED_BYTES:
                raise StoreNotWritable(f"{_UNUSABLE}: {_FULL}")

    @contextmanager
    def write_transaction(self) -> Iterator[SqliteConnection]:
        """A transaction that holds the write lock from its start."""
        if self._read_only:
            raise only_reads()
        try:
            with connection_to(self._path, "rw") as connection, exclusive(connection):
                _is_migrated(connection)  # raises for tables of another version
                yield connection
        except StoreUnavailable as error:
            # SQLite may only say that it cannot open a journal.
            if self._path.exists() and (fault := self._fault_of_rights()):
                raise StoreNotWritable(f"{_UNUSABLE}: {fault}") from None
            raise error from None

    def exclusive_transaction(self) -> AbstractContextManager[SqliteConnection]:
        """The same, since only one transaction writes to a file at a time."""
        return self.write_transaction()


def _is_there(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # it exists; opening it reports what is wrong


def _has_content(connection: sqlite3.Connection) -> bool:
    """Return whether the file has more than the one page that an empty database may have.

    A damaged first page can hide all tables from SQLite; new ones would destroy the rows.
    """
    pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
    return pages > 1 or connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None


def _version(connection: sqlite3.Connection) -> int:
    """Return how many migrations have been applied; 0 for a file without tables. Raises
    StoreUnavailable for tables of a version that this one cannot read.
    """
    if not connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"
    ).fetchone():
        return 0
    applied = {name for (name,) in connection.execute("SELECT name FROM _sqlite_migrations")}
    if not applied <= {*MIGRATIONS}:
        (number,) = connection.execute("PRAGMA user_version").fetchone()
        version = f"{number // 1_000_000}.{number // 1_000 % 1_000}.{number % 1_000}"
        raise newer(version if number else None)
    return len(applied)


def _is_migrated(connection: sqlite3.Connection) -> bool:
    """Return whether a file has the tables of this version; one without tables has not. Raises
    StoreUnavailable for those of another version.
    """
    version = _version(connection)
    if 0 < version < len(MIGRATIONS):
        raise older()
    return version > 0


def number_of(version: str) -> int:
    """Return a version of this code as a number, for the header of the file."""
    major, minor, patch = map(int, re.findall(r"\d+", version)[:3])
    return major * 1_000_000 + minor * 1_000 + patch


@contextmanager
def connection_to(
    path: Path, mode: str, busy_seconds: float | None = None
) -> Iterator[SqliteConnection]:
    """Open a connection for the duration of the block. This is the only place that translates
    errors of sqlite3 and of the file system; raises StoreUnavailable.

    `mode` is `rw`, `ro`, or `rwc` to create the file. A transaction waits for the lock for
    BUSY_SECONDS. `synchronous=FULL`: a committed transaction is on disk.
    """
    connection: SqliteConnection | None = None
    try:
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        timeout = BUSY_SECONDS if busy_seconds is None else busy_seconds
        connection = sqlite3.connect(uri, uri=True, timeout=timeout, factory=SqliteConnection)
        connection.execute("PRAGMA synchronous=FULL")
        yield connection
    except sqlite3.Error as error:
        if _is_named(error, "SQLITE_CANTOPEN") and not _is_there(path):
            raise StoreMissing(NO_DIRECTORY) from None
        cannot_write = any(_is_named(error, name) for name in ("SQLITE_READONLY", "SQLITE_FULL"))
        kind = StoreNotWritable if cannot_write else StoreUnavailable
        raise kind(f"{_UNUSABLE}: {_cause(error)}") from None
    except UnicodeDecodeError:  # sqlite3 quotes the damaged schema in its message
        raise StoreUnavailable(f"{_UNUSABLE}: {_DAMAGED}") from None
    except OSError as error:  # a relative path whose folder was deleted
        raise StoreUnavailable(f"{_UNUSABLE}: {error.strerror}") from None
    finally:
        if connection is not None:
            connection.close()


@contextmanager
def exclusive(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that holds the write lock from its start."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _is_named(error: sqlite3.Error, name: str) -> bool:
    """Return whether an error has a name of SQLite, or an extended one of it."""
    return str(getattr(error, "sqlite_errorname", "")).startswith(name)


def _may_write(path: Path) -> bool:
    """Return whether this user may write to a file or folder, and its file system too."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _cause(error: sqlite3.Error) -> str:
    """Describe an error by SQLite's error name, which never contains a value of a row."""
    causes = {
        "SQLITE_BUSY": "it is locked by another process",
        "SQLITE_CANTOPEN": "the file may not be opened",
        "SQLITE_FULL": _FULL,
        "SQLITE_NOTADB": "the file is not a SQLite database",
        "SQLITE_CORRUPT": _DAMAGED,
        "SQLITE_READONLY": _READ_ONLY,
    }
    name = str(getattr(error, "sqlite_errorname", type(error).__name__))
    return next((text for prefix, text in causes.items() if name.startswith(prefix)), name)
