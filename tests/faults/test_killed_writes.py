"""Servers that are killed while they write, and copies of the database that are put back."""

import os
import random
import signal
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.edit.editor import Edit
from directory_api.features.operations.maintenance.service import maintenance_of
from directory_api.live.last_good import LastGoodSnapshot
from directory_api.live.live_snapshot import LOOK_EVERY_SECONDS
from tests.faults.outcome import Outcome, Size, fault
from tests.faults.running import RECOVERY_SECONDS, Running, expect_soon, opened, prompt, workers
from tests.support.records import TERMINAL
from tests.support.servers import SERVE, create, eventually, living, serving

NEEDS = ("operations",)

SERVERS = 2
# After so many kills of a worker the whole server is killed, and started again.
WORKER_KILLS = 19
KILL_WITHIN_SECONDS = 0.05
SEED = 13
PREFIX = "+3292"


@dataclass
class Writer:
    """Gives a centre one number after the other, each higher than the one before."""

    centre: str
    sent: int = 0
    acknowledged: int = 0
    # Of all numbers that were acknowledged, or stored without an acknowledgement.
    stored: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)

    def write(self, service: Running, stop: threading.Event) -> None:
        """Write until a request gets no answer, or `stop` is set."""
        with suppress(OSError, HTTPException):
            etag = service.record(self.centre).headers["etag"]
            while not stop.is_set():
                self.sent += 1
                phones = [{"number": _number(self.sent), "kind": "main"}]
                reply = service.patch(self.centre, etag, phones=phones)
                if reply.status != 200:
                    self.others.append(reply.status)
                    return
                self.acknowledged, etag = self.sent, reply.headers["etag"]
                self.stored.append(self.sent)

    def read(self, service: Running) -> int:
        """The number that visitors read; -1 for an error."""
        reply = service.served.ask(f"/v1/centres/{self.centre}")
        return _count(reply.json()["phones"][0]["number"]) if reply.status == 200 else -1


def _number(count: int) -> str:
    return f"{PREFIX}{count:06}"


def _count(number: str) -> int:
    """The count in a number; 0 for the shipped numbers."""
    return int(number.removeprefix(PREFIX)) if number.startswith(PREFIX) else 0


@fault(
    "kill -9 of the server that writes",
    "each acknowledged change is stored, served and in the last good snapshot, no change is stored "
    "in part, `check` passes, and no older number is served",
)
def test_a_server_that_is_killed_while_it_writes_loses_nothing(
    outcome: Outcome, size: Size
) -> None:
    """Kill a server that takes edits: mostly its worker, now and then all of its processes."""
    seconds, hot = [], 0
    with ThreadPoolExecutor(SERVERS) as pool:
        trials = [Trial(random.Random(SEED + each)) for each in range(SERVERS)]
        share = size.of(50, 1_000) // SERVERS
        for trial in pool.map(lambda each: each.run(share), trials):
            outcome.add(trial.outcome)
            seconds += trial.seconds
            hot += trial.hot_journals
    outcome.figures = (
        f"answers again after a median of {statistics.median(seconds):.1f} s, at most "
        f"{max(seconds):.1f} s; {hot} kills in the middle of a commit"
    )


@dataclass
class Trial:
    """Kills of one server."""

    chance: random.Random
    outcome: Outcome = field(default_factory=Outcome)
    seconds: list[float] = field(default_factory=list)
    # Kills that left a journal, which the next process rolls back.
    hot_journals: int = 0
    writers: tuple[Writer, ...] = field(default_factory=lambda: (Writer("payoke"), Writer("surya")))

    def run(self, kills: int) -> "Trial":
        """Kill so many times."""
        with TemporaryDirectory() as name:
            folder = Path(name)
            create(folder / "directory.db")
            token, _ = opened(folder).tokens.create("anna", ["read_history", "edit"], 30)
            while self.outcome.tries < kills:
                with prompt(folder, token) as service:
                    self._expect_nothing_lost(service)
                    for _ in range(WORKER_KILLS):
                        if self.outcome.tries < kills - 1:
                            self._kill(service, workers(service))
                            self._expect_nothing_lost(service)
                    self._kill(service, set(living(service.served.process.pid)))
            with prompt(folder, token) as service:
                self._expect_nothing_lost(service)
                self._expect_whole_history(service)
        return self

    def _kill(self, service: Running, processes: set[int]) -> None:
        """Let two writers and a reader work, kill processes soon after the first answer, and wait
        for the next one. Every second kill is aimed at a commit.
        """
        stop, killed = threading.Event(), threading.Event()
        with ThreadPoolExecutor(len(self.writers) + 1) as pool:
            working = [pool.submit(writer.write, service, stop) for writer in self.writers]
            reading = pool.submit(self._read, service, killed)
            journal = Path(f"{service.database}-journal")
            before = sum(writer.acknowledged for writer in self.writers)
            _wait_while(lambda: before == sum(each.acknowledged for each in self.writers), 5.0)
            time.sleep(self.chance.uniform(0, KILL_WITHIN_SECONDS))
            if self.outcome.tries % 2:
                _wait_while(lambda: not _is_hot(journal), 0.5)
            for process in processes:
                os.kill(process, signal.SIGKILL)
            stop.set()
            self.hot_journals += _is_hot(journal)
            for work in working:
                work.result()
            self._expect_saved(service)
            if service.served.process.pid not in processes:
                is_back = partial(service.served.shows, "/readyz", 200)
                self.seconds.append(
                    expect_soon(self.outcome, is_back, "unanswered", "no answer after a kill")
                )
            killed.set()
            reading.result()
        self.outcome.tries += 1

    def _read(self, service: Running, until: threading.Event) -> None:
        """Read all the time; no number is older than one that had been acknowledged before."""
        while not until.is_set():
            for writer in self.writers:
                least = writer.acknowledged
                with suppress(OSError, HTTPException):
                    number = writer.read(service)
                    self.outcome.expect(number >= least, "wrong", f"{number} instead of {least}")
            time.sleep(0.005)

    def _expect_saved(self, service: Running) -> None:
        """A server that started now, without the database, would serve no older number."""
        snapshot = LastGoodSnapshot(Path(f"{service.database}.last-good.json")).load()
        for writer in self.writers:
            phones = snapshot.by_id[writer.centre].phones if snapshot else ()
            saved = _count(phones[0].number) if phones else -1
            is_kept = saved >= writer.acknowledged
            self.outcome.expect(
                is_kept, "wrong", f"{saved} in the snapshot instead of {writer.acknowledged}"
            )

    def _expect_nothing_lost(self, service: Running) -> None:
        for writer in self.writers:
            served = writer.read(service)
            phones = service.record(writer.centre).json()["phones"]
            stored = _count(phones[0]["number"])
            is_kept = stored in (writer.acknowledged, writer.sent)
            self.outcome.expect(is_kept, "lost", f"{stored} instead of {writer.acknowledged}")
            self.outcome.expect(served == stored, "wrong", f"{served} served, {stored} stored")
            if stored > writer.acknowledged:
                writer.stored.append(stored)
            writer.acknowledged = writer.sent = stored
            refused = f"an edit was answered with {writer.others}"
            self.outcome.expect(not writer.others, "unanswered", refused)
            writer.others.clear()
        ready = service.served.ask("/readyz").json()
        self.outcome.expect(ready["status"] == "ready", "unanswered", f"{ready}")
        for damage in maintenance_of(opened(service.folder)).check():
            self.outcome.breach("wrong", f"{damage.part}: {damage.fault}")

    def _expect_whole_history(self, service: Running) -> None:
        for writer in self.writers:
            numbers = [
                _count(entry.change.after["phones"][0]["number"])
                for entry in service.history(writer.centre)
                if entry.change.after
            ]
            is_whole = numbers == [0, *writer.stored]
            self.outcome.expect(is_whole, "lost", f"the history of {writer.centre}")


def _wait_while(holds: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while holds() and time.monotonic() < until:
        time.sleep(0.0001)


def _is_hot(journal: Path) -> bool:
    """Whether a transaction has written to the database. Before that, SQLite keeps the first bytes
    of the journal at 0.
    """
    try:
        with journal.open("rb") as file:
            return file.read(1).strip(b"\0") != b""
    except OSError:
        return False


@fault(
    "a restored copy, edited to the same revision",
    "it is not followed, also after a restart, until an operator adopts it; then each worker "
    "serves it with another revision hash, and an edit of an abandoned revision gets 412",
)
def test_a_copy_that_went_another_way_is_not_followed(outcome: Outcome, size: Size) -> None:
    """Put a copy back and edit it to the same revision; while a server runs, and between starts."""
    seconds = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        create(folder / "directory.db")
        token, _ = opened(folder).tokens.create("anna", ["read_history", "edit"], 30)
        for number in range(size.of(1, 5)):
            with two_workers(folder, token) as service:
                for turn in range(size.of(3, 20)):
                    abandoned = _abandoned(service, f"{number} {turn}", edits=1 + turn % 3)
                    _go_another_way(folder, abandoned)
                    _expect_not_followed(outcome, service, before=abandoned)
                    begun = time.monotonic()
                    opened(folder).live.adopt()
                    expect_soon(
                        outcome,
                        partial(_is_everywhere, service, abandoned),
                        "wrong",
                        f"{abandoned.name} is not served",
                    )
                    seconds.append(time.monotonic() - begun)
                    # Twenty answers may all be of one worker, and the other one still have to look.
                    time.sleep(3 * LOOK_EVERY_SECONDS)
                    _expect_noticed(outcome, service, abandoned)
                abandoned = _abandoned(service, f"{number} last", edits=2)
            _go_another_way(folder, abandoned)
            with two_workers(folder, token) as service:
                _expect_not_followed(outcome, service, before=abandoned)
                opened(folder).live.adopt()
                # Both workers.
                eventually(RECOVERY_SECONDS, partial(_is_everywhere, service, abandoned))
                _expect_noticed(outcome, service, abandoned)
    outcome.figures = f"served by each worker after at most {max(seconds):.1f} s"


@contextmanager
def two_workers(folder: Path, token: str) -> Iterator[Running]:
    """Run a server with two workers."""
    server = (*SERVE, "--workers", "2")
    chosen = {"rate_limit": "", "review": "off"}
    with serving(server, folder, ("/readyz", 200), **chosen) as served:
        yield Running(served, folder, token, f"sqlite:///{folder / 'directory.db'}")


@dataclass(frozen=True)
class Abandoned:
    """A way of the history that is abandoned: the file before it, and what was seen on it."""

    copy: bytes
    edits: int
    revision: str
    # Of the record, as maintainers read it, and of the public answer.
    etag: str
    link: str
    # What was served last of it, and what the other way has.
    last_name: str
    name: str


def _abandoned(service: Running, label: str, edits: int) -> Abandoned:
    copy = service.database.read_bytes()
    for number in range(edits):
        etag = service.record("payoke").headers["etag"]
        assert service.patch("payoke", etag, name=f"First {label} {number}").status == 200
    # The other worker follows within half a second.
    eventually(RECOVERY_SECONDS, lambda: _names(service) == {f"First {label} {edits - 1}"})
    time.sleep(3 * LOOK_EVERY_SECONDS)  # twenty answers may all be of one worker
    about = service.served.ask("/v1/").json()
    return Abandoned(
        copy,
        edits,
        about["revision"],
        service.record("payoke").headers["etag"],
        about["revision_hash"],
        f"First {label} {edits - 1}",
        f"Second {label}",
    )


def _go_another_way(folder: Path, abandoned: Abandoned) -> None:
    """Put the copy back in one step, with as many other edits."""
    other = folder / "other"
    other.mkdir(exist_ok=True)
    (other / "directory.db").write_bytes(abandoned.copy)
    editor = opened(other).editor
    for number in range(abandoned.edits):
        left = abandoned.edits - 1 - number
        name = f"{abandoned.name} {left}" if left else abandoned.name
        editor.patch(Edit(TERMINAL, "centre", "payoke", "a phone call"), {"name": name})
    (other / "directory.db").replace(folder / "directory.db")


def _names(service: Running) -> set[str]:
    with ThreadPoolExecutor(10) as pool:
        replies = pool.map(lambda _: service.served.ask("/v1/centres/payoke"), range(20))
        return {reply.json()["name"] for reply in replies}


def _is_everywhere(service: Running, abandoned: Abandoned) -> bool:
    return _names(service) == {abandoned.name}


def _expect_not_followed(outcome: Outcome, service: Running, before: Abandoned) -> None:
    """Each worker goes on with what it has served, also after a start, and says so."""
    time.sleep(3 * LOOK_EVERY_SECONDS)
    outcome.tries += 1
    names = _names(service)
    outcome.expect(names == {before.last_name}, "wrong", f"{names} before it is adopted")
    ready = service.served.ask("/readyz").json()
    outcome.expect("adopt" in ready.get("reason", ""), "silent", f"{ready} before it is adopted")


def _expect_noticed(outcome: Outcome, service: Running, abandoned: Abandoned) -> None:
    outcome.tries += 1
    names = _names(service)
    outcome.expect(names == {abandoned.name}, "wrong", f"{names} after {abandoned.name}")
    about = service.served.ask("/v1/").json()
    assert about["revision"] == abandoned.revision, "the two ways have different numbers"
    outcome.expect(about["revision_hash"] != abandoned.link, "silent", "the two ways have one hash")
    writer = service.patch("payoke", abandoned.etag, name="Over it")
    outcome.expect(writer.status == 412, "silent", f"a writer gets {writer.status}")
