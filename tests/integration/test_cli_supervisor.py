"""How a process of the server ends, without one."""

import gc
import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner
from flask import Flask

from directory_api import __version__
from directory_api.bootstrap import Directory, open_directory
from directory_api.cli import main, server
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.interrupts import end_by, ending_at_once
from directory_api.record.token import Actor
from directory_api.server.supervisor import Worker, end_without, serve_and_leave_no_worker
from directory_api.shared_counters import SharedCounters
from directory_api.store.sqlite import engine
from directory_api.web.middleware import kept_counts
from directory_api.web.middleware.request_log import COUNTERS
from directory_api.web.wsgi import log
from tests.support.api_client import ApiClient
from tests.support.servers import free_port


class Killed(Worker):
    """A worker that knows whether it was killed."""

    killed = False

    def kill(self) -> None:
        """Note it."""
        self.killed = True


class Failing:
    """A server with one worker, which ends by an error."""

    def __init__(self, error: BaseException, interrupted: bool) -> None:
        self.error = error
        self.interrupt_signal = interrupted
        self.worker = Killed()
        self.wrks: list[Worker] = [self.worker]

    def serve(self, *, target_loader: Callable[..., Callable[..., Any]], wrap_loader: bool) -> None:
        """Fail."""
        raise self.error

    def signal_handler_interrupt(self) -> None:
        """Never called."""
        raise NotImplementedError


def not_loaded(_number: int) -> NoReturn:
    """Never called."""
    raise NotImplementedError


@pytest.mark.parametrize("error", [OSError("too many open files"), SystemExit(1)])
def test_a_server_that_fails_leaves_no_worker(error: BaseException) -> None:
    """A worker that was started before the error is killed."""
    server = Failing(error, interrupted=False)
    with pytest.raises(type(error)):
        serve_and_leave_no_worker(server, not_loaded)
    assert server.worker.killed


def test_a_worker_that_ends_before_it_was_told_to_is_no_failure() -> None:
    """When the server has been interrupted, it ends with exit status 0."""
    serve_and_leave_no_worker(Failing(SystemExit(1), interrupted=True), not_loaded)


def test_a_worker_ends_once_its_parent_is_another_process() -> None:
    """A process of that number exists, but is not the parent."""
    ended: list[int] = []
    end_without(os.getpid(), ended.append)
    assert ended == [1]


def test_a_process_that_a_signal_does_not_end_exits() -> None:
    """Linux ignores in process 1 what is not handled, and SIGURG in every process."""
    before = signal.getsignal(signal.SIGURG)
    ended: list[int] = []
    end_by(signal.SIGURG, end=ended.append)
    signal.signal(signal.SIGURG, before)
    assert ended == [128 + signal.SIGURG]


def test_what_is_ignored_stays_ignored() -> None:
    """Within the block, and after it everything is as before."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with ending_at_once():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is end_by
        assert signal.getsignal(signal.SIGTERM) is before[signal.SIGTERM]
    finally:
        signal.signal(signal.SIGINT, before[signal.SIGINT])


def test_the_script_runs_what_the_module_runs() -> None:
    """`directory-api` and `python -m directory_api` import the commands with the same care."""
    (script,) = entry_points(group="console_scripts", name="directory-api")
    assert script.module == "directory_api.__main__"
    assert __version__ in CliRunner().invoke(script.load(), ["--version"]).stdout


@pytest.fixture
def loaded(tmp_path: Path) -> Directory:
    """The directory that `serve` has loaded."""
    return opened(tmp_path)


@pytest.fixture
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a worker sets up for its whole process is undone."""
    monkeypatch.setattr(log, "_background", None)
    yield
    assert log._background
    log._background.finish()
    gc.unfreeze()


def opened(folder: Path) -> Directory:
    """Open the directory of a folder, as a process of its own would."""
    directory = open_directory(Settings(database_url=f"sqlite:///{folder / 'directory.db'}"))
    directory.prepare()
    return directory


def worker(loaded: Directory) -> server.WorkerLoader:
    """Return the loader of a worker that is forked."""
    shared = (SharedCounters(1, COUNTERS), SharedCounters(1, kept_counts.COUNTERS))
    return server.WorkerLoader(loaded.settings, *shared, loaded)


def verify(directory: Directory) -> None:
    """Write a revision."""
    anna = Actor("token:a", "anna", ("admin",))
    directory.editor.verify(Edit(anna, "centre", "payoke", ""), "a visit")


def revision(app: Flask) -> int:
    """Return the revision in an answer of a worker."""
    answer = ApiClient(app).get("/v1/nearest?postcode=1000")
    return int(answer.get_json()["revision"])


def test_a_worker_serves_what_the_supervisor_has_loaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, as_before: None
) -> None:
    """Nothing is loaded twice, and the collector of garbage leaves it alone."""
    forked: list[Directory] = []
    opened(tmp_path)
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'directory.db'}")
    monkeypatch.setattr(server, "opened", lambda: open_directory(settings))
    monkeypatch.setattr(
        server, "_serve_until_stopped", lambda _, directory, *__: forked.append(directory)
    )
    result = CliRunner().invoke(main, ["serve", "--port", str(free_port())])
    assert "Serving 3 centres" in result.output
    assert gc.get_freeze_count() > 0
    (loaded,) = forked
    snapshot = loaded.live.snapshot
    assert revision(worker(loaded)(0)) == snapshot.revision
    assert loaded.live.snapshot is snapshot


def test_a_worker_that_starts_later_serves_what_has_changed(
    loaded: Directory, tmp_path: Path, as_before: None
) -> None:
    """Its first answer is that of the revision in the store, not of the loaded one."""
    verify(opened(tmp_path))
    assert revision(worker(loaded)(0)) == loaded.live.snapshot.revision == 2


def test_a_worker_that_starts_without_the_store_serves_the_last_good_snapshot(
    loaded: Directory, tmp_path: Path, as_before: None
) -> None:
    """It is newer than what the supervisor has loaded."""
    verify(opened(tmp_path))
    (tmp_path / "directory.db").rename(tmp_path / "away.db")
    assert revision(worker(loaded)(0)) == 2


def test_a_worker_that_starts_while_the_store_is_locked_waits_for_it_once(
    loaded: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_before: None
) -> None:
    """Visitors wait as long as it does, if no other worker is left."""
    looks: list[Path] = []
    look = engine.connection_to

    def counted(path: Path, *how: Any, **more: Any) -> Any:
        if threading.current_thread() is threading.main_thread():
            looks.append(path)
        return look(path, *how, **more)

    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(engine, "connection_to", counted)
    with closing(sqlite3.connect(tmp_path / "directory.db")) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        app = worker(loaded)(0)
        assert revision(app) == 1
        assert len(looks) == 1


def test_a_worker_that_is_not_forked_loads_the_directory_itself(
    loaded: Directory, as_before: None
) -> None:
    """It receives the settings and the counters, by pickle."""
    loader, given = worker(loaded).__reduce__()
    assert revision(loader(*given)(0)) == 1
    assert loaded.live.snapshot.revision == 1
