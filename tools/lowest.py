"""Print the lowest versions that pyproject.toml allows, as constraints for pip."""

import re
import tomllib
from itertools import chain
from pathlib import Path

# A name, the extras that it brings, and the lowest version.
_REQUIREMENT = re.compile(r"([\w-]+)(?:\[\w+\])?>=([\d.]+)")


def main() -> None:
    """Print a line for each package of the product and of its extras."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = chain(*project["optional-dependencies"].values())
    for requirement in (*project["dependencies"], *extras):
        print("==".join(_REQUIREMENT.fullmatch(requirement).groups()))  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
