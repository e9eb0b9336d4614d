"""A SQLite file of an earlier shape is brought up to date; older programs cannot write to it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from directory_api import __version__
from directory_api.change.change import Change
from directory_api.store.digests import checksum
from directory_api.store.sqlite import engine
from directory_api.store.sqlite.engine import number_of
from directory_api.store.sqlite.schema import migrations
from directory_api.text.errors import StoreUnavailable
from tests.support.records import made_up_centre
from tests.support.sqlite_stores import (
    RECORD,
    STAMP,
    create_small_store,
    sqlite_access,
    sqlite_store,
)
from tests.support.store_under_test import everything
from tests.support.whole_store import read_whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one record and one postcode."""
    return create_small_store(tmp_path / "store.db")


def test_the_last_migration_is_the_one_that_a_reader_looks_for(path: Path) -> None:
    """A store that has been migrated is known as such by the newest migration's name, and one of a
    newer version by a name that is not known.
    """
    assert tuple(migration.name for migration in migrations._migrations) == engine.MIGRATIONS


def test_a_database_of_a_newer_version_says_which_and_what_to_do(path: Path) -> None:
    """It is neither read nor written: what its rows mean may be different."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('directory', 'of_later', 'now')"
        )
        db.execute("PRAGMA user_version = 2013004")
        db.execute("ALTER TABLE chain RENAME TO links")
    store, before = sqlite_store(path), path.read_bytes()
    told = r"version 2\.13\.4 of directory-api.*`directory-api restore-backup`"
    for action in (store.version, store.migrate, store.create, lambda: read_whole(store)):
        with pytest.raises(StoreUnavailable, match=told):
            action()
    with pytest.raises(StoreUnavailable, match=told):
        store.append([], STAMP, expected=1)
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA user_version = 0")
    with pytest.raises(StoreUnavailable, match="written by a newer version of directory-api"):
        store.version()


def test_a_database_says_which_version_wrote_its_tables(path: Path) -> None:
    """For a version before it."""
    with closing(sqlite3.connect(path)) as db:
        (number,) = db.execute("PRAGMA user_version").fetchone()
    assert number_of("2.13.4") == 2_013_004
    assert number == number_of(__version__) > 0


def test_a_database_of_the_previous_shape_is_brought_up_to_date(tmp_path: Path) -> None:
    """A database of the first migration keeps its records and their authors, and takes tokens and
    writes.
    """
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as db, db:
        migrations.apply(Database(db, execute_plugins=False), stop_before="maintainers")
        text = json.dumps(RECORD)
        for identity in "abc":
            row = [identity, text, checksum("centre", identity, text)]
            db.execute("INSERT INTO records VALUES ('centre', ?, ?, ?)", row)
        for revision, identity in ((1, "a"), (2, "b"), (3, "a")):
            db.execute(
                "INSERT INTO history (revision, kind, id, author, at, reason, before, after) "
                "VALUES (?, 'centre', ?, 'anna', '2026-11-24T00:00:00+00:00', 'why', NULL, ?)",
                [revision, identity, text],
            )
        db.execute("UPDATE meta SET value = 3 WHERE key = 'revision'")
    store = sqlite_store(path)
    store.migrate()
    kept = read_whole(store)
    assert (kept.revision, kept.contents["centre"]) == (3, dict.fromkeys("abc", RECORD))
    assert kept.revisions == {("centre", "a"): 3, ("centre", "b"): 2, ("centre", "c"): 0}
    (newest, *_, oldest) = store.history("centre")
    assert (newest.revision, newest.stamp, oldest.revision) == (3, STAMP, 1)
    before = everything(path)
    store.migrate()
    assert everything(path) == before
    assert (sqlite_access(path).tokens(), store.receipt("k")) == ((), None)
    assert store.append([Change("centre", "a", RECORD, None)], STAMP, expected=3) == 4


def _sheltered(
    visibility: str = "hidden", street: str = "S", code: str = "1000", **members: str
) -> str:
    address = {"street": street, "postal_code": code, "locality": {"nl": "Stad"}, "country": "BE"}
    location = {"lat": 50.8, "lon": 4.3, "precision": "street"}
    record = made_up_centre(
        1, address=address, address_visibility=visibility, location=location, **members
    )
    return json.dumps(record)


@pytest.mark.parametrize(
    ("before", "after", "visible"),
    [
        (_sheltered(), _sheltered(street="T"), 0),
        (_sheltered("locality"), _sheltered("locality", street="T"), 0),
        (_sheltered("public"), _sheltered("public", street="T"), 1),
        (_sheltered("hidden"), _sheltered("locality"), 1),
        (_sheltered(), _sheltered(name="Other"), 1),
        (_sheltered(), _sheltered(code="1020"), 1),
        (None, _sheltered(), 1),
        (_sheltered(), None, 1),
        (_sheltered(), "{", 1),
        (_sheltered(), "[1]", 1),
        ('{"name": "A"}', _sheltered(), 1),
    ],
)
def test_what_was_hidden_before_marks_is_marked(
    tmp_path: Path, before: str | None, after: str | None, visible: int
) -> None:
    """A database without marks gets one for each change; if it cannot be determined, it counts as
    visible.
    """
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as db, db:
        migrations.apply(Database(db, execute_plugins=False), stop_before="visible_changes")
        db.execute(
            "INSERT INTO history (revision, kind, id, author, at, reason, before, after) VALUES "
            "(1, 'centre', 'a', 'anna', '2026-11-24T00:00:00+00:00', 'why', ?, ?)",
            [before, after],
        )
    sqlite_store(path).migrate()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT visible FROM history").fetchall() == [(visible,)]


def test_code_that_writes_no_digests_cannot_change_the_database(path: Path) -> None:
    """The database would then count as damaged: the table of every write has another name."""
    with (
        closing(sqlite3.connect(path)) as db,
        pytest.raises(sqlite3.OperationalError, match="no such table: meta"),
    ):
        db.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision' AND value = 1")
    assert read_whole(sqlite_store(path)).revision == 1
