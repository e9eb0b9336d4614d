"""The file of the last good snapshot: its content, damage to it, and when it is written."""

import errno
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.files.files import locked
from directory_api.live import live_snapshot
from directory_api.live.last_good import LastGoodSnapshot
from directory_api.search.snapshot import Snapshot
from directory_api.text.errors import StoreUnavailable
from tests.support.last_good_files import Files, client_of
from tests.support.records import TERMINAL
from tests.support.write_side import unwritable

NEEDS = ("operations",)


def _rewrite(path: Path, change: Callable[[dict[str, Any]], object], line: int = 1) -> None:
    lines = [json.loads(each) for each in path.read_text(encoding="utf-8").splitlines()[:2]]
    change(lines[line])
    body = "".join(f"{json.dumps(each)}\n" for each in lines)
    digest = hashlib.sha256(body.encode()).hexdigest()
    path.write_text(f"{body}{digest}\n", encoding="utf-8")


SPOILT: dict[str, Callable[[Path], object]] = {
    "one byte": lambda path: path.write_bytes(path.read_bytes().replace(b"078 055", b"078 056")),
    "half": lambda path: path.write_bytes(path.read_bytes()[:3000]),
    "nothing": lambda path: path.write_bytes(b""),
    "another form": lambda path: _rewrite(path, lambda head: head.update(format=1), line=0),
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
    client = client_of(files.start())
    response = client.get("/v1/centres/surya")
    assert response.status_code == 503
    assert response.get_json()["helplines"][0]["number"] == "112"


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


def test_a_place_that_cannot_be_looked_at_has_no_snapshot(tmp_path: Path) -> None:
    """A name that is too long for the file system is no reason to fail."""
    snapshot = LastGoodSnapshot(tmp_path / ("x" * 5000))
    assert not snapshot.exists()
    assert snapshot.load() is None
    assert snapshot.written_at() is None


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
            assert directory.live.health.degraded is None
            assert directory.live.snapshot.revision == 3
            with pytest.raises(StoreUnavailable, match="may not be written"):
                directory.editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": "x"})
        (sentence,) = told
        assert sentence
        assert sentence.startswith("the last good snapshot was not written")


def test_a_snapshot_elsewhere_is_a_setting(files: Files, tmp_path: Path) -> None:
    """DIRECTORY_SNAPSHOT names the file."""
    elsewhere = tmp_path / "elsewhere.json"
    directory = open_directory(
        Settings(database_url=f"sqlite:///{files.database}", snapshot=str(elsewhere))
    )
    directory.live.refresh()
    assert elsewhere.is_file()


def test_a_snapshot_that_could_not_be_written_is_written_later(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without another edit: otherwise the file would keep the numbers of before."""
    monkeypatch.setattr(live_snapshot, "SAVE_AGAIN_SECONDS", 0.0)
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


@pytest.fixture
def followed(files: Files, monkeypatch: pytest.MonkeyPatch) -> Directory:
    """A directory whose store a thread follows that does not look again during the test."""
    monkeypatch.setattr(live_snapshot, "LOOK_EVERY_SECONDS", 3600.0)
    directory = files.start()
    directory.live.follow()
    return directory


def _saved(files: Files) -> Snapshot:
    loaded = LastGoodSnapshot(files.snapshot).load()
    assert loaded
    return loaded


def test_each_edit_of_a_server_is_in_it_before_it_is_answered(
    files: Files, followed: Directory
) -> None:
    """Also the second of two in a row: a server may be killed at any moment, and start again
    without its store.
    """
    for name in ("One", "Two"):
        followed.editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": name})
        assert _saved(files).by_id["surya"].name == name


def test_a_street_is_not_in_it_any_more_when_the_edit_that_hid_it_is_answered(
    files: Files, followed: Directory
) -> None:
    """The safety of those who live there depends on it."""
    street = "Italiëlei 98A"
    assert street in files.snapshot.read_text(encoding="utf-8")
    edit = Edit(TERMINAL, "centre", "payoke", "why")
    followed.editor.patch(edit, {"address_visibility": "hidden"})
    shown = _saved(files).by_id["payoke"]
    assert (shown.address_visibility, shown.address.street) == ("hidden", None)


def test_a_process_that_is_behind_does_not_replace_it_by_an_older_one(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process has written the next revision between its look at the store and its save."""
    slow, quick = files.start(), files.start()
    save = LastGoodSnapshot.save

    def overtaken(self: LastGoodSnapshot, *what: Any, **how: Any) -> None:
        monkeypatch.setattr(LastGoodSnapshot, "save", save)
        quick.editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": "Newer"})
        save(self, *what, **how)

    monkeypatch.setattr(LastGoodSnapshot, "save", overtaken)
    slow.editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": "Older"})
    assert _saved(files).by_id["surya"].name == "Newer"


def test_an_edit_is_stored_and_the_log_says_so_when_it_cannot_be_written(
    files: Files, followed: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process writes it and does not end. The next look tries again."""
    monkeypatch.setattr("directory_api.files.files.LOCK_SECONDS", 0.05)
    monkeypatch.setattr(live_snapshot, "SAVE_AGAIN_SECONDS", 0.0)
    told: list[str | None] = []
    followed.live.report = told.append
    with locked(files.snapshot):
        edit = Edit(TERMINAL, "centre", "surya", "why")
        assert followed.editor.patch(edit, {"name": "Kept"}).applied
        assert told == [
            f"the last good snapshot was not written: {files.snapshot}: another process is writing "
            "it"
        ]
    followed.live.refresh()
    assert _saved(files).by_id["surya"].name == "Kept"


def test_it_is_written_where_files_cannot_be_locked(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some network file systems have no locks."""

    def unable(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", unable)
    files.start().editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": "New"})
    assert _saved(files).by_id["surya"].name == "New"
