"""Everything in a store at one revision, to compare it with what was there before."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory_api.change.public_history import PublicHistory
from directory_api.place.postcode import Place
from directory_api.record.record_value import Record
from directory_api.store import adopted
from directory_api.store.sql.store import Store
from directory_api.store.state import StoreState


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(StoreState):
    """Everything in a store, read in one transaction."""

    history: PublicHistory
    places: tuple[Place, ...]


def without_adopted(whole: StoreState) -> dict[str, Mapping[str, Record]]:
    """Return the records without those that say what the store takes the place of."""
    return {kind: records for kind, records in whole.contents.items() if kind != adopted.KIND}


def read_whole(store: Store) -> Whole:
    """Read everything."""
    stored = store.read()
    state = stored.state
    return Whole(
        state.revision,
        state.version,
        state.contents,
        state.revisions,
        state.links,
        history=stored.history,
        places=tuple(stored.postcodes.gazetteer.all_places()),
    )
