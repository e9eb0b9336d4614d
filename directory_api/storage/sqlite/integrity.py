"""Detects missing rows with a count and a digest of each set of rows, updated by each transaction.

The SHA-256 of each row does not detect missing rows. One flipped bit in the header of a database
page removes all of its rows, and SQLite reports no error.
"""

import sqlite3
from collections.abc import Sequence

from directory_api.domain.errors import StoreUnavailable
from directory_api.storage.base import RowSet

_INCOMPLETE = "its rows are not those that were written last; put back a copy of the file"


def check(connection: sqlite3.Connection, *, postcodes: bool) -> None:
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


def sealed_postcodes(connection: sqlite3.Connection) -> RowSet:
    """The count and digest of the postcodes as they were written last. Raises StoreUnavailable."""
    return _sealed(connection, "postcodes")


def seal(connection: sqlite3.Connection, *, postcodes: bool) -> None:
    """Store the count and digest of the records, and optionally of the postcodes, in the caller's
    transaction.
    """
    _write(connection, "records", (*_record_rows(connection), *_meta_rows(connection)))
    if postcodes:
        _write(connection, "postcodes", _postcode_rows(connection))


def _compare(connection: sqlite3.Connection, name: str, rows: Sequence[Sequence[str]]) -> None:
    if _sealed(connection, name) != _row_set(rows):
        raise StoreUnavailable(f"the database is damaged: {_INCOMPLETE}")


def _sealed(connection: sqlite3.Connection, name: str) -> RowSet:
    sealed = connection.execute(
        "SELECT rows, sha256 FROM row_sets WHERE name = ?", [name]
    ).fetchone()
    if sealed is None:
        raise StoreUnavailable(f"the database is damaged: {_INCOMPLETE}")
    return RowSet(*sealed)


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
