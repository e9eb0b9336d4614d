"""The package without some features: a copy in which their folders and lines are deleted."""

import os
import shutil
from collections.abc import Collection
from pathlib import Path

from tests.support.api_client import OPENAPI_FILES
from tests.support.servers import ROOT


def copy_without(names: Collection[str], folder: Path) -> Path:
    """Copy the package into a folder, and delete features of the copy; returns the folder."""
    package = folder / "directory_api"
    shutil.copytree(ROOT / "directory_api", package, ignore=shutil.ignore_patterns("node_modules"))
    for name in ("data", *(path.name for path in OPENAPI_FILES)):
        (folder / name).symlink_to(ROOT / name)
    delete(names, package)
    return folder


def delete(names: Collection[str], package: Path) -> None:
    """Delete features of a copy of the package: their folders, and their lines in the list."""
    listed = package / "feature.py"
    text = listed.read_text(encoding="utf-8")
    for name in names:
        shutil.rmtree(package / "features" / name)
        line = f'    "{name}",\n'
        assert line in text
        text = text.replace(line, "", 1)
    listed.write_text(text, encoding="utf-8")


def environment(folder: Path, url: str) -> dict[str, str]:
    """Return the environment of a process of such a copy with a database."""
    return {**os.environ, "PYTHONPATH": str(folder), "DIRECTORY_DATABASE_URL": url}
