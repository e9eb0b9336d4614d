"""The package without one of its features: a copy in which its folder and its line are deleted."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.servers import ROOT

_RUN = """
import json, sys
from click.testing import CliRunner
from directory_api.cli import main
for words in json.loads(sys.argv[1]):
    result = CliRunner().invoke(main, words)
    print(json.dumps([result.exit_code, result.output]))
"""


@dataclass(frozen=True)
class Ended:
    """A command that has ended; `output` has its errors, too."""

    code: int
    output: str


def copy_without(name: str, folder: Path) -> Path:
    """Copy the package into a folder, and delete a feature of the copy; returns the folder."""
    package = folder / "directory_api"
    shutil.copytree(
        ROOT / "directory_api", package, ignore=shutil.ignore_patterns("node_modules", name)
    )
    (folder / "data").symlink_to(ROOT / "data")
    listed = package / "feature.py"
    text = listed.read_text(encoding="utf-8")
    line = f'    "{name}",\n'
    assert line in text
    listed.write_text(text.replace(line, ""), encoding="utf-8")
    return folder


def run(folder: Path, *commands: list[str], url: str = "") -> list[Ended]:
    """Run commands of such a copy in one process; its database is in the folder by default."""
    environ = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "DIRECTORY_DATABASE_URL": url or f"sqlite:///{folder}/directory.db",
    }
    ended = subprocess.run(
        [sys.executable, "-c", _RUN, json.dumps(commands)],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return [Ended(*json.loads(line)) for line in ended.stdout.splitlines()]
