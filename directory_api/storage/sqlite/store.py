"""The embedded store: one SQLite file. schema.py has its tables and the writes to them."""

import json
import sqlite3
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from directory_api.domain.changes.change import (
    RECENT,
    Change,
    HistoryEntry,
    LastChange,
    PublicHistory,
    Record,
    Stamp,
)
from directory_api.domain.errors import StoreConflict, StoreMissing, StoreUnavailable
from directory_api.domain.geo.geometry import Point
from directory_api.domain.geo.postcode import Place
from directory_api.storage.base import Postcodes, Receipt, StoreState, Whole, checksum
from directory_api.storage.sqlite.connection import (
    check_postcodes,
    check_records,
    check_row_sets,
    exclusive,
    opened,
    postcode_row_set,
    write_row_sets,
)

# Before 3.51.3 a checkpoint race can corrupt a write-ahead log (sqlite.org/wal.html), so older
# libraries use the rollback journal.
SAFE_WAL = (3, 51, 3)
_DAMAGED = "a record in the database is damaged; put back a copy of the file"
# The newest function of schema.migrations; a test compares the two.
LAST_MIGRATION = "row_sets"


class SqliteStore:
    """A Store in one SQLite file. One connection for each operation; `synchronous=FULL`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def exists(self) -> bool:
        """Return whether the file exists and is not empty; an empty one never had any records."""
        try:
            return self._path.stat().st_size > 0
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True  # it exists; opening it reports what is wrong

    def create(self) -> None:
        """Create the folder, the file and the tables where they are missing.

        Raises StoreUnavailable for a file that has content but no tables of a directory.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # It contains hidden addresses, so no other user of the machine may read it.
            self._path.touch(mode=0o600)
        except OSError as error:
            raise StoreUnavailable(f"the database cannot be made ({error.strerror})") from None
        self._migrate("rwc")

    def migrate(self) -> None:
        """Apply pending migrations to an existing file. Raises StoreMissing, StoreUnavailable."""
        if not self.exists():
            raise StoreMissing("there is no database at its place")
        self._migrate("rw")

    def _migrate(self, mode: str) -> None:
        with opened(self._path, mode) as connection:
            # One transaction: another process may create the tables between the two queries.
            connection.execute("BEGIN")
            if _is_migrated(connection):
                return
            if not _has_tables(connection) and (mode == "rw" or _has_content(connection)):
                raise StoreUnavailable(
                    "the file is not the database of a directory, or has lost its tables"
                )
            connection.rollback()
            from directory_api.storage.sqlite import schema  # see there

            if sqlite3.sqlite_version_info >= SAFE_WAL:
                connection.execute("PRAGMA journal_mode=WAL")
            # If several processes start at once, one creates the tables and the others wait.
            with exclusive(connection):
                schema.migrate(connection)

    def revision(self) -> int:
        """Return the current revision."""
        with opened(self._path, "rw") as connection:
            return _revision(connection)

    def version(self) -> str:
        """Return the store's id and its revision."""
        with opened(self._path, "rw") as connection:
            return _version(connection)

    def records(self) -> StoreState:
        """Return the records at one revision, each checked against its SHA-256."""
        with opened(self._path, "rw") as connection:
            connection.execute("BEGIN")  # ends with the connection; it has nothing to commit
            return _records(connection)

    def read(self, previous: Postcodes | None = None) -> Whole:
        """Return everything at one revision; check each record and postcode against its SHA-256."""
        with opened(self._path, "rw") as connection:
            connection.execute("BEGIN")
            state = _records(connection)
            return Whole(
                revision=state.revision,
                version=state.version,
                contents=state.contents,
                revisions=state.revisions,
                past=_past(connection),
                postcodes=_postcodes(connection, previous),
            )

    def append(
        self,
        changes: Sequence[Change],
        stamp: Stamp,
        *,
        expected: int,
        unseen: Collection[tuple[str, str]] = (),
        tables: Mapping[str, Sequence[Place]] | None = None,
        receipt: Receipt | None = None,
    ) -> int:
        """Write everything in one transaction."""
        from directory_api.storage.sqlite import schema  # see there

        with opened(self._path, "rw") as connection, exclusive(connection):
            # New digests over incomplete rows would hide the loss for good.
            check_row_sets(connection, postcodes=bool(tables))
            updated = connection.execute(
                "UPDATE state SET value = value + 1 WHERE key = 'revision' AND value = ?",
                [expected],
            ).rowcount
            if not updated:
                raise StoreConflict(
                    "another writer has changed the directory meanwhile; read it again, then retry"
                )
            for change in changes:
                is_visible = (change.kind, change.id) not in unseen
                schema.write_change(connection, change, stamp, expected + 1, is_visible=is_visible)
            for country, places in (tables or {}).items():
                schema.replace_places(connection, country, places)
            if receipt:
                schema.write_receipt(connection, receipt)
            write_row_sets(connection, postcodes=bool(tables))
            return expected + 1

    def history(
        self, kind: str | None = None, identity: str | None = None, *, most: int = 100
    ) -> tuple[HistoryEntry, ...]:
        """Return the changes of one record, of one kind or of all, newest first."""
        with opened(self._path, "rw") as connection:
            rows = connection.execute(
                "SELECT revision, kind, id, author, at, reason, before, after, approved_by "
                "FROM history WHERE kind = coalesce(?, kind) AND id = coalesce(?, id) "
                "ORDER BY seq DESC LIMIT ?",
                [kind, identity, most],
            )
            return tuple(_entry(*row) for row in rows)

    def receipt(self, key: str) -> Receipt | None:
        """Return the receipt of a key, or None."""
        with opened(self._path, "rw") as connection:
            row = connection.execute(
                "SELECT fingerprint, at, outcome FROM receipts WHERE key = ?", [key]
            ).fetchone()
            return (
                Receipt(key, row[0], datetime.fromisoformat(row[1]), json.loads(row[2]))
                if row
                else None
            )


def _has_tables(connection: sqlite3.Connection) -> bool:
    """Return whether any version of this code created its tables in the file."""
    query = "SELECT count(*) FROM sqlite_master WHERE name IN ('_sqlite_migrations', 'records')"
    return bool(connection.execute(query).fetchone()[0] == 2)


def _has_content(connection: sqlite3.Connection) -> bool:
    """Return whether the file has more than the one page that an empty database may have.

    A damaged first page can hide all tables from SQLite; new ones would destroy the rows.
    """
    pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
    return pages > 1 or connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None


def _is_migrated(connection: sqlite3.Connection) -> bool:
    """Return whether the last migration has been applied; a file without tables has none."""
    if not connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"
    ).fetchone():
        return False
    row = connection.execute(
        "SELECT 1 FROM _sqlite_migrations WHERE name = ?", [LAST_MIGRATION]
    ).fetchone()
    return row is not None


def _records(connection: sqlite3.Connection) -> StoreState:
    contents: dict[str, dict[str, Record]] = {}
    revisions: dict[tuple[str, str], int] = {}
    rows = []
    for kind, identity, text, digest, written in connection.execute(
        "SELECT kind, id, record, sha256, revision FROM records"
    ):
        contents.setdefault(kind, {})[identity] = _parsed(text, digest, kind, identity)
        revisions[kind, identity] = written
        rows.append((kind, identity, digest, str(written)))
    check_records(connection, rows)
    return StoreState(
        revision=_revision(connection),
        version=_version(connection),
        contents=MappingProxyType(contents),
        revisions=MappingProxyType(revisions),
    )


def _revision(connection: sqlite3.Connection) -> int:
    return _meta(connection, "revision")


def _version(connection: sqlite3.Connection) -> str:
    return f"{_name(connection)}:{_revision(connection)}"


def _name(connection: sqlite3.Connection) -> str:
    return f"{_meta(connection, 'store'):x}"


def _past(connection: sqlite3.Connection) -> PublicHistory:
    # Of the bare columns SQLite takes those of the row with the maximum.
    last = connection.execute("SELECT kind, id, max(revision), at FROM past GROUP BY kind, id")
    return PublicHistory(
        store=_name(connection),
        last=MappingProxyType(
            {
                (kind, identity): LastChange(revision, _time(at))
                for kind, identity, revision, at in last
            }
        ),
        recent=tuple(_recent(connection)),
    )


def _time(at: Any) -> datetime | None:
    """Return a time of the history; None if it is damaged, since reads must go on."""
    try:
        return datetime.fromisoformat(at)
    except (ValueError, TypeError):
        return None


def _recent(connection: sqlite3.Connection) -> Iterator[HistoryEntry]:
    for row in connection.execute(
        "SELECT revision, kind, id, author, at, reason, before, after, approved_by FROM past "
        # Without the + SQLite looks rows up by kind and sorts them all: 0.2 s of 50,000.
        "WHERE +kind IN ('centre', 'helpline') ORDER BY seq DESC LIMIT ?",
        [RECENT],
    ):
        # Reads must go on without a damaged row of history.
        with suppress(ValueError, TypeError):
            yield _entry(*row)


def _meta(connection: sqlite3.Connection, key: str) -> int:
    row = connection.execute("SELECT value FROM state WHERE key = ?", [key]).fetchone()
    if row is None or not isinstance(row[0], int):
        raise StoreUnavailable(_DAMAGED)
    return row[0]


def _json(text: str | None) -> Any:
    return json.loads(text) if text else None


def _parsed(text: str | bytes, digest: str | bytes, *key: str | bytes) -> dict[str, Any]:
    # One flipped bit in a row's header turns its text into a blob of the same bytes.
    parts = [part for part in (*key, text) if isinstance(part, str)]
    if isinstance(text, bytes) or checksum(*parts) != digest:
        raise StoreUnavailable(_DAMAGED)
    return cast("dict[str, Any]", json.loads(text))


def _entry(
    revision: int,
    kind: str,
    identity: str,
    author: str,
    at: str,
    reason: str,
    before: str | None,
    after: str | None,
    approved_by: str | None,
) -> HistoryEntry:
    stamp = Stamp(author, datetime.fromisoformat(at), reason, approved_by)
    return HistoryEntry(revision, Change(kind, identity, _json(before), _json(after)), stamp)


def _postcodes(connection: sqlite3.Connection, previous: Postcodes | None) -> Postcodes:
    row_set = postcode_row_set(connection)
    if previous and previous.row_set == row_set:
        return previous
    places, rows = [], []
    for country, code, text, digest in connection.execute(
        "SELECT country, code, place, sha256 FROM postcodes ORDER BY country, code"
    ):
        places.append(_place(country, code, _parsed(text, digest, country, code)))
        rows.append((country, code, digest))
    check_postcodes(connection, rows)
    return Postcodes(row_set, tuple(places))


def _place(country: str, code: str, row: Record) -> Place:
    """Return the place in a row. Thousands of places share country, subdivision and language,
    which are therefore interned.
    """
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
