"""The protocol of stores. One test suite runs on every store."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from directory_api.domain.changes.change import (
    Change,
    Contents,
    HistoryEntry,
    PublicHistory,
    Record,
    Stamp,
)
from directory_api.domain.changes.revisions import RevisionLinks
from directory_api.domain.geo.postcode import Place
from directory_api.domain.model.token import Session, Token
from directory_api.storage.digests import RowSet

# A client that got no answer repeats its request within minutes.
RECEIPT_LIFE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoreState:
    """The records that a store holds at one revision."""

    revision: int
    version: str
    contents: Contents
    # By kind and id: the revision that wrote the record.
    revisions: Mapping[tuple[str, str], int]
    # Those of these revisions and of the current one; of all revisions when everything is read.
    links: RevisionLinks


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of an edit with an Idempotency-Key; a repeated request gets the same outcome.

    `key` is a SHA-256 of the sender and the key, `fingerprint` a SHA-256 of the request.
    """

    key: str
    fingerprint: str
    at: datetime
    outcome: Record


@dataclass(frozen=True, slots=True)
class Postcodes:
    """The postcodes of all tables. Equal row sets have equal places."""

    row_set: RowSet
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Whole(StoreState):
    """Everything in a store at one revision, read in one transaction."""

    past: PublicHistory
    postcodes: Postcodes


class Store(Protocol):
    """Stores records, their history, postcodes and one revision number.

    - Every method opens what it needs and closes it again; any thread can use a store.
    - `append` is one transaction: it writes everything or nothing, and returns when it is on disk.
    - An empty store has the revision 0; each `append` increases it by one.
    - Each record is stored with its SHA-256, which is checked when the record is read.
    - Each transaction writes a digest of all records, of all postcodes and of its history, and
      links it to the revision before it with a secret salt (storage/digests). They are checked
      whenever these are read, so that a missing row is detected as reliably as a changed one. Two
      stores that reached the same revision in different ways have different links.
    - A store has a random id, which a database that replaces it does not share.
    - StoreUnavailable means that the store is locked, missing, full or damaged; its text names no
      record.
    """

    def exists(self) -> bool:
        """Return whether a store exists, in any format and state."""

    def create(self) -> None:
        """Create an empty store, or migrate an existing one; processes may do so concurrently."""

    def migrate(self) -> None:
        """Migrate an existing store to the current version; never create one. Raises
        StoreMissing.
        """

    def revision(self) -> int:
        """Return the current revision; 0 for an empty store."""

    def version(self) -> str:
        """Return the store's id, its revision and the link of the revision: a text that changes
        with each `append`, and that no copy shares after an `append` of its own.
        """

    def records(self) -> StoreState:
        """Return the records at one revision, without history and postcodes."""

    def read(self, previous: Postcodes | None = None) -> Whole:
        """Return everything at one revision.

        If the postcodes have not changed since `previous` was read, the result contains it
        and no postcode is read.
        """

    def append(
        self,
        changes: Sequence[Change],
        stamp: Stamp,
        *,
        expected: int,
        unseen: Collection[tuple[str, str]] = (),
        tables: Mapping[str, Sequence[Place]] | None = None,
        receipt: Receipt | None = None,
    ) -> int:
        """Write the changes with a history entry each, and return the new revision.

        Also replaces whole postcode tables, by country, and stores the receipt. `unseen` are, by
        kind and id, the changes that only maintainers can see: they are in the history, but not in
        the public history.

        Raises StoreConflict if the revision is not `expected`, which one conditional UPDATE
        decides.
        """

    def history(
        self, kind: str | None = None, identity: str | None = None, *, most: int = 100
    ) -> tuple[HistoryEntry, ...]:
        """Return the changes of one record, of one kind or of all, newest first.

        Raises StoreUnavailable if one of their revisions was changed in another way than by
        `append`.
        """

    def receipt(self, key: str) -> Receipt | None:
        """Return the receipt of a key. One older than a day is deleted when the next is stored."""


class AccessStore(Protocol):
    """Stores tokens and sessions under the SHA-256 of their secrets. The rules of Store apply."""

    def tokens(self) -> tuple[Token, ...]:
        """Return every token that was ever created, oldest first."""

    def token_of(self, digest: str) -> Token | None:
        """Return the token with this digest of its secret, or None."""

    def add_token(self, token: Token, digest: str) -> None:
        """Store a new token."""

    def put_token(self, token: Token) -> None:
        """Update the days of last use and revocation; neither is ever removed."""

    def open_session(self, session: Session, digest: str, now: datetime) -> None:
        """Store a new session, and delete those that ended before `now`."""

    def session_of(self, digest: str) -> Session | None:
        """Return the session with this digest of its secret, or None."""

    def close_session(self, digest: str) -> None:
        """Delete a session, if it exists."""
