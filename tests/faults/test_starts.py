"""Signals at any moment of the start of a server."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.faults.outcome import Outcome, Size, fault
from tests.faults.running import median_and_longest
from tests.support.servers import (
    ROOT,
    STOP_SECONDS,
    create,
    end,
    environment,
    free_port,
    left_after,
    serve_command,
    start_in_session,
)

WORKERS = 2
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# Servers that start at the same time.
LANES = 4
LAST_MOMENT = 2.0


@fault(
    "SIGTERM, SIGINT and SIGHUP at moments of the start",
    f"all processes end within {STOP_SECONDS:.0f} s, with the right exit status",
)
def test_a_signal_at_any_moment_of_the_start_ends_it(
    outcome: Outcome, size: Size, tmp_path: Path
) -> None:
    """Each signal at moments of the first two seconds, by turns with one worker and with two."""
    moments = size.of(4, 40)
    cases = [
        (LAST_MOMENT * (place + 1) / moments, number)
        for place in range(moments)
        for number in SIGNALS
    ]
    outcome.tries = len(cases)
    with _signals_as_usual(), ThreadPoolExecutor(LANES) as pool:
        lanes = cycle(_folders(tmp_path))
        # Each lane has a folder and a port for itself, so its servers start one after the other.
        shares: dict[tuple[Path, int], list[tuple[float, signal.Signals]]] = {}
        for case, lane in zip(cases, lanes, strict=False):
            shares.setdefault(lane, []).append(case)
        done = list(pool.map(_stop_each, shares, shares.values(), [outcome] * LANES))
    seconds = [each for lane in done for each in lane]
    outcome.figures = f"ended after {median_and_longest(seconds)}"


def _folders(parent: Path) -> list[tuple[Path, int]]:
    """A folder with a database, and a port, for each lane."""
    lanes = []
    for lane in range(LANES):
        folder = parent / str(lane)
        folder.mkdir()
        shutil.copy(create(parent / "directory.db"), folder)
        lanes.append((folder, free_port()))
    return lanes


def _stop_each(
    lane: tuple[Path, int], cases: list[tuple[float, signal.Signals]], outcome: Outcome
) -> list[float]:
    """Start a server for each case; the seconds until each had ended."""
    folder, port = lane
    seconds = []
    for place, (moment, number) in enumerate(cases):
        stopped = stopped_at(moment, folder, number, 1 + place % WORKERS, port)
        seconds.append(stopped.seconds)
        when = f"{number.name} after {moment:.2f} s"
        outcome.expect(not stopped.left, "unanswered", f"{stopped.left} processes left, {when}")
        right = stopped.status_is_right
        outcome.expect(right, "wrong", f"exit status {stopped.status}, {when}")
        outcome.expect(not stopped.has_traceback, "wrong", f"a traceback, {when}")
        outcome.expect("cannot listen" not in stopped.told, "wrong", f"a taken port, {when}")
    return seconds


@contextmanager
def _signals_as_usual() -> Iterator[None]:
    """A shell ignores SIGINT of what it runs in the background, and nohup ignores SIGHUP; children
    inherit that.
    """
    usual: dict[signal.Signals, Any] = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGHUP: signal.SIG_DFL,
    }
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True)
class Stopped:
    """What became of a server after a signal."""

    number: signal.Signals
    # Processes that were left after STOP_SECONDS.
    left: int
    seconds: float
    # As in subprocess: the negative number of the signal that ended it, or its own status.
    status: int
    told: str

    @property
    def status_is_right(self) -> bool:
        """Whether the status says that the signal ended the process, or that it ended in order.

        Python itself ends with 1 if SIGINT comes while it starts, before a command of ours.
        """
        by_python = self.number == signal.SIGINT and "KeyboardInterrupt" in self.told
        right = (0, -self.number, 1) if by_python else (0, -self.number)
        return self.status in right

    @property
    def has_traceback(self) -> bool:
        """Whether a command of ours was interrupted.

        A KeyboardInterrupt while Python itself starts has a traceback without one.
        """
        return "Traceback" in self.told and str(ROOT / "directory_api/cli") in self.told


def stopped_at(
    moment: float, folder: Path, number: signal.Signals, workers: int, port: int
) -> Stopped:
    """Start a server over the database of a folder, and send it a signal so many seconds later."""
    log = folder / "server.log"
    with log.open("wb") as written:
        process = start_in_session(serve_command(workers, port), _unmeasured(folder), written)
    try:
        time.sleep(moment)
        # systemd sends SIGTERM to the first process; a terminal sends the others to every process.
        (os.kill if number == signal.SIGTERM else os.killpg)(process.pid, number)
        sent = time.monotonic()
        left = len(left_after(process.pid, STOP_SECONDS))
        seconds = time.monotonic() - sent
    finally:
        process.kill()
        end(process)
    told = log.read_text(encoding="utf-8", errors="replace")
    return Stopped(number, left, seconds, process.returncode, told)


def _unmeasured(folder: Path) -> dict[str, str]:
    """An environment without coverage, whose .pth file has `except: pass` around its import.

    That swallows a KeyboardInterrupt.
    """
    environ = environment(folder / "directory.db")
    return {name: value for name, value in environ.items() if "COVERAGE" not in name}
