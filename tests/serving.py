"""Real server processes on a free port of this machine, each ended by its own pid."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
START_SECONDS = 20.0
ASK_SECONDS = 10.0
SERVE = ("directory_api", "serve", "--port", "{port}")
GUNICORN = ("gunicorn", "directory_api.wsgi:app", "--bind", "127.0.0.1:{port}", "--threads", "8", "--no-control-socket")


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
        self, path: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Reply:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ASK_SECONDS)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Reply(
                response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
            )
        finally:
            connection.close()

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

    def stop(self) -> int:
        """End it as a service manager does; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)


def environment(database: Path, **settings: str) -> dict[str, str]:
    """This process's environment with the settings of a server and no others."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")}
    chosen = {f"DIRECTORY_{name.upper()}": value for name, value in settings.items()}
    return {**clean, "DIRECTORY_DATABASE_URL": f"sqlite:///{database}", **chosen}


def run(arguments: Sequence[str], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def serving(
    server: Sequence[str], folder: Path, sign: tuple[str, int] = ("/livez", 200), **settings: str
) -> Iterator[Served]:
    """A server over a database in a folder, until the block ends, from its first sign: a path, and what it answers."""
    port = _free_port()
    log = folder / "server.log"
    command = [sys.executable, "-m", *(part.format(port=port) for part in server)]
    environ = environment(folder / "directory.db", **settings)
    with (
        log.open("wb") as written,
        subprocess.Popen(command, env=environ, cwd=ROOT, stdout=written, stderr=written) as process,
    ):
        served = Served(port, process, log)
        try:
            _wait(served, *sign)
            yield served
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    process.kill()


def eventually(seconds: float, happens: Any) -> float:
    """Ask until it happens; after how many seconds it did. AssertionError when it does not."""
    started = time.monotonic()
    while not happens():
        assert time.monotonic() - started < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - started


def _wait(served: Served, path: str, status: int) -> None:
    def answers() -> bool:
        assert served.process.poll() is None, served.logged()
        try:
            return served.ask(path).status == status
        except OSError:
            return False

    eventually(START_SECONDS, answers)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
