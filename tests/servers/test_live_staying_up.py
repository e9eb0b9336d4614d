"""A server stays up: whatever ends or stops a worker, who does not read, and who does not send."""

import json
import os
import signal
import socket
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from directory_api.web.middleware.body_limit import THREADS
from tests.support.forking import serving_forked, start_forked
from tests.support.servers import (
    SERVE,
    Served,
    dropped_lines,
    eventually,
    living,
    slow_reader,
    stop,
    unread_log,
)

# `serve` with shorter limits, so that a test does not wait for them.
QUICK = ("tests.support.quick_server", *SERVE[1:])
RESTART_SECONDS = 30.0


def _workers(served: Served) -> set[int]:
    """The living processes of a server but its supervisor."""
    return {*living(served.process.pid)} - {served.process.pid}


def _kill_one(served: Served) -> set[int]:
    """Kill a worker; the workers that are left once another one has started."""
    before = _workers(served)
    os.kill(min(before), signal.SIGKILL)
    eventually(RESTART_SECONDS, lambda: len(_workers(served) - before) == 1)
    return _workers(served)


def test_a_worker_that_ends_again_and_again_leaves_the_others_running(tmp_path: Path) -> None:
    """Three ends within seconds: the other worker goes on, and the place is filled again."""
    with serving_forked((*SERVE, "--workers", "2"), tmp_path) as served:
        healthy = max(_workers(served))
        for _ in range(3):
            newest = {*_workers(served)} - {healthy}
            for worker in newest:
                os.kill(worker, signal.SIGKILL)
            eventually(RESTART_SECONDS, lambda: len(_workers(served) - newest) == 2)  # noqa: B023  # called at once
            assert healthy in _workers(served)
        eventually(RESTART_SECONDS, lambda: served.shows("/livez", 200))
        states = [json.loads(line) for line in served.logged().splitlines() if '"worker"' in line]
        assert [line["restart_in_seconds"] for line in states] == [0.0, 0.5, 1.0]
        assert served.stop() == 0


def test_workers_that_end_while_the_database_is_locked_are_restarted(tmp_path: Path) -> None:
    """The service goes on, and recovers by itself once the database can be read."""
    with serving_forked(SERVE, tmp_path) as served:
        with closing(sqlite3.connect(tmp_path / "directory.db")) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            _kill_one(served)
            _kill_one(served)
            lock.rollback()
        eventually(RESTART_SECONDS, lambda: served.shows("/v1/nearest?postcode=1000", 200))


def test_a_worker_that_does_not_answer_its_probe_is_replaced(tmp_path: Path) -> None:
    """A stopped process (SIGSTOP) is killed, and every request is answered again."""
    with serving_forked((*QUICK, "--workers", "2"), tmp_path) as served:
        stopped = min(_workers(served))
        stop(stopped)
        eventually(RESTART_SECONDS, lambda: stopped not in _workers(served))
        eventually(RESTART_SECONDS, lambda: len(_workers(served)) == 2)
        assert [served.ask("/livez").status for _ in range(20)] == [200] * 20
        eventually(5.0, lambda: '"state": "hung"' in served.logged())


def test_a_worker_whose_threads_all_hang_is_replaced(tmp_path: Path) -> None:
    """Its own probe has another thread, and would be answered for ever."""
    server = ("tests.support.hanging_server", *SERVE[1:])
    with serving_forked(server, tmp_path, rate_limit="") as served, ExitStack() as sockets:
        (hanging,) = _workers(served)
        for _ in range(THREADS + 10):
            connection = socket.create_connection(("127.0.0.1", served.port), 10.0)
            sockets.enter_context(closing(connection))
            connection.sendall(b"GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
        eventually(RESTART_SECONDS, lambda: hanging not in _workers(served))
        assert served.ask("/livez").status == 200
        eventually(5.0, lambda: '"state": "hung"' in served.logged())


def test_a_worker_whose_threads_all_compute_is_not_replaced(tmp_path: Path) -> None:
    """It is busy, and answers everyone; if it were killed, all of them would ask again."""
    server = ("tests.support.hanging_server", *SERVE[1:])
    with serving_forked(server, tmp_path, rate_limit="") as served:
        before = _workers(served)
        with ThreadPoolExecutor(THREADS + 2) as callers:
            asked = [callers.submit(served.ask, "/busy") for _ in range(THREADS + 2)]
        assert {each.result().status for each in asked} == {404}
        assert _workers(served) == before
        assert '"worker"' not in served.logged()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_caller_gets_no_new_limit_when_a_worker_ends(tmp_path: Path, workers: str) -> None:
    """The workers that are started again go on counting."""
    server = (*SERVE, "--workers", workers)
    with serving_forked(server, tmp_path, rate_limit="50/hour") as served:
        # A worker admits as many; the kernel may give many requests in a row to one of them.
        admitted = 50 * int(workers)
        asked: list[int] = []
        while asked.count(404) < admitted and len(asked) < 5_000:
            asked.append(served.ask("/v1/about").status)
        assert asked.count(404) == admitted
        before = _workers(served)
        for worker in before:
            os.kill(worker, signal.SIGKILL)
        eventually(RESTART_SECONDS, lambda: len(_workers(served) - before) == int(workers))
        assert {served.ask("/v1/about").status for _ in range(9)} == {429}


def test_no_request_waits_for_a_worker_that_is_stopped(tmp_path: Path) -> None:
    """The other worker answers at once, long before the stopped one is replaced."""
    with serving_forked((*SERVE, "--workers", "2"), tmp_path) as served:
        stop(min(_workers(served)))
        started_at = time.monotonic()
        assert [served.ask("/livez").status for _ in range(20)] == [200] * 20
        assert time.monotonic() - started_at < 5.0


def test_a_request_waits_while_no_worker_runs(tmp_path: Path) -> None:
    """It is answered by the next one, and not refused."""
    with serving_forked((*SERVE, "--workers", "2"), tmp_path) as served:
        for worker in _workers(served):
            os.kill(worker, signal.SIGKILL)
        assert [served.ask("/livez").status for _ in range(5)] == [200] * 5


def test_a_connection_whose_answer_is_not_read_ends(tmp_path: Path) -> None:
    """Also if its reader takes a few bytes now and then."""
    with (
        serving_forked(QUICK, tmp_path) as served,
        closing(slow_reader(served.port, "/docs")) as reader,
    ):
        for _ in range(10):
            reader.recv(10)
            time.sleep(0.5)
        with pytest.raises(ConnectionResetError):
            _read_to_the_end(reader)


def _read_to_the_end(reader: socket.socket) -> None:
    while reader.recv(1 << 20):
        pass


def test_an_unread_log_does_not_stop_the_service(tmp_path: Path) -> None:
    """Every request is answered, lines are dropped and counted, and SIGTERM ends the server."""
    with unread_log(QUICK, tmp_path, begin=start_forked, rate_limit="") as (served, _):
        served.ask_many("/livez", 1000)
        assert dropped_lines(served) > 0
        assert served.stop() == 0


def test_silent_sockets_are_closed(tmp_path: Path) -> None:
    """A connection that sends nothing, half a header, or nothing after an answer is closed."""
    whole = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    with serving_forked(QUICK, tmp_path) as served, ExitStack() as sockets:
        connections = []
        for sent in (b"", whole[:20], whole):
            connection = socket.create_connection(("127.0.0.1", served.port), 10.0)
            connections.append(sockets.enter_context(closing(connection)))
            connection.sendall(sent)
        for connection in connections:
            while connection.recv(65536):
                pass


@pytest.mark.serial
def test_silent_sockets_do_not_stop_the_service(tmp_path: Path) -> None:
    """With 1,030 of them, a request is answered at once."""
    with serving_forked(SERVE, tmp_path) as served, ExitStack() as sockets:
        for _ in range(1030):
            connection = socket.create_connection(("127.0.0.1", served.port), 10.0)
            sockets.enter_context(closing(connection))
        started_at = time.monotonic()
        assert served.ask("/v1/nearest?postcode=1000").status == 200
        assert time.monotonic() - started_at < 2.0
