"""What every store promises. The one test suite for stores runs whole on each of them."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
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
from directory_api.domain.geo.postcode import Place
from directory_api.domain.model.token import Session, Token

# Long enough for a client that repeats a request because it got no answer.
RECEIPT_LIFE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoreState:
    """The records that a store holds at one revision."""

    revision: int
    version: str
    contents: Contents
    # By kind and id: the revision that wrote the record.
    revisions: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an edit with an Idempotency-Key came to, so that repeating it gives the same and does nothing.

    `key` is a SHA-256 of who asked and the key, `fingerprint` one of what was asked.
    """

    key: str
    fingerprint: str
    at: datetime
    outcome: Record


def checksum(*parts: str) -> str:
    """Return the SHA-256 of these texts in hexadecimal."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class RowSet:
    """How many rows belong together, and a SHA-256 over all of them: a row that is missing or extra changes it."""

    rows: int
    sha256: str

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]]) -> "RowSet":
        """The set of these rows, whatever their order."""
        ordered = sorted("\0".join(row) for row in rows)
        return cls(len(ordered), checksum(*ordered))


@dataclass(frozen=True, slots=True)
class Postcodes:
    """The postcodes of all tables. Two of the same row set hold the same places."""

    row_set: RowSet
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Whole(StoreState):
    """Everything that a store holds at one revision, read in one transaction."""

    past: PublicHistory
    postcodes: Postcodes


class Store(Protocol):
    """Keeps records, their history, postcodes and one revision number.

    - Every method opens what it needs and closes it again; a store can be used from any thread.
    - `append` is one transaction: all of it or nothing, and acknowledged only when it is on the disk.
    - The revision starts at 0, with nothing kept, and grows by one with each `append`.
    - Each record is kept with its SHA-256 and checked when it is read.
    - A count and a digest over all records, and over all postcodes, are written in the transaction of each change and
      checked whenever these are read and before they are changed, so that a missing row is found as
      surely as a changed one.
    - A store has a random id, which a database that replaces it does not share.
    - StoreUnavailable is raised when the store is locked, gone, full or damaged; its text names no record.
    """

    def exists(self) -> bool:
        """Whether there is a store at its place, of whatever shape or in whatever state."""

    def create(self) -> None:
        """Create an empty store where there is none, else migrate; also by several processes at once."""

    def migrate(self) -> None:
        """Bring an existing store up to date; harmless when repeated. Raises StoreMissing, and creates nothing."""

    def revision(self) -> int:
        """The current revision; 0 for an empty store."""

    def version(self) -> str:
        """The store's name and its revision: a text that changes with each `append`."""

    def records(self) -> StoreState:
        """The records at one revision, without their past and without the postcodes."""

    def read(self, known: Postcodes | None = None) -> Whole:
        """Everything at one revision.

        Where the postcodes have not changed since `known` was read, `known` itself is returned in
        the answer and no postcode is read.
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
        """Apply the changes with a history entry each, replace whole postcode tables by country, keep the receipt;
        the new revision. `unseen` are by kind and id the changes that only the maintainers can see: they are in the
        history, and not in the past.

        Raises StoreConflict when the revision is not `expected`, decided by one conditional UPDATE.
        """

    def history(
        self, kind: str | None = None, identity: str | None = None, *, most: int = 100
    ) -> tuple[HistoryEntry, ...]:
        """The changes of one record, of one kind or of all, newest first."""

    def receipt(self, key: str) -> Receipt | None:
        """The receipt of this key; one of more than a day ago is forgotten when the next is kept."""


class AccessStore(Protocol):
    """Keeps tokens and sessions, each under the SHA-256 of its secret; the same rules as for a Store."""

    def tokens(self) -> tuple[Token, ...]:
        """Every token that was ever made, oldest first."""

    def token_of(self, digest: str) -> Token | None:
        """The token of a secret."""

    def add_token(self, token: Token, digest: str) -> None:
        """Keep a new token."""

    def put_token(self, token: Token) -> None:
        """Keep what changes of a token: the day it was last used or revoked; neither is ever taken back."""

    def open_session(self, session: Session, digest: str, now: datetime) -> None:
        """Keep a new session, and forget those that were over before `now`."""

    def session_of(self, digest: str) -> Session | None:
        """The session of a secret."""

    def close_session(self, digest: str) -> None:
        """Forget a session; harmless when it is not there."""
