"""What is read from a store, and what is written to it beside changes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, Protocol

from directory_api.change.change import HELD, Contents, Record
from directory_api.change.public_history import PublicHistory, RevisionLinks
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.postcode import Place
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


@dataclass(frozen=True)
class Postcodes:
    """The postcodes of all tables. Equal row sets have equal places."""

    row_set: RowSet
    places: tuple[Place, ...]

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The same, to look places up."""
        return Gazetteer(self.places)


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
