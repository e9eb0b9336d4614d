"""A server stays up: whatever ends or stops a worker, who does not read, and who does not send."""

import json
import os
import re
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from directory_api.web.middleware.body_limit import THREADS
from tests.support.servers import (
    SERVE,
    Served,
    eventually,
    living,
    serving,
    slow_reader,
)

# `serve` with shorter limits, so that a test does not wait for them.
QUICK = ("tests.support.changed_server", "quick", *SERVE[1:])
RESTART_SECONDS = 30.0


def _workers(served: Served) -> set[int]:
    """The living processes of a server but its supervisor."""
    return {*living(served.process.pid)} - {served.process.pid}


def test_a_worker_that_ends_again_and_again_leaves_the_others_running(tmp_path: Path) -> None:
    """Three ends within seconds: the other worker goes on, and the place is filled again."""
    with serving((*SERVE, "--workers", "2"), tmp_path) as served:
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


def test_a_worker_whose_threads_all_hang_is_replaced(tmp_path: Path) -> None:
    """Its own probe has another thread, and would be answered for ever."""
    server = ("tests.support.changed_server", "hanging", *SERVE[1:])
    with serving(server, tmp_path, rate_limit="") as served, ExitStack() as sockets:
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
    server = ("tests.support.changed_server", "hanging", *SERVE[1:])
    with serving(server, tmp_path, rate_limit="") as served:
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
    with serving(server, tmp_path, rate_limit="50/hour") as served:
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


def test_a_request_waits_while_no_worker_runs(tmp_path: Path) -> None:
    """It is answered by the next one, and not refused."""
    with serving((*SERVE, "--workers", "2"), tmp_path) as served:
        for worker in _workers(served):
            os.kill(worker, signal.SIGKILL)
        assert [served.ask("/livez").status for _ in range(5)] == [200] * 5


def test_a_connection_whose_answer_is_not_read_ends(tmp_path: Path) -> None:
    """Also if its reader takes a few bytes now and then."""
    with (
        serving(QUICK, tmp_path) as served,
        closing(slow_reader(served.port, "/docs")) as reader,
    ):
        while _is_open(served, reader):
            reader.recv(10)
            time.sleep(0.2)
        with pytest.raises(ConnectionResetError):
            _read_to_the_end(reader)


def _is_open(served: Served, reader: socket.socket) -> bool:
    """Whether the server's end is, which the reader learns only when it reads on. Needs /proc."""
    # proc_pid_net_tcp(5): both addresses end with the port, state 01 is ESTABLISHED.
    ports = rf":{served.port:04X} [0-9A-F]+:{reader.getsockname()[1]:04X}"
    return bool(re.search(f"{ports} 01 ", Path("/proc/net/tcp").read_text()))


def _read_to_the_end(reader: socket.socket) -> None:
    while reader.recv(1 << 20):
        pass


def test_silent_sockets_are_closed(tmp_path: Path) -> None:
    """A connection that sends nothing, half a header, or nothing after an answer is closed."""
    whole = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    with serving(QUICK, tmp_path) as served, ExitStack() as sockets:
        connections = []
        for sent in (b"", whole[:20], whole):
            connection = socket.create_connection(("127.0.0.1", served.port), 10.0)
            connections.append(sockets.enter_context(closing(connection)))
            connection.sendall(sent)
        for connection in connections:
            while connection.recv(65536):
                pass


def test_small_bodies_that_come_after_their_headers_are_answered(tmp_path: Path) -> None:
    """On a mobile network the body of a search comes later: none of 40 over 8 connections of one
    caller is refused.
    """
    body = b'{"postcode": "1000"}'
    header = (
        b"POST /v1/nearest HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    )

    def search(port: int) -> bytes:
        with closing(socket.create_connection(("127.0.0.1", port), 30.0)) as connection:
            connection.sendall(header)
            time.sleep(0.3)
            connection.sendall(body)
            return connection.recv(len(b"HTTP/1.1 200"), socket.MSG_WAITALL)

    with serving(SERVE, tmp_path, rate_limit="") as served, ThreadPoolExecutor(8) as callers:
        answers = [*callers.map(search, [served.port] * 40)]
    assert answers == [b"HTTP/1.1 200"] * 40
