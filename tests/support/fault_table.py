"""A pytest plugin: the options of `make faults`, and its table of what was tried and what held."""

from collections.abc import Iterable

import pytest

# A test of a fault has its row under this name in `user_properties`, as a list of texts.
PROPERTY = "fault"
HEADINGS = ("fault", "what must hold", "tries", "broken", "figures", "seconds")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--full` causes faults more often; `--fault-table` prints the table."""
    parser.addoption(
        "--full",
        action="store_true",
        help="cause every fault as often as planned, which takes more than an hour (faults/)",
    )
    parser.addoption(
        "--fault-table",
        action="store_true",
        help="print a Markdown table of the faults at the end (faults/)",
    )


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print a row for each fault, in the order in which they were caused."""
    if not config.getoption("--fault-table"):
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
        if name == PROPERTY
    ]
    terminalreporter.write_sep("=", "faults")
    for cells in (HEADINGS, ["---"] * len(HEADINGS), *(row for _, row in rows)):
        terminalreporter.write_line(_line(cells))
    held = sum(report.passed for report, _ in rows)
    terminalreporter.write_line(f"\n{held} of {len(rows)} rows hold.")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
