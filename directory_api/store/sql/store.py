"""The store of records, the same for every engine. One test suite runs on each of them."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from types import MappingProxyType
from typing import Any

from directory_api.change.change import Change, HistoryEntry, Record, Stamp
from directory_api.change.public_history import RevisionLinks
from directory_api.place.postcode import Place
from directory_api.store import adopted
from directory_api.store.digests import RowSet, canonical
from directory_api.store.sql import chain, updates
from directory_api.store.sql.engine import Connection, Engine
from directory_api.store.state import (
    ALL_REVISIONS,
    RECEIPT_LIFE,
    SMALL_KINDS,
    Mention,
    Receipt,
    Replaced,
    StoreHeads,
    StoreState,
    StoreUpdate,
)
from directory_api.text.errors import StoreConflict

_RECORD = "SELECT kind, id, record, sha256, revision FROM records"
# SQLite takes at most 1,000 conditions in one query.
_MOST_PATTERNS = 100


class Store:
    """Stores records, their history, postcodes and one revision number, in the tables of an engine.

    - Every method opens what it needs and closes it again; any thread can use a store.
    - `append` is one transaction: it writes everything or nothing, and returns when it is on disk.
    - An empty store has the revision 0; each `append` increases it by one.
    - Each record is stored with its SHA-256, which is checked when the record is read.
    - Each transaction writes a digest of all records, of all postcodes and of its history, and
      links it to the revision before it with a secret salt (store/digests). They are checked
      whenever these are read, so that a missing row is detected as reliably as a changed one. Two
      stores that reached the same revision in different ways have different links.
    - A store has a random id, which a database that replaces it does not share.
    - StoreUnavailable means that the store is locked, missing, full or damaged; its text names no
      record.
    """

    def __init__(
        self,
        engine: Engine,
        noted: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """`noted` is around each transaction that writes (writable.py)."""
        self._engine = engine
        self._noted = noted

    def exists(self) -> bool:
        """Return whether a store exists, in any format and state."""
        return self._engine.exists()

    def create(self) -> None:
        """Create an empty store, or migrate an existing one; processes may do so concurrently."""
        self._engine.create()

    def migrate(self) -> None:
        """Migrate an existing store to the current version; never create one. Raises
        StoreMissing.
        """
        self._engine.migrate()

    def revision(self) -> int:
        """Return the current revision; 0 for an empty store."""
        with self._engine.reading() as connection:
            return chain.meta(connection, "revision")

    def version(self) -> str:
        """Return the store's id, its revision and the link of the revision: a text that changes
        with each `append`, and that no copy shares after an `append` of its own.
        """
        with self._engine.reading() as connection:
            return chain.version(connection)

    def records(self) -> StoreState:
        """Return the records at one revision, without history and postcodes."""
        with self._engine.reading() as connection:
            rows = connection.execute(_RECORD).fetchall()
            records = RowSet.of((kind, key, digest, at) for kind, key, _, digest, at in rows)
            chain.check_current(connection, records, chain.row_set(connection, "postcodes"))
            return _state(connection, rows, chain.links(connection))

    def excerpt(self, keys: Collection[tuple[str, str]]) -> StoreState:
        """Return the records with these kinds and ids, and all of SMALL_KINDS, at one revision.

        In a large store the digest of all records is not compared with them, which would need the
        others.
        """
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
        """Yield the records of a kind in whose JSON one of the texts may be a value, by id; the
        caller looks where it is. Looks through all records of the kind, in one transaction.
        """
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
        """Open a transaction that gives what differs from `previous`; everything without it, if it
        is of another store or branch of the chain, or if most of the store differs.

        Of a store with more than a few hundred records only what changed is checked then: a row
        that was changed or lost without a new revision is found when everything is read, and by a
        check.
        The postcodes are those of `previous`, if they have not changed.
        """
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
        """Write the changes with a history entry each, and return the new revision. They are
        iterated once, within the transaction, so that they need not be in memory together.

        Also replaces whole postcode tables, by country, and stores the receipt. `unseen` are, by
        kind and id, the changes that only maintainers can see: they are in the history, but not in
        the public history.

        Raises StoreConflict if the revision is not `expected`, which one conditional UPDATE
        decides, or if the version is not `version`: a backup may have been restored meanwhile.
        """
        with self._noted(), self._engine.writing() as connection:
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

    def adopt(self, replaced: Replaced, stamp: Stamp) -> int:
        """Write what the store takes the place of (store/adopted.py), also if it is nothing new.

        Returns the new revision. Raises StoreConflict.
        """
        state = self.excerpt([(adopted.KIND, each) for each in replaced])
        added = adopted.changes(state.contents.get(adopted.KIND, {}), replaced)
        unseen = [(change.kind, change.id) for change in added]
        return self.append(
            added, stamp, expected=state.revision, version=state.version, unseen=unseen
        )

    def history(
        self,
        kind: str | None = None,
        identity: str | None = None,
        *,
        most: int = 100,
        revisions: range = ALL_REVISIONS,
    ) -> tuple[HistoryEntry, ...]:
        """Return the changes of one record, of one kind or of all, newest first, that were made at
        one of the revisions.

        Raises StoreUnavailable if one of them was changed in another way than by `append`, or, with
        `most` above 1, if any row of history is missing: it may be one of theirs.
        """
        with self._engine.reading() as connection:
            return updates.entries(connection, kind, identity, most, revisions)

    def last_changes(self, keys: Iterable[updates.Key]) -> Mapping[updates.Key, HistoryEntry]:
        """Return the last change of each record, by kind and id; nothing of one that never was.

        Raises StoreUnavailable if one of them was changed in another way than by `append`.
        """
        with self._engine.reading() as connection:
            return updates.last_entries(connection, keys)

    def receipt(self, key: str) -> Receipt | None:
        """Return the receipt of a key, or None. One older than a day is deleted when the next is
        stored.
        """
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
