"""A running server with a maintainer's token, which the faults are caused to."""

import json
import os
import signal
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from directory_api.bootstrap import Directory, open_directory
from directory_api.change.change import HistoryEntry
from directory_api.config import Settings
from tests.faults.outcome import Breach, Outcome
from tests.support.servers import SERVE, Reply, Served, eventually, living, serving

RECOVERY_SECONDS = 30.0
NEAREST = "/v1/nearest?postcode=1000"
PROMPT_SERVER = ("tests.faults.prompt_server", *SERVE[1:])


@dataclass(frozen=True)
class Running:
    """A server over a database in a folder of its own."""

    served: Served
    folder: Path
    # May read the history and edit.
    token: str
    url: str

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "directory.db"

    @property
    def credentials(self) -> dict[str, str]:
        """The header with the token."""
        return {"Authorization": f"Bearer {self.token}"}

    def record(self, identity: str) -> Reply:
        """A centre as maintainers read it, with its ETag."""
        return self.served.ask(f"/v1/records/centres/{identity}", headers=self.credentials)

    def patch(self, identity: str, etag: str, **members: Any) -> Reply:
        """Change members of a centre, if its ETag still is this one."""
        headers = {
            **self.credentials,
            "If-Match": etag,
            "Content-Type": "application/merge-patch+json",
        }
        path = f"/v1/records/centres/{identity}"
        return self.served.ask(path, "PATCH", json.dumps(members).encode(), headers)

    def history(self, identity: str) -> list[HistoryEntry]:
        """All changes of a centre, oldest first. The API gives the newest hundred."""
        entries = opened_at(self.url).editor.history("centre", identity, most=1_000_000)
        return list(reversed(entries))


def opened(folder: Path) -> Directory:
    """The directory of a folder, for this process."""
    return opened_at(f"sqlite:///{folder / 'directory.db'}")


def opened_at(url: str) -> Directory:
    """The directory at a URL, for this process."""
    return open_directory(Settings(database_url=url))


def create_at(url: str, snapshot: Path) -> None:
    """Create the directory at a URL with the shipped data, unless it is there, as `init` does."""
    open_directory(Settings(database_url=url, snapshot=str(snapshot))).prepare()


def expect_soon(outcome: Outcome, holds: Callable[[], bool], kind: Breach, example: str) -> float:
    """Count a broken promise unless it holds within half a minute; return the seconds it took."""
    started = time.monotonic()
    try:
        return eventually(RECOVERY_SECONDS, holds)
    except AssertionError:
        outcome.breach(kind, example)
        return time.monotonic() - started


@contextmanager
def running(server: Sequence[str] = SERVE, **settings: str) -> Iterator[Running]:
    """Run a server for the block, without a rate limit and without review."""
    with TemporaryDirectory() as folder, served_from(Path(folder), server, **settings) as service:
        yield service


@contextmanager
def served_from(folder: Path, server: Sequence[str] = SERVE, **settings: str) -> Iterator[Running]:
    """Run a server over the database of a folder for the block."""
    chosen = {"rate_limit": "", "review": "off", **settings}
    url = settings.get("database_url", f"sqlite:///{folder / 'directory.db'}")
    if "database_url" in settings:  # a server creates no directory
        create_at(url, folder / "created.json")
    with serving(server, folder, ("/livez", 200), **chosen) as served:
        name = f"anna {folder.name}"
        token, _ = opened_at(url).tokens.create(name, ["read_history", "edit"], 30)
        yield Running(served, folder, token, url)


@contextmanager
def prompt(folder: Path, token: str, **settings: str) -> Iterator[Running]:
    """Run a server that is started again whenever it ends, over the database of a folder."""
    chosen = {"rate_limit": "", "review": "off", **settings}
    with serving(PROMPT_SERVER, folder, ("/livez", 200), **chosen) as served:
        yield Running(served, folder, token, f"sqlite:///{folder / 'directory.db'}")


def workers(service: Running) -> set[int]:
    """The processes that answer requests: those that have started no other ones. Needs /proc."""
    first = service.served.process.pid
    pids = {*living(first)}
    parents = {first}
    for pid in pids:
        with suppress(OSError):  # it has ended meanwhile
            # proc_pid_stat(5): a name in brackets, the state, and the parent.
            parents.add(int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]))
    return pids - parents


def end_workers(service: Running) -> None:
    """Kill the workers, and wait until another one answers."""
    for worker in workers(service):
        os.kill(worker, signal.SIGKILL)
    eventually(RECOVERY_SECONDS, lambda: service.served.shows("/readyz", 200))


def numbers(reply: Reply) -> Any:
    """The numbers of an answer, with the centre that each belongs to."""
    answer = reply.json()
    centres = answer.get("results", [])
    return [(centre["id"], centre["phones"]) for centre in centres], answer["helplines"]


def median_and_longest(seconds: list[float]) -> str:
    """The figures of a row."""
    return f"median {statistics.median(seconds):.2g} s, longest {max(seconds):.2g} s"
