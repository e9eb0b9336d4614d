"""Exports and backups by a process that is killed before each of its steps."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import ROOT, RUN_SECONDS, create

# Forked processes are killed, which a process of tests with its threads should not do.
KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.change.change import Stamp
from directory_api.features.maintenance.backups import to_restore
from directory_api.features.maintenance.service import maintenance_of
from directory_api.features.imports.exporter import exporter_of
from tests.support.killing import in_child

os.umask(0)
root = Path(sys.argv[1])
directory = open_directory(Settings(database_url=f"sqlite:///{root / 'directory.db'}"))
written = root / "written"
written.mkdir()

def export():
    exporter_of(directory).write("json", written / "file")

def backup():
    maintenance_of(directory).back_up(written / "file")

work = {"export": export, "backup": backup}[sys.argv[2]]
directory.live.refresh()
work()
for step in range(len(in_child(work))):
    directory.tokens.create(f"token {step}", ["edit"], 1)  # each backup is another file
    in_child(work, step)
    for path in written.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, (step, path.name)
    if work == backup:
        with to_restore(written / "file", root / "copy.db", Stamp("x", datetime.now(UTC), "")):
            pass
"""


@pytest.mark.parametrize("work", ["export", "backup"])
def test_what_a_killed_process_leaves_is_private_and_a_backup_can_be_restored(
    tmp_path: Path, work: str
) -> None:
    """Other users can open no part of it at any moment, and the digest never fits another file."""
    create(tmp_path / "directory.db")
    command = [sys.executable, "-c", KILLED, str(tmp_path), work]
    subprocess.run(command, check=True, cwd=ROOT, timeout=RUN_SECONDS)
