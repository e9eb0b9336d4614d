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
    r"anew": "again",
    r"deeds?": "action",
    r"for ever": "permanently",
    r"hereby|herein|thereof|whereby": "a plain word",
    r"human beings?": "person",
    r"in vain": "without effect",
    r"link of the revision": "hash of the revision",
    r"mend(s|ed|ing)?": "repair",
    r"whoever|whosoever": "the person, or the caller",
    r"so as to|in order to": "to",
    r"stands? in for": "replaces",
    r"fits? its": "matches its checksum",
    r"lest|upon|hence|thus|albeit|shall|ought": "a plain word",
    r"rights of (the )?(file|folder)s?": "permissions",
    r"simply|easily|obviously|basically|actually|blacklist|whitelist": "nothing, or a plain word",
    r"utili[sz]e[sd]?|leverage[sd]?": "use",
}
_LISTED = re.compile("|".join(rf"\b(?:{word})\b" for word in WORDS), re.IGNORECASE)
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


if __name__ == "__main__":
    sys.exit("\n".join(sorted(faults())) or 0)
