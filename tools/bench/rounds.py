"""Interleaved rounds: every case is measured once in each round, so that a machine that becomes
slower or faster meanwhile changes all of them alike.
"""

import statistics
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tools.bench.served import Server
from tools.bench.wrk import Load, Round, send

CONNECTIONS = 16
MANY_CONNECTIONS = 32


@dataclass(frozen=True)
class Case:
    """What is measured: a server, and what is sent to it.

    With `many` it is also measured with 32 connections.
    """

    name: str
    server: Server
    load: Load
    many: bool = False


@dataclass(frozen=True)
class Result:
    """The medians of a case; `many` are those with 32 connections.

    `processor` is the processor time of the server in microseconds a request. It depends
    less on what else the machine does than the other figures.
    """

    name: str
    per_second: float
    p50: float
    p99: float
    bytes_per_answer: float
    errors: int
    processor: float
    many: "Result | None" = None

    @classmethod
    def of(
        cls,
        name: str,
        rounds: Sequence[Round],
        processor: Sequence[float],
        many: "Result | None" = None,
    ) -> "Result":
        """Return the medians of rounds, and of the processor time of a request in each of them."""
        return cls(
            name,
            statistics.median(each.per_second for each in rounds),
            statistics.median(each.p50 for each in rounds),
            statistics.median(each.p99 for each in rounds),
            statistics.median(each.bytes_per_answer for each in rounds),
            sum(each.refused + each.broken for each in rounds),
            statistics.median(processor),
            many,
        )


def interleaved(cases: Sequence[Case], rounds: int, seconds: float) -> list[Result]:
    """Measure the cases, and return the results in their order."""
    few: list[list[Round]] = [[] for _ in cases]
    many: list[list[Round]] = [[] for _ in cases]
    # By case, then by number of connections.
    processor: list[dict[int, list[float]]] = [defaultdict(list) for _ in cases]

    def measure(number: int, connections: int, offset: int) -> Round:
        server = cases[number].server
        before = server.processor_seconds()
        result = send(server.port, cases[number].load, connections, seconds, offset)
        spent = server.processor_seconds() - before
        processor[number][connections].append(spent / max(1, result.requests) * 1e6)
        return result

    for case in cases:  # connections, caches and lazy imports
        send(case.server.port, case.load, CONNECTIONS, 1)
    for turn in range(rounds):
        print(f"round {turn + 1} of {rounds}", file=sys.stderr)
        for number, case in enumerate(cases):
            # Each round sends other lines of the file.
            few[number].append(measure(number, CONNECTIONS, turn * 7919))
            if case.many:
                many[number].append(measure(number, MANY_CONNECTIONS, turn * 7919))
    return [
        Result.of(
            case.name,
            few[number],
            processor[number][CONNECTIONS],
            Result.of(case.name, many[number], processor[number][MANY_CONNECTIONS])
            if case.many
            else None,
        )
        for number, case in enumerate(cases)
    ]
