"""Real server processes on a free port of this machine, each in a session of its own."""

import contextlib
import fcntl
import http.client
import itertools
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.support.frozen import DATA
from tests.support.records import shipped_database

ROOT = Path(__file__).parents[2]
# Bounds for a machine that is busy with other things, not what is expected: a start took 24 s
# beside eight busy loops.
START_SECONDS = 90.0
ASK_SECONDS = 60.0
END_SECONDS = 60.0
RUN_SECONDS = 180.0
# A port is free only for the moment of looking; another process may be quicker.
STARTS = 3
SERVE = ("directory_api", "serve", "--port", "{port}")
STOP_SECONDS = 15.0
GUNICORN = (
    "gunicorn",
    "directory_api.wsgi:app",
    "--bind",
    "127.0.0.1:{port}",
    "--threads",
    "8",
    "--no-control-socket",
)


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    # By small names: granian writes them so (RFC 9110 lets it).
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ASK_SECONDS)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Reply(
                response.status,
                {name.lower(): value for name, value in response.getheaders()},
                response.read(),
            )
        finally:
            connection.close()

    def ask_many(self, path: str, number: int) -> None:
        """Send equal requests on one connection, a hundred at a time; all have to be answered."""
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", self.port), ASK_SECONDS) as connection:
            for _ in range(number // 100):
                connection.sendall(request * 100)
                received = b""
                while received.count(b"HTTP/1.1 200 ") < 100:
                    part = connection.recv(1 << 20)
                    assert part, "the server has closed the connection"
                    received += part

    def shows(self, path: str, status: int) -> bool:
        """Whether it answers, and with this status."""
        try:
            return self.ask(path).status == status
        except OSError:
            return False

    def send_raw(self, sent: bytes) -> bytes:
        """Bytes as they are; what comes back until the server closes, or stops for a second."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=1.0) as connection:
            received = b""
            try:
                connection.sendall(sent)
                while part := connection.recv(65536):
                    received += part
            except (TimeoutError, ConnectionError):
                pass  # an impolite request may be answered impolitely
            return received

    def logged(self) -> str:
        """Everything that the process has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End all its processes at once, as when its machine fails."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(END_SECONDS)

    def stop(self) -> int:
        """End it as a service manager does; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(END_SECONDS)


def environment(database: Path, **settings: str) -> dict[str, str]:
    """This process's environment with the settings of a server, the data of the tests, and no other
    settings.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")}
    chosen = {f"DIRECTORY_{name.upper()}": value for name, value in settings.items()}
    given = {"DIRECTORY_DATA": str(DATA), "DIRECTORY_DATABASE_URL": f"sqlite:///{database}"}
    return {**clean, **given, **chosen}


def run_process(
    arguments: Sequence[str], environ: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(
        command,
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )


def start_in_session(
    command: Sequence[str],
    environ: dict[str, str],
    written: IO[bytes],
) -> subprocess.Popen[bytes]:
    """Start a process that writes into a file. Its pid is also the id of its session and process
    group.
    """
    return subprocess.Popen(
        command,
        env=environ,
        cwd=ROOT,
        stdout=written,
        stderr=written,
        start_new_session=True,
    )


def start_program(code: str, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start `python -c`; both of its outputs can be read at `stdout`."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environ,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def living(session: int) -> list[int]:
    """The pids of a session's processes, without zombies. Needs /proc."""
    pids = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            # Asking the system for the session takes a tenth of the time of reading it.
            if os.getsid(int(process.name)) == session:
                # proc_pid_stat(5): a name in brackets, then the state.
                state = (process / "stat").read_text().rpartition(")")[2].split()[0]
                if state != "Z":
                    pids.append(int(process.name))
    return pids


def listening(port: int) -> int:
    """How many sockets of this machine wait for connections to a port: one of each worker that is
    ready. Needs /proc.
    """
    # proc_pid_net_tcp(5): the local address ends with the port, state 0A is LISTEN.
    return Path("/proc/net/tcp").read_text().count(f":{port:04X} 00000000:0000 0A ")


@contextmanager
def unread_log(
    server: Sequence[str],
    folder: Path,
    sign: tuple[str, int] = ("/livez", 200),
    **settings: str,
) -> Iterator[tuple[Served, int]]:
    """A server whose standard output and error are a small pipe that is not read, and the pipe's
    other end.
    """
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    environ = environment(create(folder / "directory.db"), **settings)

    def start(port: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", *(part.format(port=port) for part in server)]
        with os.fdopen(os.dup(writer), "wb") as written:
            return start_in_session(command, environ, written)

    def ready(process: subprocess.Popen[bytes], port: int) -> bool:
        return Served(port, process, folder / "no.log").shows(*sign)

    try:
        process, port = started(start, ready)
        with ending(process):
            yield Served(port, process, folder / "no.log"), reader
    finally:
        os.close(reader)
        os.close(writer)


def stop(pid: int) -> None:
    """Stop a process (SIGSTOP), and wait until all of its threads are stopped. Needs /proc."""
    os.kill(pid, signal.SIGSTOP)
    threads = Path(f"/proc/{pid}/task")
    eventually(
        10.0,
        lambda: all(
            path.read_text().rpartition(")")[2].split()[0] == "T" for path in threads.glob("*/stat")
        ),
    )


def create(database: Path) -> Path:
    """Create the directory with the shipped data, unless it is there."""
    if not database.exists():
        database.write_bytes(shipped_database())
    return database


@contextmanager
def serving(
    server: Sequence[str], folder: Path, sign: tuple[str, int] = ("/livez", 200), **settings: str
) -> Iterator[Served]:
    """Run a server over a database in a folder for the block, once a path has the expected
    answer. A database that is missing is created before: `serve` would need 0.2 s of the processor.
    """
    create(folder / "directory.db")
    with serving_as_it_is(server, folder, sign, **settings) as served:
        yield served


@contextmanager
def serving_as_it_is(
    server: Sequence[str], folder: Path, sign: tuple[str, int] = ("/livez", 200), **settings: str
) -> Iterator[Served]:
    """The same, over a folder that may have no database."""
    log = folder / "server.log"
    environ = environment(folder / "directory.db", **settings)
    with log.open("wb") as written:

        def start(port: int) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", *(part.format(port=port) for part in server)]
            return start_in_session(command, environ, written)

        def ready(process: subprocess.Popen[bytes], port: int) -> bool:
            return Served(port, process, log).shows(*sign)

        process, port = started(
            start, ready, lambda: log.read_text(encoding="utf-8", errors="replace")
        )
        with ending(process):
            yield Served(port, process, log)


def eventually(seconds: float, happens: Any) -> float:
    """Ask until it happens; after how many seconds it did. AssertionError when it does not."""
    started = time.monotonic()
    while not happens():
        assert time.monotonic() - started < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - started


def started(
    start: Callable[[int], subprocess.Popen[bytes]],
    ready: Callable[[subprocess.Popen[bytes], int], bool],
    told: Callable[[], str] = str,
) -> tuple[subprocess.Popen[bytes], int]:
    """A process on a free port, once it is ready; on another port if it ends before that.

    Raises AssertionError with its output if it never is.
    """
    for _ in range(STARTS):
        port = free_port()
        process = start(port)
        try:
            # The lambda is called at once, so it sees the process of this turn.
            eventually(
                START_SECONDS,
                lambda: process.poll() is not None or ready(process, port),  # noqa: B023
            )
            if process.poll() is None:
                return process, port
        except BaseException:
            end(process)
            raise
    raise AssertionError(f"ended {STARTS} times before it was ready: {told()}")


@contextmanager
def ending(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End the process with the block."""
    try:
        yield
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process by its pid: SIGTERM, then SIGKILL. Then kill what is left of its group."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        # Only a process that was started as the leader of a group has one of its number.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def slow_reader(port: int, path: str, address: str = "127.0.0.1") -> socket.socket:
    """A connection that has asked for an answer and reads nothing yet.

    It has little room, and takes segments as small as those of Ethernet: over the loopback device
    the system would hold a megabyte for it. `address` is where it comes from.
    """
    connection = socket.socket()
    connection.settimeout(ASK_SECONDS)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1460)
    connection.bind((address, 0))
    connection.connect(("127.0.0.1", port))
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return connection


def _ports() -> Iterator[int]:
    """Return the ports of this worker in turn, from a random one on: another run of the tests may
    be on this machine.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 16
    first, count = 11_000 + 1_300 * worker, 1_300
    offset = secrets.randbelow(count)
    return itertools.cycle([first + (offset + number) % count for number in range(count)])


_PORTS = _ports()


def free_port() -> int:
    """A port of this machine on which no process listens at this moment.

    It is below those that the system gives to connections and to servers that ask for any port
    (from 32,768 on Linux), and pytest-xdist's workers take theirs from different ranges: between
    this answer and the start of the server, no other test takes it.
    """
    while True:
        port = next(_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def serve_command(workers: int, port: int) -> list[str]:
    """The command of a server."""
    arguments = (part.format(port=port) for part in SERVE)
    return [sys.executable, "-m", *arguments, "--workers", str(workers)]


def left_after(session: int, seconds: float) -> list[int]:
    """The processes of a session that have not ended within so many seconds."""
    until = time.monotonic() + seconds
    while (left := living(session)) and time.monotonic() < until:
        time.sleep(0.02)
    return left
