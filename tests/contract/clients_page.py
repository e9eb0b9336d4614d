"""What docs/clients.md says to do, for the tests that do it."""

import re

from tests.support.servers import ROOT

PAGE = (ROOT / "docs/clients.md").read_text(encoding="utf-8")
# Where the page's examples ask.
ORIGIN = "https://directory.example.org"


def block(language: str) -> str:
    """The page's one block in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    return str(found)


def line_with(words: str) -> str:
    """The page's one command with these words."""
    (found,) = (line for line in PAGE.splitlines() if words in line)
    return found
