"""The folders are the architecture."""

from pathlib import Path

import directory_api

PACKAGE = Path(directory_api.__file__).parent
# Packages of npm for the scripts of the pages may contain Python.
MODULES = [path for path in PACKAGE.rglob("*.py") if "node_modules" not in path.parts]


def test_web_itself_holds_the_application_factory_and_folders() -> None:
    """A module of web is in the folder of its subject."""
    files = {path.name for path in (PACKAGE / "web").iterdir() if path.is_file()}
    assert files == {"__init__.py", "app.py"}


def test_every_folder_with_modules_is_a_package() -> None:
    """A folder without __init__.py would be left out of what mypy and import-linter check."""
    folders = {path.parent for path in MODULES}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_a_module_has_at_most_400_lines() -> None:
    """A longer one has a second subject."""
    lengths = {
        str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines())
        for path in MODULES
    }
    assert {name: length for name, length in lengths.items() if length > 400} == {}
