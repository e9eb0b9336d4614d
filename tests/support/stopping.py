"""A server that is sent a signal while it starts."""

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.support.servers import ROOT, SERVE, end, environment, living, start_in_session

STOP_SECONDS = 15.0


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


def serve_command(workers: int, port: int) -> list[str]:
    """The command of a server."""
    arguments = (part.format(port=port) for part in SERVE)
    return [sys.executable, "-m", *arguments, "--workers", str(workers)]


def left_after(session: int, seconds: float) -> list[int]:
    """The processes of a session that have not ended within so many seconds."""
    until = time.monotonic() + seconds
    while (left := living(session)) and time.monotonic() < until:
        time.sleep(0.02)
    return left


def stopped_at(
    moment: float, folder: Path, number: signal.Signals, workers: int, port: int
) -> Stopped:
    """Start a server over the database of a folder, and send it a signal so many seconds later."""
    log = folder / "server.log"
    with log.open("wb") as written:
        process = start_in_session(serve_command(workers, port), _unmeasured(folder), written)
    try:
        time.sleep(moment)
        # systemd sends SIGTERM to the supervisor; a terminal sends the others to every process.
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
