"""A pytest plugin: the four commands of the tests, by what their tests need (tests/README.md).

`--tier` chooses among the collected tests. The first line of a run says what it holds, and the last
lines say what was left out and how to have it.
"""

import sys
from collections import Counter
from dataclasses import dataclass

import pytest

from tests.support.amount import IN_CI

# The name of a report's section: the browser has crashed, and the test was run once more.
CRASH = "crash of the browser"

# The folders of tests; each test has the mark of its folder.
FOLDERS = ("unit", "integration", "contract", "browser", "servers", "faults")


@dataclass(frozen=True)
class Tier:
    """What a command runs."""

    holds: str
    folders: tuple[str, ...]
    is_nightly: bool = False


TIERS = {
    "quick": Tier(
        "units, the application in one process, and promises (openapi.yaml, docs); Python alone",
        ("unit", "integration", "contract"),
    ),
    "browser": Tier("pages and component in Chromium, and their scripts in Node.js", ("browser",)),
    "system": Tier("servers as processes, nginx, PostgreSQL, schemathesis", ("servers",)),
    "all": Tier("every test, with every case", FOLDERS, is_nightly=True),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--tier`; without it everything that the command line names is run."""
    parser.addoption("--tier", choices=TIERS, help="run the tests of one of the four commands")


def pytest_report_header(config: pytest.Config) -> str | None:
    """Return what will run."""
    name = config.getoption("tier")
    return f"tests ({name}): {TIERS[name].holds}" if name else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark each test with its folder, before `-m` chooses, and keep those of the tier."""
    for item in items:
        folder = item.path.parent.name
        if folder in FOLDERS:
            item.add_marker(folder)
    name = config.getoption("tier")
    if not name:
        return
    tier = TIERS[name]
    chosen = [
        item
        for item in items
        if item.path.parent.name in tier.folders
        and (tier.is_nightly or not item.get_closest_marker("nightly"))
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(
    report: pytest.CollectReport | pytest.TestReport,
) -> tuple[str, str, str] | None:
    """Print a dot for each test that passed only where a person watches."""
    is_passed_call = report.when == "call" and report.passed
    if not is_passed_call or sys.stdout.isatty() or hasattr(report, "wasxfail"):
        return None
    return "passed", "", "PASSED"


@pytest.hookimpl(tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the log of each browser that crashed in a test that passed then. List what was left
    out, with the reason once. In CI that is a failure: what should have run did not.
    """
    for report in terminalreporter.stats.get("passed", []):
        for title, content in report.sections:
            if CRASH in title:
                terminalreporter.section(f"{report.nodeid}: run once more after a {CRASH}")
                terminalreporter.write_line(content)
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section("left out")
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"{count:5} {'test' if count == 1 else 'tests'}: {reason}")
    if IN_CI:
        terminalreporter.write_line("in CI every test has to run", red=True)
        session = terminalreporter._session
        assert session is not None
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
