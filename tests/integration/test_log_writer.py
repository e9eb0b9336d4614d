"""The log that is written in the background: bounded, in order, and never waiting."""

import os
import select
from contextlib import closing

import pytest

from directory_api.server.workers import wait_before_restart
from directory_api.web.wsgi import log
from directory_api.web.wsgi.log import BackgroundWriter


def test_lines_are_written_whole_and_in_order() -> None:
    """Also those that were handed over just before the end."""
    reader, descriptor = os.pipe()
    writer = BackgroundWriter(descriptor)
    for number in range(500):
        writer.write(f"{number}\n")
    writer.finish()
    os.close(descriptor)
    with closing(os.fdopen(reader)) as read:
        assert read.read() == "".join(f"{number}\n" for number in range(500))


def test_lines_beyond_the_limit_are_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the pipe is not read; afterwards the waiting lines are written."""
    monkeypatch.setattr(log, "WAITING_LINES", 3)
    reader, descriptor = os.pipe()
    writer = BackgroundWriter(descriptor)
    line = "x" * 100_000 + "\n"  # more than a pipe holds
    for _ in range(10):
        writer.write(line)
    assert writer.dropped == 7
    received = b""
    while received.count(b"\n") < 3:
        received += os.read(reader, 1 << 20)
    assert received == (line * 3).encode()
    writer.finish()
    os.close(reader)
    os.close(descriptor)


def test_a_closed_descriptor_is_no_error() -> None:
    """The lines are lost, and the writer goes on."""
    reader, descriptor = os.pipe()
    os.close(reader)
    writer = BackgroundWriter(descriptor)
    writer.write("lost\n")
    writer.finish()
    os.close(descriptor)


def _writer() -> BackgroundWriter | None:
    return log._background


def test_a_forked_process_writes_its_own_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread of its parent does not exist there. Without a writer, none is started."""
    monkeypatch.setattr(log, "_background", None)
    log._after_fork()
    assert _writer() is None
    unread, parent_descriptor = os.pipe()
    reader, descriptor = os.pipe()
    parent = BackgroundWriter(parent_descriptor)
    monkeypatch.setattr(log, "_background", parent)
    monkeypatch.setattr(log, "_STANDARD_ERROR", descriptor)
    log._after_fork()
    writer = _writer()
    assert writer is not None
    log.note("here")
    writer.finish()
    parent.finish()
    for end in (descriptor, parent_descriptor):
        os.close(end)
    with closing(os.fdopen(reader)) as read, closing(os.fdopen(unread)) as other:
        assert '"event": "here"' in read.read()
        assert other.read() == ""


def test_restarts_wait_longer_each_time_and_never_end() -> None:
    """The first is immediate, and none waits longer than half a minute."""
    waits = [wait_before_restart(ends) for ends in (1, 2, 3, 4, 9, 1_000_000)]
    assert waits == [0.0, 0.5, 1.0, 2.0, 30.0, 30.0]


def test_many_lines_are_written_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not more than a pipe takes as a whole, except a single line that is longer."""
    reader, descriptor = os.pipe()
    written: list[int] = []
    write = os.write

    def noted(to: int, text: bytes) -> int:
        if to == descriptor:
            written.append(len(text))
        return write(to, text)

    monkeypatch.setattr(os, "write", noted)
    writer = BackgroundWriter(descriptor)
    line = "x" * 99 + "\n"
    for _ in range(100):
        writer.write(line)
    writer.write("y" * 5_000 + "\n")
    writer.finish()
    os.close(descriptor)
    os.close(reader)
    assert (sum(written), written[-1]) == (15_001, 5_001)
    assert written[:3] == [3_000] * 3
    assert max(written[:-1]) <= select.PIPE_BUF
