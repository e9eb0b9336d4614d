"""A pytest plugin: the run fails if a process that a test started is alive after the last test.

Every process inherits the environment of its parent, and Linux shows it in /proc. So pytest puts a
random value into its environment, and searches for it at the end. pytest-xdist's workers start
before the value is complete: only their children have it.
"""

import os
import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

VARIABLE = "TESTS_OF_RUN"
_LEFT = pytest.StashKey[dict[int, str]]()
_POLL_SECONDS = 0.1


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long to wait."""
    parser.addoption(
        "--leftover-seconds",
        type=float,
        default=5.0,
        help="how long after the last test a process that a test started may take to end "
        "(Chromium's helpers do)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Mark what is started from now on."""
    if _is_worker(config):
        os.environ[VARIABLE] = f"test-{os.environ[VARIABLE]}"
    else:
        token = secrets.token_hex(16)
        os.environ[VARIABLE] = token if _has_workers(config) else f"test-{token}"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run, and end leftover processes, after the workers and the session's fixtures have
    ended.
    """
    if _is_worker(session.config):
        return
    mark = f"test-{os.environ[VARIABLE].removeprefix('test-')}"
    left = _after(session.config.getoption("--leftover-seconds"), mark)
    session.config.stash[_LEFT] = left
    if left:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which."""
    for pid, command in terminalreporter.config.stash.get(_LEFT, {}).items():
        terminalreporter.write_line(f"a test has left a process behind: {pid} {command}", red=True)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _has_workers(config: pytest.Config) -> bool:
    return bool(config.getoption("tx", default=None))


def _after(seconds: float, mark: str) -> dict[int, str]:
    """Return what is alive after so long, or nothing once two looks in a row have found nothing: a
    process that has just begun a command has no environment for a moment.
    """
    end = time.monotonic() + seconds
    looks = 0
    while looks < 2 and time.monotonic() < end:
        looks = 0 if dict(alive(mark)) else looks + 1
        time.sleep(_POLL_SECONDS)
    return dict(alive(mark))


def alive(mark: str) -> Iterator[tuple[int, str]]:
    """Return the ids and commands of this user's other processes that were started with this mark.

    A zombie process has no environment. Without /proc there are none.
    """
    searched = f"{VARIABLE}={mark}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile, or is another user's
            if (
                searched in (process / "environ").read_bytes().split(b"\0")
                and int(process.name) != os.getpid()
            ):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                yield int(process.name), command.decode(errors="replace").strip()
