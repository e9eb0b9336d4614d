"""Back up and restore a whole SQLite store: nothing that was revoked comes back."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from directory_api.change.change import Change
from directory_api.features.operations.maintenance.sqlite import SqliteMaintenance
from directory_api.record.token import SESSION, Credential, Token
from directory_api.store.sqlite import engine
from directory_api.text.errors import StoreConflict, StoreDamaged, StoreUnavailable
from tests.support.made_up_migration import add_migration
from tests.support.sqlite_stores import (
    LATER,
    STAMP,
    create_five_revisions,
    create_small_store,
    damages,
    numbered,
    sqlite_access,
    sqlite_store,
)
from tests.support.store_under_test import everything
from tests.support.tampering import spoil
from tests.support.whole_store import read_whole, without_adopted
from tests.support.write_side import NOON


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of five revisions."""
    return create_five_revisions(tmp_path / "store.db")


def test_a_backup_restores_everything_on_a_new_branch(path: Path, tmp_path: Path) -> None:
    """Records and history are those of the backup; later revisions are abandoned."""
    maintenance, store = SqliteMaintenance(path), sqlite_store(path)
    backup = tmp_path / "backups.db"
    digest = maintenance.back_up(backup)
    assert backup.stat().st_mode & 0o077 == 0
    assert (tmp_path / "backups.db.sha256").read_text() == f"{digest}  backups.db\n"
    saved = read_whole(store)
    store.append([Change("centre", "a", numbered(1), numbered(9))], STAMP, expected=5)
    abandoned = read_whole(store)
    restored = maintenance.restore(backup, LATER)
    kept = read_whole(store)
    assert (kept.revision, without_adopted(kept)) == (restored.revision, saved.contents)
    assert restored.revision == 6
    # Servers that have served a revision of the abandoned branch may follow.
    ((store_id, record),) = kept.contents["adopted"].items()
    assert abandoned.version.startswith(f"{store_id}:6:{record['links'][-1][1]}")
    assert [revision for revision, _ in record["links"]] == [*range(7)]
    assert kept.links.includes(5, saved.links.link(5))
    assert not kept.links.includes(6, abandoned.links.link(6))
    assert restored.aside
    assert read_whole(sqlite_store(restored.aside)) == abandoned
    assert restored.aside.name == "store.db.2026-11-25T120000"
    assert restored.aside.stat().st_mode & 0o077 == path.stat().st_mode & 0o077 == 0
    assert damages(path) == []


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
def test_a_backup_never_replaces_the_database_itself(path: Path, tmp_path: Path, end: str) -> None:
    """A server has the file open: what it wrote afterwards would be lost."""
    (tmp_path / "link").symlink_to(tmp_path)
    before, file = path.read_bytes(), path.stat().st_ino
    for folder in (tmp_path, tmp_path / "link"):
        target = folder / f"{path.name}{end}"
        with pytest.raises(StoreUnavailable, match="is the database itself"):
            SqliteMaintenance(path).back_up(target)
    assert (path.read_bytes(), path.stat().st_ino) == (before, file)
    assert not (tmp_path / "store.db.sha256").exists()


def test_a_restore_brings_back_no_token_that_was_revoked(path: Path, tmp_path: Path) -> None:
    """Tokens and sessions are those of now. A backup's are taken where nothing else is left."""
    access = sqlite_access(path)
    day = NOON.date()
    old, new = (Token(name, name, ("approve",), day, day, made_by="zoe") for name in ("old", "new"))
    access.add_token(old, "digest of old")
    access.add_credential(Credential(SESSION, "of old", "old", NOON, {}), NOON)
    SqliteMaintenance(path).back_up(tmp_path / "b.db")
    access.put_token(replace(old, revoked=day))
    access.take_credential(SESSION, "of old")
    access.add_token(new, "digest of new")
    access.add_credential(Credential(SESSION, "of new", "new", NOON, {}), NOON)
    SqliteMaintenance(path).restore(tmp_path / "b.db", LATER)
    assert access.tokens() == (replace(old, revoked=day), new)
    assert access.token_of("digest of old", NOON) == replace(old, revoked=day)
    assert access.credential(SESSION, "of old") is None
    assert access.credential(SESSION, "of new")
    other = sqlite_access(tmp_path / "other.db")
    SqliteMaintenance(tmp_path / "other.db").restore(tmp_path / "b.db", LATER)
    assert other.tokens() == (old,)
    assert other.credential(SESSION, "of old") is None


def test_a_writer_who_read_before_a_restore_does_not_write_after_it(
    path: Path, tmp_path: Path
) -> None:
    """The number of the revision is the same; its link is not."""
    maintenance, store = SqliteMaintenance(path), sqlite_store(path)
    maintenance.back_up(tmp_path / "b.db")
    store.append([], STAMP, expected=5)
    seen = store.records()
    maintenance.restore(tmp_path / "b.db", LATER)
    assert store.revision() == seen.revision
    with pytest.raises(StoreConflict):
        store.append([], STAMP, expected=seen.revision, version=seen.version)


def test_a_backup_is_restored_where_nothing_is_left(path: Path, tmp_path: Path) -> None:
    """Also in a folder that does not exist, and over a file that is no database."""
    SqliteMaintenance(path).back_up(tmp_path / "b.db")
    for target in (tmp_path / "new" / "store.db", tmp_path / "other.db"):
        if target.name == "other.db":
            target.write_bytes(b"no database" * 1000)
        restored = SqliteMaintenance(target).restore(tmp_path / "b.db", LATER)
        assert sqlite_store(target).revision() == 6
        assert (restored.aside is None) == (target.name != "other.db")
        assert target.stat().st_mode & 0o077 == 0


def test_nothing_is_restored_while_another_process_writes(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is locked is not taken for a damaged one, whose file would be replaced."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    SqliteMaintenance(path).back_up(tmp_path / "b.db")
    before, files = path.read_bytes(), sorted(tmp_path.iterdir())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match="locked by another process"):
            SqliteMaintenance(path).restore(tmp_path / "b.db", LATER)
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == (before, files)


DAMAGE: dict[str, Callable[[Path], object]] = {
    # Only its SHA-256 tells: the last byte of a SQLite file may be unused.
    "another byte": lambda file: file.write_bytes(file.read_bytes()[:-1] + b"x"),
    "a missing record": lambda file: spoil(file, "DELETE FROM records WHERE id = 'a'"),
    "half a file": lambda file: file.write_bytes(file.read_bytes()[:8192]),
    "no database": lambda file: file.write_bytes(b"x" * 9000),
}


@pytest.mark.parametrize(
    ("damage", "with_digest"),
    [*((damage, True) for damage in DAMAGE), *((damage, False) for damage in list(DAMAGE)[1:])],
)
def test_a_damaged_backup_changes_nothing(
    path: Path, tmp_path: Path, damage: str, with_digest: bool
) -> None:
    """It is refused, whether its SHA-256 is beside it or not."""
    backup = tmp_path / "b.db"
    SqliteMaintenance(path).back_up(backup)
    DAMAGE[damage](backup)
    if not with_digest:
        (tmp_path / "b.db.sha256").unlink()
    before, files = everything(path), sorted(tmp_path.iterdir())
    with pytest.raises(StoreUnavailable):
        SqliteMaintenance(path).restore(backup, LATER)
    assert (everything(path), sorted(tmp_path.iterdir())) == (before, files)


def test_a_damaged_store_is_not_written_over_a_good_backup(path: Path, tmp_path: Path) -> None:
    """The backup stays as it was, with its SHA-256."""
    backup = tmp_path / "b.db"
    SqliteMaintenance(path).back_up(backup)
    before = {file.name: file.read_bytes() for file in tmp_path.glob("b.db*")}
    spoil(path, "DELETE FROM records WHERE id = 'a'")
    with pytest.raises(StoreDamaged, match="no backup was written"):
        SqliteMaintenance(path).back_up(backup)
    assert {file.name: file.read_bytes() for file in tmp_path.glob("b.db*")} == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b.db", "b.db.sha256", "store.db"]


def test_a_backup_may_be_copied_alone(path: Path, tmp_path: Path) -> None:
    """Without the file of its SHA-256 the chain in it is what it is checked against."""
    SqliteMaintenance(path).back_up(tmp_path / "b.db")
    shutil.copy(tmp_path / "b.db", tmp_path / "alone.db")
    assert SqliteMaintenance(path).restore(tmp_path / "alone.db", LATER).revision == 6


def test_a_backup_of_an_earlier_version_is_restored_and_leaves_no_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is brought up to date; the backup is what one would go back to."""
    backup = create_five_revisions(tmp_path / "old.db")
    add_migration(monkeypatch)
    path = create_small_store(tmp_path / "new" / "new.db")
    SqliteMaintenance(path).restore(backup, STAMP)
    assert sqlite_store(path).records().contents["centre"].keys() == {"a", "b", "c"}
    assert not [*tmp_path.rglob("*.before-*")]
