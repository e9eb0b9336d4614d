"""Workers that are killed, over a store in each state."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Self

from tests.faults.outcome import Outcome, Size, fault
from tests.faults.running import (
    NEAREST,
    Running,
    median_and_longest,
    numbers,
    running,
    workers,
)
from tests.support.servers import SERVE, eventually, listening

WORKERS = 2
# Who ask all the time, one request after the other.
VISITORS = 2
ANSWER_SECONDS = 10.0
# A locked store is noticed after a wait of five seconds for the lock.
NOTICE_SECONDS = 15.0
# For a process to start on a busy machine.
START_SECONDS = 30.0
# granian ends the whole server if a worker that it has just replaced ends as well.
BETWEEN_SECONDS = 6.0


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


def _says(service: Running, status: str) -> bool:
    """Whether /readyz says soon that the service is ready, or degraded."""

    def said() -> bool:
        with suppress(OSError):
            return bool(service.served.ask("/readyz").json().get("status") == status)
        return False

    with suppress(AssertionError):
        eventually(NOTICE_SECONDS, said)
    return said()


def _kill(service: Running, outcome: Outcome) -> float:
    """Kill a worker; the seconds until there was another one. The other worker has to be there."""
    before = workers(service)
    killed = max(before)
    os.kill(killed, signal.SIGKILL)
    outcome.tries += 1
    eventually(START_SECONDS, lambda: listening(service.served.port) < WORKERS)
    seconds = eventually(START_SECONDS, lambda: listening(service.served.port) == WORKERS)
    healthy = before - {killed}
    outcome.expect(healthy <= workers(service), "unanswered", "a healthy worker was ended")
    return seconds


def _over(state: str, rounds: int, back: list[float], answered: list[float]) -> Outcome:
    """Kill workers of a server over a store in a state, while visitors ask."""
    outcome = Outcome()
    with running((*SERVE, "--workers", str(WORKERS))) as service:
        eventually(START_SECONDS, lambda: listening(service.served.port) == WORKERS)
        with Visitors(service) as asking, STORES[state](service.database):
            for _ in range(rounds):
                back.append(_kill(service, outcome))
                time.sleep(BETWEEN_SECONDS)
            told = _says(service, "ready" if state == "healthy" else "degraded")
            outcome.expect(told, "silent", f"not in /readyz: store {state}")
    for example in asking.wrong:
        outcome.breach("wrong", f"{example}, store {state}")
    # Those that the killed worker had begun, or had not yet taken.
    outcome.expect(
        len(asking.cut_off) <= VISITORS * rounds,
        "unanswered",
        f"{len(asking.cut_off)} requests cut off by {rounds} ends of a worker, store {state}",
    )
    longest = max([*asking.answered, *asking.cut_off])
    outcome.expect(longest < ANSWER_SECONDS, "unanswered", f"a request took {longest:.1f} s")
    answered += asking.answered
    return outcome


@fault(
    "SIGKILL of a worker; store healthy, locked, damaged, gone",
    "the other worker goes on, the killed one is replaced, and requests get the right numbers",
)
def test_killed_workers_are_replaced(outcome: Outcome, size: Size) -> None:
    """One of two, again and again, with the store in each state."""
    back: list[float] = []
    answered: list[float] = []
    with ThreadPoolExecutor(len(STORES)) as pool:
        for each in pool.map(lambda state: _over(state, size.of(2, 8), back, answered), STORES):
            outcome.add(each)
    outcome.figures = (
        f"back after {median_and_longest(back)}; {len(answered):,} requests answered, "
        f"{median_and_longest(answered)}"
    )
