"""Structured log: one JSON line for each event, on standard error.

The caller must never pass a place, a query, a body or an address.

A server writes in the background (`write_in_background`): while standard error is not read, lines
are dropped and counted, and requests do not wait.
"""

import json
import sys
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from directory_api.web.wsgi.metrics import DROPPED_LINES

# Lines that wait to be written: about 5 MB.
WAITING_LINES = 10_000
# Linux writes so many bytes to a pipe at once: the lines of several processes stay apart.
_MOST_AT_ONCE = 4_096
# Seconds that the end of a process waits for the last lines.
_LAST_LINES_SECONDS = 1.0
_COLLECT_SECONDS = 0.05


class _Writer:
    """Writes lines, once it is started in a thread: those of 50 ms at a time. Woken for each line,
    the thread would take the interpreter from those that answer.
    """

    def __init__(self) -> None:
        self._lines: SimpleQueue[str] | None = None

    def write(self, line: str) -> None:
        """Write a line, or have it written soon; drop and count it if too many are waiting."""
        if self._lines is None:
            _print(f"{line}\n")
        elif self._lines.qsize() < WAITING_LINES:
            self._lines.put(f"{line}\n")
        else:
            DROPPED_LINES.inc()

    def start(self) -> None:
        """From now on, have a thread of this process write."""
        if self._lines is None:
            self._lines = SimpleQueue()
            Thread(target=self._write_waiting, args=(self._lines,), daemon=True).start()
            # Unlike atexit, this also runs in the processes of multiprocessing.
            Finalize(None, self.finish, exitpriority=0)

    def finish(self) -> None:
        """Wait until all lines are taken, at most a second."""
        until = time.monotonic() + _LAST_LINES_SECONDS
        while self._lines and not self._lines.empty() and time.monotonic() < until:
            time.sleep(0.01)

    @staticmethod
    def _write_waiting(lines: "SimpleQueue[str]") -> None:
        while True:
            if lines.empty():
                time.sleep(_COLLECT_SECONDS)
            text = lines.get()
            while len(text) < _MOST_AT_ONCE // 2 and not lines.empty():
                text += lines.get()
            _print(text)


def _print(text: str) -> None:
    """Write to standard error; if that is closed, it is lost, and the process goes on."""
    with suppress(OSError, ValueError):
        sys.stderr.write(text)
        sys.stderr.flush()


_writer = _Writer()
# Writes a finished line of JSON.
write = _writer.write
write_in_background = _writer.start
finish = _writer.finish


def utc_milliseconds() -> str:
    """Return the current time (RFC 3339, UTC, milliseconds)."""
    return f"{datetime.now(UTC).isoformat(timespec='milliseconds')[:-6]}Z"


def event(name: str, **members: Any) -> None:
    """Write one line, with the current time."""
    # In ASCII, so that a character is a byte.
    write(json.dumps({"event": name, **members, "at": utc_milliseconds()}))


def store(reason: str | None) -> None:
    """Log why the directory in force may not be what the store holds; None: it is again."""
    event("store", reason=reason)


def writes(reason: str | None) -> None:
    """Log why nothing can be written to the store; None: it can be written again."""
    event("writes", reason=reason)


def part_left_out(part: str, reason: str) -> None:
    """Log which part of the process cannot be used, and why."""
    event("left_out", part=part, reason=reason)


def crash(error: BaseException, route: str | None) -> None:
    """Log a bug by its class and its locations in the code.

    Never its message, which may contain the visitor's input.
    """
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    event("crash", error=type(error).__name__, route=route, frames=frames[-5:])
