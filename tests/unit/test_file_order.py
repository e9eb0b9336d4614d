"""The order in which files of tests run: what waits is beside what needs the processor."""

from pathlib import Path

import pytest

from tests.support.file_order import mixed

BROWSER = ["browser/test_a.py", "browser/test_b.py"]
CONTRACT = ["contract/test_a.py"]
INTEGRATION = [f"integration/test_{letter}.py" for letter in "abc"]
SERVERS = ["servers/test_a.py", "servers/test_b.py"]
UNIT = ["unit/test_a.py", "unit/test_b.py"]
OF_FEATURES = [f"features/a/{each}" for each in (CONTRACT[0], SERVERS[0], UNIT[0])]


@pytest.mark.parametrize(
    ("files", "order"),
    [
        ([*BROWSER, *UNIT], [*BROWSER, *UNIT]),
        (
            [*BROWSER, *CONTRACT, *INTEGRATION, *SERVERS, *UNIT],
            [
                *BROWSER,
                *(CONTRACT[0], SERVERS[0], INTEGRATION[0], INTEGRATION[1], SERVERS[1]),
                INTEGRATION[2],
                *UNIT,
            ],
        ),
        ([*OF_FEATURES, *UNIT], [*OF_FEATURES, *UNIT]),
        (SERVERS, SERVERS),
        ([], []),
    ],
    ids=["nothing to mix", "all folders", "tests of a feature", "one folder", "no tests"],
)
def test_files_of_servers_are_spread_among_others(files: list[str], order: list[str]) -> None:
    """Those of a browser stay together and come first, and the quick ones come last."""
    assert mixed(files, Path) == order


def test_the_tests_of_a_file_stay_together_and_in_order() -> None:
    """A worker takes a file as a whole."""
    tests = [f"{file}::{number}" for file in [*INTEGRATION, *SERVERS] for number in (2, 1)]
    ordered = mixed(tests, lambda test: Path(test.partition("::")[0]))
    assert sorted(ordered) == sorted(tests)
    for first, second in zip(ordered[::2], ordered[1::2], strict=True):
        assert (first[:-1], first[-1], second[-1]) == (second[:-1], "2", "1")
