"""A store is read whole: what is damaged anywhere in it is found at the next revision."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from directory_api.change.change import Change, Stamp
from directory_api.change.public_history import RECENT
from directory_api.store.sql.store import Store
from directory_api.text.errors import StoreReplaced, StoreUnavailable
from tests.support.sqlite_stores import sqlite_store
from tests.support.store_suite import OpenStore, addition

STAMP = Stamp("anna", datetime(2026, 11, 24, 12, tzinfo=UTC), "a phone call")


def test_the_last_changes_are_at_most_so_many(store: Store) -> None:
    """Newer ones push older ones out, newest first."""
    store.append([addition(f"a{number}") for number in range(RECENT)], STAMP, expected=0)
    store.append([addition("b"), addition("c")], STAMP, expected=1)
    recent = store.read().history.recent
    assert [each.change.id for each in recent[:3]] == ["c", "b", f"a{RECENT - 1}"]
    assert len(recent) == RECENT


def test_a_store_is_read_only_if_it_follows_what_was_served(
    open_store: OpenStore, tmp_path: Path
) -> None:
    """Its own earlier revisions, and those of a store in whose place it was adopted; without any
    that were served, every store is read.
    """
    first, second = (open_store(tmp_path / name) for name in "ab")
    for each in (first, second):
        each.create()
        each.append([addition("a")], STAMP, expected=0)
    served = first.version()
    first.append([], STAMP, expected=1)
    assert first.read(follow=[served]).state.revision == 2
    for refused in (lambda: second.read(follow=[served]), lambda: second.version([served])):
        with pytest.raises(StoreReplaced, match="another directory"):
            refused()
    assert second.read(follow=[served, second.version()]) == second.read()
    assert (first.follows(served), second.follows(served)) == (True, False)
    store, revision, link = served.split(":")
    second.adopt({store: [(int(revision), link)]}, STAMP)
    assert second.follows(served)
    assert second.read(follow=[served]).state.revision == 2


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with two centres, of which the first was changed at revision 2."""
    store = sqlite_store(tmp_path / "store.db")
    store.create()
    store.append([addition("a", n=1), addition("b", n=1)], STAMP, expected=0)
    store.append([Change("centre", "a", {"n": 1}, {"n": 2})], STAMP, expected=1)
    return tmp_path / "store.db"


def _sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)


def _contents(path: Path) -> dict[str, Any]:
    return {**sqlite_store(path).read().state.contents["centre"]}


TEXTS = (
    "UPDATE records SET record = '{}' WHERE id = 'a'",
    "UPDATE records SET record = '{}' WHERE id = 'b'",
    "UPDATE records SET record = CAST(record AS BLOB) WHERE id = 'a'",
)
ROWS = (
    "DELETE FROM records WHERE id = 'a'",
    "DELETE FROM records WHERE id = 'b'",
    "UPDATE records SET revision = 1 WHERE id = 'a'",
    "UPDATE records SET record = (SELECT record FROM records WHERE id = 'a'), "
    "sha256 = (SELECT sha256 FROM records WHERE id = 'a') WHERE id = 'b'",
    "INSERT INTO records SELECT kind, 'x', record, sha256, revision FROM records LIMIT 1",
    "DELETE FROM chain WHERE revision = 2",
)


@pytest.mark.parametrize("damage", [*TEXTS, *ROWS])
def test_a_missing_changed_added_or_swapped_record_is_found(path: Path, damage: str) -> None:
    """By who reads everything, and by who reads the records."""
    store = sqlite_store(path)
    _sql(path, damage)
    for read in (store.read, store.records):
        with pytest.raises(StoreUnavailable, match="damaged"):
            read()


@pytest.mark.parametrize("damage", ROWS)
def test_nothing_is_written_where_a_row_is_not_what_was_written(path: Path, damage: str) -> None:
    """The new link would hide it."""
    _sql(path, damage)
    with pytest.raises(StoreUnavailable, match="damaged"):
        sqlite_store(path).append([], STAMP, expected=2)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM history WHERE revision = 2",
        "DELETE FROM history WHERE revision = 1 AND id = 'b'",
        "UPDATE history SET reason = 'x' WHERE revision = 2",
        "UPDATE history SET at = '2026' WHERE revision = 1 AND id = 'b'",
        "UPDATE history SET visible = 0 WHERE revision = 2",
        "INSERT INTO history SELECT 9, 9, kind, id, at, visible, sha256, author, reason, before, "
        "after, approved_by FROM history LIMIT 1",
    ],
)
def test_with_a_damaged_history_the_records_are_read(path: Path, damage: str) -> None:
    """And it is known that the history is damaged, until it is not."""
    before = path.read_bytes()
    _sql(path, damage)
    assert not sqlite_store(path).read().history.is_intact
    assert _contents(path) == {"a": {"n": 2}, "b": {"n": 1}}
    path.write_bytes(before)
    assert sqlite_store(path).read().history.is_intact
