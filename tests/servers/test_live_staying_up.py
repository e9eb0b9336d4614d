"""A server stays up: whatever ends a worker, who does not read, and who does not send."""

import os
import signal
import socket
import threading
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from tests.support.servers import (
    SERVE,
    Served,
    eventually,
    listening,
    living,
    serving,
    slow_reader,
)

# `serve` with a shorter limit, so that a test does not wait for it.
QUICK = ("tests.support.changed_server", "quick", *SERVE[1:])
RESTART_SECONDS = 30.0
READERS = 50


def _workers(served: Served) -> set[int]:
    """The living processes of a server, without the first one."""
    return {*living(served.process.pid)} - {served.process.pid}


def _kill(process_id: int) -> None:
    """Kill a process, which may have ended by itself before."""
    with suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGKILL)


def test_a_killed_worker_is_replaced_and_the_other_one_goes_on(tmp_path: Path) -> None:
    """No request is lost then but those of the killed worker."""
    with serving((*SERVE, "--workers", "2"), tmp_path) as served:
        eventually(RESTART_SECONDS, lambda: listening(served.port) == 2)
        killed, healthy = sorted(_workers(served))
        os.kill(killed, signal.SIGKILL)
        # Until it is gone, the system gives it connections.
        eventually(RESTART_SECONDS, lambda: listening(served.port) == 1)
        assert [served.ask("/livez").status for _ in range(20)] == [200] * 20
        eventually(RESTART_SECONDS, lambda: listening(served.port) == 2)
        assert healthy in _workers(served)
        assert served.stop() == 0


def test_a_server_whose_worker_ends_again_and_again_ends(tmp_path: Path) -> None:
    """Its service manager starts it again; no process is left, and the exit status is an error."""
    with serving(SERVE, tmp_path) as served:

        def killed_until_it_ends() -> bool:
            for worker in _workers(served):
                _kill(worker)
            return served.process.poll() is not None

        eventually(RESTART_SECONDS, killed_until_it_ends)
        assert served.process.wait() != 0
        assert living(served.process.pid) == []
        assert "Traceback" not in served.logged()


def test_a_stop_signal_while_a_worker_ends_is_not_lost(tmp_path: Path) -> None:
    """granian may clear its event just after that was set."""
    for number in range(5):
        with serving(SERVE, tmp_path) as served:
            (worker,) = _workers(served)
            killing = threading.Timer(0.001 * number, _kill, (worker,))
            killing.start()
            assert served.stop() == 0
            killing.join()
            assert living(served.process.pid) == []


def test_readers_who_do_not_read_hold_no_thread(tmp_path: Path) -> None:
    """There are many more of them than threads."""
    with serving(SERVE, tmp_path, rate_limit="") as served, ExitStack() as readers:
        for _ in range(READERS):
            readers.enter_context(closing(slow_reader(served.port, "/docs")))
        assert served.ask("/livez").status == 200


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
