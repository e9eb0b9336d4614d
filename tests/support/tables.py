"""A pytest plugin: `--table` prints what tests have measured, a row for each of them.

A test has its row, a list with a cell for each heading, under the name of the table in
`user_properties`.
"""

from collections.abc import Iterable

import pytest

# The tables by name, with their headings: of faults/, and of admin/browser/test_ten_tasks.py.
HEADINGS = {
    "faults": ("fault", "what must hold", "tries", "broken", "figures", "seconds"),
    "tasks": ("task", "width", "clicks", "fields", "pages", "screens", "seconds"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--table` prints a table; `--full` causes faults more often."""
    parser.addoption(
        "--table", choices=HEADINGS, help="print a Markdown table of what the tests have measured"
    )
    parser.addoption(
        "--full",
        action="store_true",
        help="cause every fault as often as planned, which takes more than an hour (faults/)",
    )


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the rows of the table in the order in which their tests began."""
    table = config.getoption("table")
    if not table:
        return
    reports = [
        report
        for status in ("passed", "failed")
        for report in terminalreporter.stats.get(status, ())
        if report.when == "call"
    ]
    rows = [
        (report, value)
        for report in sorted(reports, key=lambda report: report.start)
        for name, value in report.user_properties
        if name == table
    ]
    headings = HEADINGS[table]
    terminalreporter.write_sep("=", table)
    for cells in (headings, ["---"] * len(headings), *(row for _, row in rows)):
        terminalreporter.write_line(_line(cells))
    held = sum(report.passed for report, _ in rows)
    terminalreporter.write_line(f"\n{held} of {len(rows)} rows hold.")


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
