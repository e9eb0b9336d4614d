"""A database at two revisions to damage, and whether what is in force after that is right."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from directory_api.bootstrap import Directory, open_directory
from directory_api.change.change import Change, Stamp
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.files.country_tables import shipped_boundaries, shipped_tables
from directory_api.live import last_good
from directory_api.record.token import SESSION, Credential
from directory_api.text.errors import StoreUnavailable
from tests.faults.outcome import Breach
from tests.support.frozen import DATA
from tests.support.maintainer_app import HIDDEN
from tests.support.records import TERMINAL, load, made_up_centre, shipped_records
from tests.support.sqlite_stores import sqlite_access
from tests.support.write_side import create_write_side

NUMBERS = ("+3225110001", "+3225110002", "+3225110003")


@dataclass(frozen=True)
class Copies:
    """A database at two revisions, and the last good snapshot of each; and another directory."""

    older: bytes
    newer: bytes
    older_snapshot: bytes
    newer_snapshot: bytes
    other: bytes


@dataclass(frozen=True)
class Place:
    """Where a process has its database and its last good snapshot."""

    folder: Path

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "directory.db"

    @property
    def snapshot(self) -> Path:
        """The last good snapshot."""
        return self.folder / "directory.db.last-good.json"

    def opened(self) -> Directory:
        """A process that starts now, as a worker of a server does."""
        database_url = f"sqlite:///{self.database}"
        directory = open_directory(Settings(database_url=database_url, rate_limit="", review="off"))
        with suppress(StoreUnavailable):
            directory.open()
        directory.live.refresh()
        return directory

    def content(self) -> dict[str, Any]:
        """What each file in the folder holds; "folder" for a folder."""
        return {
            file.name: file.read_bytes() if file.is_file() else "folder"
            for file in self.folder.iterdir()
        }


def prepared() -> Copies:
    """Make the databases: with every kind of page, many records, and a hidden address."""
    with TemporaryDirectory() as name:
        place = Place(Path(name))
        _create(place.database)
        directory = place.opened()
        centres = [made_up_centre(number) for number in range(40)]
        load(directory, [*shipped_records()["centres"], HIDDEN, *centres])
        for number in range(20):  # their history has interior pages
            edit(directory, {"name": f"Name {number}"})
        _leave_free_pages(place.database)
        edit(directory, {"phones": [{"number": NUMBERS[0], "kind": "main"}]})
        older, older_snapshot = place.database.read_bytes(), place.snapshot.read_bytes()
        edit(directory, {"phones": [{"number": NUMBERS[1], "kind": "main"}]})
        newer, newer_snapshot = place.database.read_bytes(), place.snapshot.read_bytes()
        other = Place(place.folder / "other")
        other.folder.mkdir()
        create_write_side(other.database)
        edit(other.opened(), {"name": "Of another directory"})
        return Copies(older, newer, older_snapshot, newer_snapshot, other.database.read_bytes())


def _create(database: Path) -> None:
    """Create a directory with every fifth of the shipped postcodes, so that it is loaded soon."""
    side = create_write_side(database)
    tables = {
        table.country: [place for place in table.places if place.code[-2] in "01"]
        for table in shipped_tables(DATA)
    }
    boundaries = [
        Change("boundary", country, None, boundary)
        for country, boundary in shipped_boundaries(DATA).items()
    ]
    stamp = Stamp("start", datetime(2026, 1, 1, tzinfo=UTC), "postcodes and boundaries")
    side.store.append(boundaries, stamp, expected=side.store.revision(), tables=tables)


def edit(directory: Directory, members: Mapping[str, Any]) -> None:
    directory.editor.patch(Edit(TERMINAL, "centre", "pag-asa", "a phone call"), members)


def _leave_free_pages(database: Path) -> None:
    """Open many sessions and let them end."""
    access, now = sqlite_access(database), datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(300):
        access.add_credential(Credential(SESSION, f"{number:064}", "token", now, {}), now)
    access.add_credential(Credential(SESSION, "last", "token", now, {}), now + timedelta(days=1))


def judged(directory: Directory, place: Place, copies: Copies) -> Breach | None:
    """Whether what is in force is right: all of the newer file; or what was in force before, and
    then the process says so.

    The last good snapshot is written whenever a snapshot comes into force, and every answer comes
    from what it has (tests/integration/test_services_last_good.py), so its bytes are compared.
    """
    live, published = directory.live, place.snapshot.read_bytes()
    if not live.ready:
        return "missing"
    if live.health.degraded is None:
        return None if published == copies.newer_snapshot else "wrong"
    if live.snapshot.has_history:
        is_kept = live.snapshot.revision == last_good.document_of(copies.older_snapshot)["revision"]
        return None if is_kept and published == copies.older_snapshot else "wrong"
    # Only the history is damaged: the records of the newer file are served without it.
    return None if _but_history(published) == _but_history(copies.newer_snapshot) else "wrong"


def _but_history(snapshot: bytes) -> dict[str, Any]:
    return {**last_good.document_of(snapshot), "has_history": None, "last": None, "store": None}
