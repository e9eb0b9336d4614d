"""A store in a SQL database: reads and appends, the same for every engine."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType

from directory_api.domain.changes.change import Change, HistoryEntry, Record, Stamp
from directory_api.domain.errors import StoreConflict
from directory_api.domain.geo.postcode import Place
from directory_api.storage.base import (
    Postcodes,
    Receipt,
    StoreHeads,
    StoreState,
    StoreUpdate,
    Whole,
)
from directory_api.storage.digests import RowSet
from directory_api.storage.sql import chain, updates, writes
from directory_api.storage.sql.engine import Connection, Engine


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
            records, state = _records(connection)
            chain.check_current(connection, records, chain.row_set(connection, "postcodes"))
            return state

    @contextmanager
    def changes_since(self, previous: StoreHeads | None = None) -> Iterator[StoreUpdate]:
        """Read what differs from `previous`; check it against its SHA-256 and the chain."""
        with self._engine.reading() as connection:
            yield updates.since(connection, previous)

    def read(self, previous: Postcodes | None = None) -> Whole:
        """Return everything at one revision; check each record and postcode against its SHA-256."""
        contents: dict[str, dict[str, Record]] = {}
        with self._engine.reading() as connection:
            update = updates.EveryRecord(connection, previous)
            for kind, identity, text in update.records():
                contents.setdefault(kind, {})[identity] = json.loads(text or "")
            heads = update.heads()
        return Whole(
            revision=heads.revision,
            version=heads.version,
            contents=MappingProxyType(contents),
            revisions=heads.revisions,
            links=heads.links,
            past=heads.past,
            postcodes=heads.postcodes,
        )

    def append(
        self,
        changes: Sequence[Change],
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
                records.changed(written.records_removed, written.records_added),
                postcodes.changed(written.postcodes_removed, written.postcodes_added),
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


def _records(connection: Connection) -> tuple[RowSet, StoreState]:
    """Return the set of the rows of records, and the records."""
    contents: dict[str, dict[str, Record]] = {}
    revisions: dict[tuple[str, str], int] = {}
    rows = []
    for kind, identity, text, digest, written in connection.execute(
        "SELECT kind, id, record, sha256, revision FROM records"
    ):
        contents.setdefault(kind, {})[identity] = json.loads(
            updates.whole_text(text, digest, kind, identity)
        )
        revisions[kind, identity] = written
        rows.append((kind, identity, digest, written))
    return RowSet.of(rows), StoreState(
        revision=chain.meta(connection, "revision"),
        version=chain.version(connection),
        contents=MappingProxyType(contents),
        revisions=MappingProxyType(revisions),
        links=chain.links(connection, of_records=True),
    )


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
