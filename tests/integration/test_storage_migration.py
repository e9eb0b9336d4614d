"""A database that the code of before the chain of revisions wrote: it keeps everything."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from directory_api import __version__
from directory_api.bootstrap import open_directory
from directory_api.change.change import Change, Stamp
from directory_api.config import Settings
from directory_api.features.device.device_data import DeviceData
from directory_api.features.device.errors import CursorNotFound
from directory_api.features.maintenance.sqlite import SqliteMaintenance
from directory_api.files import files
from directory_api.store.sqlite import engine
from directory_api.text.errors import StoreUnavailable
from directory_api.web.app import create_app
from tests.support.sqlite_stores import create_old_store, sqlite_store
from tests.support.store_under_test import everything
from tests.support.whole_store import read_whole
from tests.support.write_side import NOON, unwritable

NEEDS = ("device", "maintenance")

STAMP = Stamp("anna", NOON, "why")
TABLES = {
    "records": "kind, id, record, sha256, revision",
    "history": "seq, revision, kind, id, author, at, reason, before, after, approved_by, visible",
    "postcodes": "country, code, place, sha256",
    "tokens": "*",
    "sessions": "*",
    "receipts": "*",
    "state": "*",
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The database as the code of before left it."""
    path = tmp_path / "old.db"
    create_old_store(path)
    return path


def _rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(path)) as db:
        return {
            table: db.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
            for table, columns in TABLES.items()
        }


def test_every_row_stays(old: Path) -> None:
    """Records, history, postcodes, tokens, the revision and the store's id are the same."""
    before = _rows(old)
    sqlite_store(old).migrate()
    assert _rows(old) == before
    assert len(before["history"]) == 17


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


def test_an_old_cursor_is_unknown_once(old: Path) -> None:
    """A cursor without a link is refused, and the one that the bundle gives is known."""
    directory = open_directory(Settings(database_url=f"sqlite:///{old}", rate_limit=""))
    directory.open()
    finder, snapshot = directory.finder, directory.finder.snapshot
    for revision in (1, snapshot.revision):
        with pytest.raises(CursorNotFound):
            DeviceData(finder).check_revision(revision, "", None, snapshot)
    with pytest.raises(CursorNotFound):
        DeviceData(finder).check_revision(3, snapshot.link, None, snapshot)
    client = create_app(directory).test_client()
    bundle = client.get("/v1/bundle/BE").get_json()
    assert re.fullmatch(r"/v1/changes\.json\?since=9\.[0-9a-f]{10}&store=\w+", bundle["changes"])
    assert client.get(bundle["changes"]).status_code == 200
    assert client.get(f"/v1/changes?since=9&store={bundle['store']}").status_code == 410
    assert client.get("/v1/changes").status_code == 200


HARM = {
    "a record": "DELETE FROM records WHERE id = 'sheltered'",
    "a postcode": "DELETE FROM postcodes WHERE code = '9000'",
    "the digest": "DELETE FROM row_sets",
}


@pytest.mark.parametrize("harm", HARM)
def test_a_database_that_lost_rows_is_not_migrated(old: Path, harm: str) -> None:
    """New digests would hide the loss for good; nothing is changed."""
    with closing(sqlite3.connect(old)) as db, db:
        db.execute(HARM[harm])
    before = everything(old)
    with pytest.raises(StoreUnavailable, match="rows are missing"):
        sqlite_store(old).migrate()
    assert everything(old) == before


def test_it_takes_writes_after_which_its_copies_differ(old: Path) -> None:
    """Two copies that are migrated are two pasts."""
    store = sqlite_store(old)
    store.migrate()
    assert store.append([Change("centre", "new", None, {})], STAMP, expected=9) == 10
    kept = read_whole(store)
    assert (kept.links.first, set(kept.links.links)) == (9, {9, 10})
    assert kept.past.is_intact
    # The first link stands for the revisions before it.
    assert kept.links.version(3) == f"3.{kept.links.link(9)}"
    assert not kept.links.includes(3, kept.links.link(9))


SPOILT: dict[str, Callable[[sqlite3.Connection], object]] = {
    "changed": lambda db: db.execute("UPDATE history SET author = 'bob' WHERE revision = 3"),
    "removed": lambda db: db.execute("DELETE FROM history WHERE revision = 3"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_history_from_before_is_covered_too(old: Path, how: str) -> None:
    """The first link is made of all rows of history before it."""
    store = sqlite_store(old)
    store.migrate()
    with closing(sqlite3.connect(old)) as db, db:
        SPOILT[how](db)
    assert not read_whole(store).past.is_intact
    with pytest.raises(StoreUnavailable, match="history"):
        store.history()


@pytest.fixture
def read_only(old: Path) -> Iterator[Path]:
    """The database, while neither it nor its folder may be written."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "old.db"
        shutil.copy(old, path)
        with unwritable(folder):
            yield path


def test_a_database_from_before_that_may_not_be_written_is_served(read_only: Path) -> None:
    """It is migrated in memory; the file stays, and writes are refused."""
    before = read_only.read_bytes()
    directory = open_directory(Settings(database_url=f"sqlite:///{read_only}", rate_limit=""))
    directory.open()
    assert directory.live.degraded is None
    assert [centre.id for centre in directory.finder.snapshot.centres] == [
        "made-up-001",
        "made-up-002",
        "sheltered",
    ]
    store = sqlite_store(read_only)
    assert len(store.history()) == 17
    assert store.version() == store.version()
    with pytest.raises(StoreUnavailable):
        store.append([], STAMP, expected=9)
    assert read_only.read_bytes() == before


def test_a_copy_is_made_before_a_migration(old: Path) -> None:
    """Of the file as it was, for its user alone; its name has the version and the time."""
    before = _rows(old)
    sqlite_store(old).migrate()
    (copy,) = old.parent.glob("old.db.*")
    assert re.fullmatch(rf"old\.db\.before-{re.escape(__version__)}\.\d{{4}}-[\dT-]+", copy.name)
    assert copy.stat().st_mode & 0o077 == 0
    assert _rows(copy) == before
    with closing(sqlite3.connect(copy)) as db:
        assert "chain" not in {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
    sqlite_store(old).migrate()
    assert [*old.parent.glob("old.db.*")] == [copy]


def test_without_room_for_the_copy_nothing_is_migrated(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database stays as it is, and is read as it is."""

    def refuse(_path: Path) -> Any:
        raise StoreUnavailable("the disk is full")

    before = old.read_bytes()
    monkeypatch.setattr(files, "new_file", refuse)
    with pytest.raises(StoreUnavailable, match="full"):
        sqlite_store(old).migrate()
    assert old.read_bytes() == before
    assert read_whole(sqlite_store(old)).revision == 9


def test_a_new_database_and_a_backup_that_is_restored_leave_no_copy(
    old: Path, tmp_path: Path
) -> None:
    """There is nothing to go back to, or it is the backup."""
    store = sqlite_store(tmp_path / "new" / "new.db")
    store.create()
    SqliteMaintenance(tmp_path / "new" / "new.db").restore(old, STAMP)
    assert not [*tmp_path.rglob("*.before-*")]


def test_a_database_from_before_that_may_not_be_written_is_followed_after_a_restart(
    read_only: Path, tmp_path: Path
) -> None:
    """Each process makes other links of it, which is no reason not to follow it."""
    settings = Settings(
        database_url=f"sqlite:///{read_only}", snapshot=str(tmp_path / "snapshot.json")
    )
    for _ in range(2):
        directory = open_directory(settings)
        directory.open()
        assert directory.live.degraded is None
