"""A server never follows another store than the one that it has served, nor a lower revision of it,
until an operator says so.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.features.operations.maintenance.adoption import adopter_of
from directory_api.features.operations.maintenance.service import maintenance_of
from directory_api.store.stores import stores_at
from directory_api.text.errors import NotReady, StoreMissing, StoreUnavailable
from tests.support.command_line import RunCommand, fails
from tests.support.last_good_files import Files, client_of
from tests.support.moments import NOW
from tests.support.records import TERMINAL, made_up_centre
from tests.support.write_side import create_write_side

WHY = Edit(TERMINAL, "centre", "surya", "why")
SERVED = "Surya vzw"


def _another(files: Files, older: Path) -> None:
    """Another directory, such as one with the shipped records that was created by mistake."""
    files.database.unlink()
    create_write_side(files.database)


def _older(files: Files, older: Path) -> None:
    """A copy from before the last change."""
    shutil.copy(older, files.database)


def _branch(files: Files, older: Path) -> None:
    """A copy that was edited until it has the same revision."""
    shutil.copy(older, files.database)
    name = files.snapshot.read_bytes()
    files.snapshot.unlink()
    files.start().editor.patch(WHY, {"name": "Another branch"})
    files.snapshot.write_bytes(name)


REPLACED: Mapping[str, Callable[[Files, Path], None]] = {
    "another directory than the one that was served": _another,
    "at revision 3, before revision 4": _older,
    "another history than the one that was served": _branch,
}


@pytest.fixture
def running(files: Files, tmp_path: Path) -> Directory:
    """A process that serves revision 4; `older.db` is a copy of the store from before."""
    shutil.copy(files.database, tmp_path / "older.db")
    directory = files.start()
    directory.editor.patch(WHY, {"website": "https://example.org/"})
    return directory


def _name(directory: Directory) -> str:
    name: str = client_of(directory).get("/v1/centres/surya").get_json()["name"]
    return name


@pytest.mark.parametrize("why", REPLACED)
def test_a_store_in_its_place_is_not_followed_before_or_after_a_restart(
    files: Files, running: Directory, tmp_path: Path, why: str
) -> None:
    """What was served stays in force, as degraded, and no edit is taken."""
    link = running.live.snapshot.revision_hash
    right = tmp_path / "right.db"
    shutil.copy(files.database, right)
    REPLACED[why](files, tmp_path / "older.db")
    running.live.refresh()
    for directory in (running, files.start()):
        client = client_of(directory)
        ready = client.get("/readyz").get_json()
        assert (ready["status"], ready["revision_hash"]) == ("degraded", link)
        assert why in ready["reason"]
        assert "`directory-api adopt`" in ready["reason"]
        assert (ready["writes"], ready["writes_reason"] in ready["reason"]) == ("unavailable", True)
        assert "directory_adopt_needed 1.0" in client.get("/metrics").text
        assert "directory_writes_available 0.0" in client.get("/metrics").text
        with pytest.raises(StoreUnavailable, match="adopt"):
            directory.editor.patch(WHY, {"name": "Lost"})
        assert _name(directory) == SERVED
    shutil.copy(right, files.database)
    running.live.refresh()
    assert running.live.health.degraded is None
    assert "directory_adopt_needed 0.0" in client_of(running).get("/metrics").text


def _replica(files: Files, snapshot: Path, read_only: str = "off") -> Directory:
    """Another server that follows the same store, with a memory of its own."""
    settings = Settings(
        database_url=f"sqlite:///{files.database}",
        snapshot=str(snapshot),
        review="off",
        read_only=read_only,
    )
    directory = open_directory(settings)
    directory.live.refresh()
    return directory


@pytest.mark.parametrize("why", REPLACED)
def test_every_server_follows_what_an_operator_adopts(
    files: Files, running: Directory, tmp_path: Path, why: str
) -> None:
    """The store itself tells them, also those of other machines, and it survives a restart."""
    replica = _replica(files, tmp_path / "replica.json")
    REPLACED[why](files, tmp_path / "older.db")
    replica.live.refresh()
    assert replica.live.health.is_replaced
    adoption = adopter_of(files.start()).adopt(TERMINAL)
    assert adoption.replaced
    for directory in (running, replica, files.start(), _replica(files, tmp_path / "replica.json")):
        directory.live.refresh()
        assert (directory.live.health.degraded, directory.live.health.is_replaced) == (None, False)
        snapshot = directory.live.snapshot
        assert adoption.present.startswith(
            f"{snapshot.store}:{snapshot.revision}:{snapshot.revision_hash}"
        )
    replica.editor.patch(WHY, {"name": "Kept"})
    running.live.refresh()
    assert _name(running) == "Kept"


def test_what_was_given_up_is_not_followed_again(
    files: Files, running: Directory, tmp_path: Path
) -> None:
    """Adopting a copy is no permission for the next one."""
    given_up = tmp_path / "given up.db"
    shutil.copy(files.database, given_up)
    _older(files, tmp_path / "older.db")
    adopter_of(files.start()).adopt(TERMINAL)
    running.live.refresh()
    running.editor.patch(WHY, {"name": "After it"})
    for copy in (given_up, tmp_path / "older.db"):
        shutil.copy(copy, files.database)
        running.live.refresh()
        assert running.live.health.is_replaced
        assert _name(running) == "After it"


def test_servers_that_only_read_follow_what_is_adopted_on_their_machine(
    files: Files, running: Directory, tmp_path: Path
) -> None:
    """Nothing is written into their database, so the last good snapshot tells them."""
    servers = [_replica(files, files.snapshot, "on") for _ in range(2)]
    _another(files, tmp_path / "older.db")
    before = files.database.read_bytes()
    adopter_of(_replica(files, files.snapshot, "on")).adopt(TERMINAL)
    for server in (*servers, _replica(files, files.snapshot, "on")):
        server.live.refresh()
        assert server.live.health.degraded is None
        assert server.live.snapshot.revision == 1
    assert files.database.read_bytes() == before


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_backup_that_is_restored_needs_no_adoption(
    files: Files, running: Directory, tmp_path: Path, *, is_gone: bool
) -> None:
    """Neither on this machine nor on others, also if they were a revision behind. Where the store
    is gone, the last good snapshot says what was served on this machine.
    """
    backup = tmp_path / "backup.db"
    maintenance_of(running).back_up(backup)
    behind = _replica(files, tmp_path / "replica.json")
    running.editor.patch(WHY, {"name": "After the backup"})
    if is_gone:
        files.database.unlink()
    maintenance_of(files.start()).restore(TERMINAL, backup)
    for directory in (running, files.start(), *([] if is_gone else [behind])):
        directory.live.refresh()
        assert directory.live.health.degraded is None
        assert _name(directory) == SERVED


def test_a_damaged_last_good_snapshot_is_no_memory(files: Files, tmp_path: Path) -> None:
    """What it says may not be true, so the store is served."""
    files.snapshot.write_bytes(files.snapshot.read_bytes()[:-70])
    _another(files, tmp_path)
    assert files.start().live.health.degraded is None


def test_without_a_last_good_snapshot_only_the_store_is_shown(files: Files) -> None:
    """There is nothing to compare its phones with."""
    directory = files.start()
    files.snapshot.unlink()
    compared = adopter_of(directory).compare()
    assert (compared.served, len(compared.phones)) == (None, 0)
    assert compared.present.centres == 4


def test_a_store_that_was_emptied_is_not_filled_again(files: Files, running: Directory) -> None:
    """Its tables are there, and its numbers may have been newer than the shipped ones."""
    files.database.unlink()
    stores_at(f"sqlite:///{files.database}").store.create()
    for directory in (running, files.start()):
        directory.live.refresh()
        assert str(directory.live.health.degraded).startswith("the database holds no records yet; ")
        assert directory.live.snapshot.revision == 4
        with pytest.raises(StoreMissing, match="disappeared"):
            directory.seed_data.load(TERMINAL, reason="x")
        with pytest.raises(NotReady, match="nothing to adopt"):
            adopter_of(directory).adopt(TERMINAL)


def test_servers_go_over_to_a_directory_that_was_begun_again(
    files: Files, running: Directory
) -> None:
    """As the refusal of `load` says: the snapshot is removed, and what was loaded adopted."""
    files.database.unlink()
    files.snapshot.unlink()
    files.start().prepare()
    running.live.refresh()
    assert running.live.health.is_replaced
    assert adopter_of(files.start()).adopt(TERMINAL).replaced is None
    running.live.refresh()
    assert running.live.health.degraded is None
    assert running.live.snapshot.revision == 1


def test_a_store_that_cannot_be_served_is_not_adopted(files: Files, tmp_path: Path) -> None:
    """What is in force stays in force."""
    _another(files, tmp_path)
    with closing(sqlite3.connect(files.database)) as db, db:
        db.execute("DELETE FROM records WHERE kind = 'helpline'")
    before = files.snapshot.read_bytes()
    with pytest.raises(StoreUnavailable, match="damaged"):
        adopter_of(files.start()).adopt(TERMINAL)
    assert files.snapshot.read_bytes() == before


def _numbers(centre: Mapping[str, Any]) -> str:
    return ", ".join(phone["number"] for phone in centre["phones"])


def test_commands_refuse_what_is_not_adopted(run_command: RunCommand, tmp_path: Path) -> None:
    """They say what to do; `adopt` shows what a person can judge, and asks first."""
    database = tmp_path / "cli.db"
    assert run_command("nearest", "1000").exit_code == 0
    os.utime(tmp_path / "cli.db.last-good.json", (NOW.timestamp(), NOW.timestamp()))
    database.unlink()
    centres = [
        made_up_centre(each, phones=[{"number": f"+322511646{each}", "kind": "main"}])
        for each in range(10)
    ]
    create_write_side(database, centres)
    for words in (("nearest", "1000"), ("load",), ("verify", "surya", "--how", "called")):
        fails(run_command(*words), 1, "another directory", "`directory-api adopt`")
    asked = run_command("adopt")
    assert "Served until now: directory " in asked.output
    assert "revision 1, link " in asked.output
    assert asked.exit_code == 1
    lines = asked.output.splitlines()
    assert re.fullmatch(
        rf"  written {NOW:%Y-%m-%d %H:%M} UTC; 3 centres, \d+ helplines\.",
        lines[1],
    )
    assert re.fullmatch(
        r"  last change 2026-11-24 12:00 UTC \(the first records\); 10 centres, \d+ helplines\.",
        lines[3],
    )
    assert lines[4] == "Phone numbers that would change:"
    assert lines[5:7] == [f"  made-up-{n:03}: none -> {_numbers(centres[n])}" for n in (0, 1)]
    assert lines[15] == "  and 3 more"
    assert "from now on? [y/N]" in asked.output + asked.stderr
    fails(run_command("nearest", "1000"), 1, "another directory")
    assert "Adopted: directory " in run_command("adopt", "--yes").output
    assert run_command("show", "made-up-001").exit_code == 0
    assert "Adopted: directory " in run_command("adopt").output
