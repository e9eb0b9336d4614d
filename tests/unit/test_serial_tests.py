"""The run with `-m serial` imports few files and misses no serial test."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.support.serial_tests import pytest_collection_modifyitems, pytest_ignore_collect

SERIAL = "import pytest\n\n@pytest.mark.serial\ndef test_it(): ...\n"
OTHER = "def test_it(): ...\n"


def _config(folder: Path, markexpr: str, *args: str) -> pytest.Config:
    config = SimpleNamespace(
        getoption={"markexpr": markexpr}.get,
        args=list(args),
        invocation_params=SimpleNamespace(dir=folder),
    )
    return cast("pytest.Config", config)


@pytest.mark.parametrize(
    ("name", "text", "markexpr", "args", "ignored"),
    [
        ("test_one.py", OTHER, "serial", ["tests"], True),
        ("test_one.py", SERIAL, "serial", ["tests"], None),
        ("test_one.py", OTHER, "not serial", ["tests"], None),
        ("test_one.py", OTHER, "", ["tests"], None),
        ("test_one.py", OTHER, "serial", ["test_one.py::test_it"], None),
        ("conftest.py", OTHER, "serial", ["tests"], None),
    ],
)
def test_a_run_of_serial_tests_ignores_files_without_any(
    tmp_path: Path, name: str, text: str, markexpr: str, args: list[str], ignored: bool | None
) -> None:
    """Other runs, and files that the command line names, are collected as usual."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert pytest_ignore_collect(path, _config(tmp_path, markexpr, *args)) is ignored


@pytest.mark.parametrize("marked", [True, False])
def test_a_serial_test_that_the_search_would_miss_fails_the_run(
    tmp_path: Path, marked: bool
) -> None:
    """Every run checks it for the tests that it collects."""
    path = tmp_path / "test_one.py"
    path.write_text(OTHER, encoding="utf-8")
    item: Any = SimpleNamespace(path=path, get_closest_marker=lambda name: marked or None)
    if marked:
        with pytest.raises(pytest.UsageError, match=r"test_one\.py: mark serial tests with"):
            pytest_collection_modifyitems([item])
    else:
        pytest_collection_modifyitems([item])
