"""`make bench` measures the directory and prints Markdown; ARGS=--write updates the tables of
docs/PERFORMANCE.md.

Every part can be left out, and everything can be made shorter: ARGS="--only http --rounds 3".
"""

import argparse
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.bench import admin, change, dearest, exactness, http_cases, load, memory, search_times
from tools.bench.report import Table, machine, wrapped, write

PARTS = (*("http", "search", "exactness", "dearest", "admin", "change", "memory", "steps", "load"),)
# The columns and rows of a part that an operator decides with; the others are only printed.
ON_PAGE: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "http": (
        (
            "request",
            "requests/s",
            "processor time, µs",
            "p50 / p99, ms, 16 connections",
            "bytes with headers",
        ),
        (
            http_cases.FLASK,
            "each postcode of Belgium in turn",
            "different coordinates, 3 centres",
            "different coordinates, 10,000 centres",
            "name of a town, in another spelling",
            "/v1/centres, 10,000 centres",
            "the bundle, not modified (304)",
        ),
    ),
    "memory": (
        ("process", "resident, MB", "first answer after, s"),
        (memory.BARE, memory.SHIPPED, f"worker with {memory.LARGE:,} centres"),
    ),
    "load": (
        ("a campaign day", "measured"),
        (
            "answers from 400 on",
            "requests without an answer",
            "requests/s",
            "p50 / p99 / p99.9, ms",
            "private memory before / after, MB",
            "growth in the second half, MB/min",
            "longest time until an edit was served, s",
        ),
    ),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the chosen parts."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/PERFORMANCE.md")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=int, default=2, help="of a round; whole seconds")
    parser.add_argument("--load-seconds", type=int, default=load.SECONDS, help="of the load")
    parser.add_argument("--queries", type=int, default=exactness.QUERIES)
    parser.add_argument("--most", type=int, default=http_cases.SIZES[-1], help="centres")
    parser.add_argument("--folder", type=Path, help="where the stores are kept")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        failed = _measure(options, folder)
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}")


def _measure(options: argparse.Namespace, folder: Path) -> list[str]:
    """Measure the chosen parts, and return those that failed."""
    failed: list[str] = []
    # A run of some parts leaves the others on the page, which are from another run.
    whole = tuple(options.only) == PARTS

    def part(name: str, measure: Callable[[], str | Table]) -> None:
        if name in options.only:
            print(f"measuring: {name}", file=sys.stderr)
            about = "" if whole else f"\n\n{machine(command(options))}"
            try:
                measured = measure()
            except Exception:  # the other parts of a long run are not lost
                traceback.print_exc()
                failed.append(name)
            else:
                text = measured.markdown() if isinstance(measured, Table) else measured
                print(f"\n{wrapped(text + about)}\n", flush=True)
                if options.write and isinstance(measured, Table) and name in ON_PAGE:
                    write(name, measured.only(*ON_PAGE[name]).markdown() + about)

    count = min(options.most, http_cases.SIZES[-1])
    if whole:
        print(f"\n{wrapped(machine(command(options)))}\n", flush=True)
        if options.write:
            write("machine", machine(command(options)))
    part("search", lambda: search_times.table(search_times.measure(options.most)))
    part("exactness", lambda: exactness.measure(options.queries))
    part("dearest", lambda: dearest.measure(folder, count))
    part("admin", lambda: admin.measure(folder))
    part("memory", lambda: memory.measure(folder, options.most))
    part("steps", lambda: "\n\n".join(t.markdown() for t in memory.details(folder, options.most)))
    part(
        "http",
        lambda: http_cases.measure(folder, options.rounds, options.seconds, count),
    )
    part("change", lambda: change.measure(folder, count))
    part("load", lambda: load.measure(folder, options.load_seconds))
    return failed


def command(options: argparse.Namespace) -> str:
    """Return the command that repeats a run."""
    chosen = [f"--rounds {options.rounds}", f"--seconds {options.seconds}"]
    if tuple(options.only) != PARTS:
        chosen.insert(0, f"--only {' '.join(options.only)}")
    if options.queries != exactness.QUERIES:
        chosen.append(f"--queries {options.queries}")
    if options.load_seconds != load.SECONDS:
        chosen.append(f"--load-seconds {options.load_seconds}")
    if options.most != http_cases.SIZES[-1]:
        chosen.append(f"--most {options.most}")
    return f'make bench ARGS="{" ".join(chosen)}"'


if __name__ == "__main__":
    main()
