"""Which features a file of tests needs: the one whose folder it is in, and those of its NEEDS."""

import re
from pathlib import Path

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
