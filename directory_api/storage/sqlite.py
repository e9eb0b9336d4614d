"""The embedded store: one SQLite file, through sqlite-utils."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from sqlite_utils import Database
from sqlite_utils.db import Table
from sqlite_utils.migrations import Migrations

from directory_api.domain.change import Change, Record, Stamp
from directory_api.domain.errors import StoreConflict, StoreUnavailable
from directory_api.domain.point import Point
from directory_api.domain.postcode import Place
from directory_api.storage.store import HistoryEntry, Kept

BUSY_SECONDS = 5.0
# Before 3.51.3 a checkpoint race can corrupt a write-ahead log (sqlite.org/wal.html), so older libraries keep the
# rollback journal.
SAFE_WAL = (3, 51, 3)

migrations = Migrations("directory")


@migrations()
def tables(db: Database) -> None:
    """Records, their history, postcodes, and the revision."""
    _table(db, "records").create(
        {"kind": str, "id": str, "record": str, "sha256": str}, pk=("kind", "id"), not_null={"record", "sha256"}
    )
    _table(db, "history").create(
        {
            "seq": int,
            "revision": int,
            "kind": str,
            "id": str,
            "author": str,
            "at": str,
            "reason": str,
            "before": str,
            "after": str,
        },
        pk="seq",
    )
    _table(db, "history").create_index(["kind", "id"])
    _table(db, "postcodes").create(
        {"country": str, "code": str, "place": str, "sha256": str}, pk=("country", "code"), not_null={"place", "sha256"}
    )
    _table(db, "meta").create({"key": str, "value": int}, pk="key")
    _table(db, "meta").insert({"key": "revision", "value": 0})


class SqliteStore:
    """A Store in one SQLite file. One connection for each operation; `synchronous=FULL`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def migrate(self) -> None:
        """Create the folder, the file and the tables where they are missing."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"the folder of the database cannot be made ({error.strerror})") from None
        with self._open("rwc") as db:
            if sqlite3.sqlite_version_info >= SAFE_WAL:
                db.conn.execute("PRAGMA journal_mode=WAL")
            # Taken before looking, so that of several processes that start at once one creates and the others wait.
            with _exclusive(db):
                migrations.apply(db)

    def revision(self) -> int:
        """The current revision."""
        with self._open("rw") as db:
            return _revision(db)

    def read(self) -> Kept:
        """Everything at one revision, each record checked against its SHA-256."""
        with self._open("rw") as db, db.atomic():
            contents: dict[str, dict[str, Record]] = {}
            for kind, identity, text, digest in db.conn.execute("SELECT kind, id, record, sha256 FROM records"):
                contents.setdefault(kind, {})[identity] = _parsed(text, digest)
            places = tuple(
                _place(country, code, _parsed(text, digest))
                for country, code, text, digest in db.conn.execute(
                    "SELECT country, code, place, sha256 FROM postcodes ORDER BY country, code"
                )
            )
            return Kept(_revision(db), MappingProxyType(contents), places)

    def append(
        self,
        changes: Sequence[Change],
        stamp: Stamp,
        *,
        expected: int,
        tables: Mapping[str, Sequence[Place]] | None = None,
    ) -> int:
        """Apply all in one transaction."""
        with self._open("rw") as db, _exclusive(db):
            moved = db.conn.execute(
                "UPDATE meta SET value = value + 1 WHERE key = 'revision' AND value = ?", [expected]
            ).rowcount
            if not moved:
                raise StoreConflict("somebody else has changed the directory meanwhile; read it again, then retry")
            revision = expected + 1
            for change in changes:
                _apply(db, change, stamp, revision)
            for country, places in (tables or {}).items():
                table = _table(db, "postcodes")
                table.delete_where("country = ?", [country])
                table.insert_all({"country": country, "code": p.code, **_checked(_row(p), "place")} for p in places)
            return revision

    def history(self, kind: str, identity: str) -> tuple[HistoryEntry, ...]:
        """Every change of one record, newest first."""
        with self._open("rw") as db:
            rows = _table(db, "history").rows_where("kind = ? AND id = ?", [kind, identity], order_by="seq desc")
            return tuple(
                HistoryEntry(
                    revision=row["revision"],
                    kind=row["kind"],
                    id=row["id"],
                    author=row["author"],
                    at=datetime.fromisoformat(row["at"]),
                    reason=row["reason"],
                    before=json.loads(row["before"]) if row["before"] else None,
                    after=json.loads(row["after"]) if row["after"] else None,
                )
                for row in rows
            )

    @contextmanager
    def _open(self, mode: str) -> Iterator[Database]:
        """A connection that ends with the block; sqlite3's errors become ours here and nowhere else."""
        connection: sqlite3.Connection | None = None
        try:
            uri = f"{self._path.absolute().as_uri()}?mode={mode}"
            connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)
            connection.execute("PRAGMA synchronous=FULL")
            yield Database(connection, execute_plugins=False)
        except sqlite3.Error as error:
            raise StoreUnavailable(f"the database cannot be used: {_cause(error)}") from None
        finally:
            if connection is not None:
                connection.close()


@contextmanager
def _exclusive(db: Database) -> Iterator[None]:
    """A transaction that holds the write lock from its first moment."""
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.rollback()
        raise
    db.commit()


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


def _table(db: Database, name: str) -> Table:
    return cast("Table", db[name])


def _revision(db: Database) -> int:
    row = db.conn.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
    return int(row[0])


def _apply(db: Database, change: Change, stamp: Stamp, revision: int) -> None:
    records = _table(db, "records")
    if change.after is None:
        records.delete((change.kind, change.id))
    else:
        row = {"kind": change.kind, "id": change.id, **_checked(change.after, "record")}
        records.insert(row, replace=True)
    _table(db, "history").insert(
        {
            "revision": revision,
            "kind": change.kind,
            "id": change.id,
            "author": stamp.author,
            "at": stamp.at.isoformat(),
            "reason": stamp.reason,
            "before": None if change.before is None else _canonical(change.before),
            "after": None if change.after is None else _canonical(change.after),
        }
    )


def _canonical(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _checked(record: Record, column: str) -> dict[str, str]:
    text = _canonical(record)
    return {column: text, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def _parsed(text: str | bytes, digest: str | bytes) -> dict[str, Any]:
    # One flipped bit in a row's header turns its text into a blob of the same bytes.
    if isinstance(text, bytes) or hashlib.sha256(text.encode()).hexdigest() != digest:
        raise StoreUnavailable(
            "a record in the database is damaged (its checksum differs); put back a copy of the file"
        )
    return cast("dict[str, Any]", json.loads(text))


def _row(place: Place) -> Record:
    return {
        "name": place.name,
        "names": dict(place.names),
        "lat": place.point.lat,
        "lon": place.point.lon,
        "accuracy_m": place.accuracy_m,
        "subdivision": place.subdivision,
        "places": list(place.places),
    }


def _place(country: str, code: str, row: Record) -> Place:
    return Place(
        country=country,
        code=code,
        name=row["name"],
        names=MappingProxyType(row["names"]),
        point=Point(row["lat"], row["lon"]),
        accuracy_m=row["accuracy_m"],
        subdivision=row["subdivision"],
        places=tuple(row["places"]),
    )
