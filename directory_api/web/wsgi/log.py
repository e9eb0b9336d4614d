"""Structured log: one JSON line for each event, on standard error.

The caller must never pass a place, a query, a body or an address.

A server writes in the background (`write_in_background`): while standard error is not read, lines
are dropped and counted, and requests do not wait.
"""

import json
import logging
import sys
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from multiprocessing.util import Finalize
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from directory_api.web.wsgi.metrics import DROPPED_LINES

# Lines that wait to be written: about 5 MB.
WAITING_LINES = 10_000
# Seconds that the end of a process waits for the last lines.
_LAST_LINES_SECONDS = 1.0
_COLLECT_SECONDS = 0.05


class _StandardError(logging.Handler):
    """Writes lines to standard error; if that is closed, they are lost, and the process goes on."""

    def createLock(self) -> None:  # noqa: N802  # a name of logging
        """Have no lock: at its end a process waits for those of all handlers, and this one would
        be held for as long as standard error is not read.
        """
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line. A single write keeps the lines of several processes apart."""
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{record.msg}\n")
            sys.stderr.flush()


class WaitingLines(QueueHandler):
    """Keeps lines until a thread writes them."""

    def __init__(self) -> None:
        self.lines: SimpleQueue[Any] = SimpleQueue()
        super().__init__(self.lines)

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Return the record as it is: its text is finished."""
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        """Have a line written soon; drop and count it if too many are waiting."""
        if self.lines.qsize() < WAITING_LINES:
            self.lines.put(record)
        else:
            DROPPED_LINES.inc()

    def finish(self) -> None:
        """Wait until all lines are taken, at most a second."""
        until = time.monotonic() + _LAST_LINES_SECONDS
        while not self.lines.empty() and time.monotonic() < until:
            time.sleep(0.01)


class _Listener(QueueListener):
    """The thread that writes waiting lines, those of 50 ms at a time.

    Woken for each line, it would take the interpreter from the threads that answer.
    """

    def dequeue(self, block: bool) -> logging.LogRecord:
        """Return the next line."""
        if not self.queue.qsize():  # type: ignore[attr-defined]  # SimpleQueue has it
            time.sleep(_COLLECT_SECONDS)
        return super().dequeue(block)


_logger = logging.getLogger("directory_api")
_logger.propagate = False
_logger.addHandler(_StandardError())


def write_in_background() -> None:
    """From now on, have a thread of this process write the log."""
    if isinstance(_logger.handlers[0], WaitingLines):
        return
    waiting = WaitingLines()
    _Listener(waiting.lines, *_logger.handlers).start()
    _logger.handlers = [waiting]
    # Unlike atexit, this also runs in the processes of multiprocessing.
    Finalize(None, waiting.finish, exitpriority=0)


def utc_milliseconds() -> str:
    """Return the current time (RFC 3339, UTC, milliseconds)."""
    return f"{datetime.now(UTC).isoformat(timespec='milliseconds')[:-6]}Z"


def event(name: str, **members: Any) -> None:
    """Write one line, with the current time."""
    # In ASCII, so that a character is a byte.
    write(json.dumps({"event": name, **members, "at": utc_milliseconds()}))


def write(line: str) -> None:
    """Write a finished line of JSON."""
    _logger.handle(logging.LogRecord(_logger.name, logging.INFO, "", 0, line, None, None))


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
