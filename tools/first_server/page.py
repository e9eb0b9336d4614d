"""The commands that the page for operators has for a first server."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/operating.md"
HEADING = "From an empty machine to https"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[str]:
    """Return the blocks of commands below the heading, in their order."""
    part = page.split(f"\n## {HEADING}\n", 1)[1].split("\n## ", 1)[0]
    return _BLOCK.findall(part)


def needs_network(block: str) -> bool:
    """Return whether a block installs something from elsewhere."""
    return bool(re.search(r'apt-get |pip"? install', block))
