"""Every write: compare with what is kept, append the difference with its author, put the new snapshot into force."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from directory_api.actions.current import Current
from directory_api.domain import quality
from directory_api.domain.change import Change, Contents, Stamp, diff
from directory_api.domain.errors import Fault, NotReady, RecordsInvalid
from directory_api.domain.postcode import Place
from directory_api.domain.schema import Records, read_records
from directory_api.search.gazetteer import Gazetteer
from directory_api.storage import files
from directory_api.storage.store import Kept, Store

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Checked:
    """A file of records without faults, and what a maintainer should look at all the same."""

    records: Records
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load changed (nothing, when it is repeated), and the revision now in force."""

    revision: int
    changes: tuple[Change, ...]
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of postcodes took and left out."""

    revision: int
    table: files.PostcodeTable
    changed: bool


class Editor:
    """Writes to the store; each method is one transaction or nothing."""

    def __init__(self, store: Store, current: Current, clock: Clock) -> None:
        self._store = store
        self._current = current
        self._clock = clock

    def prepare(self, data: Path) -> None:
        """Create the store where it is missing; load the shipped data into an empty one."""
        self._store.migrate()
        if self._store.revision() == 0:
            self.load(data / "centres.json", data, author="directory-api", reason="first start: the shipped data")

    def check(self, records: Path, data: Path) -> Checked:
        """Validate a file of records. Raises FileUnreadable, or RecordsInvalid with every fault. Needs no store."""
        return _check(records, files.shipped_tables(data))

    def load(self, records: Path, data: Path, *, author: str, reason: str) -> Loaded:
        """Make the store equal to a file of records, and to the boundaries and postcode tables of a data folder.

        Tables of countries that the folder lacks stay. All or nothing.
        Raises FileUnreadable, RecordsInvalid, StoreConflict, StoreUnavailable.
        """
        tables = files.shipped_tables(data)
        boundaries = files.shipped_boundaries(data)
        self._store.migrate()
        kept = self._store.read()
        checked = _check(records, tables, kept.places)
        wanted: Contents = {
            "directory": {"directory": checked.records.header},
            "helpline": {line.id: line.to_record() for line in checked.records.helplines},
            "centre": {centre.id: centre.to_record() for centre in checked.records.centres},
            "boundary": {**kept.contents.get("boundary", {}), **boundaries},
            "table": {**kept.contents.get("table", {}), **{table.country: table.to_record() for table in tables}},
        }
        changes = diff(kept.contents, wanted)
        revision = self._append(kept, changes, {table.country: table.places for table in tables}, author, reason)
        return Loaded(revision, changes, checked.warnings)

    def import_postcodes(
        self, path: Path, country: str, *, author: str, progress: files.Progress = lambda _bytes: None
    ) -> Imported:
        """Replace a country's postcodes by a GeoNames file.

        Raises FileUnreadable, NotReady before the first load, StoreConflict, StoreUnavailable.
        """
        kept = self._store.read()
        if kept.revision == 0:
            raise NotReady("load the records first")
        table = files.geonames_table(path, country, progress)
        before = kept.contents.get("table", {}).get(country)
        changes = diff({"table": {country: before} if before else {}}, {"table": {country: table.to_record()}})
        revision = self._append(kept, changes, {country: table.places}, author, f"postcodes of {country} imported")
        return Imported(revision, table, bool(changes))

    def _append(
        self,
        kept: Kept,
        changes: tuple[Change, ...],
        tables: Mapping[str, tuple[Place, ...]],
        author: str,
        reason: str,
    ) -> int:
        if not changes:
            return kept.revision
        stale = {change.id for change in changes if change.kind == "table"}
        stamp = Stamp(author, self._clock(), reason)
        changed_tables = {country: places for country, places in tables.items() if country in stale}
        revision = self._store.append(changes, stamp, expected=kept.revision, tables=changed_tables)
        self._current.refresh()
        return revision


def _check(path: Path, tables: list[files.PostcodeTable], known: Iterable[Place] = ()) -> Checked:
    records = read_records(files.read_json(path))
    gazetteer = Gazetteer([*known, *(place for table in tables for place in table.places)])
    found = list(quality.faults(records.centres, gazetteer.find, gazetteer.sizes))
    if found:
        raise RecordsInvalid(f"{len(found)} fault{'s' * (len(found) > 1)} in the records.", found)
    return Checked(records, tuple(quality.warnings(records.centres, gazetteer.find)))
