"""Changes of the database by SQL, as a person with a SQLite shell or a faulty disk makes them."""

import sqlite3
from contextlib import closing
from pathlib import Path

LINKED = ("salt", "records", "postcodes", "history", "link")


def spoil(path: Path, *statements: str) -> None:
    """Execute statements on a database."""
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def history_tampering(identity: str, revision: int) -> tuple[str, ...]:
    """Return statements that each damage the history of a record at one revision, in which it
    changed alone.
    """
    row = f"id = '{identity}' AND revision = {revision}"
    return (
        f"UPDATE history SET after = '{{' WHERE {row}",
        f"UPDATE history SET after = replace(after, '1', '2') WHERE {row}",
        f"UPDATE history SET sha256 = 'x' WHERE {row}",
        f"UPDATE history SET author = 'bob' WHERE {row}",
        f"UPDATE history SET at = 'x' WHERE {row}",
        f"UPDATE history SET visible = 0 WHERE {row}",
        f"UPDATE history SET id = CAST(id AS BLOB) WHERE {row}",
        f"UPDATE history SET revision = CAST({revision} AS BLOB) WHERE {row}",
        f"UPDATE history SET revision = NULL WHERE {row}",
        f"UPDATE history SET revision = {revision - 1} WHERE {row}",
        f"UPDATE history SET revision = 99 WHERE {row}",
        f"DELETE FROM history WHERE {row}",
        "INSERT INTO history SELECT 99, revision, kind, id, author, at, reason, before, after, "
        f"approved_by, visible, sha256 FROM history WHERE {row}",
        *(f"UPDATE chain SET {column} = 'x' WHERE revision = {revision}" for column in LINKED),
        f"DELETE FROM chain WHERE revision = {revision}",
    )


def record_tampering(identity: str, *, record_hash: str, row_hash: str) -> tuple[str, ...]:
    """Return statements that each change the records behind the store's back.

    The last ones adapt the SHA-256 of the row, too; `record_hash` and `row_hash` are the names of
    SQL functions that compute it for `records` and for `history`.
    """
    row = f"id = '{identity}'"
    newest = f"(SELECT max(revision) FROM history WHERE {row})"
    earlier = f"{row} AND revision < {newest} ORDER BY revision DESC LIMIT 1"
    return (
        f"UPDATE records SET record = replace(record, '1', '2') WHERE {row}",
        f"UPDATE records SET sha256 = 'x' WHERE {row}",
        f"UPDATE records SET revision = 1 WHERE {row}",
        f"UPDATE records SET id = 'other' WHERE {row}",
        f"DELETE FROM records WHERE {row}",
        "DELETE FROM records WHERE kind = 'helpline'",
        f"UPDATE records SET (record, sha256) = (replace(record, '1', '2'), {record_hash}(kind, "
        f"id, replace(record, '1', '2'))) WHERE {row}",
        f"UPDATE records SET (record, revision, sha256) = (SELECT after, revision, "
        f"{record_hash}(kind, id, after) FROM history WHERE {earlier}) WHERE {row}",
        "INSERT INTO records (kind, id, record, sha256, revision) SELECT kind, 'other', record, "
        f"{record_hash}(kind, 'other', record), revision FROM records WHERE {row}",
        "UPDATE history SET (after, sha256) = (replace(after, '1', '2'), "
        f"{row_hash}(revision, kind, id, at, visible, author, reason, before, "
        f"replace(after, '1', '2'), approved_by)) WHERE {row} AND revision = {newest}",
    )
