"""The commands that the page for operators has for a first server."""

import re
from pathlib import Path

_DOCS = Path(__file__).parents[2] / "docs"
PAGE = _DOCS / "operating.md"
OPERATIONS = _DOCS / "operations.md"
FIRST = "From an empty machine to https"
UPDATE = "Upgrade and roll back"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INSTALLS = re.compile(r'apt-get |pip"? install')


def blocks(heading: str, page: Path = PAGE) -> list[str]:
    """Return the blocks of commands below a heading, in their order."""
    _, _, after = page.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    return _BLOCK.findall(after.partition("\n## ")[0])


def needs_network(block: str) -> bool:
    """Return whether a block installs something from elsewhere."""
    return bool(_INSTALLS.search(block))


def without_installing(block: str) -> str:
    """Return a block without the lines that make an environment and install packages into it."""
    return "".join(
        line
        for line in block.splitlines(keepends=True)
        if not _INSTALLS.search(line) and "-m venv" not in line
    )
