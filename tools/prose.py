"""Find words that CONTRIBUTING.md replaces: python -m tools.prose, a part of `make check`.

Looks at the pages, at docstrings and other texts of the package, and at templates; code between
backticks or in blocks is left out.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What is not written, as a regular expression, and what is written instead.
WORDS = {
    r"afresh|anew": "again",
    r"address(es)? of (an?|the|this|its) (page|server|site)s?": "URL of the page",
    r"bec[ao]mes? of": "state, or result",
    r"check sums?": "checksum",
    r"deeds?": "action",
    r"for (ever|good)": "permanently",
    r"(here|there|where)(by|in|of|to|upon|with)": "a plain word",
    r"human beings?": "person",
    r"in the place of": "instead of",
    r"in vain": "without effect",
    r"internet address(es)?": "URL, or IP address",
    r"link of the revision": "hash of the revision",
    r"mend(s|ed|ing)?": "repair",
    r"puts? back|putting back": "restore",
    r"(no|some)body|whoever|whosoever": "no one, the person, or the caller",
    r"so as to|in order to": "to",
    r"stands? (in )?for": "replaces, or means",
    r"time limits?|waiting times?": "timeout, or latency",
    r"fits? its": "matches its checksum",
    r"amongst|betwixt|whilst|hitherto|whence|whither": "a plain word",
    r"henceforth|notwithstanding|nay|needs must": "a plain word",
    r"lest|upon|hence|thus|albeit|shall|ought": "a plain word",
    r"rights": "permissions",
    r"work(s|ed|ing)? out": "compute",
    r"simply|easily|obviously|basically|actually|blacklist|whitelist": "nothing, or a plain word",
    r"utili[sz]e[sd]?|leverage[sd]?": "use",
}
_LISTED = re.compile("|".join(rf"\b(?:{word})\b" for word in WORDS), re.IGNORECASE)
# A sentence of a page begins so; no question.
_BEGINNING = re.compile(
    r"(?:^(?:- |\d+\. )?|[.!:]\s+|\| )\b(Of|What|Where|Who) [^.?!|#]*\.", re.MULTILINE
)
_CODE = re.compile(r"^( *)```.*?^\1```|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def _texts() -> Iterator[tuple[Path, int, str]]:
    """Yield each text with its file and first line."""
    pages = (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "tests/README.md")
    for page in pages:
        if not page.name.endswith((".nl.md", ".fr.md")):
            text = page.read_text(encoding="utf-8")
            yield page, 1, _CODE.sub(lambda found: "\n" * found[0].count("\n"), text)
    for template in ROOT.glob("directory_api/**/templates/**/*.html"):
        yield template, 1, template.read_text(encoding="utf-8")
    for module in (*ROOT.glob("directory_api/**/*.py"), *ROOT.glob("tools/**/*.py")):
        if "node_modules" not in module.parts and module != Path(__file__):
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield module, node.lineno, node.value


def faults() -> Iterator[str]:
    """Yield each place of such a word, with what to write."""
    for path, first, text in _texts():
        for found in _LISTED.finditer(text):
            line = first + text.count("\n", 0, found.start())
            advice = next(WORDS[word] for word in WORDS if re.fullmatch(word, found[0], re.I))
            yield f"{path.relative_to(ROOT)}:{line}: {found[0]}: {advice}"
        for found in _BEGINNING.finditer(text) if path.suffix == ".md" else ():
            line = first + text.count("\n", 0, found.start(1))
            yield f"{path.relative_to(ROOT)}:{line}: {found[1]}: subject, verb, object"


if __name__ == "__main__":
    sys.exit("\n".join(sorted(faults())) or 0)
