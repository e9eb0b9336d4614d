"""A SQLite file of an earlier version is brought up to date, or refused, and never half changed."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlite_utils import Database

from directory_api import __version__
from directory_api.files import files
from directory_api.store.sqlite import engine, schema
from directory_api.store.sqlite.engine import SqliteEngine, number_of
from directory_api.text.errors import StoreUnavailable
from tests.support.made_up_migration import add_migration, add_notes
from tests.support.sqlite_stores import (
    STAMP,
    create_five_revisions,
    create_small_store,
    sqlite_store,
)
from tests.support.store_under_test import everything
from tests.support.whole_store import read_whole
from tests.support.write_side import unwritable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one record and one postcode."""
    return create_small_store(tmp_path / "store.db")


def test_a_reader_knows_each_migration() -> None:
    """It tells by their names whether a file is up to date, without sqlite-utils."""
    assert tuple(migration.name for migration in schema.migrations._migrations) == engine.MIGRATIONS


# Of another version


def test_a_database_of_a_newer_version_says_which_and_what_to_do(path: Path) -> None:
    """It is neither read nor written: what its rows mean may be different."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('directory', 'of_later', 'now')"
        )
        db.execute("PRAGMA user_version = 2013004")
        db.execute("ALTER TABLE chain RENAME TO links")
    _is_refused(path, r"version 2\.13\.4 of directory-api.*`directory-api restore-backup`")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA user_version = 0")
    with pytest.raises(StoreUnavailable, match="written by a newer version of directory-api"):
        sqlite_store(path).version()


def _is_refused(path: Path, told: str) -> None:
    """Whatever is done with a database, it is refused with this sentence, and is not changed."""
    store, before = sqlite_store(path), path.read_bytes()
    actions: list[Callable[[], object]] = [
        store.version,
        store.migrate,
        store.create,
        lambda: read_whole(store),
        lambda: store.append([], STAMP, expected=1),
    ]
    for action in actions:
        with pytest.raises(StoreUnavailable, match=told):
            action()
    assert path.read_bytes() == before
    assert [*path.parent.glob(f"{path.name}*")] == [path]


def test_a_database_says_which_version_wrote_its_tables(path: Path) -> None:
    """For a version before it."""
    with closing(sqlite3.connect(path)) as db:
        (number,) = db.execute("PRAGMA user_version").fetchone()
    assert number_of("2.13.4") == 2_013_004
    assert number == number_of(__version__) > 0


# A second migration, which is made up


def _failing(db: Database) -> None:
    add_notes(db)
    raise StoreUnavailable("the migration failed")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of five revisions, written before there was a second migration."""
    return create_five_revisions(tmp_path / "old.db")


@pytest.fixture
def second(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second migration, which adds a column to the records."""
    add_migration(monkeypatch)


def _notes(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT id, note FROM records ORDER BY id").fetchall()


def test_a_migration_is_applied_once_and_keeps_everything(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records, history, links and the id of the store are the same, and it takes writes."""
    before = read_whole(sqlite_store(old))
    history = sqlite_store(old).history()
    add_migration(monkeypatch)
    store = sqlite_store(old)
    store.migrate()
    assert read_whole(store) == before
    assert store.history() == history
    assert _notes(old) == [("a", "a"), ("b", "b"), ("c", "c"), ("h", "h")]
    migrated = everything(old)
    store.migrate()
    store.create()
    assert everything(old) == migrated
    assert store.append([], STAMP, expected=5) == 6


@pytest.mark.usefixtures("second")
def test_a_new_database_has_every_migration_and_no_copy(tmp_path: Path) -> None:
    """There is nothing to go back to."""
    path = create_small_store(tmp_path / "new.db")
    assert _notes(path) == [("a", "none")]
    assert not [*tmp_path.glob("new.db.*")]


@pytest.mark.usefixtures("second")
def test_before_the_migration_nothing_is_read_or_written(old: Path) -> None:
    """What the rows mean may be different."""
    before = old.read_bytes()
    with pytest.raises(
        StoreUnavailable, match="earlier version of directory-api; run `directory-api upgrade"
    ):
        sqlite_store(old).version()
    with pytest.raises(
        StoreUnavailable, match="earlier version of directory-api; run `directory-api upgrade"
    ):
        sqlite_store(old).append([], STAMP, expected=5)
    assert old.read_bytes() == before


def test_a_migration_that_fails_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is one transaction with its name."""
    before = everything(old)
    add_migration(monkeypatch, _failing)
    with pytest.raises(StoreUnavailable, match="the migration failed"):
        sqlite_store(old).migrate()
    assert everything(old) == before


@pytest.mark.usefixtures("second")
def test_it_is_not_migrated_while_another_process_writes(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it is locked is said, and it stays as it is."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    before = everything(old)
    with closing(sqlite3.connect(old, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked by another process"):
            sqlite_store(old).migrate()
    assert everything(old) == before


@pytest.fixture
def read_only(old: Path) -> Iterator[Path]:
    """The database, while neither it nor its folder may be written."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "old.db"
        shutil.copy(old, path)
        with unwritable(folder):
            yield path


@pytest.mark.usefixtures("second")
def test_a_database_that_may_not_be_written_is_not_migrated(read_only: Path) -> None:
    """What to do is said, and the file stays as it is."""
    before = read_only.read_bytes()
    with pytest.raises(StoreUnavailable, match=r"start this version .* where it may write"):
        sqlite_store(read_only).migrate()
    assert read_only.read_bytes() == before


@pytest.mark.usefixtures("second")
def test_a_copy_is_made_before_a_migration(old: Path) -> None:
    """Of the file as it was, for its user alone; its name has the version and the time."""
    before = everything(old)
    sqlite_store(old).migrate()
    (copy,) = old.parent.glob("old.db.*")
    assert re.fullmatch(rf"old\.db\.before-{re.escape(__version__)}\.\d{{4}}-[\dT-]+", copy.name)
    assert copy.stat().st_mode & 0o077 == 0
    assert everything(copy) == before
    sqlite_store(old).migrate()
    assert [*old.parent.glob("old.db.*")] == [copy]


@pytest.mark.usefixtures("second")
def test_without_room_for_the_copy_nothing_is_migrated(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database stays as it is."""

    def refuse(_path: Path) -> Any:
        raise StoreUnavailable("the disk is full")

    before = old.read_bytes()
    monkeypatch.setattr(files, "new_file", refuse)
    with pytest.raises(StoreUnavailable, match="full"):
        sqlite_store(old).migrate()
    assert old.read_bytes() == before


def test_a_file_without_tables_is_no_directory_that_lacks_migrations(tmp_path: Path) -> None:
    """The message says to restore or create it."""
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(StoreUnavailable):
        SqliteEngine(path).pending()
