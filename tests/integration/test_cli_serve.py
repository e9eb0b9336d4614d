"""How a process of the server starts and ends, without one."""

import signal
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from click.testing import CliRunner

from directory_api import __version__
from directory_api.cli import server
from directory_api.interrupts import end_by, ending_at_once
from tests.support.command_line import command
from tests.support.servers import free_port


@pytest.fixture
def signals() -> Iterator[None]:
    """The handlers of signals are put back."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    signal.alarm(0)
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_stop_signal_is_given_to_granian_until_the_process_ends(signals: None) -> None:
    """granian may miss the first one."""
    got: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: got.append(number))
    stopping = server.StopSignals()
    stopping.handle()
    received = [stopping.received]
    signal.raise_signal(signal.SIGHUP)
    assert [*received, stopping.received] == [False, True]
    assert 0 < signal.alarm(0) <= 1
    signal.raise_signal(signal.SIGALRM)
    assert got == [signal.SIGHUP, signal.SIGALRM]


def test_the_port_of_another_server_is_refused_in_one_line(loaded_database: Path) -> None:
    """With what to do, and without a traceback."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = command("serve", "--port", str(port), database=loaded_database)
    assert (result.exit_code, result.output) == (
        1,
        f"Error: cannot listen on 127.0.0.1 port {port} (Address already in use); try --port\n",
    )


def test_the_terminal_says_what_to_do_without_a_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server starts nevertheless, and answers with the helplines."""
    started: list[tuple[str, int, int]] = []
    monkeypatch.setattr(server, "_serve_until_stopped", lambda *given: started.append(given))
    port = free_port()
    result = command("serve", "--port", str(port), database=tmp_path / "directory.db")
    assert result.exit_code == 0
    assert "`directory-api load`" in result.stderr
    assert "only with the helplines" in result.stderr
    assert started == [("127.0.0.1", port, 1)]


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
