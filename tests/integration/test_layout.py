"""The folders are the architecture."""

import subprocess
from functools import cache
from pathlib import Path

import directory_api
from tests.support.servers import ROOT

PACKAGE = Path(directory_api.__file__).parent
# Packages of npm for the scripts of the pages may contain Python.
MODULES = [path for path in PACKAGE.rglob("*.py") if "node_modules" not in path.parts]
# What the repository holds; everything else is generated, or belongs to others.
FOLDERS = {
    ".ci",
    ".github",
    "LICENSES",
    "data",
    "deploy",
    "directory_api",
    "docs",
    "integrations",
    "tests",
    "tools",
}
MOST_FILES_BESIDE_FOLDERS = 25


@cache
def _tracked() -> tuple[str, ...]:
    """The files of the repository, as git knows them."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(listed.stdout.rstrip("\0").split("\0"))


def test_web_itself_holds_the_application_factory_and_folders() -> None:
    """A module of web is in the folder of its subject; these know them all."""
    files = {path.name for path in (PACKAGE / "web").iterdir() if path.is_file()}
    assert files == {"__init__.py", "app.py", "context.py", "errors.py"}


def test_every_folder_with_modules_is_a_package() -> None:
    """A folder without __init__.py would be left out of what mypy and import-linter check."""
    folders = {path.parent for path in MODULES}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_the_repository_has_no_folder_that_is_not_ours() -> None:
    """Such as a virtual environment with another name."""
    parts = [name.split("/") for name in _tracked()]
    assert {first for first, *rest in parts if rest} == FOLDERS
    assert sum(len(names) == 1 for names in parts) <= MOST_FILES_BESIDE_FOLDERS
    assert not {"node_modules", "site-packages"} & {name for names in parts for name in names}
