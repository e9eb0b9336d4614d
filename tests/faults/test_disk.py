"""A database that is locked, may not be written, or is on a full disk."""

import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.features.operations.maintenance.service import maintenance_of
from directory_api.live.last_good import LastGoodSnapshot
from tests.faults.outcome import Outcome, Size, fault
from tests.faults.running import (
    NEAREST,
    RECOVERY_SECONDS,
    Running,
    end_workers,
    expect_soon,
    opened,
    prompt,
)
from tests.support.servers import Reply, create, eventually, living

NEEDS = ("operations",)

MEGABYTES = 6
# Enough for the journal of an edit and for the pages that it adds.
MOST_LEFT = 120_000
# Of these bytes, without a disk: only the database grows beyond its size, by a page or two.
LIMIT_PART = 20
PUBLIC = (NEAREST, "/v1/centres/pag-asa", "/v1/helplines")


@dataclass(frozen=True)
class Disk:
    """A folder on a file system of its own; if this user may mount none, limits in its place."""

    folder: Path
    is_mounted: bool

    def fill(self, service: Running, left: int) -> None:
        """Leave so many bytes."""
        if not self.is_mounted:
            # What is in the database can be written again, as on most full disks.
            _limit(service, service.database.stat().st_size + left // LIMIT_PART)
            return
        with self._filler.open("wb", buffering=0) as file:
            free = os.statvfs(self.folder)
            file.write(bytes(max(free.f_bavail * free.f_frsize - left, 0)))

    def empty(self, service: Running) -> None:
        """Make space again."""
        if self.is_mounted:
            self._filler.unlink()
        else:
            _limit(service, resource.RLIM_INFINITY)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Allow no writes for the block."""
        self._allow_writing(allowed=False)
        try:
            yield
        finally:
            self._allow_writing(allowed=True)

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def _allow_writing(self, *, allowed: bool) -> None:
        if self.is_mounted:
            option = "rw" if allowed else "ro"
            # The server opens the database twice a second; meanwhile the disk is busy.
            eventually(RECOVERY_SECONDS, lambda: _run("mount", "-o", f"remount,{option}", self))
            return
        for file in self.folder.iterdir():
            file.chmod(0o600 if allowed else 0o400)
        self.folder.chmod(0o700 if allowed else 0o500)


def _run(*command: object) -> bool:
    words = [str(word.folder if isinstance(word, Disk) else word) for word in command]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _limit(service: Running, size: int) -> None:
    """Limit the size of the files that a server and its workers write."""
    for process in living(service.served.process.pid):
        _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, hard))


@contextmanager
def on_a_disk() -> Iterator[tuple[Running, Disk]]:
    """Run a server whose database and last good snapshot are on a disk of their own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "disk").mkdir()
        is_mounted = os.geteuid() == 0 and _run(
            "mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", folder / "disk"
        )
        disk = Disk(folder / "disk", is_mounted)
        try:
            create(disk.folder / "directory.db")
            (folder / "directory.db").symlink_to(disk.folder / "directory.db")
            token, _ = opened(folder).tokens.create("anna", ["read_history", "edit"], 30)
            snapshot = str(disk.folder / "last-good.json")
            with prompt(folder, token, snapshot=snapshot) as service:
                yield service, disk
        finally:
            if is_mounted:
                _run("umount", disk)
            shutil.rmtree(disk.folder, ignore_errors=True)


@fault(
    "a full disk",
    "reads succeed, also with a token; an edit is complete or refused with 503; "
    "the service recovers by itself",
)
def test_a_full_disk_stops_no_read(outcome: Outcome, size: Size) -> None:
    """Fill the disk up to a few pages, edit, read, and make space again."""
    accepted = 0
    tries = size.of(8, 80)
    with on_a_disk() as (service, disk):
        tokens = [_new_token(service.folder, f"first {number}") for number in range(tries)]
        for number, token in enumerate(tokens):
            disk.fill(service, left=MOST_LEFT * number // tries)
            accepted += _edit_once(outcome, service, f"Name {number}")
            if number % 8 == 0:
                _restart(outcome, service)
            # The first use of a token on a day is noted in the database, if that is possible.
            first = Running(service.served, service.folder, token, service.url).record("pag-asa")
            outcome.expect(first.status == 200, "unanswered", f"a token reads {first.status}")
            disk.empty(service)
            _expect_recovery(outcome, service, disk, f"After {number}")
    kind = "a full tmpfs" if disk.is_mounted else "a limit of the size of files"
    outcome.figures = f"{kind}; {accepted} edits fitted"


@fault(
    "a read-only file system",
    "reads succeed, edits get 503; the service recovers by itself",
)
def test_a_file_system_that_may_only_be_read_stops_no_read(outcome: Outcome, size: Size) -> None:
    """Mount the disk of the database for reading only, then for writing again."""
    with on_a_disk() as (service, disk):
        for number in range(size.of(2, 20)):
            token = _new_token(service.folder, f"first {number}")
            with disk.read_only():
                is_accepted = _edit_once(outcome, service, f"Name {number}")
                outcome.expect(not is_accepted, "wrong", "an edit was taken")
                _restart(outcome, service)
                first = Running(service.served, service.folder, token, service.url).record(
                    "pag-asa"
                )
                outcome.expect(first.status == 200, "unanswered", f"a token reads {first.status}")
            _expect_recovery(outcome, service, disk, f"After {number}")
    outcome.figures = "a tmpfs mounted read-only" if disk.is_mounted else "files and folder"


@fault(
    "a full disk or a read-only file system, without an edit",
    "/readyz stays ready, and says that writes are unavailable and why; the metric says it, too; "
    "both recover",
)
def test_a_server_says_without_an_edit_that_edits_are_impossible(
    outcome: Outcome, size: Size
) -> None:
    """Fill the disk, and mount it for reading only, while nothing is edited."""
    seconds = []
    with on_a_disk() as (service, disk):
        for _ in range(size.of(1, 10)):
            if disk.is_mounted:
                disk.fill(service, left=0)
                seconds.append(_expect_writes(outcome, service, "unavailable", "the disk is full"))
                disk.empty(service)
                _expect_writes(outcome, service, "available", "")
            with disk.read_only():
                reason = "the file may not be written"
                seconds.append(_expect_writes(outcome, service, "unavailable", reason))
            _expect_writes(outcome, service, "available", "")
    outcome.figures = f"told after at most {max(seconds):.1f} s"


def _expect_writes(outcome: Outcome, service: Running, writes: str, reason: str) -> float:
    """Wait until /readyz and the metric say so, while reads are ready; after how many seconds."""
    outcome.tries += 1
    metric = f"\ndirectory_writes_available {float(writes == 'available')}\n".encode()

    def is_told() -> bool:
        ready = service.served.ask("/readyz").json()
        return (
            (ready["status"], ready["writes"]) == ("ready", writes)
            and reason in ready.get("writes_reason", "")
            and metric in service.served.ask("/metrics").body
        )

    seconds = expect_soon(outcome, is_told, "silent", f"not {writes}, {reason}")
    _expect_public(outcome, service)
    return seconds


@fault(
    "a locked database",
    "reads succeed, edits get 503; the service recovers by itself",
)
def test_a_locked_database_stops_no_read(outcome: Outcome, size: Size) -> None:
    """Lock the database exclusively; edit, and start workers, meanwhile."""
    seconds = []
    with on_a_disk() as (service, disk):
        for number in range(size.of(2, 20)):
            with closing(sqlite3.connect(service.database, isolation_level=None)) as other:
                other.execute("BEGIN EXCLUSIVE")
                is_accepted = _edit_once(outcome, service, f"Name {number}", locked=True)
                outcome.expect(not is_accepted, "wrong", "an edit was taken")
                is_told = partial(_says_locked, service)
                expect_soon(outcome, is_told, "silent", "a running server does not say so")
                end_workers(service)
                _expect_public(outcome, service)
                expect_soon(outcome, is_told, "silent", "a started server does not say so")
                other.execute("ROLLBACK")
            seconds.append(_expect_recovery(outcome, service, disk, f"After {number}"))
    outcome.figures = f"ready again after at most {max(seconds):.1f} s"


def _says_locked(service: Running) -> bool:
    ready = service.served.ask("/readyz").json()
    return ready["status"] == "degraded" and "locked" in ready["reason"]


def _new_token(folder: Path, name: str) -> str:
    return opened(folder).tokens.create(name, ["edit"], 30)[0]


def _edit_once(outcome: Outcome, service: Running, name: str, *, locked: bool = False) -> bool:
    """Send an edit that may be refused, and read meanwhile; whether it was accepted."""
    outcome.tries += 1
    public = service.served.ask("/v1/centres/pag-asa")
    before = public.json()["name"]
    # The database is asked for the record of maintainers, so not while it is locked.
    etag = (public if locked else service.record("pag-asa")).headers["etag"]
    with ThreadPoolExecutor(1) as pool:
        editing = pool.submit(service.patch, "pag-asa", etag, name=name)
        while not editing.done():
            _expect_public(outcome, service)
        reply = editing.result()
    _expect_public(outcome, service)
    is_accepted = reply.status == 200
    if not is_accepted:
        _expect_refusal(outcome, reply, locked=locked)
    served = service.served.ask("/v1/centres/pag-asa").json()["name"]
    expected = name if is_accepted else before
    outcome.expect(served == expected, "wrong", f"{served} is served instead of {expected}")
    if not locked:
        stored = service.record("pag-asa").json().get("name", "nothing")
        outcome.expect(stored == expected, "lost", f"{stored} is stored instead of {expected}")
        for damage in maintenance_of(opened(service.folder)).check():
            outcome.breach("wrong", f"{damage.part}: {damage.fault}")
    return is_accepted


def _expect_refusal(outcome: Outcome, reply: Reply, *, locked: bool) -> None:
    problem = reply.json()
    numbers = [line.get("number") for line in problem["helplines"]]
    code = "store-unavailable" if locked else "not-writable"
    is_right = (
        (reply.status, problem["code"]) == (503, code)
        and int(reply.headers.get("retry-after", 0)) > 0
        and "112" in numbers
    )
    outcome.expect(is_right, "unanswered", f"an edit gets {reply.status} {problem['type']}")


def _expect_public(outcome: Outcome, service: Running) -> None:
    for path in PUBLIC:
        status = service.served.ask(path).status
        outcome.expect(status == 200, "unanswered", f"a visitor gets {status}")


def _restart(outcome: Outcome, service: Running) -> None:
    """Kill the worker; the next one serves what is stored."""
    end_workers(service)
    _expect_public(outcome, service)
    ready = service.served.ask("/readyz").json()
    outcome.expect(ready["status"] == "ready", "unanswered", f"{ready['status']} after a restart")


def _expect_recovery(outcome: Outcome, service: Running, disk: Disk, name: str) -> float:
    """Edits are taken again without help, and the last good snapshot is written; after how many
    seconds the service was ready.
    """
    snapshot = LastGoodSnapshot(disk.folder / "last-good.json")

    def is_saved() -> bool:
        revision = service.served.ask("/v1/").json()["revision"]
        saved = snapshot.load()
        return saved is not None and str(saved.revision) == revision

    def is_ready() -> bool:
        return bool(service.served.ask("/readyz").json()["status"] == "ready")

    seconds = expect_soon(outcome, is_ready, "unanswered", "not ready afterwards")
    expect_soon(outcome, is_saved, "wrong", "the last good snapshot is an older one")
    reply = service.patch("pag-asa", service.record("pag-asa").headers["etag"], name=name)
    outcome.expect(reply.status == 200, "unanswered", f"an edit gets {reply.status} afterwards")
    return seconds
