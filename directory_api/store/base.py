"""The protocol of stores. One test suite runs on every store."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple, Protocol

from directory_api.change.change import HELD, Change, Contents, HistoryEntry, Record, Stamp
from directory_api.change.public_history import PublicHistory, RevisionLinks
from directory_api.place.postcode import Place
from directory_api.record.token import Session, Token
from directory_api.store.digests import RowSet

# A client that got no answer repeats its request within minutes.
RECEIPT_LIFE = timedelta(days=1)


# Of a history.
ALL_REVISIONS = range(1, 2**31)
# Of stores that a store takes the place of (adopted.py), by their ids: revisions, each with its
# public link.
Replaced = Mapping[str, Iterable[tuple[int, str]]]
NOTHING: Replaced = MappingProxyType({})
# Kinds with few records, which an excerpt has in full: the checks of an edit need them.
SMALL_KINDS = ("directory", "helpline", HELD)


@dataclass(frozen=True, slots=True)
class StoreState:
    """The records that a store holds at one revision, or an excerpt of them."""

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


class Mention(NamedTuple):
    """A record, and its place among all records of its kind by id, from 0."""

    place: int
    id: str
    record: Record


class RecordText(NamedTuple):
    """A record as it is stored: its JSON, or None if it was removed."""

    kind: str
    id: str
    text: str | None


@dataclass(frozen=True, slots=True)
class StoreHeads:
    """Everything in a store at one revision except the records themselves: enough to read later
    only what has changed.

    `record_set` is the set of their rows, `revisions` has by kind and id the revision that wrote
    each of them.
    """

    revision: int
    version: str
    record_set: RowSet
    revisions: Mapping[tuple[str, str], int]
    links: RevisionLinks
    past: PublicHistory
    postcodes: Postcodes


class StoreUpdate(Protocol):
    """What a store holds at one revision, read in one transaction, which ends with the block.

    Use it in this order: `follows`, `postcodes`, then `records` once and to its end, then `heads`.
    """

    revision: int
    version: str
    # Whether `records` gives all of them: then those that it does not give do not exist.
    is_whole: bool

    def follows(self, version: str) -> bool:
        """Return whether the store may follow this version of a store: its chain contains it, or an
        operator has adopted the store in its place (adopted.py).
        """

    @property
    def postcodes(self) -> Postcodes:
        """The postcodes of all tables."""

    def records(self) -> Iterator[RecordText]:
        """Yield all records, or those that differ, each checked against its SHA-256.

        Raises StoreUnavailable for a damaged one, and at the end if they are not those that were
        written last; until then nothing of them may come into force.
        """

    @property
    def heads(self) -> StoreHeads:
        """What the next call of `changes_since` compares with."""


@dataclass(frozen=True, slots=True)
class RepairSource:
    """Records from elsewhere, for what the history cannot restore. The name is for messages.

    `revisions` are those that wrote its records, by kind and id, where they are known: then a later
    version in the history is preferred. `store` is the id of the store that it is from, and `at` a
    revision of it with its public link, if they are known: a repair uses nothing of another store,
    or of a branch of the chain that was abandoned.
    """

    name: str
    contents: Contents
    revisions: Mapping[tuple[str, str], int] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    store: str | None = None
    at: tuple[int, str] | None = None


class Store(Protocol):
    """Stores records, their history, postcodes and one revision number.

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

    def changes_since(
        self, previous: StoreHeads | None = None
    ) -> AbstractContextManager[StoreUpdate]:
        """Open a transaction that gives what differs from `previous`; everything without it, if it
        is of another store or branch of the chain, or if most of the store differs.

        Of a store with more than a few hundred records only what changed is checked then: a row
        that was changed or lost without a new revision is found when everything is read, and by a
        check.
        The postcodes are those of `previous` if they have not changed.
        """

    def records(self) -> StoreState:
        """Return the records at one revision, without history and postcodes."""

    def excerpt(self, keys: Collection[tuple[str, str]]) -> StoreState:
        """Return the records with these kinds and ids, and all of SMALL_KINDS, at one revision.

        In a large store the digest of all records is not compared with them, which would need the
        others.
        """

    def mentioning(self, kind: str, texts: Collection[str]) -> Iterator[Mention]:
        """Yield the records of a kind in whose JSON one of the texts may be a value, by id; the
        caller looks where it is. Looks through all records of the kind, in one transaction.
        """

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
