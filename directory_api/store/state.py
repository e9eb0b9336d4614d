"""What is read from a store, and what is written to it beside changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from directory_api.change.change import Contents
from directory_api.change.public_history import PublicHistory, RevisionLinks
from directory_api.place.gazetteer import Gazetteer
from directory_api.record.record_value import Record

# A client that got no answer repeats its request within minutes.
RECEIPT_LIFE = timedelta(days=1)
# Selects the whole history.
ALL_REVISIONS = range(1, 2**31)
# By the id of each store that a store takes the place of (adopted.py): its revisions, each with its
# public link.
Replaced = Mapping[str, Iterable[tuple[int, str]]]
NOTHING: Replaced = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class StoreState:
    """The records that a store holds at one revision."""

    revision: int
    version: str
    contents: Contents
    # By kind and id: the revision that wrote the record.
    revisions: Mapping[tuple[str, str], int]
    links: RevisionLinks
    # By kind and id: the SHA-256 of the text of the record. Equal ones have equal records.
    digests: Mapping[tuple[str, str], str] = field(
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False
    )


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
class StoredPostcodes:
    """The postcodes of all tables. Equal digests have equal places."""

    digest: str
    gazetteer: Gazetteer = field(compare=False)


@dataclass(frozen=True, slots=True)
class StoredDirectory:
    """Everything that a store holds at one revision."""

    state: StoreState
    history: PublicHistory
    postcodes: StoredPostcodes
