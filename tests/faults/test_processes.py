"""Workers that are killed or stopped, over a store in each state."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Self

from directory_api.server.workers import HUNG_SECONDS, LONGEST_WAIT_SECONDS
from tests.faults.outcome import Outcome, Size, fault
from tests.faults.running import (
    NEAREST,
    Running,
    expect_soon,
    median_and_longest,
    numbers,
    running,
    workers,
)
from tests.support import changed_server
from tests.support.servers import SERVE, eventually, stop

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


# What is done to the workers of a server, over and over: (server, outcome, seconds until what died
# was back). Returns how many workers it ended.
Cause = Callable[[Running, Outcome, list[float]], int]


def _over_every_store(
    whole: Outcome, server: Sequence[str], cause: Cause, rounds: int, wait: float
) -> None:
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
        for each in pool.map(over, STORES):
            whole.add(each)
    whole.figures = (
        f"back after {median_and_longest(back)}; {len(waits):,} requests answered, "
        f"{median_and_longest(waits)}; {len(cut_off)} cut off with their worker"
    )


def _says(service: Running, status: str) -> bool:
    """Whether /readyz says soon that the service is ready, or degraded."""

    def said() -> bool:
        with suppress(OSError):
            return bool(service.served.ask("/readyz").json().get("status") == status)
        return False

    with suppress(AssertionError):
        eventually(NOTICE_SECONDS, said)
    return said()


def _kill(service: Running, outcome: Outcome, back: list[float]) -> int:
    """Kill one worker, and then all of them."""
    for number in (1, WORKERS):
        before = workers(service)
        # The newest, so that the other one is ready.
        victims = sorted(before)[-number:]
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        outcome.tries += 1
        _wait_until_back(service, outcome, before, set(victims), back)
    return 1 + WORKERS


def _stop(service: Running, outcome: Outcome, back: list[float]) -> int:
    """Stop one worker, until the supervisor replaces it."""
    before = workers(service)
    stopped = max(before)  # the other one is ready
    stop(stopped)
    outcome.tries += 1
    asked = time.monotonic()
    answered = sum(service.served.shows(NEAREST, 200) for _ in range(10))
    seconds = time.monotonic() - asked
    in_time = answered == 10 and seconds < ANSWER_SECONDS
    outcome.expect(in_time, "unanswered", f"{answered} of 10 answers in {seconds:.1f} s")
    _wait_until_back(service, outcome, before, {stopped}, back)
    expect_soon(outcome, partial(_logs_a_hung_worker, service), "silent", "not in the log")
    return 1


def _logs_a_hung_worker(service: Running) -> bool:
    return '"state": "hung"' in service.served.logged()


def _wait_until_back(
    service: Running, outcome: Outcome, before: set[int], ended: set[int], back: list[float]
) -> None:
    """Wait for as many new workers as have ended, and an answer; the others have to be there."""
    seconds = eventually(
        LONGEST_WAIT_SECONDS + START_SECONDS, lambda: len(workers(service) - before) == len(ended)
    )
    asked = time.monotonic()
    outcome.expect(
        service.served.shows(NEAREST, 200), "unanswered", "refused, cut off, or an error"
    )
    back.append(seconds + time.monotonic() - asked)
    healthy = before - ended
    outcome.expect(healthy <= workers(service), "unanswered", "a healthy worker was ended")


@fault(
    "SIGKILL of a worker and of both; store healthy, locked, damaged, gone",
    "no other worker ends, what died is back, and requests get the right numbers",
)
def test_killed_workers_are_replaced(outcome: Outcome, size: Size) -> None:
    """SIGKILL of one worker and of both, with the store in each state."""
    rounds = size.of(1, 4)
    longest = LONGEST_WAIT_SECONDS if size.full else ANSWER_SECONDS
    _over_every_store(outcome, SERVE, _kill, rounds, longest + ANSWER_SECONDS)


@fault(
    "SIGSTOP of a worker; store healthy, locked, damaged, gone",
    "the other one answers with the right numbers, and the stopped one is replaced",
)
def test_a_stopped_worker_is_replaced(outcome: Outcome, size: Size) -> None:
    """SIGSTOP of one worker, with the store in each state; bounded, with a shorter limit."""
    hung = HUNG_SECONDS if size.full else changed_server.HUNG_SECONDS
    server = SERVE if size.full else (changed_server.__name__, "quick", *SERVE[1:])
    _over_every_store(outcome, server, _stop, size.of(1, 3), hung + ANSWER_SECONDS)
    outcome.figures = f"a worker hangs after {hung} s; {outcome.figures}"
