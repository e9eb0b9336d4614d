"""The tables of the SQLite store, with sqlite-utils.

A separate module that is imported only for migrations: sqlite-utils takes 4 MB and 30 ms. The
caller holds the transaction.
"""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any, cast

from sqlite_utils import Database
from sqlite_utils.db import Table
from sqlite_utils.migrations import Migrations

from directory_api.change.change import Change, Record
from directory_api.change.public_history import is_seen
from directory_api.record.records import Centre
from directory_api.store.digests import checksum, row_digest
from directory_api.store.sql import chain
from directory_api.store.sql.engine import Connection
from directory_api.text.errors import StoreUnavailable

migrations = Migrations("directory")


@migrations()
def tables(db: Database) -> None:
    """Create the tables of records, history and postcodes, and the revision."""
    _table(db, "records").create(
        {"kind": str, "id": str, "record": str, "sha256": str},
        pk=("kind", "id"),
        not_null={"record", "sha256"},
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
        {"country": str, "code": str, "place": str, "sha256": str},
        pk=("country", "code"),
        not_null={"place", "sha256"},
    )
    _table(db, "meta").create({"key": str, "value": int}, pk="key")
    _table(db, "meta").insert_all(
        # A random id; distinguishes a recreated database from the old one, since both count
        # revisions from 0.
        [{"key": "revision", "value": 0}, {"key": "store", "value": secrets.randbits(62)}]
    )


@migrations()
def maintainers(db: Database) -> None:
    """Add the revision that wrote each record, the approver of a change, tokens, sessions and
    receipts.
    """
    _table(db, "records").add_column("revision", int, not_null_default=0)
    db.execute(
        "UPDATE records SET revision = coalesce((SELECT max(revision) FROM history "
        "WHERE history.kind = records.kind AND history.id = records.id), 0)"
    )
    _table(db, "history").add_column("approved_by", str)
    _table(db, "tokens").create(
        {
            "id": str,
            "digest": str,
            "name": str,
            "scopes": str,
            "created": str,
            "expires": str,
            "last_used": str,
            "revoked": str,
        },
        pk="id",
        not_null={"digest", "name", "scopes", "created", "expires"},
    )
    _table(db, "tokens").create_index(["digest"], unique=True)
    _table(db, "sessions").create(
        {"digest": str, "token": str, "until": str}, pk="digest", not_null={"token", "until"}
    )
    _table(db, "receipts").create(
        {"key": str, "fingerprint": str, "at": str, "outcome": str},
        pk="key",
        not_null={"fingerprint", "at", "outcome"},
    )


@migrations()
def visible_changes(db: Database) -> None:
    """Mark which changes in the history were publicly visible."""
    _table(db, "history").add_column("visible", int, not_null_default=1)
    changed = db.query(
        "SELECT seq, id, before, after FROM history WHERE kind = 'centre' AND before IS NOT NULL "
        "AND after IS NOT NULL"
    )
    unseen = [row["seq"] for row in changed if not _was_seen(row)]
    db.conn.executemany("UPDATE history SET visible = 0 WHERE seq = ?", [[seq] for seq in unseen])
    # A flipped bit can turn a name into a blob, or a number into a text.
    db.create_view(
        "past",
        "SELECT * FROM history WHERE visible AND typeof(kind) = 'text' AND typeof(id) = 'text' "
        "AND typeof(revision) = 'integer'",
    )
    # With this index 50,000 rows of history are read in 50 ms, and changes that were not public
    # cost nothing.
    db.execute("CREATE INDEX history_past ON history (kind, id, revision, at) WHERE visible")


@migrations()
def row_sets(db: Database) -> None:
    """Add the number of records and postcodes, each with a digest over all of them."""
    _table(db, "row_sets").create(
        {"name": str, "rows": int, "sha256": str}, pk="name", not_null={"rows", "sha256"}
    )
    # Versions of this code that do not write the digests cannot use the database any more: after a
    # change of theirs it would count as damaged.
    db.execute("ALTER TABLE meta RENAME TO state")
    for name, rows in _sets_before_chain(db.conn).items():
        _table(db, "row_sets").insert({"name": name, "rows": len(rows), "sha256": checksum(*rows)})


@migrations()
def revision_chain(db: Database) -> None:
    """Add the chain of revisions, which begins with the current one and covers all history.

    Raises StoreUnavailable if rows are missing: the new digests would hide the loss for good.
    """
    for name, rows in _sets_before_chain(db.conn).items():
        before = db.execute("SELECT rows, sha256 FROM row_sets WHERE name = ?", [name]).fetchone()
        if before != (len(rows), checksum(*rows)):
            raise StoreUnavailable(
                "the database is damaged: rows are missing; put back a copy of it"
            )
    _table(db, "row_sets").drop()
    _table(db, "row_sets").create(
        {"name": str, "rows": int, "total": str}, pk="name", not_null={"rows", "total"}
    )
    _table(db, "history").add_column("sha256", str)
    columns = f"seq, revision, kind, id, at, visible, {chain.BODY}"
    history = db.execute(f"SELECT {columns} FROM history")
    db.conn.executemany(
        "UPDATE history SET sha256 = ? WHERE seq = ?",
        [(row_digest(*row), seq) for seq, *row in history],
    )
    # Every read compares these columns of all rows with the chain.
    _table(db, "history").create_index(chain.HEAD.split(", "), "history_heads")
    db.execute("DROP INDEX history_past")
    _table(db, "chain").create(
        {
            "revision": int,
            "salt": str,
            "records": str,
            "postcodes": str,
            "history": str,
            "link": str,
        },
        pk="revision",
        not_null={"salt", "records", "postcodes", "history", "link"},
    )
    chain.begin(cast("Connection", db.conn))


def _sets_before_chain(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """The rows of which a database without a chain has a digest, in their order."""
    queries = {
        "records": (
            "SELECT kind, id, sha256, CAST(revision AS TEXT) FROM records",
            "SELECT key, CAST(value AS TEXT) FROM state",
        ),
        "postcodes": ("SELECT country, code, sha256 FROM postcodes",),
    }
    return {
        name: sorted(
            "\0".join(part if isinstance(part, str) else repr(part) for part in row)
            for query in of_set
            for row in connection.execute(query)
        )
        for name, of_set in queries.items()
    }


def _was_seen(row: Mapping[str, Any]) -> bool:
    """Return whether a change of a centre was publicly visible. A new postcode of a hidden address
    counts as visible, since it may have moved the published point.
    """

    def publish(_kind: str, record: Record) -> Record:
        centre = Centre.from_record(record)
        return {**centre.published(None).to_record(), "postal_code": centre.address.postal_code}

    try:
        change = Change("centre", row["id"], json.loads(row["before"]), json.loads(row["after"]))
        return is_seen(change, publish)
    except (ValueError, TypeError, AttributeError):  # damaged, or in an older record format
        return True


def migrate(connection: sqlite3.Connection) -> None:
    """Apply pending migrations."""
    migrations.apply(_database(connection))


def _database(connection: sqlite3.Connection) -> Database:
    return Database(connection, execute_plugins=False)


def _table(db: Database, name: str) -> Table:
    return cast("Table", db[name])
