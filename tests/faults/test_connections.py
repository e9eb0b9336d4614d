"""Connections that send or read slowly or not at all, and a log that is not read."""

import os
import re
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.web.wsgi.log import WAITING_LINES
from tests.faults.outcome import Outcome, Size, fault
from tests.faults.running import NEAREST, numbers, running
from tests.support.servers import (
    SERVE,
    Reply,
    Served,
    eventually,
    living,
    slow_reader,
    unread_log,
)
from tests.support.static_hosts import front

NEEDS = ("pages",)

ANSWER_SECONDS = 2.0
# What nginx lets through to the server at a time needs this much more memory at most: a thousand
# answers that are made at the same time.
MOST_MEGABYTES = 256
# Connections that nginx may keep to the server for a moment.
MOST_BEHIND = 20
# Beyond a time limit: for the system's timers, and for a busy machine.
PATIENCE_SECONDS = 10.0
SILENT = 2000
READERS = 1000
# Many more than the threads of the server.
BODIES = 200
# The largest answer for the public.
LARGEST = "/docs"
BODY = b'{"postcode": "1000"}'
ANSWERED = (
    f"other visitors get responses within {ANSWER_SECONDS:.0f} s; no such connection passes nginx, "
    f"and the server's memory grows by less than {MOST_MEGABYTES} MB"
)
_POST = (
    b"POST /v1/nearest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n" % len(BODY)
)


# How long nginx lets a connection take for its header, its body and its answer.
HEADER_SECONDS, BODY_SECONDS, READ_SECONDS = 10.0, 10.0, 30.0


@dataclass(frozen=True)
class Way:
    """A way to a server: straight, or through nginx."""

    # The server, at the port of this way.
    entrance: Served
    # The pids of nginx, if it is on the way.
    nginx: tuple[int, ...] = ()

    def connect(self, number: int) -> socket.socket:
        """The connection of one of many people."""
        return socket.create_connection(
            ("127.0.0.1", self.entrance.port), 1.0, (_address(number), 0)
        )

    def connections(self) -> int:
        """How many connections are open. Needs /proc."""
        # proc_pid_net_tcp(5): the local address ends with the port, state 01 is ESTABLISHED.
        opened = re.compile(rf":{self.entrance.port:04X} [0-9A-F]+:[0-9A-F]+ 01 ")
        return len(opened.findall(Path("/proc/net/tcp").read_text()))


def _address(number: int) -> str:
    """deploy/nginx.conf allows 256 connections of one address."""
    return f"127.0.0.{2 + number // 200}"


@contextmanager
def _ways() -> Iterator[tuple[Way, Way]]:
    """A server through nginx, as deploy/nginx.conf says, and straight."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with running(SERVE, trusted_proxies="1") as service:
        folder = service.folder / "nginx"
        folder.mkdir()
        with front(service.folder, folder, service.served.port) as host:
            port = int(host.origin.rpartition(":")[2])
            nginx = int((folder / "pid").read_text())
            through = Way(replace(service.served, port=port), (nginx, *_children(nginx)))
            yield through, Way(service.served)


def _children(parent: int) -> list[int]:
    pids = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in pids.split()]


def _megabytes(pids: list[int]) -> float:
    """Resident memory of processes. Needs /proc."""
    kilobytes = 0
    for pid in pids:
        status = Path(f"/proc/{pid}/status").read_text()
        kilobytes += int(status.partition("VmRSS:")[2].split()[0])
    return kilobytes / 1024


# Opens connections over a way, and does with them what they are for; returns what goes on while
# other people ask.
Crowd = Callable[[Way, ExitStack], Callable[[], None]]


def _hold(outcome: Outcome, size: Size, crowd: Crowd, seconds: float) -> None:
    """Other people are answered while a crowd is there.

    In full, the crowd's connections have to end within so many seconds.
    """
    with _ways() as (way, straight):
        expected = numbers(straight.entrance.ask(NEAREST))
        straight.entrance.ask(LARGEST)  # it is made once, and takes memory, too
        server = living(way.entrance.process.pid)
        before, nginx_before = _megabytes(server), _megabytes([*way.nginx])
        with ExitStack() as stack:
            go_on = crowd(way, stack)
            slowest = _ask_beside(way, outcome, expected, go_on)
            opened = way.connections()
            grown = _megabytes(server) - before
            nginx_grown = _megabytes([*way.nginx]) - nginx_before
            outcome.expect(grown < MOST_MEGABYTES, "unanswered", f"{grown:.0f} MB taken")
            behind = straight.connections()
            outcome.expect(behind <= MOST_BEHIND, "unanswered", f"{behind} passed nginx")
            outcome.figures = (
                f"{opened} open, slowest answer {slowest:.2g} s, {grown:+.0f} MB, nginx "
                f"{nginx_grown:+.0f} MB"
            )
            if size.full:
                ended = _seconds_to_the_end(way, outcome, seconds)
                outcome.figures += f", ended after {ended:.0f} s"


def _ask_beside(way: Way, outcome: Outcome, expected: object, go_on: Callable[[], None]) -> float:
    """Ask beside a crowd, by GET and by POST; the seconds of the slowest answer."""
    slowest = 0.0
    for number in range(20):
        if number % 5 == 0:
            go_on()
        for body in (None, BODY):
            asked = time.monotonic()
            reply = _ask(way, body)
            seconds = time.monotonic() - asked
            slowest = max(slowest, seconds)
            outcome.tries += 1
            outcome.expect(
                seconds < ANSWER_SECONDS, "unanswered", f"an answer took {seconds:.1f} s"
            )
            if reply is None:  # the next ones would be too
                outcome.breach("unanswered", "refused or cut off")
                return slowest
            right = reply.status == 200 and numbers(reply) == expected
            outcome.expect(right, "wrong", f"status {reply.status}, or another number")
    return slowest


def _ask(way: Way, body: bytes | None) -> Reply | None:
    try:
        if body is None:
            return way.entrance.ask(NEAREST)
        headers = {"Content-Type": "application/json"}
        return way.entrance.ask("/v1/nearest", "POST", body, headers)
    except OSError:
        return None


def _seconds_to_the_end(way: Way, outcome: Outcome, limit: float) -> float:
    started = time.monotonic()
    try:
        # A few connections may be other people's, or kept by nginx.
        eventually(limit + PATIENCE_SECONDS, lambda: way.connections() < 10)
    except AssertionError:
        outcome.breach("unanswered", f"{way.connections()} connections left")
    return time.monotonic() - started


def _opened(way: Way, stack: ExitStack, number: int) -> list[socket.socket]:
    """So many connections, or as many as are taken within a second: other people matter here."""
    connections: list[socket.socket] = []
    with suppress(OSError):
        while len(connections) < number:
            connections.append(stack.enter_context(closing(way.connect(len(connections)))))
    return connections


def _send_to_each(connections: list[socket.socket], sent: bytes) -> None:
    for connection in connections:
        with suppress(OSError):  # its time was over
            connection.sendall(sent)


def _silent(way: Way, stack: ExitStack) -> Callable[[], None]:
    """Connections that send nothing, or half a header."""
    _send_to_each(_opened(way, stack, SILENT)[::2], b"GET /livez HTT")
    return lambda: None


def _slow_headers(way: Way, stack: ExitStack) -> Callable[[], None]:
    """Headers that come byte by byte."""
    connections = _opened(way, stack, READERS)
    _send_to_each(connections, b"GET /livez HTTP/1.1\r\nX-Slow: ")
    return partial(_send_to_each, connections, b"x")


def _slow_bodies(way: Way, stack: ExitStack) -> Callable[[], None]:
    """Half a body each, and no more."""
    _send_to_each(_opened(way, stack, BODIES), _POST + BODY[: len(BODY) // 2])
    return lambda: None


def _slow_readers(way: Way, stack: ExitStack) -> Callable[[], None]:
    """A large answer each, of which a few bytes are read now and then."""
    port = way.entrance.port
    connections = [
        stack.enter_context(closing(slow_reader(port, LARGEST, _address(number))))
        for number in range(READERS)
    ]
    time.sleep(1.0)  # until the server has made the answers

    def read() -> None:
        for connection in connections:
            connection.recv(10)

    return read


@fault(
    f"{SILENT:,} silent sockets, through nginx",
    ANSWERED,
)
def test_silent_sockets_stop_no_answer(outcome: Outcome, size: Size) -> None:
    """Other people are answered beside connections that send nothing."""
    _hold(outcome, size, _silent, HEADER_SECONDS)


@fault(
    f"{READERS:,} slow headers, through nginx",
    ANSWERED,
)
def test_slow_headers_stop_no_answer(outcome: Outcome, size: Size) -> None:
    """Other people are answered beside headers that come byte by byte."""
    _hold(outcome, size, _slow_headers, HEADER_SECONDS)


@fault(
    f"{BODIES} slow bodies, through nginx",
    ANSWERED,
)
def test_slow_bodies_stop_no_answer(outcome: Outcome, size: Size) -> None:
    """Other people are answered beside bodies of which only half is sent."""
    _hold(outcome, size, _slow_bodies, BODY_SECONDS)


@fault(
    f"{READERS:,} slow readers of a large response, through nginx",
    ANSWERED,
)
def test_slow_readers_stop_no_answer(outcome: Outcome, size: Size) -> None:
    """Other people are answered beside readers who take a few bytes now and then."""
    _hold(outcome, size, _slow_readers, READ_SECONDS)


@fault(
    "a log that is not read",
    "every request gets a response, and each line is written later or counted as dropped",
)
def test_a_log_that_is_not_read_stops_no_request(outcome: Outcome, size: Size) -> None:
    """Requests while standard error is not read, more than the queue of the log holds."""
    with (
        TemporaryDirectory() as folder,
        unread_log(SERVE, Path(folder), rate_limit="") as (served, reader),
    ):
        asked = time.monotonic()
        for number in (2000, 2 * WAITING_LINES, *[20_000] * size.of(0, 4)):
            try:
                served.ask_many("/livez", number)
            except (OSError, AssertionError) as error:
                outcome.breach("unanswered", f"{type(error).__name__} beside an unread log")
                return
            outcome.tries += number
        seconds = time.monotonic() - asked
        dropped = _dropped_lines(served)
        outcome.expect(dropped > 0, "silent", "no line was dropped")
        # Only now the pipe is read; what was not dropped has to be there.
        written: list[bytes] = []
        threading.Thread(target=_read_all, args=(reader, written), daemon=True).start()
        lines = partial(_lines, written, b'"route": "/livez"')
        try:
            eventually(PATIENCE_SECONDS, lambda: lines() >= outcome.tries - dropped)
        except AssertionError:
            missing = outcome.tries - dropped - lines()
            outcome.breach("silent", f"{missing} lines neither written nor counted as dropped")
        outcome.expect(served.stop() == 0, "wrong", "it ended with an error")
    outcome.figures = (
        f"{outcome.tries / seconds:,.0f} answers a second; {dropped:,} lines dropped and counted"
    )


def _dropped_lines(served: Served) -> int:
    """How many lines of its log a server has dropped."""
    metrics = served.ask("/metrics").body.decode()
    (dropped,) = re.findall(r"^directory_log_lines_dropped_total (.+)$", metrics, re.MULTILINE)
    return round(float(dropped))


def _read_all(reader: int, written: list[bytes]) -> None:
    while part := os.read(reader, 1 << 16):
        written.append(part)


def _lines(written: list[bytes], sign: bytes) -> int:
    return b"".join(written).count(sign)
