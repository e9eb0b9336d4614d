"""The embedded store: one SQLite file. Its tables and what is written to them are in sqlite_tables."""

import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from directory_api.domain.change import Change, Record, Stamp
from directory_api.domain.errors import StoreConflict, StoreUnavailable
from directory_api.domain.point import Point
from directory_api.domain.postcode import Place
from directory_api.storage.store import HistoryEntry, Kept, checksum

BUSY_SECONDS = 5.0
# Before 3.51.3 a checkpoint race can corrupt a write-ahead log (sqlite.org/wal.html), so older libraries keep the
# rollback journal.
SAFE_WAL = (3, 51, 3)
_DAMAGED = "a record in the database is damaged; put back a copy of the file"
# The newest function of sqlite_tables.migrations; a test holds the two together.
LAST_MIGRATION = "tables"


class SqliteStore:
    """A Store in one SQLite file. One connection for each operation; `synchronous=FULL`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def migrate(self) -> None:
        """Create the folder, the file and the tables where they are missing."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Hidden addresses are in it: for nobody else on the machine to read.
            self._path.touch(mode=0o600)
        except OSError as error:
            raise StoreUnavailable(f"the database cannot be made ({error.strerror})") from None
        with self._open("rwc") as connection:
            if _is_migrated(connection):
                return
            from directory_api.storage import sqlite_tables  # see there

            if sqlite3.sqlite_version_info >= SAFE_WAL:
                connection.execute("PRAGMA journal_mode=WAL")
            # Taken before migrating, so that of several processes that start at once one creates and the others wait.
            with _exclusive(connection):
                sqlite_tables.migrate(connection)

    def revision(self) -> int:
        """The current revision."""
        with self._open("rw") as connection:
            return _revision(connection)

    def version(self) -> str:
        """The store's own number and its revision."""
        with self._open("rw") as connection:
            return f"{_meta(connection, 'store')}:{_revision(connection)}"

    def read(self) -> Kept:
        """Everything at one revision, each record checked against its SHA-256."""
        with self._open("rw") as connection:
            connection.execute("BEGIN")  # ends with the connection; it has nothing to commit
            contents: dict[str, dict[str, Record]] = {}
            for kind, identity, text, digest in connection.execute("SELECT kind, id, record, sha256 FROM records"):
                contents.setdefault(kind, {})[identity] = _parsed(text, digest, kind, identity)
            places = tuple(
                _place(country, code, _parsed(text, digest, country, code))
                for country, code, text, digest in connection.execute(
                    "SELECT country, code, place, sha256 FROM postcodes ORDER BY country, code"
                )
            )
            revision = _revision(connection)
            version = f"{_meta(connection, 'store')}:{revision}"
            return Kept(revision, version, MappingProxyType(contents), places)

    def append(
        self,
        changes: Sequence[Change],
        stamp: Stamp,
        *,
        expected: int,
        tables: Mapping[str, Sequence[Place]] | None = None,
    ) -> int:
        """Apply all in one transaction."""
        from directory_api.storage import sqlite_tables  # see there

        with self._open("rw") as connection, _exclusive(connection):
            moved = connection.execute(
                "UPDATE meta SET value = value + 1 WHERE key = 'revision' AND value = ?", [expected]
            ).rowcount
            if not moved:
                raise StoreConflict("somebody else has changed the directory meanwhile; read it again, then retry")
            for change in changes:
                sqlite_tables.write(connection, change, stamp, expected + 1)
            for country, places in (tables or {}).items():
                sqlite_tables.replace_places(connection, country, places)
            return expected + 1

    def history(self, kind: str, identity: str) -> tuple[HistoryEntry, ...]:
        """Every change of one record, newest first."""
        with self._open("rw") as connection:
            rows = connection.execute(
                "SELECT revision, author, at, reason, before, after FROM history "
                "WHERE kind = ? AND id = ? ORDER BY seq DESC",
                [kind, identity],
            )
            return tuple(
                HistoryEntry(
                    revision, kind, identity, author, datetime.fromisoformat(at), reason, _json(old), _json(new)
                )
                for revision, author, at, reason, old, new in rows
            )

    @contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        """A connection that ends with the block; sqlite3's errors become ours here and nowhere else."""
        connection: sqlite3.Connection | None = None
        try:
            uri = f"{self._path.absolute().as_uri()}?mode={mode}"
            connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)
            connection.execute("PRAGMA synchronous=FULL")
            yield connection
        except sqlite3.Error as error:
            raise StoreUnavailable(f"the database cannot be used: {_cause(error)}") from None
        finally:
            if connection is not None:
                connection.close()


@contextmanager
def _exclusive(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that holds the write lock from its first moment."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _is_migrated(connection: sqlite3.Connection) -> bool:
    """Whether the last migration has been applied; a file without tables has none."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return False
    found = connection.execute("SELECT 1 FROM _sqlite_migrations WHERE name = ?", [LAST_MIGRATION]).fetchone()
    return found is not None


def _cause(error: sqlite3.Error) -> str:
    """SQLite's own name of what is wrong, which never holds a value of a row."""
    known = {
        "SQLITE_BUSY": "it is locked by another process",
        "SQLITE_CANTOPEN": "there is no such file, or it may not be opened",
        "SQLITE_FULL": "the disk is full",
        "SQLITE_NOTADB": "the file is not a SQLite database",
        "SQLITE_CORRUPT": "the file is damaged; put back a copy of it",
        "SQLITE_READONLY": "the file may not be written",
    }
    name = str(getattr(error, "sqlite_errorname", type(error).__name__))
    return next((text for prefix, text in known.items() if name.startswith(prefix)), name)


def _revision(connection: sqlite3.Connection) -> int:
    return _meta(connection, "revision")


def _meta(connection: sqlite3.Connection, key: str) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    if row is None or not isinstance(row[0], int):
        raise StoreUnavailable(_DAMAGED)
    return row[0]


def _json(text: str | None) -> Any:
    return json.loads(text) if text else None


def _parsed(text: str | bytes, digest: str | bytes, *kept_under: str | bytes) -> dict[str, Any]:
    # One flipped bit in a row's header turns its text into a blob of the same bytes.
    parts = [part for part in (*kept_under, text) if isinstance(part, str)]
    if isinstance(text, bytes) or checksum(*parts) != digest:
        raise StoreUnavailable(_DAMAGED)
    return cast("dict[str, Any]", json.loads(text))


def _place(country: str, code: str, row: Record) -> Place:
    """A place of its row; what thousands of places share (country, subdivision, language) is kept once."""
    names = {sys.intern(language): name for language, name in row["names"].items()}
    return Place(
        country=sys.intern(country),
        code=code,
        name=row["name"],
        names=MappingProxyType(names),
        point=Point(row["lat"], row["lon"]),
        accuracy_m=row["accuracy_m"],
        subdivision=sys.intern(row["subdivision"]) if row["subdivision"] else None,
        places=tuple(row["places"]),
        municipality=row["municipality"],
    )
