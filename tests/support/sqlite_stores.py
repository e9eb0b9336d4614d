"""Files of SQLite with a few records and postcodes, which tests damage and restore."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from directory_api.change.change import Change, Stamp
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, place_of
from directory_api.store.sql.access import AccessStore
from directory_api.store.sql.store import Store
from directory_api.store.sqlite.engine import SqliteEngine
from tests.support.write_side import NOON

STAMP = Stamp("anna", datetime(2026, 11, 24, tzinfo=UTC), "why")
LATER = Stamp("carl", NOON + timedelta(days=1), "restored")
RECORD = {"name": "Kanarie", "n": 12}


def sqlite_store(path: Path) -> Store:
    """Return the store in a file."""
    return Store(SqliteEngine(path))


def sqlite_access(path: Path) -> AccessStore:
    """Return the tokens and sessions in a file."""
    return AccessStore(SqliteEngine(path))


def numbered(number: int) -> dict[str, object]:
    """Return a record that differs from those with other numbers."""
    return {"name": f"Kanarie {number}", "n": number}


def create_small_store(path: Path) -> Path:
    """Create a database with one record and one postcode; returns its path."""
    store = sqlite_store(path)
    store.create()
    places = [place_of("BE", "1000", [NamedPoint("Kanarieveld", Point(50.8, 4.3))])]
    store.append([Change("centre", "a", None, RECORD)], STAMP, expected=0, tables={"BE": places})
    return path


def create_five_revisions(path: Path) -> Path:
    """Create a database of five revisions: centres a, b, c (changed once), d (removed), a helpline
    and two postcodes; returns its path.
    """
    store = sqlite_store(path)
    store.create()
    places = [place_of("BE", code, [NamedPoint("Stad", Point(50.8, 4.3))]) for code in "12"]
    store.append(
        [Change("centre", each, None, numbered(1)) for each in "abcd"],
        STAMP,
        expected=0,
        tables={"BE": places},
    )
    store.append([Change("centre", "c", numbered(1), numbered(2))], STAMP, expected=1)
    store.append([Change("centre", "d", numbered(1), None)], STAMP, expected=2)
    store.append([Change("helpline", "h", None, numbered(4))], STAMP, expected=3)
    store.append([], STAMP, expected=4)
    return path


def damages(path: Path) -> list[str]:
    """Return what a check finds, each as `part: fault`."""
    from directory_api.features.operations.maintenance.sqlite import SqliteMaintenance

    return [f"{damage.part}: {damage.fault}" for damage in SqliteMaintenance(path).check()]
