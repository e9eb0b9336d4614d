"""Servers on one core, and the memory that they use."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parent.parent.parent
# The core of the servers and that of the client; both are 0 on a machine with one core.
SERVER_CORE = max(os.sched_getaffinity(0))
CLIENT_CORE = min(os.sched_getaffinity(0))
# A limit that counts each request and never refuses one.
NEVER_REFUSED = "9999999/second"
READY_SECONDS = 600.0
END_SECONDS = 20.0
OURS = ("directory_api", "serve", "--port", "{port}")


@dataclass(frozen=True)
class Reply:
    """A response, with the names of its headers in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    """A running server: its port, its first process, and the seconds until its first answer."""

    port: int
    process: int
    first_answer_seconds: float

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            read = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, read, response.read())
        finally:
            connection.close()

    def processor_seconds(self) -> float:
        """Return the processor time of the server's processes so far."""
        return sum(map(processor_seconds, (self.process, *children(self.process))))

    def memory(self) -> "Memory":
        """Return the memory of the process that answers: a child if there is one."""
        return Memory.of((children(self.process) or [self.process])[0])


@dataclass(frozen=True)
class Memory:
    """The memory of a process in MB, as Linux counts it.

    `proportional` divides pages that processes share among them; `private` is without these pages.
    """

    resident: float
    proportional: float
    private: float

    @classmethod
    def of(cls, process: int) -> "Memory":
        """Read /proc."""
        kilobytes = {"Rss": 0, "Pss": 0, "Private_Clean": 0, "Private_Dirty": 0}
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name in kilobytes:
                kilobytes[name] = int(rest.split()[0])
        return cls(
            kilobytes["Rss"] * 1024 / 1e6,
            kilobytes["Pss"] * 1024 / 1e6,
            (kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]) * 1024 / 1e6,
        )


def processor_seconds(process: int) -> float:
    """Return the processor time of a process and of its threads, also of those that have ended."""
    # proc_pid_stat(5): after the name in brackets utime and stime are the 12th and 13th field.
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(process: int) -> list[int]:
    """Return the processes that a process started, oldest first."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in found.split()]


def pinned(command: Sequence[str], core: int = SERVER_CORE) -> list[str]:
    """Return the command that runs another one on one core."""
    taskset = shutil.which("taskset")
    return [taskset, "-c", str(core), *command] if taskset else list(command)


def clean_environment() -> dict[str, str]:
    """Return the environment without settings, in which Python keeps what it compiles.

    Otherwise a start would compile every module again.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DIRECTORY_") and name != "PYTHONDONTWRITEBYTECODE"
    }


def settings(database: Path, **chosen: str) -> dict[str, str]:
    """Return the environment of a server of ours with these settings and no others."""
    return {
        **clean_environment(),
        "DIRECTORY_DATABASE_URL": f"sqlite:///{database}",
        **{f"DIRECTORY_{name.upper()}": value for name, value in chosen.items()},
    }


@contextmanager
def serving(
    command: Sequence[str],
    path: str = "/",
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    port: int | None = None,
    *,
    one_core: bool = True,
) -> Iterator[Server]:
    """Run a server, on one core, for the block; yields once `path` answers with 200.

    `{port}` in the command becomes a free port, unless the caller chose one. What the
    server logs is written, but not kept.
    """
    port = port or free_port()
    filled = [part.replace("{port}", str(port)) for part in command]
    started = time.perf_counter()
    process = subprocess.Popen(
        pinned(filled) if one_core else filled,
        env=dict(environment) if environment is not None else clean_environment(),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(process, port, path)
        yield Server(port, process.pid, time.perf_counter() - started)
    finally:
        _end(process)


def ours(
    database: Path,
    path: str = "/v1/nearest?postcode=1000",
    *,
    one_core: bool = True,
    **chosen: str,
) -> AbstractContextManager[Server]:
    """Run our server over a store, with these settings."""
    command = [sys.executable, "-m", *OURS]
    return serving(command, path, settings(database, **chosen), one_core=one_core)


def constant(
    name: str, size: int, headers: Mapping[str, str] = MappingProxyType({})
) -> AbstractContextManager[Server]:
    """Run an application of tools/bench/constant.py that answers with `size` bytes."""
    command = [sys.executable, "-m", "tools.bench.constant", name, "{port}"]
    sizes = {"BENCH_BYTES": str(size), "BENCH_HEADERS": json.dumps(dict(headers))}
    return serving(command, "/", {**clean_environment(), **sizes})


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    end = time.monotonic() + READY_SECONDS
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
                connection.sendall(request)
                if connection.recv(12).endswith(b"200"):
                    return
        except OSError:
            pass
        time.sleep(0.002)
    raise RuntimeError("the server did not answer in time")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(END_SECONDS)
