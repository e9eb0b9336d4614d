"""A pytest plugin: a table of what the tasks of maintainers cost."""

import pytest

# A test of a task has its row under this name in `user_properties`.
PROPERTY = "walk"
HEADINGS = ("task", "width", "clicks", "fields", "pages", "screens", "seconds")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--walk-table` prints the table."""
    parser.addoption(
        "--walk-table",
        action="store_true",
        help="print a Markdown table of what the tasks of maintainers cost (admin/browser/)",
    )


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print a row for each task and width."""
    if not config.getoption("--walk-table"):
        return
    rows = [
        value
        for status in ("passed", "failed")
        for report in terminalreporter.stats.get(status, ())
        if report.when == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    for row in (HEADINGS, ["---"] * len(HEADINGS), *rows):
        terminalreporter.write_line(f"| {' | '.join(map(str, row))} |")
