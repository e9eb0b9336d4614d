"""The tables of the SQLite store: migrations of sqlite-utils, each applied once.

A separate module that is imported only for migrations: sqlite-utils takes 4 MB and 30 ms. The
caller holds the transaction. The name of each migration is in engine.MIGRATIONS, too.
"""

import secrets
import sqlite3
from typing import cast

from sqlite_utils import Database
from sqlite_utils.db import Table
from sqlite_utils.migrations import Migrations

from directory_api.store.sql import chain
from directory_api.store.sql.database import Connection

migrations = Migrations("directory")


@migrations(name="tables")
def tables(db: Database) -> None:
    """Create the tables and the revision 0, with which the chain begins."""
    _table(db, "records").create(
        {"kind": str, "id": str, "record": str, "sha256": str, "revision": int},
        pk=("kind", "id"),
        not_null={"record", "sha256", "revision"},
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
            "approved_by": str,
            "visible": int,
            "sha256": str,
        },
        pk="seq",
        not_null={"visible"},
    )
    _table(db, "history").create_index(["kind", "id"])
    # Every read compares these columns of all rows with the chain.
    _table(db, "history").create_index(chain.HEAD.split(", "), "history_heads")
    _table(db, "postcodes").create(
        {"country": str, "code": str, "place": str, "sha256": str},
        pk=("country", "code"),
        not_null={"place", "sha256"},
    )
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
    _table(db, "receipts").create(
        {"key": str, "fingerprint": str, "at": str, "outcome": str},
        pk="key",
        not_null={"fingerprint", "at", "outcome"},
    )
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
    _table(db, "state").create({"key": str, "value": int}, pk="key")
    _table(db, "state").insert_all(
        # A random id; distinguishes a recreated database from the old one, since both count
        # revisions from 0.
        [{"key": "revision", "value": 0}, {"key": "store", "value": secrets.randbits(62)}]
    )
    chain.begin(cast("Connection", db.conn))


@migrations(name="credentials")
def credentials(db: Database) -> None:
    """Create the table of what proves who acts, beside the secrets of tokens. Each token has the
    name of the maintainer who made it.
    """
    _table(db, "tokens").add_column("made_by", str)
    _table(db, "credentials").create(
        {"kind": str, "id": str, "token": str, "until": str, "data": str},
        pk=("kind", "id"),
        not_null={"token", "data"},
    )


def migrate(connection: sqlite3.Connection, without: int = 0) -> None:
    """Apply pending migrations, without the last ones: a backup of tables that lack these."""
    last = [each.name for each in migrations.pending(Database(connection))][::-1][:without]
    migrations.apply(Database(connection, execute_plugins=False), stop_before=last)


def _table(db: Database, name: str) -> Table:
    return cast("Table", db[name])
