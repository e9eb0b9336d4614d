"""`make faults` prints a row for each fault, and fails unless every promise was kept."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import ROOT
from tests.support.write_side import unmeasured

CONFTEST = "from tests.faults.conftest import outcome, pytest_pyfunc_call, size\n"
TESTS = """
from tests.faults.outcome import fault

@fault("a kept promise", "nothing is lost")
def test_kept(outcome, size):
    outcome.tries = size.of(2, 2000)
    outcome.figures = "median 1 s"

@fault("a broken promise", "nothing is lost")
def test_broken(outcome):
    outcome.tries = 3
    outcome.expect(False, "lost", "a number")

@fault("no try", "nothing is lost")
def test_never(outcome):
    pass

@fault("no server", "nothing is lost")
def test_impossible(outcome):
    raise OSError("it did not start")
"""


@pytest.mark.parametrize("options", [(), ("--full", "-p", "xdist", "-n", "1")])
def test_the_table_has_each_fault_and_the_run_fails_for_each_that_does_not_hold(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    """Also if the tests run in another process."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_one.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  slow: slow\n  fault: fault\n")
    plugins = ("-p", "tests.support.tables", "-p", "no:cacheprovider", "--table=faults")
    command = [sys.executable, "-m", "pytest", *plugins, *options, "test_one.py"]
    environ = {**unmeasured(), "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ended = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    rows = [line for line in ended.stdout.splitlines() if line.startswith("| ")]
    tries = "2,000" if options else "2"
    assert rows == [
        "| fault | what must hold | tries | broken | figures | seconds |",
        "| --- | --- | --- | --- | --- | --- |",
        f"| a kept promise | nothing is lost | {tries} | 0 | median 1 s | 0 |",
        "| a broken promise | nothing is lost | 3 | 1 lost |  | 0 |",
        "| no try | nothing is lost | 0 | 0 |  | 0 |",
        "| no server | nothing is lost | 0 | 0 | could not be caused | 0 |",
    ], ended.stdout
    assert "1 of 4 rows hold." in ended.stdout
    assert "lost: a number" in ended.stdout
    assert ended.returncode == 1
