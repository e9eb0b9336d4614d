"""Replaces the postcodes of a country in the store by those of a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from directory_api.bootstrap import Directory
from directory_api.change.change import Stamp, diff
from directory_api.features.country_folders.geonames import (
    GeonamesTable,
    Progress,
    geonames_table,
)
from directory_api.record.record_value import Record
from directory_api.record.token import Actor
from directory_api.search.snapshot import Snapshot
from directory_api.text.errors import NotReady


@dataclass(frozen=True, slots=True)
class ImportedPostcodes:
    """The result of an import: the table, with its skipped rows, and whether the store changed.

    `lost` are the ids of centres whose hidden address has lost its place by that.
    """

    revision: int
    table: GeonamesTable
    changed: bool
    lost: tuple[str, ...] = ()


def import_postcodes(
    directory: Directory,
    actor: Actor,
    path: Path,
    country: str,
    progress: Progress = lambda _bytes: None,
) -> ImportedPostcodes:
    """Replace a country's postcodes with those of a GeoNames file.

    Raises FileUnreadable, NotReady before the first load, StoreConflict, StoreUnavailable.
    """
    store, live = directory.writer.store, directory.live
    state = store.records()
    if state.revision == 0:
        raise NotReady("load the records first")
    table = geonames_table(path, country, progress)
    before: Mapping[str, Record] = state.contents.get("table", {})
    kept = {country: before[country]} if country in before else {}
    changes = diff({"table": kept}, {"table": {country: table.to_record()}})
    if not changes:
        return ImportedPostcodes(state.revision, table, changed=False)
    without = _without_place(live.snapshot)
    revision = store.append(
        changes,
        Stamp(actor.name, directory.clock(), f"postcodes of {country} imported"),
        expected=state.revision,
        version=state.version,
        tables={country: table.places},
    )
    live.refresh()
    lost = tuple(sorted(_without_place(live.snapshot) - without))
    return ImportedPostcodes(revision, table, changed=True, lost=lost)


def _without_place(snapshot: Snapshot) -> frozenset[str]:
    """Return the ids of the centres that no search from a place can return."""
    return frozenset(centre.id for centre in snapshot.index.listed if centre.point is None)
