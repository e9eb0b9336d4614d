"""A pytest plugin: with `-m serial` only the files that contain serial tests are imported.

Importing the other files takes ten seconds of the processor. Files are found by the text
`mark.serial`. A test that got the mark in another way would be missed, so every run in which such
a test is collected fails.
"""

from pathlib import Path

import pytest

_TEXT = "mark.serial"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whether to leave a file out; one that the command line names is always imported."""
    if config.getoption("markexpr") != "serial" or not _is_test_file(collection_path):
        return None
    named = {config.invocation_params.dir / each.partition("::")[0] for each in config.args}
    return None if collection_path in named or _has_serial_tests(collection_path) else True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fail for a serial test that a search for the text does not find."""
    for path in {item.path for item in items if item.get_closest_marker("serial")}:
        if not _has_serial_tests(path):
            raise pytest.UsageError(f"{path}: mark serial tests with @pytest.{_TEXT}")


def _is_test_file(path: Path) -> bool:
    return path.name.startswith("test_") and path.suffix == ".py"


def _has_serial_tests(path: Path) -> bool:
    return _TEXT in path.read_text(encoding="utf-8")
