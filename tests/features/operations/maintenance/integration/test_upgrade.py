"""Bring the tables up to date after a backup, and go back with it."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from directory_api.features.operations.maintenance.rows import replace_all
from directory_api.features.operations.maintenance.sqlite import SqliteMaintenance, earlier, present
from directory_api.files import files
from directory_api.store.sqlite import engine, schema
from directory_api.store.sqlite.engine import SqliteEngine
from directory_api.text.errors import StoreDamaged, StoreMissing, StoreUnavailable
from tests.support.command_line import RunCommand, fails
from tests.support.made_up_migration import add_migration
from tests.support.sqlite_stores import LATER, create_five_revisions, damages, sqlite_store
from tests.support.store_under_test import everything
from tests.support.tampering import spoil
from tests.support.whole_store import read_whole, without_adopted


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of five revisions, written before there was another migration."""
    return create_five_revisions(tmp_path / "old.db")


# Bring a database up to date by a migration that is made up, and end as a machine that stops does.
_KILLED = """
import os, signal, sys
from pathlib import Path
import pytest
from directory_api.features.operations.maintenance import backups
from directory_api.features.operations.maintenance.sqlite import SqliteMaintenance
from tests.support.made_up_migration import add_migration, add_notes

def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def add_and_kill(db):
    add_notes(db)
    # A copy of the backup is brought up to date as well, to read it.
    if db.execute("PRAGMA database_list").fetchone()[2] == old:
        kill()

old, backup, where = sys.argv[1:]
if where == "backup":
    backups._refuse_damage = kill
add_migration(pytest.MonkeyPatch(), add_and_kill)
SqliteMaintenance(Path(old)).upgrade(Path(backup))
"""


def _copies(path: Path) -> list[Path]:
    """What is beside a database, except its digest."""
    return [each for each in path.parent.iterdir() if each != path and each.suffix != ".sha256"]


def test_tables_that_are_up_to_date_need_no_backup(old: Path, tmp_path: Path) -> None:
    """Nothing is written."""
    before = old.read_bytes()
    assert SqliteMaintenance(old).upgrade(tmp_path / "b.db") is None
    assert (old.read_bytes(), _copies(old)) == (before, [])


def test_a_backup_with_the_old_tables_is_made_before_they_are_changed(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the only copy, with its SHA-256; everything is the same afterwards."""
    before, whole = everything(old), read_whole(sqlite_store(old))
    add_migration(monkeypatch)
    backup = tmp_path / "b.db"
    digest = SqliteMaintenance(old).upgrade(backup)
    assert (tmp_path / "b.db.sha256").read_text() == f"{digest}  b.db\n"
    assert everything(backup) == before
    assert backup.stat().st_mode & 0o077 == 0
    assert read_whole(sqlite_store(old)) == whole
    assert SqliteEngine(old).pending() == 0
    assert _copies(old) == [backup]


def test_a_database_that_is_away_lacks_no_migrations(tmp_path: Path) -> None:
    """It is said to be missing."""
    with pytest.raises(StoreMissing):
        SqliteEngine(tmp_path / "gone.db").pending()


def test_the_version_before_goes_back_with_that_backup(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot read the newer tables, and keeps them beside the database."""
    before = read_whole(sqlite_store(old))
    with monkeypatch.context() as newer:
        add_migration(newer)
        SqliteMaintenance(old).upgrade(tmp_path / "b.db")
        updated = everything(old)
    with pytest.raises(StoreUnavailable, match="written by"):
        sqlite_store(old).version()
    restored = SqliteMaintenance(old).restore(tmp_path / "b.db", LATER)
    after = read_whole(sqlite_store(old))
    assert (after.revision, without_adopted(after)) == (6, before.contents)
    assert restored.aside
    assert everything(restored.aside) == updated
    assert damages(old) == []


@pytest.mark.parametrize("number", range(1, len(engine.MIGRATIONS)))
def test_tables_of_each_earlier_version_are_brought_up_to_date(
    old: Path, tmp_path: Path, number: int
) -> None:
    """Those of the first migrations alone, with every row that they have a column for."""
    first = tmp_path / "first.db"
    with (
        earlier(first, len(engine.MIGRATIONS) - number) as target,
        closing(sqlite3.connect(old)) as source,
    ):
        replace_all(source, target, with_access=True, tables=present(target))  # type: ignore[arg-type]
    assert SqliteEngine(first).pending() == len(engine.MIGRATIONS) - number
    assert SqliteMaintenance(first).upgrade(tmp_path / "b.db")
    assert SqliteEngine(tmp_path / "b.db").pending() == len(engine.MIGRATIONS) - number
    assert read_whole(sqlite_store(first)) == read_whole(sqlite_store(old))
    assert damages(first) == []


def test_a_damaged_directory_is_not_brought_up_to_date(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup is read before anything is changed."""
    spoil(old, "UPDATE records SET record = 'x' WHERE id = 'a'")
    before = old.read_bytes()
    add_migration(monkeypatch)
    with pytest.raises(StoreDamaged, match="no backup was written"):
        SqliteMaintenance(old).upgrade(tmp_path / "b.db")
    assert (old.read_bytes(), _copies(old)) == (before, [])


def test_the_backup_is_never_the_database_that_is_brought_up_to_date(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There would be no way back."""
    before = old.read_bytes()
    add_migration(monkeypatch)
    with pytest.raises(StoreUnavailable, match="is the database itself"):
        SqliteMaintenance(old).upgrade(old)
    assert (old.read_bytes(), _copies(old)) == (before, [])


@pytest.mark.parametrize("where", ["backup", "migration"])
def test_what_is_killed_in_the_middle_can_be_run_again_and_gone_back_from(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """The tables are then still the old ones, and no half of a backup has its name."""
    before = everything(old)
    backup = tmp_path / "b.db"
    ran = subprocess.run(
        [sys.executable, "-c", _KILLED, str(old), str(backup), where],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert everything(old) == before
    assert backup.exists() == (where == "migration")
    assert not backup.exists() or everything(backup) == before
    assert damages(old) == []
    add_migration(monkeypatch)
    assert SqliteMaintenance(old).upgrade(backup)
    assert everything(backup) == before
    assert SqliteEngine(old).pending() == 0


def test_without_room_for_the_backup_nothing_is_changed(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database stays as it is."""

    def refuse(_path: Path) -> Any:
        raise StoreUnavailable("the disk is full")

    before = old.read_bytes()
    add_migration(monkeypatch)
    monkeypatch.setattr(files, "new_file", refuse)
    with pytest.raises(StoreUnavailable, match="full"):
        SqliteMaintenance(old).upgrade(tmp_path / "b.db")
    assert old.read_bytes() == before


def test_the_command_says_what_it_did(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once; the second time there is nothing to do. The server's snapshot is of the new tables."""
    add_migration(monkeypatch)
    done = run_command("upgrade", tmp_path / "b.db")
    assert done.exit_code == 0
    assert f"Written: {tmp_path}/b.db (SHA-256 " in done.stdout
    assert "has the tables of this version now" in done.stdout
    assert (tmp_path / "cli.db.last-good.json").exists()
    again = run_command("upgrade", tmp_path / "c.db")
    assert (again.exit_code, "nothing was changed" in again.stdout) == (0, True)
    assert not (tmp_path / "c.db").exists()


def test_the_command_tells_damage_by_its_exit_code(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1 if it is damaged, 2 if it cannot be read or must not be written."""
    add_migration(monkeypatch)
    with monkeypatch.context() as read_only:
        read_only.setenv("DIRECTORY_READ_ONLY", "on")
        fails(run_command("upgrade", tmp_path / "b.db"), 2, "only reads")
    spoil(tmp_path / "cli.db", "UPDATE records SET record = 'x' WHERE id = 'surya'")
    fails(run_command("upgrade", tmp_path / "b.db"), 1, "damaged")
    (tmp_path / "cli.db").write_bytes(b"x" * 9000)
    fails(run_command("upgrade", tmp_path / "b.db"), 2, "not a SQLite database")
    assert not (tmp_path / "b.db").exists()


def test_a_backup_of_earlier_tables_has_no_later_ones(tmp_path: Path) -> None:
    """The version that wrote them can read it."""
    with earlier(tmp_path / "first.db", len(engine.MIGRATIONS) - 1) as target:
        assert "credentials" not in present(target)
        assert "made_by" not in present(target)["tokens"]
    applied = [each.name for each in schema.migrations._migrations[:1]]
    assert applied == [engine.MIGRATIONS[0]]
