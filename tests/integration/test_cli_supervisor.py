"""How a process of the server ends, without one."""

import gc
import os
import signal
import weakref
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from directory_api import __version__
from directory_api.bootstrap import Directory, open_directory
from directory_api.cli import main, server
from directory_api.cli.supervisor import Worker, end_without, serve_and_leave_no_worker
from directory_api.config import Settings
from directory_api.interrupts import end_by, ending_at_once
from directory_api.services.finder import Finder
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


@pytest.mark.parametrize("error", [OSError("too many open files"), SystemExit(1)])
def test_a_server_that_fails_leaves_no_worker(error: BaseException) -> None:
    """A worker that was started before the error is killed."""
    server = Failing(error, interrupted=False)
    with pytest.raises(type(error)):
        serve_and_leave_no_worker(server)
    assert server.worker.killed


def test_a_worker_that_ends_before_it_was_told_to_is_no_failure() -> None:
    """When the server has been interrupted, it ends with exit status 0."""
    serve_and_leave_no_worker(Failing(SystemExit(1), interrupted=True))


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


def test_the_directory_of_the_supervisor_is_gone_before_a_worker_is_forked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A worker would carry it along with its own."""
    finders: list[weakref.ref[Finder]] = []
    left: list[Finder | None] = []

    def opened() -> Directory:
        directory = open_directory(Settings(database_url=f"sqlite:///{tmp_path / 'd.db'}"))
        finders.append(weakref.ref(directory.finder))
        return directory

    monkeypatch.setattr(server, "opened", opened)
    monkeypatch.setattr(
        server, "_serve_until_stopped", lambda *_: left.extend(each() for each in finders)
    )
    result = CliRunner().invoke(main, ["serve", "--port", str(free_port())])
    assert "Serving 3 centres" in result.output
    assert left == [None]
    assert gc.get_freeze_count() > 0
    gc.unfreeze()
