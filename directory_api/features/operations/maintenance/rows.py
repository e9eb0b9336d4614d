"""Every row of a store, to copy it from one database to another."""

from collections.abc import Iterable, Mapping
from typing import Any

from directory_api.store.sql.database import Connection

# The tables with everything that a store, its tokens and its chain hold, and their columns.
TABLES: Mapping[str, str] = {
    "records": "kind, id, record, sha256, revision",
    "history": "seq, revision, kind, id, at, visible, sha256, "
    "author, reason, before, after, approved_by",
    "postcodes": "country, code, place, sha256",
    "state": "key, value",
    "chain": "revision, salt, records, postcodes, history, link",
    "tokens": "id, digest, name, scopes, created, expires, last_used, revoked, made_by",
    "credentials": "kind, id, token, until, data",
    "receipts": "key, fingerprint, at, outcome",
}
# The order of tokens that were created on the same day.
_ORDER = {"tokens": " ORDER BY rowid"}


def replace_all(
    source: Connection,
    target: Connection,
    *,
    with_access: bool,
    tables: Mapping[str, str] = TABLES,
) -> None:
    """Replace the rows of the target by those of the source, in the transactions of the caller.

    Without access, tokens and their credentials of the target stay, and the source's
    tokens are added: a token that was revoked stays revoked, a link that was used stays used, and
    without the tokens of the approvers changes would no longer wait for review.
    """
    present = set() if with_access else {row[0] for row in target.execute("SELECT id FROM tokens")}
    for table, columns in tables.items():
        if not with_access and table == "credentials":
            continue
        rows: Iterable[Any] = source.execute(
            f"SELECT {columns} FROM {table}{_ORDER.get(table, '')}"
        )
        if not with_access and table == "tokens":
            rows = (row for row in rows if row[0] not in present)
        else:
            target.execute(f"DELETE FROM {table}")
        target.insert_rows(table, columns, rows)
