"""The log that is written in the background: bounded, in order, and never waiting."""

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from directory_api.web.wsgi import log
from directory_api.web.wsgi.metrics import DROPPED_LINES


@contextmanager
def written_to_a_pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[log._Writer, int]]:
    """Write the log in the background into a pipe, whose other end this is."""
    reader, writing = os.pipe()
    with open(writing, "w", encoding="utf-8") as written:  # noqa: PTH123  # a descriptor
        # pytest replaces it between a fixture and its test.
        monkeypatch.setattr(sys, "stderr", written)
        writer = log._Writer()
        writer.start()
        yield writer, reader
        writer.finish()


def test_lines_are_written_whole_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those that were handed over just before the end."""
    with written_to_a_pipe(monkeypatch) as (writer, pipe):
        for number in range(500):
            writer.write(f"{number}")
        expected = "".join(f"{number}\n" for number in range(500)).encode()
        received = b""
        while len(received) < len(expected):
            received += os.read(pipe, 1 << 16)
    os.close(pipe)
    assert received == expected


def test_lines_beyond_the_limit_are_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the pipe is not read; afterwards the waiting lines are written."""
    monkeypatch.setattr(log, "WAITING_LINES", 3)

    def dropped() -> float:
        (metric,) = DROPPED_LINES.collect()
        return metric.samples[0].value

    before = dropped()
    line = "x" * 100_000  # more than a pipe holds
    with written_to_a_pipe(monkeypatch) as (writer, pipe):
        for _ in range(10):
            writer.write(line)
        # The thread that writes may have taken one.
        assert dropped() - before in (6, 7)
        written = 10 - int(dropped() - before)
        received = b""
        while received.count(b"\n") < written:
            received += os.read(pipe, 1 << 20)
    os.close(pipe)
    assert received == f"{line}\n".encode() * written


def test_an_event_is_a_line_of_json_with_the_time(capsys: pytest.CaptureFixture[str]) -> None:
    """In UTC, with milliseconds."""
    log.event("serving", search="plain")
    written = capsys.readouterr().err
    members = json.loads(written)
    at = members.pop("at")
    assert members == {"event": "serving", "search": "plain"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", at)
    assert written.endswith("}\n")
