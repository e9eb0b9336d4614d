"""A Valkey server of Debian, on a port of its own, which writes nothing to a disk."""

import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import valkey

from tests.support.programs import require
from tests.support.servers import eventually, free_port

START_SECONDS = 30.0


@dataclass
class Valkey:
    """A server that can be killed and started again."""

    folder: Path
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """The URL of its first database."""
        return f"valkey://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        server = require("valkey-server")
        options = ("--save", "", "--appendonly", "no", "--dir", str(self.folder), *self.options)
        with (self.folder / "valkey.log").open("ab") as log:
            self.process = subprocess.Popen(
                [server, "--bind", "127.0.0.1", "--port", str(self.port), *options],
                stdout=log,
                stderr=log,
            )
        eventually(START_SECONDS, self._answers)

    def kill(self) -> None:
        """End it at once, if it runs; everything in it is lost."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self.process
        self.process.send_signal(number)

    def content(self) -> Mapping[bytes, tuple[bytes, int]]:
        """Return each key with its value and its time to live in seconds; -1 is for ever."""
        with self._client() as client:
            return {key: (client.get(key), client.ttl(key)) for key in client.keys("*")}

    def forget(self) -> None:
        """Remove everything from it."""
        with self._client() as client:
            client.flushall()

    def _client(self) -> valkey.Valkey:
        return valkey.Valkey("127.0.0.1", self.port)

    def _answers(self) -> bool:
        with self._client() as client:
            try:
                return bool(client.ping())
            except valkey.AuthenticationError:
                return True
            except valkey.ConnectionError:
                return False


@contextmanager
def serving_valkey(folder: Path, *options: str) -> Iterator[Valkey]:
    """Run a server for the block."""
    server = Valkey(folder, options)
    server.start()
    try:
        yield server
    finally:
        server.kill()
