"""Tables in Markdown, and the parts of docs/PERFORMANCE.md between markers."""

import os
import platform
import re
import sqlite3
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tools.bench.served import CLIENT_CORE, ROOT, SERVER_CORE

PAGE = ROOT / "docs" / "PERFORMANCE.md"
# A load average of less comes from the preparation of a run.
_IDLE_LOAD = 0.8


@dataclass(frozen=True)
class Table:
    """A table: its headings and rows, and sentences below it."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def only(self, headings: Sequence[str], rows: Sequence[str]) -> "Table":
        """Return a table of some of its columns and rows, without notes."""
        columns = [self.headings.index(each) for each in headings]
        return Table(
            headings,
            [[row[column] for column in columns] for row in self.rows if row[0] in rows],
        )

    def markdown(self) -> str:
        """Return it as Markdown; the first column is text, the others are numbers."""
        lines = [
            _line(self.headings),
            "|---|" + "---:|" * (len(self.headings) - 1),
            *map(_line, self.rows),
        ]
        return "\n".join([*lines, *(f"\n{note}" for note in self.notes)])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def machine(command: str) -> str:
    """Return a sentence about the machine and the command of a run."""
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `{command}` on a machine with "
        f"{os.cpu_count()} cores ({processor()}), {memory_gigabytes():.0f} GB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, SQLite "
        f"{sqlite3.sqlite_version}, granian {version('granian')}, Flask {version('flask')}. "
        f"Servers on core {SERVER_CORE}, the client (wrk) on core {CLIENT_CORE}."
        f"{other_work(os.getloadavg()[0])}"
    )


def other_work(load: float) -> str:
    """Return a warning if the machine did other work when a run began, for which `load` stands."""
    if load < _IDLE_LOAD:
        return ""
    return (
        f" The machine did other work when the run began (load average {load:.1f}): times are "
        "longer than those of an idle machine, and latencies much longer."
    )


def processor() -> str:
    """Return the name of the processor."""
    found = re.search(r"^model name\s*:\s*(.+)$", _read("/proc/cpuinfo"), re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def memory_gigabytes() -> float:
    """Return the memory of the machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8", errors="replace")


def replaced(page: str, name: str, text: str) -> str:
    """Return a page with the text between the markers of a name replaced.

    Raises ValueError if the page does not have these markers once.
    """
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    if page.count(begin) != 1 or page.count(end) != 1:
        raise ValueError(f"the page needs {begin} and {end} once")
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


def wrapped(text: str) -> str:
    """Return Markdown with the lines of prose wrapped as the pages have them; tables stay."""
    return "\n".join(
        line if line.startswith("|") else textwrap.fill(line, 100, break_on_hyphens=False)
        for line in text.splitlines()
    )


def write(name: str, text: str) -> None:
    """Put a part of a run into the page."""
    PAGE.write_text(replaced(PAGE.read_text(), name, wrapped(text)))
    print(f"written to {PAGE.relative_to(ROOT)}", file=sys.stderr)
