"""Every row of a store, to copy it from one database to another."""

from collections.abc import Mapping

from directory_api.storage.sql.engine import Connection

# The tables with everything that a store, its tokens and its chain hold, and their columns.
TABLES: Mapping[str, str] = {
    "records": "kind, id, record, sha256, revision",
    "history": "seq, revision, kind, id, at, visible, sha256, "
    "author, reason, before, after, approved_by",
    "postcodes": "country, code, place, sha256",
    "state": "key, value",
    "row_sets": "name, rows, total",
    "chain": "revision, salt, records, postcodes, history, link",
    "tokens": "id, digest, name, scopes, created, expires, last_used, revoked",
    "sessions": "digest, token, until",
    "receipts": "key, fingerprint, at, outcome",
}
# The order of tokens that were created on the same day.
_ORDER = {"tokens": " ORDER BY rowid"}


def replace_all(source: Connection, target: Connection, *, with_access: bool) -> None:
    """Replace the rows of the target by those of the source, in the transactions of the caller.

    Without access, tokens and sessions of the target stay, and the source's tokens are added: a
    token that was revoked stays revoked, and with the tokens of its approvers a directory would
    lose that changes wait for review.
    """
    for table, columns in TABLES.items():
        if with_access or table not in ("tokens", "sessions"):
            target.execute(f"DELETE FROM {table}")
        rows = source.execute(f"SELECT {columns} FROM {table}{_ORDER.get(table, '')}")
        marks = ", ".join("?" * (columns.count(",") + 1))
        target.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING", rows
        )
