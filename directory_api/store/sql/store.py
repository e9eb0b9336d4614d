"""A store in a SQL database, the same for every engine: reads and appends; tokens and sessions."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from directory_api.change.change import Change, HistoryEntry, Record, Stamp
from directory_api.change.public_history import RevisionLinks
from directory_api.place.postcode import Place
from directory_api.record.token import Session, Token
from directory_api.store.base import (
    ALL_REVISIONS,
    RECEIPT_LIFE,
    SMALL_KINDS,
    Mention,
    Receipt,
    StoreHeads,
    StoreState,
    StoreUpdate,
)
from directory_api.store.digests import RowSet, canonical
from directory_api.store.sql import chain, updates
from directory_api.store.sql.engine import Connection, Engine
from directory_api.text.errors import StoreConflict

_RECORD = "SELECT kind, id, record, sha256, revision FROM records"
_ACCESS_COLUMNS = "id, name, scopes, created, expires, last_used, revoked"
# SQLite takes at most 1,000 conditions in one query.
_MOST_PATTERNS = 100


class SqlStore:
    """A Store in the tables of an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def exists(self) -> bool:
        """Return whether a store exists, in any format and state."""
        return self._engine.exists()

    def create(self) -> None:
        """Create the tables where they are missing; raises StoreUnavailable."""
        self._engine.create()

    def migrate(self) -> None:
        """Apply pending migrations to an existing store. Raises StoreMissing, StoreUnavailable."""
        self._engine.migrate()

    def revision(self) -> int:
        """Return the current revision."""
        with self._engine.reading() as connection:
            return chain.meta(connection, "revision")

    def version(self) -> str:
        """Return the store's id, its revision and the link of the revision."""
        with self._engine.reading() as connection:
            return chain.version(connection)

    def records(self) -> StoreState:
        """Return the records at one revision, each checked against its SHA-256."""
        with self._engine.reading() as connection:
            rows = connection.execute(_RECORD).fetchall()
            records = RowSet.of((kind, key, digest, at) for kind, key, _, digest, at in rows)
            chain.check_current(connection, records, chain.row_set(connection, "postcodes"))
            return _state(connection, rows, chain.links(connection))

    def excerpt(self, keys: Collection[tuple[str, str]]) -> StoreState:
        """Return these records and all of SMALL_KINDS, each checked against its SHA-256."""
        with self._engine.reading() as connection:
            marks = ", ".join("?" * len(SMALL_KINDS))
            rows = connection.execute(f"{_RECORD} WHERE kind IN ({marks})", SMALL_KINDS).fetchall()
            for key in keys:
                if key[0] not in SMALL_KINDS:
                    rows += connection.execute(f"{_RECORD} WHERE kind = ? AND id = ?", key)
            sets = (chain.row_set(connection, kind) for kind in ("records", "postcodes"))
            chain.check_current(connection, *sets)
            return _state(connection, rows, chain.links_of(connection, (row[4] for row in rows)))

    def mentioning(self, kind: str, texts: Collection[str]) -> Iterator[Mention]:
        """Yield the records of a kind in whose JSON one of the texts may be a value, by id."""
        patterns = [_pattern(text) for text in texts]
        conditions = " OR ".join(["record LIKE ? ESCAPE '!'"] * len(patterns)) or "1 = 0"
        if len(patterns) > _MOST_PATTERNS:
            patterns, conditions = ["%"], "record LIKE ?"
        with self._engine.reading() as connection:
            for place, identity, text, digest in connection.execute(
                "SELECT place, id, record, sha256 FROM ("
                "SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, record, sha256 "
                f"FROM records WHERE kind = ?) AS numbered WHERE {conditions} ORDER BY place",
                [kind, *patterns],
            ):
                record = json.loads(updates.whole_text(text, digest, kind, identity))
                yield Mention(place, identity, record)

    @contextmanager
    def changes_since(self, previous: StoreHeads | None = None) -> Iterator[StoreUpdate]:
        """Read what differs from `previous`; check it against its SHA-256 and the chain."""
        with self._engine.reading() as connection:
            yield updates.since(connection, previous)

    def append(
        self,
        changes: Iterable[Change],
        stamp: Stamp,
        *,
        expected: int,
        version: str | None = None,
        unseen: Collection[tuple[str, str]] = (),
        tables: Mapping[str, Sequence[Place]] | None = None,
        receipt: Receipt | None = None,
    ) -> int:
        """Write everything in one transaction."""
        with self._engine.writing() as connection:
            updated = connection.execute(
                "UPDATE state SET value = value + 1 WHERE key = 'revision' AND value = ?",
                [expected],
            ).rowcount
            if not updated or version not in (None, chain.version(connection, expected)):
                raise StoreConflict(
                    "another writer has changed the directory meanwhile; read it again, then retry"
                )
            # A damaged digest would be linked for good.
            records, postcodes = (
                chain.row_set(connection, kind) for kind in ("records", "postcodes")
            )
            chain.check_current(connection, records, postcodes, revision=expected)
            written = chain.Written()
            for change in changes:
                is_visible = (change.kind, change.id) not in unseen
                chain.write_change(
                    connection, change, stamp, expected + 1, written, is_visible=is_visible
                )
            for country, places in (tables or {}).items():
                chain.replace_places(connection, country, places, written)
            if receipt:
                _write_receipt(connection, receipt)
            chain.extend(
                connection,
                expected + 1,
                records.changed(written.records_removed.row_set, written.records_added.row_set),
                postcodes.changed(
                    written.postcodes_removed.row_set, written.postcodes_added.row_set
                ),
                written.heads,
            )
            return expected + 1

    def history(
        self,
        kind: str | None = None,
        identity: str | None = None,
        *,
        most: int = 100,
        revisions: range = ALL_REVISIONS,
    ) -> tuple[HistoryEntry, ...]:
        """Return the changes of one record, of one kind or of all, newest first, at the
        revisions.
        """
        with self._engine.reading() as connection:
            return updates.entries(connection, kind, identity, most, revisions)

    def receipt(self, key: str) -> Receipt | None:
        """Return the receipt of a key, or None."""
        with self._engine.reading() as connection:
            row = connection.execute(
                "SELECT fingerprint, at, outcome FROM receipts WHERE key = ?", [key]
            ).fetchone()
            return (
                Receipt(key, row[0], datetime.fromisoformat(row[1]), json.loads(row[2]))
                if row
                else None
            )


def _state(
    connection: Connection, rows: Iterable[Sequence[Any]], links: RevisionLinks
) -> StoreState:
    """Return rows of records as they were at the current revision. Raises StoreUnavailable if one
    is damaged.
    """
    contents: dict[str, dict[str, Record]] = {}
    revisions: dict[tuple[str, str], int] = {}
    for kind, identity, text, digest, written in rows:
        record = json.loads(updates.whole_text(text, digest, kind, identity))
        contents.setdefault(kind, {})[identity] = record
        revisions[kind, identity] = written
    return StoreState(
        revision=chain.meta(connection, "revision"),
        version=chain.version(connection),
        contents=MappingProxyType(contents),
        revisions=MappingProxyType(revisions),
        links=links,
    )


def _pattern(text: str) -> str:
    """Return a pattern of LIKE for a JSON string."""
    value = json.dumps(text, ensure_ascii=False)
    for special in "!%_":
        value = value.replace(special, f"!{special}")
    return f"%{value}%"


def _write_receipt(connection: Connection, receipt: Receipt) -> None:
    """Store a receipt and delete those older than a day."""
    connection.execute(
        "DELETE FROM receipts WHERE at < ?", [(receipt.at - RECEIPT_LIFE).isoformat()]
    )
    connection.execute(
        "INSERT INTO receipts (key, fingerprint, at, outcome) VALUES (?, ?, ?, ?)",
        (receipt.key, receipt.fingerprint, receipt.at.isoformat(), canonical(receipt.outcome)),
    )


class SqlAccess:
    """An AccessStore beside a SqlStore, which creates its tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def tokens(self) -> tuple[Token, ...]:
        """Return all tokens, oldest first."""
        with self._engine.reading() as connection:
            query = f"SELECT {_ACCESS_COLUMNS} FROM tokens ORDER BY created, rowid"
            return tuple(map(_token, connection.execute(query)))

    def token_of(self, digest: str) -> Token | None:
        """Return the token with this digest of its secret, or None."""
        with self._engine.reading() as connection:
            query = f"SELECT {_ACCESS_COLUMNS} FROM tokens WHERE digest = ?"
            row = connection.execute(query, [digest]).fetchone()
            return _token(row) if row else None

    def add_token(self, token: Token, digest: str) -> None:
        """Store a new token."""
        self._write(
            "INSERT INTO tokens (id, digest, name, scopes, created, expires) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                token.id,
                digest,
                token.name,
                " ".join(token.scopes),
                token.created.isoformat(),
                token.expires.isoformat(),
            ],
        )

    def put_token(self, token: Token) -> None:
        """Update the dates of last use and revocation."""
        # Never clear `revoked`: another process may have revoked the token after this one read it.
        self._write(
            "UPDATE tokens SET last_used = coalesce(?, last_used), revoked = coalesce(revoked, ?) "
            "WHERE id = ?",
            [_iso(token.last_used), _iso(token.revoked), token.id],
        )

    def open_session(self, session: Session, digest: str, now: datetime) -> None:
        """Store a new session and delete expired ones."""
        with self._engine.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE until < ?", [now.isoformat()])
            connection.execute(
                "INSERT INTO sessions (digest, token, until) VALUES (?, ?, ?)",
                [digest, session.token, session.until.isoformat()],
            )

    def session_of(self, digest: str) -> Session | None:
        """Return the session with this digest of its secret, or None."""
        with self._engine.reading() as connection:
            row = connection.execute(
                "SELECT token, until FROM sessions WHERE digest = ?", [digest]
            ).fetchone()
            return Session(row[0], datetime.fromisoformat(row[1])) if row else None

    def close_session(self, digest: str) -> None:
        """Delete a session."""
        self._write("DELETE FROM sessions WHERE digest = ?", [digest])

    def _write(self, statement: str, values: Sequence[Any]) -> None:
        with self._engine.writing() as connection:
            connection.execute(statement, values)


def _token(row: Sequence[Any]) -> Token:
    identity, name, scopes, created, expires, last_used, revoked = row
    return Token(
        identity,
        name,
        tuple(scopes.split()),
        _day(created),
        _day(expires),
        _day_or_none(last_used),
        _day_or_none(revoked),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
