"""Structured log: one JSON line for each event, on standard error.

The caller must never pass a place, a query, a body or an address.

A server writes in the background (`write_in_background`): while standard error is not read, lines
are dropped and counted, and requests do not wait. Before, a full pipe stopped the service after 511
requests.
"""

import json
import os
import select
import signal
import sys
import threading
import time
import traceback
from collections import deque
from contextlib import suppress
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

# Lines that wait to be written. At 150 bytes each they take about 2 MB.
WAITING_LINES = 10_000
# Seconds that the end of a process waits for the last lines.
_LAST_LINES_SECONDS = 1.0
_STANDARD_ERROR = 2
# After the first line the writer waits so long for others. Woken for each line, it would take the
# interpreter from the threads that answer, up to 50,000 times a second.
_COLLECT_SECONDS = 0.05
# Lines that are written at a time, if they are not longer than what a pipe takes as a whole: up to
# that, the lines of several workers are not mixed up in it. A request has about 130 bytes.
_WRITE_LINES = 30


class BackgroundWriter:
    """Writes lines to a file descriptor in a thread of its own; `write` never waits."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting: deque[str] = deque()
        self._has_lines = threading.Event()
        self._dropping = threading.Lock()
        self.dropped = 0
        # A thread inherits the signal mask. Signals are for the threads that wait for them.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        threading.Thread(target=self._run, name="log", daemon=True).start()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def write(self, line: str) -> None:
        """Have a line written soon, or drop it if too many are waiting."""
        if len(self._waiting) >= WAITING_LINES:
            with self._dropping:
                self.dropped += 1
            return
        self._waiting.append(line)
        if not self._has_lines.is_set():
            self._has_lines.set()

    def finish(self) -> None:
        """Wait until all lines are written, at most a second."""
        until = time.monotonic() + _LAST_LINES_SECONDS
        while self._waiting and time.monotonic() < until:
            time.sleep(0.01)

    def _run(self) -> None:
        while True:
            self._has_lines.wait()
            time.sleep(_COLLECT_SECONDS)
            self._has_lines.clear()  # before the last look, so that no line is overlooked
            while self._waiting:
                # Lines count as waiting until they are written. They are read by their index,
                # because an iterator would raise when other threads append.
                number = min(len(self._waiting), _WRITE_LINES)
                text = "".join([self._waiting[index] for index in range(number)])
                if len(text) > select.PIPE_BUF:
                    number, text = 1, self._waiting[0]
                self._write_all(text.encode(errors="replace"))
                for _ in range(number):
                    self._waiting.popleft()

    def _write_all(self, text: bytes) -> None:
        # Standard error may be closed; the service goes on.
        with suppress(OSError):
            while text:
                text = text[os.write(self._descriptor, text) :]


_background: BackgroundWriter | None = None


def write_in_background() -> None:
    """From now on, this process and those that it forks write the log in a thread of their own."""
    writer = _background or _start_background()
    # Unlike atexit, this also runs in the processes of multiprocessing, which forget what their
    # parent has registered.
    Finalize(None, writer.finish, exitpriority=0)


def _start_background() -> BackgroundWriter:
    global _background  # noqa: PLW0603  # one log for a process
    _background = BackgroundWriter(_STANDARD_ERROR)
    return _background


def _after_fork() -> None:
    if _background is not None:  # its thread is in the parent only
        _start_background()


os.register_at_fork(after_in_child=_after_fork)


def dropped_lines() -> int:
    """Return how many lines of this process were dropped because standard error was not read."""
    return _background.dropped if _background else 0


# The millisecond (UTC) of the last line, and its text.
_last_moment: tuple[int, str] = (0, "")


def moment() -> str:
    """Return the current time (RFC 3339, UTC, milliseconds)."""
    global _last_moment  # noqa: PLW0603  # replaced as a whole, so threads need no lock
    milliseconds = time.time_ns() // 1_000_000
    last, text = _last_moment
    # Under load, many lines share a millisecond.
    if milliseconds != last:
        seconds, rest = divmod(milliseconds, 1000)
        text = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{rest:03}Z"
        _last_moment = milliseconds, text
    return text


def note(event: str, **members: Any) -> None:
    """Write one line, with the current time."""
    # In ASCII, so that a character is a byte.
    write(json.dumps({"event": event, **members, "at": moment()}) + "\n")


def write(line: str) -> None:
    """Write a finished line: JSON, with a line feed at its end."""
    if _background:
        _background.write(line)
        return
    # Never fail a request because stderr is closed. A single write keeps the lines of threads
    # separate.
    with suppress(OSError, ValueError):
        sys.stderr.write(line)
        sys.stderr.flush()


def store(reason: str | None) -> None:
    """Log why the directory in force may not be what the store holds; None: it is again."""
    note("store", reason=reason)


def writes(reason: str | None) -> None:
    """Log why nothing can be written to the store; None: it can be written again."""
    note("writes", reason=reason)


def left_out(part: str, reason: str) -> None:
    """Log which part of the process cannot be used, and why."""
    note("left_out", part=part, reason=reason)


def crash(error: BaseException, route: str | None) -> None:
    """Log a bug by its class and its locations in the code.

    Never its message, which may contain the visitor's input.
    """
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    note("crash", error=type(error).__name__, route=route, frames=frames[-5:])
