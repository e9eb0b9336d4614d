"""`notify list`: what needs attention, as the store and the backups say."""

import os
from pathlib import Path

import pytest

from tests.support.command_line import RunCommand, fails, rows


def test_the_list_has_what_needs_attention_urgent_things_first(run_command: RunCommand) -> None:
    """Contested contacts, and what was never confirmed; each with its record, but no name."""
    found = [row[:4] for row in rows(run_command("notify", "list"))]
    assert found[:2] == [
        ["urgent", "Details about which sources disagree", "centres/pag-asa", "opening_hours"],
        ["urgent", "Details about which sources disagree", "centres/payoke", "address"],
    ]
    assert ["", "Records with values that were never confirmed", "centres/surya", ""] in found


@pytest.mark.needs("operations")
def test_an_old_backup_is_listed_where_the_folder_is_named(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One that was written now is not old; none at all is."""
    old = "No backup was written in the last two days"
    folder = tmp_path / "backups"
    folder.mkdir()
    assert old not in _kinds(run_command)
    monkeypatch.setenv("DIRECTORY_BACKUPS", str(folder))
    assert old in _kinds(run_command)
    assert run_command("backup", folder / "monday.db").exit_code == 0
    assert old not in _kinds(run_command)
    os.utime(folder / "monday.db.sha256", (0, 0))
    assert old in _kinds(run_command)


def test_an_address_needs_a_valid_token(run_command: RunCommand) -> None:
    """A token that was revoked has none."""
    fails(run_command("notify", "address", "00000000"), 1, "No valid token has this id.")
    run_command("token", "create", "anna", "--scope", "edit")
    ((identity, *_),) = rows(run_command("token", "list"))
    assert run_command("notify", "address", identity).exit_code == 0
    run_command("token", "revoke", identity)
    fails(run_command("notify", "address", identity), 1, "No valid token has this id.")


def test_an_address_is_at_the_public_address(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the setting has one."""
    run_command("token", "create", "anna", "--scope", "edit")
    ((identity, *_),) = rows(run_command("token", "list"))
    assert run_command("notify", "address", identity).output.startswith("/notices/")
    monkeypatch.setenv("DIRECTORY_PUBLIC_URL", "https://public.example.org")
    for line in run_command("notify", "address", identity).output.splitlines():
        assert line.startswith(f"https://public.example.org/notices/{identity}-")


def _kinds(run_command: RunCommand) -> list[str]:
    return [row[1] for row in rows(run_command("notify", "list"))]
