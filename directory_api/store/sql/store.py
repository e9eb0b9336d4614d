"""The store of records, the same for every engine. One test suite runs on each of them."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from directory_api.change.change import Change, HistoryEntry, Stamp
from directory_api.place.postcode import Place
from directory_api.store import adopted
from directory_api.store.digests import canonical
from directory_api.store.sql import chain, history, reading
from directory_api.store.sql.database import Connection, Engine
from directory_api.store.state import (
    ALL_REVISIONS,
    RECEIPT_LIFE,
    Receipt,
    Replaced,
    StoredDirectory,
    StoredPostcodes,
    StoreState,
)
from directory_api.text.errors import StoreConflict, StoreUnavailable


class Store:
    """Stores records, their history, postcodes and one revision number, in the tables of an engine.

    - Every method opens what it needs and closes it again; any thread can use a store.
    - `append` is one transaction: it writes everything or nothing, and returns when it is on disk.
    - An empty store has the revision 0; each `append` increases it by one.
    - Each record is stored with its SHA-256, which is checked when the record is read.
    - Each transaction makes a digest of all records, of all postcodes and of its history, and
      links them to the revision before it with a secret salt (store/digests.py). They are checked
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
        with self._engine.read_transaction() as connection:
            return chain.meta(connection, "revision")

    def version(self, follow: Collection[str] = ()) -> str:
        """Return the store's id, its revision and the hash of the revision: a text that changes
        with each `append`, and that no copy shares after an `append` of its own. Raises
        StoreReplaced as `read` does.
        """
        with self._engine.read_transaction() as connection:
            reading.check_follows(connection, follow)
            return chain.version(connection)

    def records(self) -> StoreState:
        """Return the records at one revision, without history and postcodes."""
        with self._engine.read_transaction() as connection:
            return reading.store_state(connection)

    def read(
        self, known: StoredDirectory | None = None, follow: Collection[str] = ()
    ) -> StoredDirectory:
        """Return everything at one revision; of what is known the same objects, as far as it has
        not changed.

        Raises StoreReplaced if the store may follow none of the versions in `follow`, see
        `follows`; without any, it need not follow one.
        """
        with self._engine.read_transaction() as connection:
            reading.check_follows(connection, follow)
            return StoredDirectory(
                reading.store_state(connection, known.state if known else None),
                history.public_history(connection),
                reading.postcodes(connection, known.postcodes if known else None),
            )

    def postcodes(self) -> StoredPostcodes:
        """Return the postcodes of all tables."""
        with self._engine.read_transaction() as connection:
            return reading.postcodes(connection)

    def follows(self, version: str) -> bool:
        """Return whether the store may follow this version of a store: its chain contains it, or an
        operator has adopted the store in its place (adopted.py).
        """
        with self._engine.read_transaction() as connection:
            return reading.follows(connection, version)

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
        """Write the changes with a history entry each, and return the new revision.

        Also replaces whole postcode tables, by country, and stores the receipt. `unseen` are, by
        kind and id, the changes that only maintainers can see: they are in the history, but not in
        the public history.

        Raises StoreConflict if the revision is not `expected`, which one conditional UPDATE
        decides, or if the version is not `version`: a backup may have been restored meanwhile.
        """
        with self._noted(), self._engine.write_transaction() as connection:
            updated = connection.execute(
                "UPDATE state SET value = value + 1 WHERE key = 'revision' AND value = ?",
                [expected],
            ).rowcount
            if not updated or version not in (None, chain.version(connection, expected)):
                raise StoreConflict(
                    "another writer has changed the directory meanwhile; read it again, then retry"
                )
            # What is damaged would be linked permanently.
            digest = chain.records_digest(connection)
            postcodes = chain.check_current(connection, digest, expected).postcodes
            if tables and chain.postcodes_digest(connection) != postcodes:
                raise StoreUnavailable(chain.DAMAGED)
            heads = [
                chain.write_change(
                    connection,
                    change,
                    stamp,
                    expected + 1,
                    is_visible=(change.kind, change.id) not in unseen,
                )
                for change in changes
            ]
            for country, places in (tables or {}).items():
                chain.replace_places(connection, country, places)
            if receipt:
                _write_receipt(connection, receipt)
            if tables:
                postcodes = chain.postcodes_digest(connection)
            chain.extend(connection, expected + 1, postcodes, heads)
            return expected + 1

    def adopt(self, replaced: Replaced, stamp: Stamp) -> int:
        """Write what the store takes the place of (store/adopted.py), also if it is nothing new.

        Returns the new revision. Raises StoreConflict.
        """
        state = self.records()
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
        with self._engine.read_transaction() as connection:
            return history.entries(connection, kind, identity, most, revisions)

    def last_changes(
        self, keys: Iterable[tuple[str, str]]
    ) -> Mapping[tuple[str, str], HistoryEntry]:
        """Return the last change of each record, by kind and id; nothing of one that never was.

        Raises StoreUnavailable if one of them was changed in another way than by `append`.
        """
        with self._engine.read_transaction() as connection:
            return history.last_entries(connection, keys)

    def receipt(self, key: str) -> Receipt | None:
        """Return the receipt of a key, or None. One older than a day is deleted when the next is
        stored.
        """
        with self._engine.read_transaction() as connection:
            row = connection.execute(
                "SELECT fingerprint, at, outcome FROM receipts WHERE key = ?", [key]
            ).fetchone()
            return (
                Receipt(key, row[0], datetime.fromisoformat(row[1]), json.loads(row[2]))
                if row
                else None
            )


def _write_receipt(connection: Connection, receipt: Receipt) -> None:
    """Store a receipt and delete those older than a day."""
    connection.execute(
        "DELETE FROM receipts WHERE at < ?", [(receipt.at - RECEIPT_LIFE).isoformat()]
    )
    connection.execute(
        "INSERT INTO receipts (key, fingerprint, at, outcome) VALUES (?, ?, ?, ?)",
        (receipt.key, receipt.fingerprint, receipt.at.isoformat(), canonical(receipt.outcome)),
    )
