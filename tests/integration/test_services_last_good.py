"""The last good snapshot: what is served while the store cannot be read, and what never is."""

import hashlib
import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.domain.errors import StoreMissing, StoreUnavailable
from directory_api.features import create_app
from directory_api.services import editions, last_good
from directory_api.services.editor import Edit
from directory_api.services.last_good import LastGoodSnapshot
from directory_api.storage.sqlite import engine
from directory_api.storage.sqlite.store import SqliteStore
from directory_api.web.openapi.spec import EXAMPLES_AT
from tests.support.command_line import RunCommand, fails
from tests.support.html_browser import signed_in_browser
from tests.support.maintainer_app import HIDDEN, create_maintainer_app
from tests.support.records import TERMINAL
from tests.support.servers import eventually
from tests.support.whole_store import read_whole
from tests.support.write_side import unwritable


@dataclass(frozen=True)
class Files:
    """A database with a hidden centre, and its last good snapshot."""

    database: Path
    snapshot: Path

    def start(self) -> Directory:
        """A process that starts now, as a server's worker does."""
        directory = open_directory(
            Settings(database_url=f"sqlite:///{self.database}", rate_limit="", second_look="off")
        )
        directory.live.refresh()
        return directory


def _client(directory: Directory) -> FlaskClient:
    return create_app(directory, now=lambda: EXAMPLES_AT).test_client()


@pytest.fixture
def files(tmp_path: Path, loaded_database: Path) -> Files:
    """Both files, after an edit that hid an address."""
    database = tmp_path / "directory.db"
    shutil.copy(loaded_database, database)
    made = Files(database, tmp_path / "directory.db.last-good.json")
    editor = made.start().editor
    edit = Edit(TERMINAL, "centre", "sheltered", "why")
    editor.create(edit, {**HIDDEN})
    editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": "Surya vzw"})
    return made


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
    "/v1/changes",
    "/hsds/organizations",
    "/",
)


def _answers(client: FlaskClient) -> dict[str, bytes]:
    return {path: client.get(path).data for path in PATHS}


def test_it_gives_the_same_answers_as_the_store(files: Files) -> None:
    """Byte for byte, on every kind of route that reads; with the same ETag."""
    directory = files.start()
    expected, links = _answers(_client(directory)), directory.finder.snapshot.links
    files.database.unlink()
    without_store = files.start()
    assert _answers(_client(without_store)) == expected
    assert without_store.finder.snapshot.links == links


def test_nothing_hidden_is_in_it(files: Files) -> None:
    """Neither the street nor the point of a hidden centre, nor its postcode as its own."""
    text = files.snapshot.read_text(encoding="utf-8")
    for secret in ("Geheimstraat", "51.0311", "3.7022"):
        assert secret not in text
    centres = last_good.parse(text.encode())["contents"]["centre"]
    assert "postal_code" not in centres["sheltered"]["address"]


def _lock(path: Path) -> Any:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other


def _make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HARM: dict[str, Callable[[Path], Any]] = {
    "gone": lambda path: path.unlink(),
    "damaged": lambda path: path.write_bytes(b"x" * 9000),
    "empty": lambda path: path.write_bytes(b""),
    "locked": _lock,
    "a folder": _make_folder,
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
    client = _client(directory)
    assert client.get("/v1/centres/surya").get_json()["name"] == "Surya vzw"
    ready = client.get("/readyz").get_json()
    assert (ready["status"], ready["revision"]) == ("degraded", "3")
    assert ready["reason"].endswith("; revision 3 of the last good snapshot is served")
    assert "directory_degraded 1.0" in client.get("/metrics").text
    with pytest.raises(StoreUnavailable):
        directory.editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": "Lost"})
    if harm == "locked":
        held.close()
    elif harm == "a folder":
        files.database.rmdir()
    if harm != "locked":
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
        started = time.monotonic()
        live.fall_back("the store is locked")
        live.follow()
        assert time.monotonic() - started < engine.BUSY_SECONDS / 2
        assert live.ready
        assert str(live.degraded).startswith("the store is locked; revision ")
    eventually(10, lambda: live.degraded is None)
    live.stop()


def test_a_process_that_was_refused_keeps_what_it_has(files: Files, tmp_path: Path) -> None:
    """A snapshot of the store is newer; and without a last good one there is nothing to serve."""
    live = files.start().live
    live.fall_back("the store is locked")
    assert not live.is_last_good
    without = open_directory(Settings(database_url=f"sqlite:///{tmp_path / 'none.db'}")).live
    without.fall_back("the store is locked")
    assert not without.ready


def _rewrite(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    head, line, *centres, _ = path.read_text(encoding="utf-8").splitlines()
    document = json.loads(line)
    change(document)
    body = "\n".join((head, json.dumps(document), *centres, ""))
    digest = hashlib.sha256(body.encode()).hexdigest()
    path.write_text(f"{body}{digest}\n", encoding="utf-8")


SPOILT: dict[str, Callable[[Path], object]] = {
    "one byte": lambda path: path.write_bytes(path.read_bytes().replace(b"078 055", b"078 056")),
    "half": lambda path: path.write_bytes(path.read_bytes()[:3000]),
    "nothing": lambda path: path.write_bytes(b""),
    "another form": lambda path: _rewrite(path, lambda made: made.update(format=1)),
    "no emergency number": lambda path: _rewrite(
        path, lambda made: made["contents"]["helpline"].pop("be-112")
    ),
    "no helplines": lambda path: _rewrite(path, lambda made: made["contents"].pop("helpline")),
    "no past": lambda path: _rewrite(path, lambda made: made.pop("last")),
    "no places": lambda path: _rewrite(path, lambda made: made.pop("places")),
    "no centres": lambda path: _rewrite(path, lambda made: made.pop("contents")),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_damaged_snapshot_never_comes_into_force(files: Files, spoilt: str) -> None:
    """The process has nothing to serve, and answers with the helplines."""
    SPOILT[spoilt](files.snapshot)
    files.database.unlink()
    client = _client(files.start())
    answer = client.get("/v1/centres/surya")
    assert answer.status_code == 503
    assert answer.get_json()["helplines"][0]["number"] == "112"


@pytest.mark.parametrize("spoilt", ["one byte", "half", "nothing"])
def test_a_damaged_snapshot_is_written_again_at_the_next_start(files: Files, spoilt: str) -> None:
    """Otherwise there would be none until the next change, and nothing would say so."""
    whole = files.snapshot.read_bytes()
    SPOILT[spoilt](files.snapshot)
    files.start()
    assert files.snapshot.read_bytes() == whole


def test_it_follows_each_change_and_is_written_once_for_a_revision(files: Files) -> None:
    """A second process with the same revision leaves the file alone."""
    before = files.snapshot.stat().st_mtime_ns
    directory = files.start()
    assert files.snapshot.stat().st_mtime_ns == before
    directory.editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": "New"})
    assert files.snapshot.stat().st_mtime_ns != before
    loaded = LastGoodSnapshot(files.snapshot).load()
    assert loaded
    assert (loaded.revision, loaded.by_id["surya"].name) == (4, "New")


def test_a_repair_takes_from_it_what_no_history_has(files: Files) -> None:
    """The last name of an open centre, a hidden one without its address, and all postcodes."""
    expected = files.start().finder.snapshot.centres
    postcodes = read_whole(SqliteStore(files.database)).postcodes
    with closing(sqlite3.connect(files.database)) as db, db:
        for identity in ("surya", "sheltered"):
            db.execute("DELETE FROM records WHERE id = ?", [identity])
            db.execute("UPDATE history SET after = 'x' WHERE id = ?", [identity])
        db.execute("DELETE FROM postcodes WHERE code LIKE '9%'")
    directory = files.start()
    repaired = directory.maintenance.repair(TERMINAL, None, dry_run=False)
    source = "taken from the last good snapshot, without what was not public"
    steps = [(step.part, step.fault) for step in repaired.steps]
    assert [part for part, step in steps if step == source] == [
        "centre sheltered",
        "centre surya",
        "the postcodes",
    ]
    assert directory.maintenance.check() == ()
    assert files.start().finder.snapshot.centres == expected
    assert read_whole(SqliteStore(files.database)).postcodes == postcodes
    # It can be edited afterwards, and its address be entered again.
    edit = Edit(TERMINAL, "centre", "sheltered", "why")
    directory.editor.patch(edit, {"address": HIDDEN["address"], "location": HIDDEN["location"]})


@pytest.mark.parametrize("content", [None, b"", b"x\n{}"])
def test_a_repair_does_without_it(files: Files, content: bytes | None) -> None:
    """It is absent or damaged."""
    files.snapshot.unlink()
    if content is not None:
        files.snapshot.write_bytes(content)
    assert LastGoodSnapshot(files.snapshot).repair_source() is None


def test_a_store_that_has_disappeared_is_never_replaced(files: Files) -> None:
    """Neither by a start nor by a load: its numbers may be newer than the shipped ones."""
    files.database.unlink()
    with pytest.raises(StoreMissing, match=r"has disappeared.*restore-backup"):
        files.start().prepare()
    with pytest.raises(StoreMissing, match=r"has disappeared.*restore-backup"):
        files.start().shipped.load(TERMINAL, reason="x")
    assert not files.database.exists()


def test_a_place_that_cannot_be_looked_at_has_no_snapshot(tmp_path: Path) -> None:
    """A name that is too long for the file system is no reason to fail."""
    snapshot = LastGoodSnapshot(tmp_path / ("x" * 5000))
    assert not snapshot.exists()
    assert snapshot.load() is None


def test_an_empty_store_in_its_place_takes_no_edit(files: Files) -> None:
    """What was in force is not continued in a database that knows nothing of it."""
    files.database.write_bytes(b"")
    directory = files.start()
    directory.live.refresh()
    with pytest.raises(StoreUnavailable):
        directory.editor.create(Edit(TERMINAL, "centre", "x", "why"), {**HIDDEN, "id": "x"})


def test_a_file_system_that_may_only_be_read_serves(files: Files) -> None:
    """The store is read; that no snapshot can be written is reported."""
    with TemporaryDirectory() as name:
        database = Path(name) / "directory.db"
        shutil.copy(files.database, database)
        told: list[str | None] = []
        with unwritable(Path(name)):
            directory = open_directory(Settings(database_url=f"sqlite:///{database}"))
            directory.live.report = told.append
            assert not directory.prepare()
            assert directory.live.degraded is None
            assert directory.finder.snapshot.revision == 3
            with pytest.raises(StoreUnavailable, match="may not be written"):
                directory.editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": "x"})
        (sentence,) = told
        assert sentence
        assert sentence.startswith("the last good snapshot was not written")


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
    assert not (tmp_path / "cli.db").exists()


def test_a_snapshot_elsewhere_is_a_setting(files: Files, tmp_path: Path) -> None:
    """DIRECTORY_SNAPSHOT names the file."""
    elsewhere = tmp_path / "elsewhere.json"
    directory = open_directory(
        Settings(database_url=f"sqlite:///{files.database}", snapshot=str(elsewhere))
    )
    directory.live.refresh()
    assert elsewhere.is_file()


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


def test_a_snapshot_that_could_not_be_written_is_written_later(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without another edit: otherwise the file would keep the numbers of before."""
    monkeypatch.setattr(editions, "SAVE_AGAIN_SECONDS", 0.0)
    snapshot = tmp_path / "later" / "snapshot.json"
    snapshot.parent.write_text("in the way")
    settings = Settings(database_url=f"sqlite:///{files.database}", snapshot=str(snapshot))
    live = open_directory(settings).live
    told: list[str | None] = []
    live.report = told.append
    for _ in range(3):
        live.refresh()
    snapshot.parent.unlink()
    assert not live.refresh()
    loaded = LastGoodSnapshot(snapshot).load()
    assert loaded
    assert loaded.revision == live.snapshot.revision
    assert len(told) == 1


def test_a_large_snapshot_is_not_written_at_every_change(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a thread follows the store: the time between is many times that of writing."""
    directory = files.start()
    live = directory.live
    monkeypatch.setattr(live, "_thread", threading.current_thread())
    monkeypatch.setattr(editions, "_SAVE_REST", 1_000_000)
    names = []
    for name in ("One", "Two"):
        directory.editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": name})
        loaded = LastGoodSnapshot(files.snapshot).load()
        assert loaded
        names.append(loaded.by_id["surya"].name)
    assert names == ["One", "One"]
    monkeypatch.setattr(live, "_rest_until", 0.0)
    live.refresh()
    loaded = LastGoodSnapshot(files.snapshot).load()
    assert loaded
    assert loaded.by_id["surya"].name == "Two"
