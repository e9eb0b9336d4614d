"""`make faults` causes each fault and prints what held, as a Markdown table.

It ends with 1 when a promise was broken or a fault could not be caused. Everything runs on loopback
addresses and in temporary folders. docs/RELIABILITY.md has the last table.
"""

import argparse
import contextlib
import io
import sys
import time
import traceback
from collections.abc import Iterable

from tools.faults import (
    callers,
    concurrency,
    connections,
    damage,
    disk,
    hidden,
    privacy,
    processes,
    publishing,
    replaced,
    replicas,
    review,
    store,
)
from tools.faults.fault import Fault, Outcome, Size

FAULTS: tuple[Fault, ...] = (
    *concurrency.FAULTS,
    *damage.FAULTS,
    *replaced.FAULTS,
    *processes.FAULTS,
    *connections.FAULTS,
    *callers.FAULTS,
    *review.FAULTS,
    *privacy.FAULTS,
    *publishing.FAULTS,
    *disk.FAULTS,
    *hidden.FAULTS,
    *store.FAULTS,
    *replicas.FAULTS,
)
HEADINGS = ("fault", "what must hold", "tries", "broken", "figures", "seconds")


def main(arguments: list[str] | None = None) -> int:
    """Cause the chosen faults; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.faults", description=__doc__)
    parser.add_argument("--full", action="store_true", help="every try; this takes an hour")
    parser.add_argument("--only", metavar="TEXT", default="", help="faults with TEXT in their name")
    options = parser.parse_args(arguments)
    chosen = [fault for fault in FAULTS if options.only in fault.name]
    if not chosen:
        parser.error(f"No fault has {options.only!r} in its name.")
    print(_line(HEADINGS))
    print(_line("---" for _ in HEADINGS))
    # A list, because each fault is to be caused whatever the others gave.
    held = [_row(fault, Size(options.full)) for fault in chosen]
    print(f"\n{sum(held)} of {len(held)} rows hold.")
    return 0 if all(held) else 1


def _row(fault: Fault, size: Size) -> bool:
    """Cause a fault and print its row; whether everything held."""
    started = time.monotonic()
    try:
        # Applications in this process log each request.
        with contextlib.redirect_stderr(io.StringIO()):
            outcome = fault.cause(size)
    except Exception:
        print(f"{fault.name} could not be caused:\n{traceback.format_exc()}", file=sys.stderr)
        outcome = Outcome(figures="could not be caused")
    seconds = time.monotonic() - started
    held = outcome.tries > 0 and not outcome.breaches
    broken = ", ".join(f"{number} {kind}" for kind, number in outcome.breaches.items())
    cells = (fault.name, fault.holds, f"{outcome.tries:,}", broken or "0", outcome.figures)
    print(_line((*cells, f"{seconds:.0f}")), flush=True)
    for example in outcome.examples:
        print(f"  {fault.name}: {example}", file=sys.stderr)
    return held


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
