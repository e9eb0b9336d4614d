"""Everything in a store at one revision, to compare it with what was there before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from directory_api.change.public_history import PublicHistory
from directory_api.place.postcode import Place
from directory_api.record.records import Record
from directory_api.store import adopted
from directory_api.store.sql.store import Store
from directory_api.store.state import StoredPostcodes, StoreState


@dataclass(frozen=True, slots=True)
class Whole(StoreState):
    """Everything in a store, read in one transaction."""

    past: PublicHistory
    postcodes: StoredPostcodes
    places: tuple[Place, ...]


def without_adopted(whole: StoreState) -> dict[str, Mapping[str, Record]]:
    """Return the records without those that say what the store takes the place of."""
    return {kind: records for kind, records in whole.contents.items() if kind != adopted.KIND}


def read_whole(store: Store, known: StoredPostcodes | None = None) -> Whole:
    """Read everything; `known` postcodes that are still the same are used again."""
    stored = store.read(known)
    contents: dict[str, dict[str, Record]] = {}
    for each in stored.records:
        contents.setdefault(each.kind, {})[each.id] = json.loads(each.text)
    return Whole(
        revision=stored.revision,
        version=stored.version,
        contents=MappingProxyType(contents),
        revisions={(each.kind, each.id): each.revision for each in stored.records},
        links=stored.links,
        past=stored.past,
        postcodes=stored.postcodes,
        places=tuple(stored.postcodes.gazetteer.all_places()),
    )
