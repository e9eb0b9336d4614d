"""From each release to today and back: by a backup, where the tables have changed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import command
from tests.support.releases import releases, unpack
from tests.support.servers import ROOT, environment
from tests.support.sqlite_stores import sqlite_store

pytestmark = pytest.mark.nightly

NEEDS = ("desk",)
# What a command of a release needs.
_PARTS = ("directory_api", "data", "openapi.yaml")
# Until the first release, the code of today stands for the one before.
RELEASES = releases(ROOT) or ("no release yet",)


def _code_of(release: str, folder: Path) -> Path:
    """The code of a release, in a folder; that of today if there is none yet."""
    folder.mkdir()
    if release == "no release yet":
        for part in _PARTS:
            (folder / part).symlink_to(ROOT / part)
        return folder
    unpack(ROOT, release, folder, *_PARTS)
    return folder


@pytest.mark.parametrize("release", RELEASES)
def test_each_release_is_updated_and_goes_back(release: str, tmp_path: Path) -> None:
    """With the packages of today. Records, history and chain are the same after the update; after
    going back, the release reads them, and what was changed in between is gone if the tables were
    other ones.
    """
    code = _code_of(release, tmp_path / "code")
    database, backup = tmp_path / "directory.db", tmp_path / "before.db"
    environ = {**environment(database), "PYTHONPATH": str(code)}

    def release_runs(*words: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "directory_api", *words],
            cwd=code,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    release_runs("init")
    release_runs("verify", "surya", "--how", "called")
    exported = release_runs("export")
    assert command("upgrade", backup, database=database).exit_code == 0
    assert command("check", database=database).exit_code == 0
    assert command("nearest", "1000", database=database).exit_code == 0
    assert sqlite_store(database).revision() == 2
    assert command("verify", "payoke", "--how", "x", database=database).exit_code == 0
    if backup.exists():
        release_runs("restore-backup", str(backup), "--yes")
        assert release_runs("export") == exported
    release_runs("check")
    assert "PAG-ASA" in release_runs("nearest", "1000")
