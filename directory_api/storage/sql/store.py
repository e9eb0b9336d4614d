"""A store in a SQL database: reads and appends, the same for every engine."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any

from directory_api.domain.changes.change import (
    Change,
    HistoryEntry,
    Record,
    RevisionLinks,
    Stamp,
)
from directory_api.domain.errors import StoreConflict
from directory_api.domain.geo.postcode import Place
from directory_api.storage.base import (
    SMALL_KINDS,
    Mention,
    Receipt,
    StoreHeads,
    StoreState,
    StoreUpdate,
)
from directory_api.storage.digests import RowSet
from directory_api.storage.sql import chain, updates, writes
from directory_api.storage.sql.engine import Connection, Engine

_RECORD = "SELECT kind, id, record, sha256, revision FROM records"
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
            written = writes.Written()
            for change in changes:
                is_visible = (change.kind, change.id) not in unseen
                writes.write_change(
                    connection, change, stamp, expected + 1, written, is_visible=is_visible
                )
            for country, places in (tables or {}).items():
                writes.replace_places(connection, country, places, written)
            if receipt:
                writes.write_receipt(connection, receipt)
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
        self, kind: str | None = None, identity: str | None = None, *, most: int = 100
    ) -> tuple[HistoryEntry, ...]:
        """Return the changes of one record, of one kind or of all, newest first."""
        with self._engine.reading() as connection:
            return _entries(connection, kind, identity, most)

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


def _entries(
    connection: Connection, kind: str | None, identity: str | None, most: int
) -> tuple[HistoryEntry, ...]:
    """Return the changes of one record, of one kind or of all, newest first. Raises
    StoreUnavailable if one of them is damaged, or any row is missing.
    """
    rows = connection.execute(
        f"SELECT {chain.HEAD}, {chain.BODY} FROM history WHERE kind = coalesce(?, kind) "
        "AND id = coalesce(?, id) ORDER BY seq DESC LIMIT ?",
        [kind, identity, most],
    ).fetchall()
    chain.check_rows(rows)
    if most > 1:
        # A row that is missing, or has another name, may be one of theirs.
        chain.check_history(connection)
    else:  # the last change, which is shown for each record of a list
        chain.check_revisions(connection, {row[0] for row in rows})
    return tuple(map(updates.entry, rows))
