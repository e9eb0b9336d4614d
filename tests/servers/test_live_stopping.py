"""A server is stopped at any moment, and leaves no process behind."""

import os
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.servers import (
    SERVE,
    START_SECONDS,
    STOP_SECONDS,
    ending,
    environment,
    eventually,
    free_port,
    left_after,
    living,
    serve_command,
    serving,
    start_in_session,
)

ORPHAN_SECONDS = 2.0
BEGUN = (
    b"POST /v1/nearest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b'Content-Length: 20\r\nExpect: 100-continue\r\n\r\n{"postcode":'
)


@pytest.fixture(autouse=True)
def _ctrl_c_is_not_ignored() -> Iterator[None]:
    """A shell without job control ignores SIGINT in the background, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _name(number: signal.Signals) -> str:
    return number.name


def _serve(workers: int) -> tuple[str, ...]:
    return (*SERVE, "--workers", str(workers))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=_name)
def test_a_signal_to_every_process_ends_a_server(tmp_path: Path, number: signal.Signals) -> None:
    """systemd sends SIGTERM so, a terminal SIGINT (Ctrl+C) and SIGHUP (its window is closed)."""
    with serving(_serve(2), tmp_path) as served:
        os.killpg(served.process.pid, number)
        assert left_after(served.process.pid, STOP_SECONDS) == []
        assert served.process.wait() == 0
        assert "Traceback" not in served.logged()


def test_a_server_under_nohup_survives_its_terminal(tmp_path: Path) -> None:
    """SIGHUP that was ignored at the start stays ignored."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with serving(SERVE, tmp_path) as served:
            os.killpg(served.process.pid, signal.SIGHUP)
            time.sleep(0.5)
            assert served.ask("/livez").status == 200
            assert served.stop() == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def _workers(session: int) -> list[int]:
    """The living processes of a server, without the first one."""
    return [pid for pid in living(session) if pid != session]


def test_a_server_starts_where_a_killed_one_was(tmp_path: Path) -> None:
    """After SIGKILL of the first process its workers end, and restarted ones; the port is free."""
    with serving(_serve(2), tmp_path) as served:
        session = served.process.pid
        (first, other) = _workers(session)
        os.kill(first, signal.SIGKILL)
        eventually(STOP_SECONDS, lambda: len({*_workers(session)} - {first, other}) == 1)
        served.process.kill()
        served.process.wait()
        assert left_after(session, ORPHAN_SECONDS) == []
        with (tmp_path / "again.log").open("wb") as written:
            environ = environment(tmp_path / "directory.db")
            again = start_in_session(serve_command(1, served.port), environ, written)
        with ending(again):
            eventually(START_SECONDS, lambda: served.shows("/livez", 200))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=_name)
def test_a_worker_that_has_just_been_started_ends(
    tmp_path: Path, loaded_database: Path, number: signal.Signals
) -> None:
    """A signal to the first process as soon as it has a worker, none to the worker, ends both."""
    shutil.copy(loaded_database, tmp_path / "directory.db")
    environ = environment(tmp_path / "directory.db")
    with (tmp_path / "server.log").open("wb") as written:
        process = start_in_session(serve_command(1, free_port()), environ, written)
    with ending(process):
        eventually(START_SECONDS, lambda: len(living(process.pid)) == 2)
        process.send_signal(number)
        assert process.wait(STOP_SECONDS) == (-number if number == signal.SIGKILL else 0)
        assert left_after(process.pid, ORPHAN_SECONDS) == []


def test_workers_that_are_spawned_end_too(tmp_path: Path) -> None:
    """By SIGTERM, and when the first process was killed."""
    spawning = ("tests.support.changed_server", "spawning", *_serve(2)[1:])
    with serving(spawning, tmp_path) as served:
        assert served.stop() == 0
        assert left_after(served.process.pid, ORPHAN_SECONDS) == []
    with serving(spawning, tmp_path) as served:
        served.process.kill()
        served.process.wait()
        assert left_after(served.process.pid, ORPHAN_SECONDS) == []


def test_a_request_that_is_being_sent_is_answered(tmp_path: Path) -> None:
    """After SIGTERM a request that has begun is answered; one without an end is cut off in time."""
    with serving(SERVE, tmp_path) as served, ExitStack() as connections:
        address = ("127.0.0.1", served.port)
        begun = connections.enter_context(socket.create_connection(address, STOP_SECONDS))
        held = connections.enter_context(socket.create_connection(address, STOP_SECONDS))
        for connection in (begun, held):
            connection.sendall(BEGUN)
        for connection in (begun, held):
            # The server has asked for the rest, so the request has a thread that waits for it.
            assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        os.kill(served.process.pid, signal.SIGTERM)
        time.sleep(0.5)
        begun.sendall(b' "4000"}')
        assert begun.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert left_after(served.process.pid, STOP_SECONDS) == []
