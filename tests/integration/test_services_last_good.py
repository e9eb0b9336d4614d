"""The last good snapshot is served while the store cannot be read, and replaces no store."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.store.sqlite import engine
from directory_api.text.errors import StoreMissing, StoreUnavailable
from tests.support.command_line import RunCommand, fails
from tests.support.html_browser import signed_in_browser
from tests.support.last_good_files import Files, client_of
from tests.support.maintainer_app import create_maintainer_app
from tests.support.records import TERMINAL
from tests.support.servers import eventually

NEEDS = ("desk",)

PATHS = (
    "/v1/",
    "/v1/centres?limit=100",
    "/v1/centres/sheltered",
    "/v1/centres.geojson",
    "/v1/helplines",
    "/v1/nearest?postcode=9000",
    "/v1/nearest?lat=51.0311&lon=3.7022",
    "/v1/nearest?lat=48.8&lon=2.3",
    "/v1/postcodes/BE/2000",
    "/v1/bundle",
    "/hsds/organizations",
    "/",
)


def _answers(client: FlaskClient) -> dict[str, bytes]:
    return {path: client.get(path).data for path in PATHS}


def test_it_gives_the_same_answers_as_the_store(files: Files) -> None:
    """Byte for byte, on every kind of route that reads; with the same ETag."""
    directory = files.start()
    expected, links = _answers(client_of(directory)), directory.live.snapshot.links
    files.database.unlink()
    without_store = files.start()
    assert _answers(client_of(without_store)) == expected
    assert without_store.live.snapshot.links == links


def _lock(path: Path) -> Any:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other


HARM: dict[str, Callable[[Path], Any]] = {
    "gone": lambda path: path.unlink(),
    "locked": _lock,
}


@pytest.mark.parametrize("harm", HARM)
def test_a_process_that_starts_without_its_store_serves_it_and_recovers(
    files: Files, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    """It says that it is degraded, and why; nothing is written; it follows the store again."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    whole = files.database.read_bytes()
    held = HARM[harm](files.database)
    directory = files.start()
    client = client_of(directory)
    assert client.get("/v1/centres/surya").get_json()["name"] == "Surya vzw"
    ready = client.get("/readyz").get_json()
    assert (ready["status"], ready["revision"]) == ("degraded", "3")
    assert ready["reason"].endswith("; revision 3 of the last good snapshot is served")
    assert "directory_degraded 1.0" in client.get("/metrics").text
    with pytest.raises(StoreUnavailable):
        directory.editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": "Lost"})
    if harm == "locked":
        held.close()
    else:
        files.database.write_bytes(whole)
    assert directory.live.refresh()
    assert client.get("/readyz").get_json()["status"] == "ready"
    assert "directory_degraded 0.0" in client.get("/metrics").text
    directory.editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": "Kept"})
    assert client.get("/v1/centres/surya").get_json()["name"] == "Kept"


def test_a_process_that_was_refused_serves_it_without_another_wait(files: Files) -> None:
    """The store is looked at again by the thread that follows it, and not before."""
    settings = Settings(database_url=f"sqlite:///{files.database}")
    live = open_directory(settings).live
    with closing(sqlite3.connect(files.database)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        live.fall_back("the store is locked")
        live.follow()
        assert live.ready
        # A look would have given its own reason.
        assert str(live.health.degraded).startswith("the store is locked; revision ")
    eventually(30.0, lambda: live.health.degraded is None)


def test_a_process_that_was_refused_keeps_what_it_has(files: Files, tmp_path: Path) -> None:
    """A snapshot of the store is newer; and without a last good one there is nothing to serve."""
    live = files.start().live
    live.fall_back("the store is locked")
    assert not live.health.is_last_good
    without = open_directory(Settings(database_url=f"sqlite:///{tmp_path / 'none.db'}")).live
    without.fall_back("the store is locked")
    assert not without.ready


@pytest.mark.parametrize("is_emptied", [False, True])
def test_a_store_that_has_disappeared_is_never_replaced_by_the_shipped_numbers(
    files: Files, *, is_emptied: bool
) -> None:
    """Neither by a start nor by a load: they may be older. Nobody is told to load them, and what is
    removed to make it work may be the only right copy.
    """
    files.database.unlink()
    if is_emptied:
        files.database.touch()
    directory = files.start()
    with pytest.raises(StoreUnavailable) as refused:
        directory.open()
    directory.live.fall_back(directory.live.cause(refused.value))
    for told in (str(directory.live.health.degraded), directory.live.cause(refused.value)):
        assert "restore-backup" in told
        assert "directory-api load" not in told
    directory.live.refresh()
    assert "copy it to another place before" in str(directory.live.health.degraded) or is_emptied
    assert "directory-api load" not in str(directory.live.health.degraded)
    with pytest.raises(StoreMissing, match=r"move this file to another place first and keep it"):
        directory.prepare()
    with pytest.raises(StoreMissing, match=r"has disappeared.*restore-backup"):
        files.start().seed_data.load(TERMINAL, reason="x")
    assert files.database.exists() is is_emptied


def test_no_command_works_with_it_in_silence(run_command: RunCommand, tmp_path: Path) -> None:
    """Each command reports that the database is damaged, and to check it."""
    assert run_command("nearest", "1000").exit_code == 0
    with closing(sqlite3.connect(tmp_path / "cli.db")) as db, db:
        db.execute("DELETE FROM records WHERE id = 'surya'")
    for words in (("nearest", "1000"), ("export",), ("publish", tmp_path / "site")):
        fails(run_command(*words), 1, "the database is damaged; run `directory-api check`")


def test_the_commands_say_what_to_do_about_a_store_that_has_disappeared(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """load, init and serve create nothing beside a last good snapshot."""
    assert run_command("nearest", "1000").exit_code == 0
    (tmp_path / "cli.db").unlink()
    for words in (("load",), ("init",)):
        fails(run_command(*words), 1, "has disappeared", "restore-backup")
    for command in (("nearest", "1000"), ("check",)):
        told = run_command(*command).stderr
        assert "copy it to another place" in told
        assert "directory-api load" not in told
    assert not (tmp_path / "cli.db").exists()


def test_maintainers_read_that_visitors_may_not_see_what_is_stored(tmp_path: Path) -> None:
    """Each page of /admin says so while the history is damaged, and why."""
    maintainer_app = create_maintainer_app(tmp_path)
    with closing(sqlite3.connect(maintainer_app.path)) as db, db:
        db.execute("DELETE FROM history WHERE id = 'surya'")
    maintainer_app.directory.editor.patch(
        Edit(TERMINAL, "centre", "pag-asa", "why"), {"name": "Another"}
    )
    browser = signed_in_browser(maintainer_app, "anna")
    assert "Visitors may not see what is stored: the history" in browser.get("/centres").text
