"""The scripts of deploy/postgres/ on real servers: a primary, and a standby that acknowledges."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from tests.support.deploy_examples import DEPLOY
from tests.support.postgres import NOBODY, START_SECONDS, binaries, command
from tests.support.servers import eventually, free_port

SECRETS = {"directory": "of-the-directory", "replicator": "of-the-replication"}
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


class Machine:
    """A folder of one machine, and a server on it."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self.port = free_port()
        folder.mkdir()
        passwords = folder / "pgpass"
        passwords.write_text(
            "".join(f"*:*:*:{user}:{secret}\n" for user, secret in SECRETS.items()), "utf-8"
        )
        (folder / "replication_password").write_text(SECRETS["replicator"], "utf-8")
        passwords.chmod(0o600)
        for name in ("primary.sh", "standby.sh"):
            shutil.copy(DEPLOY / "postgres" / name, folder)
        self.environment = {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PGDATA": str(folder / "data" / "18"),
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGPASSFILE": str(passwords),
            "POSTGRES_USER": "directory",
            "POSTGRES_DB": "postgres",
            "REPLICATION_PASSWORD_FILE": str(folder / "replication_password"),
        }
        if not os.getuid():
            for path in (folder, *folder.iterdir()):
                os.chown(path, NOBODY, NOBODY)

    def run(self, program: str, *arguments: str) -> None:
        """Run a program to its end."""
        path = shutil.which(program, path=self.environment["PATH"])
        assert path
        ended = subprocess.run(
            command(Path(path), *arguments),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr

    @contextmanager
    def running(self, *program: str, **variables: str) -> Iterator[None]:
        """Run a server for the block, until it takes connections."""
        path = shutil.which(program[0], path=self.environment["PATH"])
        assert path
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command(Path(path), *program[1:]),
                cwd=self.folder,
                env={**self.environment, **variables},
                stdout=log,
                stderr=log,
            )
        try:
            eventually(START_SECONDS, lambda: self.answers(process))
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(START_SECONDS)

    def answers(self, process: "subprocess.Popen[bytes]") -> bool:
        """Whether it takes connections; AssertionError if it has ended."""
        assert process.poll() is None, (self.folder / "log").read_text("utf-8")
        try:
            return self.ask("SELECT 1") == [(1,)]
        except psycopg.OperationalError:
            return False

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Return the rows of a statement."""
        url = f"postgresql://directory@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(url, password=SECRETS["directory"], autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL can read as another user, and other runs of pytest leave open."""
    with TemporaryDirectory() as path:
        Path(path).chmod(0o755)
        yield Path(path)


@pytest.fixture
def machines(folder: Path) -> tuple[Machine, Machine]:
    """Two machines with the programs of PostgreSQL; the first has an initialised database, as the
    image makes one: passwords over the network, and a configuration without a port.
    """
    programs = binaries(folder)
    primary, standby = (Machine(folder / name, programs) for name in ("primary", "standby"))
    (primary.folder / "password").write_text(SECRETS["directory"], "utf-8")
    (primary.folder / "password").chmod(0o644)
    (primary.folder / "data").mkdir()
    if not os.getuid():
        os.chown(primary.folder / "data", NOBODY, NOBODY)
    primary.run(
        "initdb",
        *("--username=directory", f"--pwfile={primary.folder}/password", "--no-sync"),
        *("--auth-host=scram-sha-256", "--auth-local=trust", "--encoding=UTF8"),
    )
    settings = Path(primary.environment["PGDATA"]) / "postgresql.conf"
    with settings.open("a", encoding="utf-8") as written:
        written.write("listen_addresses='127.0.0.1'\nunix_socket_directories=''\nfsync=off\n")
    return primary, standby


def _prepared(primary: Machine) -> None:
    """Run the script of the primary, as the image does: on a server that is stopped afterwards."""
    with primary.running("postgres"):
        primary.run("sh", "primary.sh")


def _following(primary: Machine) -> Mapping[str, str]:
    return {"PRIMARY": f"host=127.0.0.1 port={primary.port} user=replicator"}


def test_a_write_is_acknowledged_when_the_standby_has_it(
    machines: tuple[Machine, Machine],
) -> None:
    """The standby copies the primary by itself; without it a write waits, and with it again the
    write is at both. A second start copies nothing.
    """
    primary, standby = machines
    _prepared(primary)
    with ThreadPoolExecutor() as threads, primary.running("postgres"):
        with standby.running("sh", "standby.sh", **_following(primary)):
            primary.ask("CREATE TABLE proof (number int)")
            primary.ask("INSERT INTO proof VALUES (1)")
            assert primary.ask("SELECT sync_state FROM pg_stat_replication") == [("quorum",)]
            eventually(START_SECONDS, lambda: standby.ask("SELECT * FROM proof") == [(1,)])
            assert standby.ask("SELECT pg_is_in_recovery()") == [(True,)]
        waiting = threads.submit(primary.ask, "INSERT INTO proof VALUES (2)")
        eventually(START_SECONDS, lambda: primary.ask(WAITING) == [(1,)])
        assert not waiting.done()
        copied = (Path(standby.environment["PGDATA"]) / "PG_VERSION").stat().st_ino
        with standby.running("sh", "standby.sh", **_following(primary)):
            waiting.result(START_SECONDS)
            eventually(START_SECONDS, lambda: (2,) in standby.ask("SELECT * FROM proof"))
        assert (Path(standby.environment["PGDATA"]) / "PG_VERSION").stat().st_ino == copied


def test_a_copy_that_was_interrupted_is_begun_again(machines: tuple[Machine, Machine]) -> None:
    """What an earlier start has left is removed."""
    primary, standby = machines
    _prepared(primary)
    half = Path(f"{standby.environment['PGDATA']}.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    if not os.getuid():
        for path in (half.parent, half, half / "PG_VERSION"):
            os.chown(path, NOBODY, NOBODY)
    with (
        primary.running("postgres"),
        standby.running("sh", "standby.sh", **_following(primary)),
    ):
        assert standby.ask("SELECT pg_is_in_recovery()") == [(True,)]
    assert not half.exists()
