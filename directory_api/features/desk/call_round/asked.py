"""The result of asking a centre about its record: the last attempt, and its response.

It is a record of the kind ASKED, with the kind and the id of the other one as its id. The store
writes it in the transaction of a confirmation, or of a link's use, and its history has all of it; a
member of the centre would be public or need a rule for review.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from directory_api.change.change import COLLECTIONS, Contents
from directory_api.edit.editor import FeatureRecords
from directory_api.record.record_value import RecordValue
from directory_api.store.sql.store import Store
from directory_api.store.state import StoreState

ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Try(RecordValue):
    """A call that did not confirm the record: who called, and what was not answered."""

    on: date
    by: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said(RecordValue):
    """What a centre said, by the key of the part that it is about, and who wrote it down."""

    on: date
    by: str
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked(RecordValue):
    """The last try, until the record is confirmed, and all that was said, until a maintainer has
    dealt with it.
    """

    tried: Try | None = None
    said: tuple[Said, ...] = ()

    @classmethod
    def of(cls, state: StoreState, kind: str, identity: str) -> Self:
        """Return the result of asking about a record; empty if no one asked."""
        key = (ASKED, f"{kind}/{identity}")
        asked = cls.from_record(state.contents.get(ASKED, {}).get(key[1], {}))
        record = state.contents.get(kind, {}).get(identity)
        if not asked.tried or record is None:
            return asked
        confirmed = record.get("verified", {}).get("on", "") >= asked.tried.on.isoformat()
        is_newer = state.revisions[kind, identity] > state.revisions[key]
        return replace(asked, tried=None) if confirmed and is_newer else asked


def read(store: Store, kind: str, identity: str) -> Asked:
    """Return the result of asking about a record."""
    return Asked.of(store.records(), kind, identity)


def read_all(store: Store) -> Mapping[str, Asked]:
    """Return it of all records that were asked about and not removed, by the path of their page
    below /admin.
    """
    state = store.records()
    # A record without any members is of what was dealt with.
    asked = (key for key, record in state.contents.get(ASKED, {}).items() if record)
    keys = (key.partition("/") for key in asked)
    return {
        f"{COLLECTIONS[kind]}/{identity}": Asked.of(state, kind, identity)
        for kind, _, identity in keys
        if identity in state.contents.get(kind, {})
    }


def noted(
    kind: str, identity: str, *, tried: Try | None = None, said: Said | None = None
) -> FeatureRecords:
    """Return the change that notes the last try, unless the centre answered, and what it said."""

    def contents(state: StoreState) -> Contents:
        before = Asked.of(state, kind, identity)
        after = Asked(tried, (*before.said, said) if said else before.said).to_record()
        return {ASKED: {f"{kind}/{identity}": after}}

    return FeatureRecords(((ASKED, f"{kind}/{identity}"),), contents)


def dealt_with(kind: str, identity: str, seen: int) -> FeatureRecords:
    """Return the change that forgets the first ones of what was said, which a maintainer has seen:
    they are in the record, or were wrong.
    """
    key = f"{kind}/{identity}"

    def contents(state: StoreState) -> Contents:
        before = Asked.of(state, kind, identity)
        return {ASKED: {key: replace(before, said=before.said[seen:]).to_record()}}

    return FeatureRecords(((ASKED, key),), contents)
