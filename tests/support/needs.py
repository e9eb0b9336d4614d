"""Which features a file of tests needs: the one whose folder it is in, and those of its NEEDS; and
which a test needs: those of its mark.
"""

import re
from pathlib import Path

import pytest

from directory_api.feature import SHIPPED

_NEEDS = re.compile(r"^NEEDS = \(([^)]*)\)", re.MULTILINE)
_FEATURES = Path(__file__).parents[1] / "features"


def missing_features(path: Path) -> list[str]:
    """Return the features that a file of tests needs and that have been deleted."""
    needed = _NEEDS.search(path.read_text(encoding="utf-8"))
    names = re.findall(r"\w+", needed[1]) if needed else []
    if _FEATURES in path.parents:
        names.append(path.relative_to(_FEATURES).parts[0])
    return [name for name in names if name not in SHIPPED]


def missing_of(item: pytest.Item) -> list[str]:
    """Return the features that a test is marked to need and that have been deleted."""
    names = [name for mark in item.iter_markers("needs") for name in mark.args]
    return [name for name in names if name not in SHIPPED]
