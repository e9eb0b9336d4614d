"""The folders are the architecture."""

from pathlib import Path

import directory_api

PACKAGE = Path(directory_api.__file__).parent
# Packages of npm for the scripts of the pages may contain Python.
MODULES = [path for path in PACKAGE.rglob("*.py") if "node_modules" not in path.parts]


def test_every_folder_with_modules_is_a_package() -> None:
    """A folder without __init__.py would be left out of what mypy and import-linter check."""
    folders = {path.parent for path in MODULES}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []
