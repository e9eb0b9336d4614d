"""The scripts of the pages: built files are what src gives, and the sources pass their checks."""

import re
import shutil
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.support import node
from tests.support.servers import ROOT

PAGES = ROOT / "directory_api/web/pages"
ENTRIES = ("nearest-centre.js", "page.js")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the npm package with its development dependencies."""
    folder = tmp_path_factory.mktemp("frontend") / "pages"
    other = shutil.ignore_patterns("node_modules", "__pycache__", "*.py", "templates", "static")
    shutil.copytree(PAGES, folder, ignore=other)
    node.install(folder)
    return folder


def test_the_built_files_are_those_of_the_sources(package: Path) -> None:
    """After a change in src, `make frontend` writes them again."""
    folder = package.parent / "built"
    node.output(package, "node", "build.js", str(folder))
    built = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert built.keys() == set(ENTRIES)
    for name, body in built.items():
        assert body == (PAGES / "static" / name).read_bytes(), f"{name}: run `make frontend`"


def test_the_sources_have_no_lint(package: Path) -> None:
    """ESLint reports nothing."""
    node.output(package, "npm", "run", "lint")


def test_the_types_of_the_sources_are_consistent(package: Path) -> None:
    """Tsc checks the JSDoc types in its strict mode."""
    node.output(package, "npm", "run", "types")


def test_the_tests_of_the_sources_pass(package: Path) -> None:
    """`node --test` runs them, each file in a process, and it finds them all."""
    report = node.output(package, "node", "--test", "--test-reporter=tap")
    names = [
        name
        for path in (PAGES / "test").glob("*.test.js")
        for name in re.findall(r'^test\("(.+)",', path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sorted(re.findall(r"^ok \d+ - (.+)$", report, re.MULTILINE)) == sorted(names)


@pytest.mark.parametrize("name", ENTRIES)
def test_a_built_file_has_no_comments_and_imports_nothing(name: str) -> None:
    """A phone on 2G loads one file, without text for developers."""
    text = (PAGES / "static" / name).read_text(encoding="utf-8")
    assert not re.search(r"/\*|^\s*//", text, re.MULTILINE)
    assert not re.search(r"(?:^|;)import[ {*\"']", text)


def test_the_lock_file_holds_names_versions_and_hashes_of_what_is_pinned() -> None:
    """The lock file has no URLs, each package has its hash, and package.json has exact versions."""
    assert node.lock_faults(PAGES) == []


def test_the_wheel_has_the_built_files_and_no_sources() -> None:
    """A wheel contains the scripts as they are served, and nothing that only builds them."""
    folder = "directory_api/web/pages/"
    names = {
        file.distribution_path.removeprefix(folder)
        for file in WheelBuilder(str(ROOT)).recurse_included_files()
        if file.distribution_path.startswith(folder)
    }
    assert {f"static/{name}" for name in ENTRIES} <= names
    folders = {name.partition("/")[0] for name in names if "/" in name}
    assert folders == {"static", "templates"}
    assert {Path(name).suffix for name in names if "/" not in name} == {".py"}
