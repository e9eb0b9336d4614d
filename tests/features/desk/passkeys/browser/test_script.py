"""The script passes the checks of those of the pages, with their packages."""

import shutil
from pathlib import Path

import pytest

from tests.support import node
from tests.support.made_once import made_once
from tests.support.servers import ROOT

NEEDS = ("pages",)
SCRIPT = ROOT / "directory_api/features/desk/admin/static/passkeys.js"
PAGES = ROOT / "directory_api/features/pages"


@pytest.fixture(scope="module")
def package(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the npm package, with the script beside its sources."""

    def create(folder: Path) -> None:
        node.create_project(pytestconfig, PAGES, folder)
        shutil.copy(SCRIPT, folder / "src")

    return made_once(tmp_path_factory, "passkeys", create)


@pytest.mark.parametrize("name", ["lint", "types"])
def test_the_script_has_no_lint_and_consistent_types(package: Path, name: str) -> None:
    """ESLint reports nothing, and tsc checks the JSDoc types in its strict mode."""
    node.script(package, name)
