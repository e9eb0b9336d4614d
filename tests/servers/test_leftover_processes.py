"""A run of pytest fails where a test leaves a process behind, in parallel and without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.leftover_processes import alive
from tests.support.servers import ROOT, eventually
from tests.support.write_side import unmeasured

LEAVES = (
    "import subprocess\ndef test_it():\n    open('pid', "
    "'w').write(str(subprocess.Popen(['sleep', '60']).pid))\n"
)
MEANWHILE = "import subprocess\ndef test_it():\n    subprocess.Popen(['sleep', '1'])\n"


def _pytest(
    folder: Path, test: str, workers: str, seconds: float
) -> subprocess.CompletedProcess[str]:
    (folder / "test_one.py").write_text(test)
    plugins = [
        "-p",
        "xdist",
        "-p",
        "tests.support.leftover_processes",
        "-p",
        "no:cacheprovider",
        "-n",
        workers,
    ]
    command = [
        sys.executable,
        "-m",
        "pytest",
        *plugins,
        "--leftover-seconds",
        str(seconds),
        "test_one.py",
    ]
    # Without the other plugins it starts sooner.
    environ = {**unmeasured(), "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_process_that_is_left_fails_the_run(tmp_path: Path, workers: str) -> None:
    """The tests pass, the run does not: it names the process, and ends it."""
    ended = _pytest(tmp_path, LEAVES, workers, seconds=0.2)
    pid = (tmp_path / "pid").read_text()
    assert ended.returncode == 1, ended.stdout
    assert f"a test has left a process behind: {pid} sleep 60" in ended.stdout
    assert "1 passed" in ended.stdout
    eventually(30.0, lambda: not _runs(pid))


def test_one_that_ends_does_not(tmp_path: Path) -> None:
    """It has the time that is given, as Chromium's helpers need."""
    ended = _pytest(tmp_path, MEANWHILE, workers="1", seconds=30)
    assert ended.returncode == 0, ended.stdout


def test_other_processes_are_not_meant() -> None:
    """Those of another run, and this one."""
    assert dict(alive("test-of-no-run")) == {}
    assert os.getpid() not in dict(alive(os.environ["TESTS_OF_RUN"]))


def _runs(pid: str) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
