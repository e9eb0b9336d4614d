"""Memory and start of a worker beside a bare Flask worker, and where they come from."""

import json
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from tools.bench import served
from tools.bench.http_cases import COORDINATE, store
from tools.bench.report import Table
from tools.bench.served import ROOT, Memory, Server, pinned

STARTS = 5
LARGE = 10_000
BARE = "bare Flask worker"
SHIPPED = "worker with the shipped centres of Belgium"
_BARE = ("granian", "--interface", "wsgi", "--port", "{port}", "--log-level", "error")


def bare() -> AbstractContextManager[Server]:
    """Run a bare Flask worker, as its authors would with granian."""
    command = [sys.executable, "-m", *_BARE, "tools.bench.bare:app"]
    return served.serving(command, "/")


def measure(folder: Path, most: int = LARGE) -> Table:
    """Return the table of memory and start."""
    small = store(folder, 3)
    starts, bare_starts = [], []
    with bare() as first, served.ours(small) as second:
        second.ask(COORDINATE)
        bare_memory, memory = first.memory(), second.memory()
    for _ in range(STARTS):
        with bare() as server:
            bare_starts.append(server.first_answer_seconds)
        with served.ours(small) as server:
            starts.append(server.first_answer_seconds)
    start, bare_start = statistics.median(starts), statistics.median(bare_starts)
    rows = [
        _row(BARE, bare_memory, bare_start, bare_memory, bare_start),
        _row(SHIPPED, memory, start, bare_memory, bare_start),
    ]
    if most >= LARGE:
        with served.ours(store(folder, LARGE)) as server:
            server.ask(COORDINATE)
            large = server.memory()
            rows.append(
                _row(
                    f"worker with {LARGE:,} centres",
                    large,
                    server.first_answer_seconds,
                    bare_memory,
                    bare_start,
                )
            )
    return Table(
        (
            "process",
            "resident, MB",
            "of the bare worker",
            "proportional (PSS), MB",
            "private, MB",
            "first answer after, s",
            "of the bare app",
        ),
        rows,
    )


def details(folder: Path, most: int = LARGE) -> list[Table]:
    """Return the tables of what takes the time and the memory."""
    small = store(folder, 3)
    tables = [steps(small), imports(small)]
    if most >= LARGE:
        large = store(folder, LARGE)
        tables += [steps(large, f"{LARGE:,} centres, step"), causes(large)]
    return tables


def _row(
    name: str, memory: Memory, start: float, bare_memory: Memory, bare_start: float
) -> tuple[str, ...]:
    return (
        name,
        f"{memory.resident:.1f}",
        f"{memory.resident / bare_memory.resident:.2f}",
        f"{memory.proportional:.1f}",
        f"{memory.private:.1f}",
        f"{start:.2f}",
        f"{start / bare_start:.2f}",
    )


def steps(database: Path, heading: str = "step") -> Table:
    """Return the time and memory of each step until the first answer, in one process."""
    output = _output([sys.executable, "-m", "tools.bench.steps"], database).stdout
    rows = [
        (name, f"{milliseconds:,.0f}", f"{megabytes:.1f}")
        for name, milliseconds, megabytes in json.loads(output)
    ]
    return Table((heading, "processor time, ms", "resident memory, MB"), rows)


def causes(database: Path) -> Table:
    """Return the files that allocated the memory of a loaded directory."""
    output = _output([sys.executable, "-m", "tools.bench.causes"], database).stdout
    rows = [(name, f"{megabytes:.1f}") for name, megabytes in json.loads(output)]
    return Table((f"{LARGE:,} centres, allocated in", "MB, as tracemalloc counts"), rows)


def _output(command: Sequence[str], database: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        pinned(command),
        env=served.settings(database),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )


def imports(database: Path, most: int = 12) -> Table:
    """Return the packages whose modules take longest to import, without those that they import."""
    code = "import directory_api.bootstrap, directory_api.web.app"
    output = _output([sys.executable, "-X", "importtime", "-c", code], database).stderr
    microseconds = import_microseconds(output)
    total = sum(microseconds.values())
    rows = [
        (package, f"{spent / 1000:.1f}", f"{spent / total:.2f}")
        for package, spent in microseconds.most_common(most)
    ]
    rest = total - sum(microseconds[package] for package, _, _ in rows)
    rows.append(("all others", f"{rest / 1000:.1f}", f"{rest / total:.2f}"))
    return Table(("imported package", "ms, under -X importtime", "share"), rows)


def import_microseconds(output: str) -> Counter[str]:
    """Return the microseconds of each package in the output of -X importtime."""
    microseconds: Counter[str] = Counter()
    for spent, module in re.findall(
        r"^import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)$", output, re.MULTILINE
    ):
        package = module.partition(".")[0]
        if package.lstrip("_") in sys.stdlib_module_names or package in sys.stdlib_module_names:
            package = "the standard library"
        microseconds[package] += int(spent)
    return microseconds
