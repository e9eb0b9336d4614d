"""A reader that follows a store reads what has changed, and comes to the same as one who reads
everything.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory_api.change.change import Change, Stamp, diff
from directory_api.change.public_history import RECENT
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, Place, place_of
from directory_api.store.sql import chain
from directory_api.store.sql.store import Store
from directory_api.store.sql.updates import MOST_CHANGES
from directory_api.store.state import StoreHeads
from directory_api.store.stores import stores_at
from directory_api.text.errors import StoreUnavailable
from tests.support.amount import tried
from tests.support.postgres import StoreUrl
from tests.support.sqlite_stores import sqlite_store

STAMP = Stamp("anna", datetime(2026, 11, 24, 12, tzinfo=UTC), "a phone call")
Contents = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(autouse=True, scope="module")
def large() -> Iterator[None]:
    """Stores of a few records are read as large ones are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chain, "FEW_RECORDS", -1)
        yield


def _whole(store: Store) -> StoreHeads:
    return Follower(store).look()


class Follower:
    """Applies each update of a store to what it has."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.contents: Contents = {}
        self.heads: StoreHeads | None = None
        self.was_whole = True
        # The ids of the records in the last update.
        self.ids: list[str] = []

    def look(self) -> StoreHeads:
        """Read what has changed."""
        with self.store.changes_since(self.heads) as update:
            if update.is_whole:
                self.contents = {}
            self.ids = []
            for kind, identity, text in update.records():
                self.ids.append(identity)
                if text is None:
                    del self.contents[kind][identity]
                else:
                    self.contents.setdefault(kind, {})[identity] = json.loads(text)
            self.was_whole = update.is_whole
            heads = update.heads
            assert (heads.revision, heads.version) == (update.revision, update.version)
            assert heads.postcodes is update.postcodes
            assert update.heads is heads, "the history is read once"
        self.heads = heads
        return heads


@pytest.fixture
def store(store_url: StoreUrl, tmp_path: Path) -> Store:
    """An empty store, migrated."""
    store = stores_at(store_url(tmp_path)).store
    store.create()
    return store


def _add(identity: str, **record: Any) -> Change:
    return Change("centre", identity, None, record)


def _place(code: str) -> Place:
    return place_of("BE", code, [NamedPoint("Brussel", Point(50.85, 4.35))])


RECORDS = st.dictionaries(
    st.sampled_from("abcd"), st.dictionaries(st.text(max_size=3), st.integers(0, 3), max_size=2)
)
STEPS = st.lists(
    st.fixed_dictionaries(
        {
            "contents": st.fixed_dictionaries({"centre": RECORDS, "table": RECORDS}),
            "unseen": st.sets(st.sampled_from("abcd")),
            "codes": st.none() | st.sets(st.sampled_from(["1000", "2000"])),
            "is_looked_at": st.booleans(),
        }
    ),
    min_size=1,
    max_size=8,
)


@given(STEPS)
@settings(
    max_examples=tried(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_who_follows_has_what_everyone_has(
    store_url: StoreUrl,
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[dict[str, Any]],
) -> None:
    """Whatever is written, and however many revisions are read at once, records, revisions, links,
    history and postcodes are those of a whole read.
    """
    store = stores_at(store_url(tmp_path_factory.mktemp("store"))).store
    store.create()
    follower, late = Follower(store), Follower(store)
    follower.look()
    contents: Contents = {}
    for number, step in enumerate(steps):
        store.append(
            diff(contents, step["contents"]),
            replace(STAMP, reason=str(number)),
            expected=number,
            unseen={("centre", identity) for identity in step["unseen"]},
            tables=None if step["codes"] is None else {"BE": list(map(_place, step["codes"]))},
        )
        contents = step["contents"]
        if step["is_looked_at"]:
            follower.look()
    heads = follower.look()
    assert not follower.was_whole
    late.heads = None
    assert heads == late.look()
    assert late.was_whole
    present = {kind: records for kind, records in follower.contents.items() if records}
    assert present == late.contents


def test_only_what_has_changed_is_read(store: Store) -> None:
    """A changed, an added and a removed record; not what was added and removed again since, and
    nothing without a new revision.
    """
    store.append([_add("a", n=1), _add("b", n=1), _add("c", n=1)], STAMP, expected=0)
    follower = Follower(store)
    follower.look()
    assert (sorted(follower.ids), follower.was_whole) == (["a", "b", "c"], True)
    store.append([Change("centre", "a", {"n": 1}, {"n": 2}), _add("x")], STAMP, expected=1)
    gone = [Change("centre", "b", {"n": 1}, None), Change("centre", "x", {}, None)]
    store.append([*gone, _add("d")], STAMP, expected=2)
    heads = follower.look()
    assert (sorted(follower.ids), follower.was_whole) == (["a", "b", "d"], False)
    assert follower.contents == {"centre": {"a": {"n": 2}, "c": {"n": 1}, "d": {}}}
    assert heads.revisions == {("centre", "a"): 2, ("centre", "c"): 1, ("centre", "d"): 3}
    assert follower.look() == heads
    assert (follower.ids, follower.was_whole) == ([], False)


def test_the_last_changes_are_at_most_so_many(store: Store) -> None:
    """Newer ones push older ones out, newest first."""
    store.append([_add(f"a{number}") for number in range(RECENT)], STAMP, expected=0)
    follower = Follower(store)
    follower.look()
    store.append([_add("b"), _add("c")], STAMP, expected=1)
    recent = follower.look().past.recent
    assert [each.change.id for each in recent[:3]] == ["c", "b", f"a{RECENT - 1}"]
    assert len(recent) == RECENT


def test_another_store_is_read_whole(store_url: StoreUrl, tmp_path: Path) -> None:
    """Also one that has the same revision and records."""
    first, second = (stores_at(store_url(tmp_path / name)).store for name in "ab")
    for each in (first, second):
        each.create()
        each.append([_add("a")], STAMP, expected=0)
    follower = Follower(first)
    follower.look()
    follower.store = second
    assert follower.look() == _whole(second)
    assert follower.was_whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with two centres at revision 1."""
    store = sqlite_store(tmp_path / "store.db")
    store.create()
    store.append([_add("a", n=1), _add("b", n=1)], STAMP, expected=0)
    return tmp_path / "store.db"


def _sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)


def _edited(path: Path) -> Follower:
    """A follower at revision 1 of a file at revision 2."""
    follower = Follower(sqlite_store(path))
    follower.look()
    change = Change("centre", "a", {"n": 1}, {"n": 2})
    follower.store.append([change], STAMP, expected=1)
    return follower


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM records WHERE id = 'a'",
        "DELETE FROM records WHERE id = 'b'",
        "UPDATE records SET revision = 1 WHERE id = 'a'",
        "UPDATE records SET record = '{}' WHERE id = 'a'",
        "UPDATE records SET record = CAST(record AS BLOB) WHERE id = 'a'",
        "INSERT INTO records SELECT kind, 'x', record, sha256, revision FROM records LIMIT 1",
        "UPDATE row_sets SET total = '1'",
        "DELETE FROM chain WHERE revision = 2",
    ],
)
def test_damage_is_found_by_who_follows(path: Path, damage: str) -> None:
    """A record that changed and is not the one that was written, a missing and an additional one,
    and a damaged digest are refused, as in a whole read.
    """
    follower = _edited(path)
    _sql(path, damage)
    with pytest.raises(StoreUnavailable, match="damaged"):
        follower.look()
    with pytest.raises(StoreUnavailable, match="damaged"):
        Follower(sqlite_store(path)).look()


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM history WHERE revision = 2",
        "UPDATE history SET reason = 'x' WHERE revision = 2",
        "UPDATE history SET visible = 0 WHERE revision = 2",
        "INSERT INTO history SELECT 9, 9, kind, id, at, visible, sha256, author, reason, before, "
        "after, approved_by FROM history LIMIT 1",
    ],
)
def test_with_a_damaged_history_everything_is_read(path: Path, damage: str) -> None:
    """The records are served, and it is known that the history is damaged, until it is not."""
    follower = _edited(path)
    before = path.read_bytes()
    _sql(path, damage)
    heads = follower.look()
    assert follower.was_whole
    assert follower.contents["centre"]["a"] == {"n": 2}
    assert not heads.past.is_intact
    path.write_bytes(before)
    assert follower.look().past.is_intact
    assert follower.was_whole


def test_a_branch_that_was_abandoned_is_not_continued(path: Path) -> None:
    """A copy that was put back and written to again has other links: everything is read."""
    before = path.read_bytes()
    follower = _edited(path)
    follower.look()
    path.write_bytes(before)
    store = sqlite_store(path)
    store.append([_add("c")], STAMP, expected=1)
    store.append([], STAMP, expected=2)
    heads = follower.look()
    assert follower.was_whole
    assert heads == _whole(store)
    assert sorted(follower.contents["centre"]) == ["a", "b", "c"]


def test_after_very_many_changes_everything_is_read(path: Path) -> None:
    """They would be held in memory, and are as quickly read one after the other."""
    follower = _edited(path)
    added = [_add(f"c{number}") for number in range(MOST_CHANGES)]
    follower.store.append(added, STAMP, expected=2)
    follower.look()
    assert follower.was_whole
    assert len(follower.contents["centre"]) == MOST_CHANGES + 2


@pytest.mark.parametrize("few", [0, 500])
def test_damage_to_a_record_that_has_not_changed_is_noticed_with_few_records(
    path: Path, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the next change; of a large store, when everything is read."""
    monkeypatch.setattr(chain, "FEW_RECORDS", few)
    follower = _edited(path)
    _sql(path, "UPDATE records SET record = '{}' WHERE id = 'b'")
    if few:
        with pytest.raises(StoreUnavailable, match="damaged"):
            follower.look()
    else:
        follower.look()
        assert not follower.was_whole


@pytest.mark.parametrize("few", [0, 500])
@pytest.mark.parametrize("damage", ["reason = 'x'", "at = '2026'"])
def test_damage_to_earlier_history_is_noticed_with_few_records(
    path: Path, few: int, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the next change, in the body of a row and in its head: then everything is read."""
    monkeypatch.setattr(chain, "FEW_RECORDS", few)
    follower = _edited(path)
    _sql(path, f"UPDATE history SET {damage} WHERE revision = 1 AND id = 'b'")
    heads = follower.look()
    assert (follower.was_whole, heads.past.is_intact) == (few > 0, few == 0)


def test_with_few_records_only_those_that_changed_are_returned(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are checked, and the rest of a snapshot stays as it is."""
    monkeypatch.setattr(chain, "FEW_RECORDS", 500)
    follower = _edited(path)
    assert follower.look() == _whole(sqlite_store(path))
    assert (follower.was_whole, follower.ids) == (False, ["a"])
