"""Interleaved rounds: every case is measured once in each round, so that a machine that becomes
slower or faster meanwhile changes all of them alike.
"""

import statistics
import sys
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
    """The medians of a case; `many` are those with 32 connections."""

    name: str
    per_second: float
    p50: float
    p99: float
    bytes_per_answer: float
    errors: int
    many: "Result | None" = None

    @classmethod
    def of(cls, name: str, rounds: Sequence[Round], many: "Result | None" = None) -> "Result":
        """Return the medians of rounds."""
        return cls(
            name,
            statistics.median(each.per_second for each in rounds),
            statistics.median(each.p50 for each in rounds),
            statistics.median(each.p99 for each in rounds),
            statistics.median(each.bytes_per_answer for each in rounds),
            sum(each.refused + each.broken for each in rounds),
            many,
        )


def interleaved(cases: Sequence[Case], rounds: int, seconds: float) -> list[Result]:
    """Measure the cases, and return the results in their order."""
    few: list[list[Round]] = [[] for _ in cases]
    many: list[list[Round]] = [[] for _ in cases]
    for case in cases:  # connections, caches and lazy imports
        send(case.server.port, case.load, CONNECTIONS, 1)
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for case, measured, measured_many in zip(cases, few, many, strict=True):
            # Each round sends other lines of the file.
            offset = number * 7919
            measured.append(send(case.server.port, case.load, CONNECTIONS, seconds, offset))
            if case.many:
                measured_many.append(
                    send(case.server.port, case.load, MANY_CONNECTIONS, seconds, offset)
                )
    return [
        Result.of(case.name, one, Result.of(case.name, other) if other else None)
        for case, one, other in zip(cases, few, many, strict=True)
    ]
