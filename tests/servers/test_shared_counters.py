"""Counters that processes share."""

import multiprocessing
import os
import sys

import pytest

from directory_api.shared_counters import SharedCounters
from tests.support.servers import run_process

METHODS = ("fork", "spawn")


def count(counters: SharedCounters, number: int) -> None:
    """Count, in a process of a server."""
    counters.slot(number)[1] += 2**40


def main(method: str) -> None:
    """Count in processes that end, one after the other, and print what is left of it."""
    multiprocessing.set_start_method(method)
    counters = SharedCounters(2, 3)
    for number in (0, 1, 1):
        process = multiprocessing.Process(target=count, args=(counters, number))
        process.start()
        process.join()
    sys.stdout.write(f"{[counters.slot(number).tolist() for number in range(counters.slots)]}\n")


@pytest.mark.parametrize("method", METHODS)
def test_what_a_process_has_counted_is_there_for_the_next_one(method: str) -> None:
    """Each in its own slot, also in a process that is spawned."""
    ended = run_process(["tests.servers.test_shared_counters", method], dict(os.environ))
    assert ended.stdout == f"{[[0, 2**40, 0], [0, 2**41, 0]]}\n", ended.stderr


if __name__ == "__main__":
    main(sys.argv[1])
