"""Processes that are killed or stopped, and signals at any moment of the start."""

import os
import shutil
import signal
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPException
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from directory_api.server.workers import HUNG_SECONDS, LONGEST_WAIT_SECONDS
from tests.support import quick_server
from tests.support.servers import SERVE, Reply, create, eventually, free_port, living, stop
from tests.support.stopping import STOP_SECONDS, stopped_at
from tools.faults.fault import Fault, Outcome, Size
from tools.faults.running import NEAREST, Running, running

WORKERS = 2
# Who ask all the time, one request after the other.
VISITORS = 2
ANSWER_SECONDS = 5.0
# A locked store is noticed after a wait of five seconds for the lock.
NOTICE_SECONDS = 15.0
# For a process to start on a busy machine.
START_SECONDS = 30.0
LOG_SECONDS = 2.0


@contextmanager
def _healthy(_: Path) -> Iterator[None]:
    yield


@contextmanager
def _locked(database: Path) -> Iterator[None]:
    with closing(sqlite3.connect(database)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
        lock.rollback()


@contextmanager
def _damaged(database: Path) -> Iterator[None]:
    with database.open("r+b") as file:
        file.write(os.urandom(16_384))
    yield


@contextmanager
def _gone(database: Path) -> Iterator[None]:
    database.unlink()
    yield


STORES = {"healthy": _healthy, "locked": _locked, "damaged": _damaged, "gone": _gone}


class Visitors:
    """Threads that ask for the closest centres until the block ends, each on new connections."""

    def __init__(self, service: Running) -> None:
        self._service = service
        self._numbers = numbers(service.served.ask(NEAREST))
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask_on) for _ in range(VISITORS)]
        # Seconds of each request that was answered with the right numbers.
        self.answered: list[float] = []
        # Seconds until each request was cut off.
        self.cut_off: list[float] = []
        self.wrong: list[str] = []

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _ask_on(self) -> None:
        while not self._over.wait(0.02):
            asked = time.monotonic()
            try:
                reply = self._service.served.ask(NEAREST)
            except (OSError, HTTPException):
                self.cut_off.append(time.monotonic() - asked)
                continue
            self.answered.append(time.monotonic() - asked)
            if reply.status != 200 or numbers(reply) != self._numbers:
                self.wrong.append(f"status {reply.status}, or another number")


def numbers(reply: Reply) -> Any:
    """The numbers of an answer, with the centre that each belongs to."""
    answer = reply.json()
    centres = [result["centre"] for result in answer.get("results", [])]
    return [(centre["id"], centre["phones"]) for centre in centres], answer["helplines"]


def _workers(service: Running) -> set[int]:
    return {*living(service.served.process.pid)} - {service.served.process.pid}


# What is done to the workers of a server, over and over: (server, outcome, seconds until what died
# was back). Returns how many workers it ended.
Cause = Callable[[Running, Outcome, list[float]], int]


def _over_every_store(server: Sequence[str], cause: Cause, rounds: int, wait: float) -> Outcome:
    """Cause a fault to a server over a store in each state, at the same time.

    No request may take longer than `wait` seconds.
    """
    back: list[float] = []
    waits: list[float] = []
    cut_off: list[float] = []

    def over(state: str) -> Outcome:
        outcome = Outcome()
        with running((*server, "--workers", str(WORKERS))) as service, Visitors(service) as asking:
            with STORES[state](service.database):
                ended = sum(cause(service, outcome, back) for _ in range(rounds))
                told = _says(service, "ready" if state == "healthy" else "degraded")
                outcome.expect(told, "silent", f"not in /readyz: store {state}")

            def all_ended(service: Running = service) -> int:
                return service.served.logged().count('"state": "ended"')

            with suppress(AssertionError):  # the log is written a moment later
                eventually(LOG_SECONDS, lambda ended=ended: all_ended() >= ended)
            others = all_ended() - ended
            outcome.expect(others == 0, "unanswered", f"{others} other workers ended")
        for example in asking.wrong:
            outcome.breach("wrong", f"{example}, store {state}")
        outcome.expect(
            len(asking.cut_off) <= VISITORS * ended,
            "unanswered",
            f"{len(asking.cut_off)} requests cut off by {ended} ends of workers, store {state}",
        )
        longest = max([*asking.answered, *asking.cut_off])
        outcome.expect(longest < wait, "unanswered", f"a request took {longest:.1f} s")
        waits.extend(asking.answered)
        cut_off.extend(asking.cut_off)
        return outcome

    with ThreadPoolExecutor(len(STORES)) as pool:
        outcome = _merged(list(pool.map(over, STORES)))
    outcome.figures = (
        f"back after {_median_and_longest(back)}; {len(waits):,} requests answered, "
        f"{_median_and_longest(waits)}; {len(cut_off)} cut off with their worker"
    )
    return outcome


def _says(service: Running, status: str) -> bool:
    """Whether /readyz says soon that the service is ready, or degraded."""

    def said() -> bool:
        with suppress(OSError):
            return bool(service.served.ask("/readyz").json().get("status") == status)
        return False

    with suppress(AssertionError):
        eventually(NOTICE_SECONDS, said)
    return said()


def _merged(outcomes: list[Outcome]) -> Outcome:
    merged = Outcome()
    for outcome in outcomes:
        merged.tries += outcome.tries
        merged.breaches += outcome.breaches
        merged.examples += outcome.examples
    return merged


def _median_and_longest(seconds: list[float]) -> str:
    return f"median {statistics.median(seconds):.2g} s, longest {max(seconds):.2g} s"


def _kill(service: Running, outcome: Outcome, back: list[float]) -> int:
    """Kill one worker, and then all of them."""
    for number in (1, WORKERS):
        before = _workers(service)
        # The newest, so that the other one is ready.
        victims = sorted(before)[-number:]
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        outcome.tries += 1
        _wait_until_back(service, outcome, before, set(victims), back)
    return 1 + WORKERS


def _stop(service: Running, outcome: Outcome, back: list[float]) -> int:
    """Stop one worker, until the supervisor replaces it."""
    before = _workers(service)
    stopped = max(before)  # the other one is ready
    stop(stopped)
    outcome.tries += 1
    asked = time.monotonic()
    answered = sum(service.served.shows(NEAREST, 200) for _ in range(10))
    seconds = time.monotonic() - asked
    in_time = answered == 10 and seconds < ANSWER_SECONDS
    outcome.expect(in_time, "unanswered", f"{answered} of 10 answers in {seconds:.1f} s")
    _wait_until_back(service, outcome, before, {stopped}, back)
    return 1


def _wait_until_back(
    service: Running, outcome: Outcome, before: set[int], ended: set[int], back: list[float]
) -> None:
    """Wait for as many new workers as have ended, and an answer; the others have to be there."""
    seconds = eventually(
        LONGEST_WAIT_SECONDS + START_SECONDS, lambda: len(_workers(service) - before) == len(ended)
    )
    asked = time.monotonic()
    outcome.expect(
        service.served.shows(NEAREST, 200), "unanswered", "refused, cut off, or an error"
    )
    back.append(seconds + time.monotonic() - asked)
    healthy = before - ended
    outcome.expect(healthy <= _workers(service), "unanswered", "a healthy worker was ended")


def workers_killed(size: Size) -> Outcome:
    """SIGKILL of one worker and of both, with the store in each state."""
    rounds = size.of(1, 4)
    longest = LONGEST_WAIT_SECONDS if size.full else ANSWER_SECONDS
    return _over_every_store(SERVE, _kill, rounds, longest + ANSWER_SECONDS)


def workers_stopped(size: Size) -> Outcome:
    """SIGSTOP of one worker, with the store in each state; bounded, with a shorter limit."""
    hung = HUNG_SECONDS if size.full else quick_server.HUNG_SECONDS
    server = SERVE if size.full else (quick_server.__name__, *SERVE[1:])
    outcome = _over_every_store(server, _stop, size.of(1, 3), hung + ANSWER_SECONDS)
    outcome.figures = f"a worker hangs after {hung} s; {outcome.figures}"
    return outcome


SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# Servers that start at the same time.
LANES = 4
LAST_MOMENT = 2.0


def signals_at_the_start(size: Size) -> Outcome:
    """Each signal at moments of the first two seconds, by turns with one worker and with two."""
    moments = size.of(4, 40)
    cases = [
        (LAST_MOMENT * (place + 1) / moments, number)
        for place in range(moments)
        for number in SIGNALS
    ]
    outcome = Outcome(tries=len(cases))
    with TemporaryDirectory() as parent, _signals_as_usual(), ExitStack() as stack:
        lanes = cycle(_folders(Path(parent)))
        pool = stack.enter_context(ThreadPoolExecutor(LANES))
        # Each lane has a folder and a port for itself, so its servers start one after the other.
        shares: dict[tuple[Path, int], list[tuple[float, signal.Signals]]] = {}
        for case, lane in zip(cases, lanes, strict=False):
            shares.setdefault(lane, []).append(case)
        done = list(pool.map(_stop_each, shares, shares.values(), [outcome] * LANES))
    seconds = [each for lane in done for each in lane]
    outcome.figures = f"ended after {_median_and_longest(seconds)}"
    return outcome


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


FAULTS = (
    Fault(
        "SIGKILL of a worker and of both; store healthy, locked, damaged, gone",
        "no other worker ends, what died is back, and requests get the right numbers",
        workers_killed,
    ),
    Fault(
        "SIGSTOP of a worker; store healthy, locked, damaged, gone",
        "the other one answers with the right numbers, and the stopped one is replaced",
        workers_stopped,
    ),
    Fault(
        "SIGTERM, SIGINT and SIGHUP at moments of the start",
        f"all processes end within {STOP_SECONDS:.0f} s, with the right exit status",
        signals_at_the_start,
    ),
)
