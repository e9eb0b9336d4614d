"""Time and memory of the search in the process, from 3 centres to 10,000.

Each number of centres has a process of its own on the servers' core, so that no memory is left over
from the one before: `python -m tools.bench.search_times COUNT` prints its figures as JSON.
"""

import gc
import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from directory_api.search.query import Filters
from tools.bench import centres
from tools.bench.report import Table
from tools.bench.served import ROOT, Memory, clean_environment, pinned
from tools.bench.subject import Subject

COUNTS = (3, 10, 30, 100, 300, 1_000, 3_000, 10_000)
# At most so many searches, and about so many seconds for one kind of them.
SEARCHES = 20_000
SECONDS = 3.0
# Words that are in every record, in a description or in the label of a service.
COMMON_WORDS = ("synthetic", "accommodation", "juridiques", "exploited work")
# From here on the growth is fitted.
FIT_FROM = 1_000


@dataclass(frozen=True)
class Times:
    """The figures for one number of centres; searches in microseconds of processor time."""

    count: int
    build_seconds: float
    megabytes: float
    p50: float
    p99: float
    text_p50: float
    text_p99: float
    common_p50: float
    common_p99: float
    rare_p50: float
    rare_p99: float
    nearest_rare_p50: float
    nearest_rare_p99: float


def measure(most: int) -> list[Times]:
    """Measure each number of centres up to `most`."""
    measured = []
    for count in COUNTS:
        if count <= most:
            print(f"search, {count:,} centres", file=sys.stderr)
            command = pinned([sys.executable, "-m", "tools.bench.search_times", str(count)])
            output = subprocess.run(
                command,
                env=clean_environment(),
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
            measured.append(Times(**json.loads(output.stdout)))
    return measured


def one(count: int) -> Times:
    """Measure one number of centres, in this process."""
    made = list(centres.records(count))
    gc.collect()
    before, started = Memory.of(os.getpid()).private, time.process_time()
    subject = Subject(made)
    built = time.process_time() - started
    gc.collect()
    memory = Memory.of(os.getpid()).private - before
    names = [str(record["name"]).split() for record in made[:: max(1, count // 1_000)]]
    # Python's collector of cycles would visit these, too.
    del made
    gc.collect()
    # The first letters of a name, as a person types them, and the number of the name.
    words = [f"{name[0][:4]} {name[-1]}" for name in names]
    points = centres.coordinates(SEARCHES)
    queries = [subject.query(lat, lon) for lat, lon in points]
    rare = Filters(speaks="is")
    rare_queries = [subject.query(lat, lon, rare) for lat, lon in points[:2_000]]
    subject.run(queries[0])
    subject.text(words[0])
    return Times(
        count,
        built,
        memory,
        *percentiles(subject.run, queries),
        *percentiles(subject.text, words * 20),
        *percentiles(subject.text, COMMON_WORDS * 500),
        *percentiles(subject.filtered, [rare] * 2_000),
        *percentiles(subject.run, rare_queries),
    )


def percentiles(run: Callable[[Any], object], arguments: Sequence[Any]) -> tuple[float, float]:
    """Return p50 and p99 of the processor time of a call, in microseconds.

    It is measured in this thread alone: other processes on the machine do not count.
    """
    taken, end = [], time.monotonic() + SECONDS
    for argument in arguments:
        began = time.thread_time_ns()
        run(argument)
        taken.append(time.thread_time_ns() - began)
        if time.monotonic() > end:
            break
    taken.sort()
    return (
        statistics.median(taken) / 1000,
        taken[min(len(taken) - 1, int(len(taken) * 0.99))] / 1000,
    )


def exponent(times: Sequence[tuple[int, float]]) -> float:
    """Return x of the least-squares fit of time ~ N^x; 0 for fewer than two numbers of centres."""
    if len(times) < 2:
        return 0.0
    logs = [(math.log(count), math.log(value)) for count, value in times]
    return statistics.linear_regression(*zip(*logs, strict=True)).slope


def table(measured: Sequence[Times]) -> Table:
    """Return the table of the figures, and the fit below it."""
    fitted = [each for each in measured if each.count >= FIT_FROM]
    p50 = exponent([(each.count, each.p50) for each in fitted])
    p99 = exponent([(each.count, each.p99) for each in fitted])
    rows = [
        (
            f"{each.count:,}",
            f"{each.p50:,.0f} / {each.p99:,.0f}",
            f"{each.nearest_rare_p50:,.0f} / {each.nearest_rare_p99:,.0f}",
            f"{each.text_p50:,.0f} / {each.text_p99:,.0f}",
            f"{each.common_p50:,.0f} / {each.common_p99:,.0f}",
            f"{each.rare_p50:,.0f} / {each.rare_p99:,.0f}",
            f"{each.build_seconds:.2f}",
            f"{each.megabytes:,.1f}",
        )
        for each in measured
    ]
    note = (
        f"From {FIT_FROM:,} centres on, the time of a search grows as N^{p50:.2f} (p50) and "
        f"N^{p99:.2f} (p99), by least squares."
    )
    return Table(
        (
            "centres",
            "nearest, p50 / p99, µs",
            "nearest with a rare filter, µs",
            "text, µs",
            "text in every record, µs",
            "list with a rare filter, µs",
            "build, s",
            "memory, MB",
        ),
        rows,
        [note] if len(fitted) > 1 else [],
    )


if __name__ == "__main__":
    print(json.dumps(asdict(one(int(sys.argv[1])))))
