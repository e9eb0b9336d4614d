"""Opens the SQLite file, runs transactions, translates sqlite3's errors, detects missing rows.

The SHA-256 of each row does not detect missing rows. One flipped bit in the header of a database
page removes all of its rows, and SQLite reports no error. Each transaction therefore updates a
count and a digest of each set of rows.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from directory_api.domain.errors import StoreUnavailable
from directory_api.storage.base import RowSet

BUSY_SECONDS = 5.0


@contextmanager
def opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """Open a connection for the duration of the block. This is the only place that translates
    errors of sqlite3 and of the file system; raises StoreUnavailable.

    `mode` is `rw`, or `rwc` to create the file. `synchronous=FULL`: a committed transaction is on
    disk.
    """
    connection: sqlite3.Connection | None = None
    try:
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)
        connection.execute("PRAGMA synchronous=FULL")
        yield connection
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the database cannot be used: {_cause(error)}") from None
    except OSError as error:  # a relative path whose folder was deleted
        raise StoreUnavailable(f"the database cannot be used: {error.strerror}") from None
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


def _cause(error: sqlite3.Error) -> str:
    """Describe an error by SQLite's error name, which never contains a value of a row."""
    causes = {
        "SQLITE_BUSY": "it is locked by another process",
        "SQLITE_CANTOPEN": "there is no such file, or it may not be opened",
        "SQLITE_FULL": "the disk is full",
        "SQLITE_NOTADB": "the file is not a SQLite database",
        "SQLITE_CORRUPT": "the file is damaged; put back a copy of it",
        "SQLITE_READONLY": "the file may not be written",
    }
    name = str(getattr(error, "sqlite_errorname", type(error).__name__))
    return next((text for prefix, text in causes.items() if name.startswith(prefix)), name)


_INCOMPLETE = "its rows are not those that were written last; put back a copy of the file"


def check_row_sets(connection: sqlite3.Connection, *, postcodes: bool) -> None:
    """Compare the records, and optionally the postcodes, with the stored digests. Raises
    StoreUnavailable.
    """
    check_records(connection, _record_rows(connection))
    if postcodes:
        check_postcodes(connection, _postcode_rows(connection))


def check_records(
    connection: sqlite3.Connection, rows: Sequence[tuple[str, str, str, str]]
) -> None:
    """Compare rows of kind, id, SHA-256 and revision with the stored digest. Raises
    StoreUnavailable.
    """
    _compare(connection, "records", (*rows, *_meta_rows(connection)))


def check_postcodes(connection: sqlite3.Connection, rows: Sequence[tuple[str, str, str]]) -> None:
    """Compare rows of country, code and SHA-256 with the stored digest. Raises StoreUnavailable."""
    _compare(connection, "postcodes", rows)


def postcode_row_set(connection: sqlite3.Connection) -> RowSet:
    """The count and digest of the postcodes as they were written last. Raises StoreUnavailable."""
    return _row_set_of(connection, "postcodes")


def write_row_sets(connection: sqlite3.Connection, *, postcodes: bool) -> None:
    """Store the count and digest of the records, and optionally of the postcodes, in the caller's
    transaction.
    """
    _write(connection, "records", (*_record_rows(connection), *_meta_rows(connection)))
    if postcodes:
        _write(connection, "postcodes", _postcode_rows(connection))


def _compare(connection: sqlite3.Connection, name: str, rows: Sequence[Sequence[str]]) -> None:
    if _row_set_of(connection, name) != _row_set(rows):
        raise StoreUnavailable(f"the database is damaged: {_INCOMPLETE}")


def _row_set_of(connection: sqlite3.Connection, name: str) -> RowSet:
    row = connection.execute("SELECT rows, sha256 FROM row_sets WHERE name = ?", [name]).fetchone()
    if row is None:
        raise StoreUnavailable(f"the database is damaged: {_INCOMPLETE}")
    return RowSet(*row)


def _write(connection: sqlite3.Connection, name: str, rows: Sequence[Sequence[str]]) -> None:
    row_set = _row_set(rows)
    connection.execute(
        "REPLACE INTO row_sets VALUES (?, ?, ?)", [name, row_set.rows, row_set.sha256]
    )


def _row_set(rows: Sequence[Sequence[str]]) -> RowSet:
    # A flipped bit can turn a text value into a blob.
    return RowSet.of(
        [[part if isinstance(part, str) else repr(part) for part in row] for row in rows]
    )


def _record_rows(connection: sqlite3.Connection) -> list[tuple[str, str, str, str]]:
    return connection.execute(
        "SELECT kind, id, sha256, CAST(revision AS TEXT) FROM records"
    ).fetchall()


def _postcode_rows(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    return connection.execute("SELECT country, code, sha256 FROM postcodes").fetchall()


def _meta_rows(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """The revision and the store's id, which are part of the digest of the records."""
    return connection.execute("SELECT key, CAST(value AS TEXT) FROM state").fetchall()
