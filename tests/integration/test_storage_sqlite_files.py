"""A locked, missing, foreign, full or read-only SQLite file raises StoreUnavailable."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from directory_api.change.change import Change
from directory_api.store.sqlite import engine
from directory_api.text.errors import StoreMissing, StoreUnavailable
from tests.support.sqlite_stores import RECORD, STAMP, create_small_store, sqlite_store
from tests.support.whole_store import read_whole
from tests.support.write_side import unmeasured


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one record and one postcode."""
    return create_small_store(tmp_path / "store.db")


@pytest.fixture
def locked(path: Path) -> Iterator[Path]:
    """The database while another connection holds its only lock."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield path
        other.execute("ROLLBACK")


def test_a_store_that_appears_during_creation_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes create the same database; neither takes the other's tables for damage."""
    path = tmp_path / "store.db"
    has_content = engine._has_content
    other = threading.Thread(target=sqlite_store(path).create)

    def and_meanwhile(connection: sqlite3.Connection) -> bool:
        if threading.current_thread() is not other:
            other.start()
            other.join(0.5)  # until it has created them, or waits for this connection
        return has_content(connection)

    monkeypatch.setattr(engine, "_has_content", and_meanwhile)
    sqlite_store(path).create()
    other.join()
    assert read_whole(sqlite_store(path)).revision == 0


def test_nobody_else_on_the_machine_may_read_the_file(path: Path) -> None:
    """Hidden addresses are in it."""
    assert path.stat().st_mode & 0o077 == 0


def test_a_lock_is_waited_for_and_then_unavailable(
    locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another connection holds the lock, reads and writes fail after the time limit."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    store = sqlite_store(locked)
    with pytest.raises(StoreUnavailable, match="locked by another process"):
        store.append([Change("centre", "b", None, {})], STAMP, expected=1)
    with pytest.raises(StoreUnavailable, match="locked by another process"):
        read_whole(store)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    """A database that is gone is told as such, and is not made by looking."""
    with pytest.raises(StoreMissing, match="there is no directory there"):
        read_whole(sqlite_store(tmp_path / "gone.db"))
    assert not (tmp_path / "gone.db").exists()


def test_a_file_that_cannot_be_looked_at_is_not_said_to_be_missing(tmp_path: Path) -> None:
    """Here its name is too long; a folder without permission gives the same. Advice to create a
    directory would be wrong.
    """
    with pytest.raises(StoreUnavailable, match="may not be opened") as error:
        read_whole(sqlite_store(tmp_path / ("x" * 300)))
    assert not isinstance(error.value, StoreMissing)


def test_a_relative_path_whose_folder_was_deleted_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process has no working directory any more; that is no crash."""
    folder = tmp_path / "deleted"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(StoreUnavailable, match="No such file or directory"):
        read_whole(sqlite_store(Path("store.db")))


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    """Any other file is refused, and left as it is."""
    path = tmp_path / "store.db"
    path.write_bytes(b"kanarie " * 1000)
    for use in (sqlite_store(path).create, sqlite_store(path).migrate, sqlite_store(path).records):
        with pytest.raises(StoreUnavailable, match="not a SQLite database"):
            use()
    assert path.read_bytes() == b"kanarie " * 1000


def test_a_database_of_another_program_is_unavailable(tmp_path: Path) -> None:
    """A SQLite file without our tables is refused, with what to do."""
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE kanarie (a)")
    told = r"not the database of a directory.*DIRECTORY_DATABASE_URL"
    with pytest.raises(StoreUnavailable, match=told):
        sqlite_store(tmp_path / "other.db").revision()


def test_the_tables_of_another_program_stay_as_they_are(tmp_path: Path) -> None:
    """Neither migrate nor create writes ours beside them."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE kanarie (a)")
    before = path.read_bytes()
    for change in (sqlite_store(path).migrate, sqlite_store(path).create):
        with pytest.raises(StoreUnavailable, match="not the database of a directory"):
            change()
    assert path.read_bytes() == before


def test_a_file_that_lost_its_tables_is_not_created_again(path: Path) -> None:
    """A first page that counts no cells hides all tables; the rows are still in the file."""
    whole = path.read_bytes()
    path.write_bytes(whole[:103] + b"\0\0" + whole[105:])
    before = path.read_bytes()
    for change in (sqlite_store(path).migrate, sqlite_store(path).create):
        with pytest.raises(StoreUnavailable):
            change()
    assert path.read_bytes() == before


def test_an_empty_file_is_no_store(tmp_path: Path) -> None:
    """A start that was interrupted left an empty file, and the next start creates a store in it."""
    path = tmp_path / "store.db"
    path.touch()
    store = sqlite_store(path)
    assert not store.exists()
    store.create()
    assert (store.exists(), store.revision()) == (True, 0)


def test_what_cannot_be_looked_at_is_there(tmp_path: Path) -> None:
    """A path that the system refuses to look up is no reason to make another store."""
    assert sqlite_store(tmp_path / ("x" * 300)).exists()
    (tmp_path / "file").touch()
    assert not sqlite_store(tmp_path / "file" / "store.db").exists()


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    """Where there is a file instead of the folder, migrate says why."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="the database cannot be made"):
        sqlite_store(tmp_path / "file" / "sub" / "store.db").create()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach: those above `tmp_path` are private to the user of the
    tests.
    """
    with TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder


def test_a_read_only_folder_is_unavailable(path: Path, open_folder: Path) -> None:
    """Without the right to write, a write is unavailable, reads go on, and nothing is lost."""
    store = open_folder / "store" / "store.db"
    store.parent.mkdir()
    shutil.copy(path, store)
    program = f"""
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from directory_api.change.change import Change, HistoryEntry, Stamp
from directory_api.text.errors import StoreUnavailable
from tests.support.sqlite_stores import sqlite_access, sqlite_store
stamp = Stamp("p", datetime(2026, 1, 1, tzinfo=UTC), "r")
os.chdir({str(store.parent)!r})
warm = sqlite_store(Path("../warm.db"))  # without the rights of root no module can be imported
warm.create()
warm.append([Change("centre", "b", None, {{}})], stamp, expected=warm.revision())
if os.geteuid() == 0:
    os.chown("store.db", 0, 0)
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
store = sqlite_store(Path("store.db"))
try:
    store.append([Change("centre", "b", None, {{}})], stamp, expected=1)
except StoreUnavailable as error:
    print(error)
print(store.records().revision)
"""
    store.parent.chmod(0o555)
    store.chmod(0o444)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    store.parent.chmod(0o755)
    assert done.stdout.splitlines() == [
        "the database cannot be used: the file may not be written",
        "1",
    ], done.stderr


def test_a_full_disk_is_unavailable_and_loses_nothing(path: Path) -> None:
    """If the file cannot grow, a write fails as unavailable, and stored records stay."""
    program = f"""
import resource, signal
from datetime import UTC, datetime
from pathlib import Path
from directory_api.change.change import Change, HistoryEntry, Stamp
from directory_api.text.errors import StoreUnavailable
from tests.support.sqlite_stores import sqlite_access, sqlite_store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
change = Change("centre", "b", None, {{"text": "x" * 200_000}})
try:
    stamp = Stamp("p", datetime(2026, 1, 1, tzinfo=UTC), "r")
    sqlite_store(Path({str(path)!r})).append([change], stamp, expected=1)
except StoreUnavailable as error:
    print("unavailable")
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=unmeasured(),
    )
    assert done.stdout == "unavailable\n", done.stderr
    assert read_whole(sqlite_store(path)).contents["centre"] == {"a": RECORD}


@pytest.mark.parametrize("name", ["a b.db", "a?mode=memory.db", "a#b.db", "a%20b.db", "é.db"])
def test_any_file_name_is_a_file(tmp_path: Path, name: str) -> None:
    """Signs that mean something in a URI are part of the file's name."""
    sqlite_store(tmp_path / name).create()
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_library_with_a_safe_log_writes_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal is a write-ahead log exactly where SQLite is new enough for a safe one."""
    for version, mode in (((99, 0, 0), "delete"), ((3, 0, 0), "wal")):
        path = tmp_path / f"{mode}.db"
        monkeypatch.setattr(engine, "SAFE_WAL", version)
        sqlite_store(path).create()
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == (mode,)


def test_two_copies_that_reach_one_revision_in_different_ways_are_told_apart(path: Path) -> None:
    """The link of the revision differs, also when both made the same change."""
    copy = path.with_name("copy.db")
    shutil.copy(path, copy)
    assert sqlite_store(copy).version() == sqlite_store(path).version()
    for each in (path, copy):
        sqlite_store(each).append([Change("centre", "b", None, RECORD)], STAMP, expected=1)
    ours, theirs = read_whole(sqlite_store(path)), read_whole(sqlite_store(copy))
    assert (ours.revision, ours.contents) == (theirs.revision, theirs.contents)
    assert ours.version != theirs.version
    assert ours.links.link(1) == theirs.links.link(1)
    assert ours.links.link(2) != theirs.links.link(2)
