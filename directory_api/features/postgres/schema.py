"""The tables in PostgreSQL: numbered migrations, each applied once.

Texts are compared byte by byte (`COLLATE "C"`), as SQLite does. JSON is text: jsonb would change
the order of its members, and so its SHA-256.
"""

import secrets
from collections.abc import Callable, Sequence

from directory_api import __version__
from directory_api.store.sql import chain
from directory_api.store.sql.database import Connection, newer

# The key of the lock that one process holds while it migrates: any number that nothing else uses.
_LOCK = 0x64697265


def version(connection: Connection) -> int:
    """Return the number of the last migration; 0 without tables."""
    if not _has("migrations", connection):
        return 0
    row = connection.execute("SELECT max(number) FROM migrations").fetchone()
    return row[0] or 0


def has_records(connection: Connection) -> bool:
    """Return whether the table of records exists, which the table of migrations may have lost."""
    return _has("records", connection)


def _has(table: str, connection: Connection) -> bool:
    # Not to_regclass: a session remembers that it has found no table, until its next transaction.
    found = connection.execute(
        "SELECT 1 FROM pg_tables WHERE tablename = ? AND schemaname = ANY (current_schemas(false))",
        [table],
    )
    return found.fetchone() is not None


def written_by(connection: Connection) -> str | None:
    """Return the version of this code that migrated the tables last; None if they do not say."""
    row = connection.execute("SELECT obj_description('migrations'::regclass, 'pg_class')")
    version: str | None = row.fetchone()[0]
    return version


def refuse_newer(connection: Connection) -> None:
    """Raise StoreUnavailable if a newer version of this code has migrated the tables."""
    if version(connection) > LAST:
        raise newer(written_by(connection))


def migrate(connection: Connection) -> None:
    """Apply pending migrations, in the caller's transaction; other processes wait meanwhile.

    A migration keeps what is there already: the table of migrations may have lost its rows.
    """
    connection.execute("SELECT pg_advisory_xact_lock(?)", [_LOCK])
    for number, migration in enumerate(_MIGRATIONS, 1):
        if version(connection) < number:
            migration(connection)
            connection.execute("INSERT INTO migrations (number) VALUES (?)", [number])
            connection.execute(f"COMMENT ON TABLE migrations IS '{__version__}'")


def _tables(connection: Connection) -> None:
    text = 'text COLLATE "C" NOT NULL'
    optional = 'text COLLATE "C"'
    for table, columns in {
        "migrations": "number bigint PRIMARY KEY",
        "records": f"kind {text}, id {text}, record {text}, sha256 {text}, "
        "revision bigint NOT NULL, PRIMARY KEY (kind, id)",
        "history": f"seq bigint PRIMARY KEY, revision bigint NOT NULL, kind {text}, id {text}, "
        f"at {text}, visible bigint NOT NULL, sha256 {text}, author {text}, reason {text}, "
        f"before {optional}, after {optional}, approved_by {optional}",
        # `rowid` is the order in which rows were written, as every table of SQLite has it.
        "postcodes": f"country {text}, code {text}, place {text}, sha256 {text}, "
        "rowid bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (country, code)",
        "state": f"key {text} PRIMARY KEY, value bigint NOT NULL",
        "chain": f"revision bigint PRIMARY KEY, salt {text}, records {text}, postcodes {text}, "
        f"history {text}, link {text}",
        "tokens": f"id {text} PRIMARY KEY, digest {text} UNIQUE, name {text}, scopes {text}, "
        f"created {text}, expires {text}, last_used {optional}, revoked {optional}, "
        "rowid bigint GENERATED ALWAYS AS IDENTITY",
        "receipts": f"key {text} PRIMARY KEY, fingerprint {text}, at {text}, outcome {text}",
    }.items():
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
    connection.execute("CREATE INDEX IF NOT EXISTS history_of ON history (kind, id)")
    connection.execute("CREATE INDEX IF NOT EXISTS history_heads ON history (revision, kind, id)")
    begun = connection.execute(
        "INSERT INTO state (key, value) VALUES ('revision', 0), ('store', ?) "
        "ON CONFLICT DO NOTHING",
        [secrets.randbits(62)],
    )
    if begun.rowcount:
        chain.begin(connection)


def _credentials(connection: Connection) -> None:
    text = 'text COLLATE "C"'
    connection.execute(f"ALTER TABLE tokens ADD COLUMN IF NOT EXISTS made_by {text}")
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS credentials (kind {text}, id {text}, token {text} NOT NULL, "
        f"until {text}, data {text} NOT NULL, PRIMARY KEY (kind, id))"
    )


_MIGRATIONS: Sequence[Callable[[Connection], None]] = (_tables, _credentials)
LAST = len(_MIGRATIONS)
