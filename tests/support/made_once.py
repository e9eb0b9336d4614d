"""What is slow to make is made once in a run, not once in each of pytest-xdist's workers."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder, not to be written to, that the first worker which needs it has made.

    `make` creates the folder at the path that it is given. Other workers wait meanwhile; if it
    fails, the next one tries again.
    """
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # the folder of the run has one for each worker
    done = shared / f"{name}.done"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            made = factory.mktemp(name) / name
            make(made)
            done.write_text(str(made), encoding="utf-8")
    return Path(done.read_text(encoding="utf-8"))
