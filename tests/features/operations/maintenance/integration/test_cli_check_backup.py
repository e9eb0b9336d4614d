"""`check --backup` restores a backup on trial; what went well is noted for /metrics."""

import json
import os
from pathlib import Path

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.features.operations.last_runs import last_runs
from tests.support.command_line import RunCommand, fails
from tests.support.records import shipped_records
from tests.support.tampering import spoil


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the commands keep the directory."""
    return tmp_path / "cli.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for backups."""
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def _noted(task: str) -> tuple[bool, bool]:
    """Whether the task ever went well, and whether it failed since."""
    last = last_runs(open_directory(Settings.from_environment()).stores.base_path)[task]
    return last.went_well_at is not None, last.has_failed


def _tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files}


def test_the_newest_backup_of_a_folder_is_restored_on_trial(
    run_command: RunCommand, path: Path, folder: Path, tmp_path: Path
) -> None:
    """It says the revision and the number of records of both, and changes nothing but its note."""
    assert run_command("backup", folder / "monday.db").exit_code == 0
    os.utime(folder / "monday.db.sha256", (0, 0))
    assert run_command("verify", "surya", "--how", "called").exit_code == 0
    assert run_command("backup", folder / "tuesday.db").exit_code == 0
    assert run_command("verify", "payoke", "--how", "called").exit_code == 0
    lines = len(shipped_records()["helplines"])
    before = _tree(tmp_path)
    result = run_command("check", "--backup", folder)
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            f"Restored on trial: {folder}/tuesday.db, revision 2, 3 centres, {lines} helplines.",
            f"The directory now: revision 3, 3 centres, {lines} helplines.",
            f"Directory: {path}",
        ],
    )
    after = _tree(tmp_path)
    assert after.keys() - before.keys() == {f"{path}.restore-drill.json"}
    assert {name: after[name] for name in before} == before
    named = run_command("check", "--backup", folder / "monday.db")
    assert "revision 1, 3 centres" in named.stdout


def test_a_damaged_backup_fails_the_drill(
    run_command: RunCommand, folder: Path, tmp_path: Path
) -> None:
    """The exit code is 1; the drill that went well before is still known."""
    backup = folder / "monday.db"
    assert run_command("backup", backup).exit_code == 0
    assert run_command("check", "--backup", folder).exit_code == 0
    assert _noted("restore-drill") == (True, False)
    content = backup.read_bytes()
    backup.write_bytes(content[:-1])
    fails(run_command("check", "--backup", folder), 1, f"{backup} does not match its SHA-256")
    assert _noted("restore-drill") == (True, True)
    # Without its digest the file is checked, too.
    (folder / "monday.db.sha256").unlink()
    backup.write_bytes(content)
    spoil(backup, "UPDATE records SET record = 'x' WHERE id = 'surya'")
    fails(run_command("check", "--backup", backup), 1, "the backup is damaged", "surya")


def test_a_backup_of_another_past_fails_the_drill(
    run_command: RunCommand, path: Path, folder: Path
) -> None:
    """The present directory lost what the backup has, or has another history."""
    whole = path.read_bytes()
    assert run_command("verify", "surya", "--how", "called").exit_code == 0
    assert run_command("backup", folder / "monday.db").exit_code == 0
    path.write_bytes(whole)
    assert run_command("adopt", "--yes").exit_code == 0
    says = "the backup, of revision 2, is not an earlier state of the present directory"
    fails(run_command("check", "--backup", folder), 1, says)
    assert run_command("verify", "payoke", "--how", "called").exit_code == 0
    fails(run_command("check", "--backup", folder), 1, says)


def test_a_backup_before_a_restore_passes_the_drill(run_command: RunCommand, folder: Path) -> None:
    """A restore continues the history of the backup."""
    backup = folder / "monday.db"
    assert run_command("backup", backup).exit_code == 0
    assert run_command("restore-backup", backup, "--yes").exit_code == 0
    assert run_command("check", "--backup", backup).exit_code == 0
    assert run_command("backup", backup).exit_code == 0
    assert run_command("check", "--backup", backup).exit_code == 0


def test_without_a_backup_the_drill_fails(run_command: RunCommand, folder: Path) -> None:
    """The exit code is 2, as without a directory."""
    fails(run_command("check", "--backup", folder), 2, f"there is no backup in {folder}")
    fails(run_command("check", "--backup", folder / "no"), 2, f"no file or folder {folder}/no")
    assert _noted("restore-drill") == (False, True)


def test_without_a_directory_nothing_is_noted(
    run_without_store: RunCommand, folder: Path, tmp_path: Path
) -> None:
    """And nothing is created."""
    fails(run_without_store("check", "--backup", folder), 2, "There is no directory at")
    assert [*tmp_path.iterdir()] == [folder]


def test_check_and_backup_are_noted(run_command: RunCommand, path: Path, folder: Path) -> None:
    """When they went well, and that they failed since; a damaged note is as none."""
    assert (_noted("check"), _noted("backup")) == ((False, False), (False, False))
    assert run_command("check").exit_code == 0
    assert run_command("backup", folder / "a.db").exit_code == 0
    assert (_noted("check"), _noted("backup")) == ((True, False), (True, False))
    # The server may run as another user.
    assert (path.parent / "cli.db.check.json").stat().st_mode & 0o044 == 0o044
    spoil(path, "UPDATE records SET record = 'x' WHERE id = 'surya'")
    assert run_command("check").exit_code == 1
    assert run_command("backup", folder / "a.db").exit_code == 1
    assert (_noted("check"), _noted("backup")) == ((True, True), (True, True))
    path.with_name("cli.db.check.json").write_text(json.dumps({"went_well_at": 1}))
    assert _noted("check") == (False, False)


def test_a_note_that_cannot_be_written_is_no_failure(run_command: RunCommand, path: Path) -> None:
    """A check of a directory that may only be read goes on."""
    path.with_name("cli.db.check.json").mkdir()
    result = run_command("check")
    assert result.exit_code == 0
    assert "warning: when this ended is not noted for /metrics" in result.stderr
