"""Everything in a store at one revision, to compare it with what was there before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from directory_api.change.change import Record
from directory_api.change.public_history import PublicHistory, RevisionLinks
from directory_api.store import adopted
from directory_api.store.digests import RowSet
from directory_api.store.sql.store import Store
from directory_api.store.state import Postcodes, StoreHeads, StoreState


@dataclass(frozen=True, slots=True)
class Whole(StoreState):
    """Everything in a store, read in one transaction."""

    past: PublicHistory
    postcodes: Postcodes


def without_adopted(whole: StoreState) -> dict[str, Mapping[str, Record]]:
    """Return the records without those that say what the store takes the place of."""
    return {kind: records for kind, records in whole.contents.items() if kind != adopted.KIND}


def read_whole(store: Store, known: Postcodes | None = None) -> Whole:
    """Read everything; `known` postcodes that are still the same are used again."""
    previous = None
    if known is not None:
        # After a damaged history, everything is read.
        past = PublicHistory(is_intact=False)
        previous = StoreHeads(0, "", RowSet(), {}, RevisionLinks(0, {}), past, known)
    contents: dict[str, dict[str, Record]] = {}
    with store.changes_since(previous) as update:
        for kind, identity, text in update.records():
            contents.setdefault(kind, {})[identity] = json.loads(text or "")
        heads = update.heads
    return Whole(
        revision=heads.revision,
        version=heads.version,
        contents=MappingProxyType(contents),
        revisions=heads.revisions,
        links=heads.links,
        past=heads.past,
        postcodes=heads.postcodes,
    )
