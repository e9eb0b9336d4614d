"""The present snapshot: it follows the store, also other processes' writes, and outlives
the store.
"""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from directory_api.change.change import Change, Contents, Stamp
from directory_api.live.last_good import LastGoodSnapshot
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, Place, place_of
from directory_api.store.sql.store import Store
from directory_api.store.sqlite.engine import SqliteEngine
from directory_api.store.state import StoredDirectory
from directory_api.text.errors import NotReady, StoreUnavailable
from tests.support.records import made_up_centre, shipped_records
from tests.support.servers import eventually
from tests.support.sqlite_stores import sqlite_store
from tests.support.write_side import live_snapshot

STAMP = Stamp("anna", datetime(2026, 11, 24, tzinfo=UTC), "why")
EMERGENCY = next(line for line in shipped_records()["helplines"] if line["kind"] == "emergency")
DIAL = Change("helpline", EMERGENCY["id"], None, EMERGENCY)
HEADER = Change("directory", "directory", None, {"publisher": "p"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database at revision 1."""
    store = sqlite_store(tmp_path / "store.db")
    store.create()
    store.append([HEADER, DIAL], STAMP, expected=0)
    return tmp_path / "store.db"


def test_before_a_load_nothing_is_ready(tmp_path: Path) -> None:
    """Without a store, and with an empty one, there is no snapshot: NotReady."""
    store = sqlite_store(tmp_path / "store.db")
    current = live_snapshot(store, tmp_path)
    assert not current.refresh()
    assert not current.ready
    with pytest.raises(NotReady, match="there is no directory there"):
        _ = current.snapshot
    store.create()
    assert not current.refresh()
    assert not current.ready
    assert str(current.health.degraded).endswith(
        "or begin with the shipped data (`directory-api load`)"
    )
    with pytest.raises(NotReady, match="no records yet"):
        _ = current.snapshot


LACKING: Mapping[str, Contents] = {
    "any country": {"directory": {"directory": {}}},
    "NL": {
        "directory": {"directory": {}},
        "helpline": {DIAL.id: EMERGENCY},
        "centre": {"a": made_up_centre(1, address={"locality": {"nl": "Stad"}, "country": "NL"})},
    },
    "BE": {
        "directory": {"directory": {}},
        "helpline": {
            DIAL.id: {**EMERGENCY, "kind": "police"},
            "x": {**EMERGENCY, "id": "x", "countries": ["FR"]},
        },
        "centre": {"a": made_up_centre(1)},
    },
}


def _make_equal(store: Store, wanted: Contents) -> None:
    """Write what makes the records of a store equal to the wanted ones."""
    state = store.records()
    kinds = {*state.contents, *wanted}
    changes = [
        Change(kind, key, before.get(key), after.get(key))
        for kind in kinds
        for before, after in [(state.contents.get(kind, {}), wanted.get(kind, {}))]
        for key in {*before, *after}
    ]
    store.append(changes, STAMP, expected=state.revision)


@pytest.mark.parametrize("country", LACKING)
def test_without_an_emergency_number_for_its_countries_nothing_comes_into_force(
    path: Path, country: str
) -> None:
    """Whatever the store contains, the last directory with an emergency number stays, with the
    reason.
    """
    store = sqlite_store(path)
    good = store.records().contents
    current = live_snapshot(store, path.parent)
    assert current.refresh()
    _make_equal(store, LACKING[country])
    assert not current.refresh()
    assert current.snapshot.revision == 1
    assert current.health.degraded == f"the database has no emergency number for {country}"
    _make_equal(store, good)
    assert current.refresh()
    assert current.snapshot.revision == 3
    assert current.health.degraded is None


def test_a_record_that_has_gone_missing_changes_nothing(path: Path) -> None:
    """The snapshot in force stays, and a process that has none has the reason to tell."""
    current = live_snapshot(sqlite_store(path), path.parent)
    assert current.refresh()
    sqlite_store(path).append([], STAMP, expected=1)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM records WHERE kind = 'helpline'")
    assert not current.refresh()
    assert (current.snapshot.revision, current.snapshot.helplines[0].number) == (1, "112")
    assert "damaged" in str(current.health.degraded)
    late = live_snapshot(sqlite_store(path), path.parent)
    assert not late.refresh()
    with pytest.raises(NotReady, match="damaged"):
        _ = late.snapshot


class CountingStore(Store):
    """A store that counts how often its records are read."""

    readings = 0

    def read(
        self, known: StoredDirectory | None = None, follow: Collection[str] = ()
    ) -> StoredDirectory:
        self.readings += 1
        return super().read(known, follow)


def test_the_store_is_read_only_when_its_revision_moved(path: Path) -> None:
    """An unchanged revision reads nothing and keeps the snapshot."""
    store = CountingStore(SqliteEngine(path))
    current = live_snapshot(store, path.parent)
    assert current.refresh()
    first = current.snapshot
    assert not current.refresh()
    assert (current.snapshot is first, store.readings) == (True, 1)
    store.append([], STAMP, expected=1)
    assert current.refresh()
    assert (current.snapshot.revision, store.readings) == (2, 2)


def test_the_gazetteer_is_kept_until_a_table_changes(path: Path) -> None:
    """An edit of a record makes a new snapshot with the same gazetteer."""
    store = sqlite_store(path)
    current = live_snapshot(store, path.parent)
    current.refresh()
    first = current.snapshot
    store.append([], STAMP, expected=1)
    assert current.refresh()
    assert (current.snapshot.revision, current.snapshot is first) == (2, False)
    assert current.snapshot.gazetteer is first.gazetteer
    place = place_of("BE", "1000", [NamedPoint("Brussel", Point(50.85, 4.35))])
    store.append([], STAMP, expected=2, tables={"BE": [place]})
    assert current.refresh()
    assert current.snapshot.gazetteer.find("BE", "1000") == place
    assert first.gazetteer.find("BE", "1000") is None


class FailingStore(Store):
    """A store of which so many looks end in an unexpected error."""

    failures = 0

    def version(self, follow: Collection[str] = ()) -> str:
        if self.failures:
            self.failures -= 1
            raise TypeError("nobody foresaw this")
        return super().version(follow)


def test_the_follower_sees_other_processes_writes(path: Path) -> None:
    """A revision of another store object comes into force, also after a look that ended in an
    unforeseen error.
    """
    store = FailingStore(SqliteEngine(path))
    current = live_snapshot(store, path.parent)
    current.follow()
    assert current.snapshot.revision == 1
    store.failures = 1
    sqlite_store(path).append([], STAMP, expected=1)
    # It is in force a moment before it counts as such.
    eventually(30.0, lambda: (current.snapshot.revision, current.health.degraded) == (2, None))
    assert store.failures == 0


def test_a_store_that_is_created_again_is_noticed_and_not_followed(path: Path) -> None:
    """A database that was deleted and loaded again starts at revision 1."""
    current = live_snapshot(sqlite_store(path), path.parent)
    assert current.refresh()
    first = current.snapshot
    path.unlink()
    store = sqlite_store(path)
    store.create()
    assert not current.refresh()
    assert current.snapshot is first
    with pytest.raises(StoreUnavailable, match="holds no records yet"):
        current.adopt()
    assert current.snapshot is first
    store.append(
        [Change("directory", "directory", None, {"publisher": "q"}), DIAL], STAMP, expected=0
    )
    assert not current.refresh()
    assert (current.snapshot, current.health.is_replaced) == (first, True)
    current.adopt()
    assert (current.snapshot.revision, current.snapshot.header["publisher"]) == (1, "q")


def test_a_repaired_history_is_noticed_though_the_version_is_the_same(path: Path) -> None:
    """The service is not degraded any more, and tells devices what changed; while the history is
    damaged, the snapshot in force and what is cached with it stay.
    """
    whole = path.read_bytes()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE history SET author = 'bob'")
    last_good = LastGoodSnapshot(path.with_name("last-good.json"))
    current = LiveSnapshot(sqlite_store(path), last_good)
    assert current.refresh()
    damaged = current.snapshot
    assert not damaged.has_history
    assert not current.refresh()
    assert (current.snapshot is damaged, current.health.degraded is None) == (True, False)
    path.write_bytes(whole)
    assert current.refresh()
    assert (current.snapshot.has_history, current.health.degraded) == (True, None)
    loaded = last_good.load()
    assert loaded
    assert loaded.has_history


PLACES = tuple(
    place_of("BE", code, [NamedPoint("Brussel", Point(50.85, 4.35))]) for code in ("1000", "1030")
)


def test_a_store_is_followed_as_if_nothing_of_it_were_kept(tmp_path: Path) -> None:
    """After each change the snapshot is that of who reads everything; a centre that has not changed
    is the same object.
    """
    store = sqlite_store(tmp_path / "directory.db")
    store.create()
    live = live_snapshot(store, tmp_path)
    centres = [made_up_centre(number) for number in range(1, 5)]
    added = [Change("centre", each["id"], None, each) for each in centres]
    renamed = {**centres[0], "name": "Renamed"}
    line = {**EMERGENCY, "id": "another", "name": {"en": "Another"}}
    table = {"attributions": [], "sha256": "0", "places": 1}
    steps: list[tuple[list[Change], dict[str, Sequence[Place]]]] = [
        ([HEADER, DIAL, *added], {}),
        ([Change("centre", renamed["id"], centres[0], renamed)], {}),
        ([Change("centre", centres[1]["id"], centres[1], None)], {}),
        ([Change("helpline", "another", None, line), Change("proposal", "p", None, {"n": 1})], {}),
        ([Change("helpline", "another", line, None), Change("proposal", "p", {"n": 1}, None)], {}),
        ([Change("table", "BE", None, table)], {"BE": PLACES}),
        ([added[1]], {}),
    ]
    for expected, (changes, tables) in enumerate(steps):
        store.append(changes, STAMP, expected=expected, tables=tables)
        assert live.refresh()
        other = live_snapshot(store, tmp_path)
        other.refresh()
        followed, whole = live.snapshot, other.snapshot
        assert followed.revision == whole.revision == expected + 1
        assert followed.centres == whole.centres
        assert followed.small == whole.small
        assert followed.helplines == whole.helplines
        assert followed.gazetteer.sizes == whole.gazetteer.sizes
        assert (followed.last, followed.news) == (whole.last, whole.news)
        assert (followed.written, followed.links) == (whole.written, whole.links)
    assert live.snapshot.gazetteer.sizes == {"BE": 2}
