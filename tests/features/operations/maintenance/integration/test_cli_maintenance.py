"""The store as a whole, at the terminal: check, backup, restore-backup."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from directory_api.cli import main
from directory_api.live.last_good import LastGoodSnapshot
from directory_api.store.stores import stores_at
from tests.support.command_line import RunCommand, fails, other_phone, records
from tests.support.tampering import spoil

NEEDS = ("desk",)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the commands keep the directory."""
    return tmp_path / "cli.db"


@pytest.mark.parametrize("words", [("check",), ("backup", "b.db")])
def test_without_a_directory_nothing_is_created(
    run_without_store: RunCommand, path: Path, words: tuple[str, ...]
) -> None:
    """The exit code is 2, and the message says what to do."""
    fails(run_without_store(*words), 2, "There is no directory at", "directory-api load")
    assert not path.exists()


def test_check_tells_a_timer_by_its_exit_code(run_command: RunCommand, path: Path) -> None:
    """0 if nothing is damaged, 1 if something is, 2 if it cannot be read."""
    whole = run_command("check")
    assert (whole.exit_code, whole.stdout) == (0, f"Nothing is damaged.\nDirectory: {path}\n")
    spoil(path, "UPDATE records SET record = 'x' WHERE id = 'surya'")
    damaged = run_command("check")
    assert (damaged.exit_code, damaged.stdout) == (
        1,
        "centre surya: the record is damaged\n1 part.\n",
    )
    assert "directory-api restore-backup" in damaged.stderr
    path.write_bytes(b"x" * 9000)
    fails(run_command("check"), 2, "not a SQLite database")


def test_a_backup_is_restored(run_command: RunCommand, path: Path, tmp_path: Path) -> None:
    """The changes since then are gone, kept aside, and the revision goes on."""
    backup = tmp_path / "backup.db"
    saved = run_command("export").stdout_bytes
    written = run_command("backup", backup)
    assert written.stdout.startswith(f"Written: {backup} (SHA-256 ")
    assert run_command("import", records(tmp_path, other_phone)).exit_code == 0
    asked = CliRunner().invoke(main, ["restore-backup", str(backup)], input="n\n")
    assert asked.exit_code == 1
    assert run_command("export").stdout_bytes != saved
    restored = run_command("restore-backup", backup, "--yes")
    first, aside, where = restored.stdout.splitlines()
    assert (first, where) == (f"Revision 2, restored from {backup}.", f"Directory: {path}")
    assert Path(aside.removeprefix("What was there before: ")).is_file()
    assert run_command("export").stdout_bytes == saved
    assert run_command("check").exit_code == 0


def test_a_restore_where_nothing_was_names_no_earlier_directory(
    run_command: RunCommand, path: Path, tmp_path: Path
) -> None:
    """It asks nothing, because nothing is replaced, and nothing is kept aside."""
    backup = tmp_path / "backup.db"
    assert run_command("backup", backup).exit_code == 0
    path.unlink()
    restored = run_command("restore-backup", backup)
    assert restored.exit_code == 0
    assert restored.stdout.splitlines() == [
        f"Revision 2, restored from {backup}.",
        f"Directory: {path}",
    ]


def test_a_damaged_backup_and_a_damaged_directory_are_told_apart_from_other_errors(
    run_command: RunCommand, path: Path, tmp_path: Path
) -> None:
    """1 is damage, 2 is everything else."""
    backup = tmp_path / "backup.db"
    assert run_command("backup", backup).exit_code == 0
    fails(run_command("backup", tmp_path / "no" / "folder.db"), 2, "cannot be written")
    fails(run_command("restore-backup", tmp_path / "none.db", "--yes"), 2, "there is no file")
    backup.write_bytes(backup.read_bytes()[:-1] + b"?")
    fails(run_command("restore-backup", backup, "--yes"), 1, "does not match its SHA-256")
    digest = tmp_path / "backup.db.sha256"
    digest.write_bytes(b"\xff\xfe")
    fails(run_command("restore-backup", backup, "--yes"), 1, "does not match its SHA-256")
    digest.unlink()
    digest.mkdir()
    fails(run_command("restore-backup", backup, "--yes"), 2, "backup.db.sha256: Is a directory")
    os.mkfifo(tmp_path / "pipe")
    fails(run_command("backup", tmp_path / "pipe"), 2, "no ordinary file")
    assert (tmp_path / "pipe").is_fifo()
    spoil(path, "DELETE FROM records WHERE id = 'surya'")
    fails(run_command("backup", backup), 1, "no backup was written")


def test_after_a_restore_the_last_good_snapshot_is_that_of_the_backup(
    run_command: RunCommand, path: Path, tmp_path: Path
) -> None:
    """A server that starts without the database would serve what was rolled back otherwise."""
    assert run_command("backup", str(tmp_path / "b.db")).exit_code == 0
    new = records(tmp_path, other_phone)
    assert run_command("import", str(new), "--reason", "why").exit_code == 0
    snapshot = LastGoodSnapshot(Path(f"{path}.last-good.json"))
    before = snapshot.load()
    assert run_command("restore-backup", "--yes", str(tmp_path / "b.db")).exit_code == 0
    after = snapshot.load()
    assert before
    assert after
    assert before.centres != after.centres
    assert after.links.link(after.revision) in stores_at(f"sqlite:///{path}").store.version()
