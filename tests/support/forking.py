"""Servers and programs, forked from a process that has imported their modules.

`python -m directory_api serve` takes 0.25 s of the processor for its imports, and `mcp` 1 s. One
process for each worker of pytest imports them once; each server is a fork of it, which then runs
the same module as `python -m` would. Tests of the start and the end of a server use
`servers.serving`, and so do all tests with COVERAGE=1, as in CI.
"""

import functools
import json
import os
import runpy
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from tests.support.servers import ROOT, Served, create, serving_by, start_in_session

_LONGEST_REQUEST = 1 << 17
_SERVE = ("directory_api.server.workers", "directory_api.cli")
_MCP = ("directory_api.features.mcp.server", "directory_api.features.mcp.local_client", *_SERVE)


@contextmanager
def serving_forked(
    server: Sequence[str], folder: Path, sign: tuple[str, int] = ("/livez", 200), **settings: str
) -> Iterator[Served]:
    """Do as `servers.serving`, with a forked process."""
    create(folder / "directory.db")
    with serving_by(start_forked, server, folder, sign, settings) as served:
        yield served


def start_forked_program(code: str, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Do as `python -c`, with a forked process; both of its outputs can be read at `stdout`."""
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb") as written:
        process = start_forked([sys.executable, "-c", code], dict(environ), written)
    process.stdout = os.fdopen(reader, "rb")
    return process


def start_forked(
    command: Sequence[str], environ: dict[str, str], written: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Do as `servers.start_in_session`, with a forked process."""
    # A forked process would not write what it has covered.
    if any(name.startswith("COVERAGE_") for name in os.environ):
        return start_in_session(command, environ, written)
    return _Forked(command, environ, written)


class _Forked(subprocess.Popen[bytes]):
    """A process of which another process is the parent and knows the exit status."""

    def __init__(self, command: Sequence[str], environ: dict[str, str], written: IO[bytes]) -> None:
        self.args = command
        self.returncode = None
        self._child_created = False
        self.stdin = self.stdout = self.stderr = None
        self._communication_started = False
        job = {"environ": environ, "words": list(command[1:])}
        self.pid = _parent().ask(job, written.fileno())

    def poll(self) -> int | None:
        """Return the exit status, or None if it runs."""
        if self.returncode is None:
            self.returncode = _parent().ask({"pid": self.pid})
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit status. Raises TimeoutExpired."""
        until = time.monotonic() + (timeout or float("inf"))
        while (status := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
            time.sleep(0.01)
        return status


class _Parent:
    """The process that forks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.forking", str(theirs.fileno())],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def ask(self, question: dict[str, Any], *files: int) -> Any:
        """Return the pid of a process that is started, or the status of one."""
        with self._lock:
            socket.send_fds(self._socket, [json.dumps(question).encode()], files)
            return json.loads(self._socket.recv(_LONGEST_REQUEST))

    def end(self) -> None:
        """End the process."""
        self._socket.close()
        self._process.wait()


@functools.cache
def _parent() -> _Parent:
    return _Parent()


def end_parent() -> None:
    """End the process that forks, if there is one."""
    if _parent.cache_info().currsize:
        _parent().end()
        _parent.cache_clear()


def _next_job(requests: socket.socket) -> dict[str, Any] | None:
    """Answer requests. Returns in each forked process with what it has to do, and at the end."""
    while True:
        text, files, _, _ = socket.recv_fds(requests, _LONGEST_REQUEST, 1)
        if not text:
            return None
        question = json.loads(text)
        if pid := question.get("pid"):
            ended, status = os.waitpid(pid, os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if ended else None
        else:
            for name in _MCP if "mcp" in question["words"] else _SERVE:
                import_module(name)
            answer = os.fork()
            if answer == 0:
                requests.close()
                os.setsid()
                for number in (1, 2):
                    os.dup2(files[0], number)
                os.close(files[0])
                return dict(question)
            os.close(files[0])
        requests.send(json.dumps(answer).encode())


def _run(job: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(job["environ"])
    option, program, *words = job["words"]
    sys.argv = [program, *words]
    if option == "-c":
        exec(program, {"__name__": "__main__"})
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    if given := _next_job(socket.socket(fileno=int(sys.argv[1]))):
        _run(given)
