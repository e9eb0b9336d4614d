"""The doctor names each thing that is wrong with an installation, and what to do."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

from directory_api.change.change import Change, Stamp
from directory_api.features.operations.doctor import files, machine
from directory_api.features.operations.doctor.finding import HINT, OK
from tests.support.command_line import RunCommand
from tests.support.moments import NOW
from tests.support.records import shipped_records
from tests.support.sqlite_stores import sqlite_store
from tests.support.tampering import spoil
from tests.support.write_side import unwritable

NEEDS = ("desk", "static_site")


class Usage(NamedTuple):
    """What shutil.disk_usage returns, as far as it is used."""

    free: int


@pytest.fixture
def run(run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunCommand:
    """Run commands on an installation in which nothing is wrong: with a snapshot and a backup."""
    tmp_path.chmod(0o755)
    (tmp_path / "cli.db").chmod(0o600)
    backups = tmp_path / "backups"
    backups.mkdir(mode=0o700)
    monkeypatch.setenv("DIRECTORY_BACKUPS", str(backups))
    assert run_command("adopt", "--yes").exit_code == 0
    assert run_command("backup", backups / "b.db").exit_code == 0
    return run_command


def _faults(run: RunCommand, *options: str) -> dict[str, str]:
    """The faults and what to do, by what they are about."""
    result = run("doctor", "--no-server", "--json", *options)
    said = json.loads(result.stdout)
    assert result.exit_code == min(1, said["faults"])
    found = [each for each in said["findings"] if each["level"] == "fault"]
    assert len(found) == said["faults"]
    assert all(each["advice"] for each in found)
    return {each["about"]: f"{each['text']} {each['advice']}" for each in found}


def test_an_installation_in_which_nothing_is_wrong(run: RunCommand) -> None:
    """Each part is named, and the exit code is 0."""
    assert _faults(run) == {}
    result = run("doctor", "--no-server")
    assert result.exit_code == 0
    assert result.stdout.endswith("Nothing is wrong.\n")
    about = {line[7:].partition(":")[0] for line in result.stdout.splitlines() if line[:2] == "ok"}
    assert about >= {"versions", "settings", "permissions", "disk", "store", "snapshot", "backups"}


def test_a_wrong_setting_is_named_with_what_was_meant(
    run: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its value, which may be a password, is not printed."""
    monkeypatch.setenv("DIRECTORY_TRUSTED_PROXY", "secret")
    monkeypatch.setenv("DIRECTORY_RATE_LIMIT", "secret")
    result = run("doctor", "--no-server")
    assert result.exit_code == 1
    assert "did you mean DIRECTORY_TRUSTED_PROXIES?\n" in result.stdout
    assert "DIRECTORY_RATE_LIMIT: write a number" in result.stdout
    assert "secret" not in result.stdout
    assert result.stdout.endswith("2 faults.\n")


def test_settings_that_contradict_each_other_are_named(
    run: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https without a trusted proxy is a fault; a setting without effect may be intended."""
    monkeypatch.setenv("DIRECTORY_PUBLIC_URL", "https://directory.example.org")
    assert "DIRECTORY_TRUSTED_PROXIES" in _faults(run)["settings"]
    monkeypatch.setenv("DIRECTORY_TRUSTED_PROXIES", "1")
    monkeypatch.setenv("DIRECTORY_MAIL_TO", "anna@example.org")
    assert _faults(run) == {}
    hint = "hint   settings: DIRECTORY_MAIL_TO is set, and DIRECTORY_MAIL_SERVER is not"
    result = run("doctor", "--no-server")
    assert hint in result.stdout
    assert "anna@" not in result.stdout


@pytest.mark.parametrize("name", ["cli.db", "cli.db.before-0.0.9", "backups/b.db"])
def test_a_file_that_others_may_read_is_named(run: RunCommand, tmp_path: Path, name: str) -> None:
    """The database, what was kept beside it, and backups: each has the hidden addresses."""
    path = tmp_path / name
    if not path.exists():
        shutil.copy(tmp_path / "cli.db", path)
    path.chmod(0o640)
    assert f"chmod 600 {path}" in _faults(run)["permissions"]


def test_a_folder_that_others_may_write_is_named(run: RunCommand, tmp_path: Path) -> None:
    """Who may write to a folder may replace what is in it."""
    (tmp_path / "backups").chmod(0o770)
    assert f"chmod go-w {tmp_path}/backups" in _faults(run)["permissions"]


def test_a_folder_that_this_user_may_not_read_is_named(
    run: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be another one than that of the server; the command goes on."""
    with TemporaryDirectory() as name:  # those above `tmp_path` are private to one user
        folder = Path(name) / "private"
        folder.mkdir()
        monkeypatch.setenv("DIRECTORY_DATABASE_URL", f"sqlite:///{folder}/cli.db")
        monkeypatch.setenv("DIRECTORY_BACKUPS", f"{folder}/backups")
        assert run("load").exit_code == 0
        with unwritable(folder.parent):
            said = _faults(run)
        folder.chmod(0o700)
    assert (
        f"There is no folder {folder}/backups, or this user may not read it."
        in (said["permissions"])
    )
    assert "the file may not be opened" in said["store"]
    assert f"There is no backup in {folder}/backups" in said["backups"]


def test_a_full_disk_is_named(run: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is full."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(99_000_000))
    assert "99 MB are free" in _faults(run)["disk"]


def test_room_is_needed_for_copies_of_a_large_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration, a write and a backup each need one."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(600_000_000))
    database = tmp_path / "large.db"
    with database.open("wb") as file:
        file.truncate(300_000_000)
    (found,) = files.room([tmp_path], database)
    assert "900 are needed" in found.text
    (found,) = files.room([tmp_path], None)
    assert found.level == OK


def test_an_old_backup_is_named(run: RunCommand, tmp_path: Path) -> None:
    """After two days without a new one."""
    then = (NOW - timedelta(days=3, hours=1)).timestamp()
    os.utime(tmp_path / "backups/b.db.sha256", (then, then))
    assert "3 days old" in _faults(run)["backups"]


def test_a_folder_without_a_backup_is_named(run: RunCommand, tmp_path: Path) -> None:
    """As is a folder that does not exist."""
    for path in (tmp_path / "backups").iterdir():
        path.unlink()
    assert "There is no backup" in _faults(run)["backups"]
    (tmp_path / "backups").rmdir()
    assert "There is no folder" in _faults(run)["permissions"]


def test_without_the_folder_of_backups_there_is_a_hint(
    run: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may be made elsewhere."""
    monkeypatch.delenv("DIRECTORY_BACKUPS")
    assert _faults(run) == {}
    assert "hint   backups: DIRECTORY_BACKUPS is not set" in run("doctor", "--no-server").stdout


def test_a_backup_that_cannot_be_restored_is_named(run: RunCommand, tmp_path: Path) -> None:
    """By its SHA-256, and by what is in it."""
    path, digest = tmp_path / "backups/b.db", tmp_path / "backups/b.db.sha256"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE records SET record = 'x' WHERE id = 'surya'")
    assert "SHA-256" in _faults(run)["backups"]
    path.write_bytes(b"x" * 9000)
    digest.write_text(f"{sha256(path.read_bytes()).hexdigest()}  b.db\n", encoding="utf-8")
    assert "not a SQLite database" in _faults(run)["backups"]
    path.unlink()
    assert "There is no backup" in _faults(run)["backups"]


def test_a_backup_of_another_directory_is_a_hint(
    run: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder may be that of another installation."""
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", f"sqlite:///{tmp_path}/other.db")
    assert run("init").exit_code == 0
    assert _faults(run) == {}
    assert "hint   backups: The newest backup" in run("doctor", "--no-server").stdout


def test_a_damaged_store_is_named(run: RunCommand, tmp_path: Path) -> None:
    """Its last good snapshot and its backup are looked at all the same."""
    spoil(tmp_path / "cli.db", "UPDATE records SET record = 'x' WHERE id = 'surya'")
    assert [*_faults(run)] == ["store"]
    spoil(tmp_path / "cli.db", "DELETE FROM _sqlite_migrations WHERE name = 'credentials'")
    said = _faults(run)["store"]
    assert "tables of an earlier version" in said
    assert "directory-api upgrade FILE" in said


def test_without_a_store_nothing_is_created(run_without_store: RunCommand, tmp_path: Path) -> None:
    """That there is none is a fault."""
    said = _faults(run_without_store)
    assert "there is no directory there" in said["store"]
    assert "no last good snapshot" in said["snapshot"]
    assert [*tmp_path.iterdir()] == []


def test_a_last_good_snapshot_that_cannot_be_used_is_named(run: RunCommand, tmp_path: Path) -> None:
    """Damaged, missing, older than the store, or of another one."""
    path = tmp_path / "cli.db.last-good.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    assert "cannot be used" in _faults(run)["snapshot"]
    path.unlink()
    assert "There is no last good snapshot" in _faults(run)["snapshot"]
    assert run("verify", "surya", "--how", "called").exit_code == 0
    newer = path.read_bytes()
    path.write_bytes(whole)
    assert "of revision 1, and the database is at revision 2" in _faults(run)["snapshot"]
    path.write_bytes(newer)
    shutil.copy(tmp_path / "backups/b.db", tmp_path / "cli.db")
    assert "directory-api adopt" in _faults(run)["snapshot"]


def test_a_change_in_the_future_tells_that_the_clock_is_wrong(
    run: RunCommand, tmp_path: Path
) -> None:
    """Its moment is compared with the clock of this machine."""
    later = Stamp("anna", NOW + timedelta(days=400), "why")
    surya = Change("centre", "surya", None, {"name": "x"})
    sqlite_store(tmp_path / "cli.db").append([surya], later, expected=1)
    assert "in the future" in _faults(run)["time"]


@pytest.mark.parametrize(("state", "level"), [(5, HINT), (0, OK), (None, OK)])
def test_a_clock_that_no_program_sets_is_a_hint(state: int | None, level: str) -> None:
    """By the state of the kernel's clock (adjtimex(2))."""
    (found,) = machine.clock(lambda: state)
    assert found.level == level
    assert machine.clock_state() in (None, *range(6))


def test_it_prints_nothing_of_a_centre(run: RunCommand, tmp_path: Path) -> None:
    """Neither of a whole store nor of a damaged one: it may be sent to others."""
    whole = run("doctor", "--no-server").output
    spoil(tmp_path / "cli.db", "UPDATE records SET record = record || ' ' WHERE kind = 'centre'")
    damaged = run("doctor", "--no-server").output
    assert damaged != whole
    for centre in shipped_records()["centres"]:
        phones = [phone["number"] for phone in centre["phones"]]
        for text in (centre["id"], centre["name"], centre["address"]["street"], *phones):
            assert text not in whole + damaged


@pytest.mark.parametrize(
    ("identity", "member", "value"),
    [
        ("be-trafficking-line", "number", "+3227490000"),
        ("be-child-focus", "name", {"en": "Child Focus, today for missing children"}),
    ],
)
def test_old_helplines_in_the_pages_of_an_outage_are_named(
    run: RunCommand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    identity: str,
    member: str,
    value: object,
) -> None:
    """Nginx shows them while the server is down, and nothing else would notice."""
    site = tmp_path / "site"
    monkeypatch.setenv("DIRECTORY_ERROR_PAGES", str(site))
    assert f"There is no file {site}/current/problems/503.json" in _faults(run)["error pages"]
    assert run("publish", site, "--error-pages").exit_code == 0
    assert _faults(run) == {}
    document = shipped_records()
    (line,) = (each for each in document["helplines"] if each["id"] == identity)
    line[member] = value
    if member == "number":
        line.pop("display", None)
    confirmed = ("--allow-removals", "--confirm-number", line["number"])
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    assert run("import", changed, *confirmed).exit_code == 0
    told = _faults(run)["error pages"]
    assert "are not the stored ones" in told
    assert f"directory-api publish {site} --error-pages" in told
    assert run("publish", site, "--error-pages").exit_code == 0
    assert _faults(run) == {}


def test_it_is_asked_for_the_pages_of_an_outage_behind_a_proxy(
    run: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hint: they may be on another machine."""
    hint = "hint   error pages: DIRECTORY_ERROR_PAGES is not set"
    assert hint not in run("doctor", "--no-server").stdout
    monkeypatch.setenv("DIRECTORY_TRUSTED_PROXIES", "1")
    result = run("doctor", "--no-server")
    assert hint in result.stdout
    assert result.exit_code == 0
