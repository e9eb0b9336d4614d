"""The version wherever it is written, and its entry in the changelog."""

import re
from pathlib import Path

SOURCE = "directory_api/__init__.py"
_PAGES = "directory_api/features/pages"
_PLUGIN = "integrations/wordpress/nearest-centre"
# Each copy of the version: the file, and where in it.
COPIES = (
    ("CITATION.cff", r"^version: (\S+)$"),
    *(
        (name, r"\Aopenapi: .+\ninfo:\n(?:(?:  .*)?\n)*?  version: (\S+)$")
        for name in ("openapi.yaml", "openapi-editing.yaml", "openapi-hsds.yaml")
    ),
    (f"{_PAGES}/package.json", r'^  "version": "([^"]+)"'),
    (f"{_PAGES}/package-lock.json", r'\A\{\n  "name": .+\n  "version": "([^"]+)"'),
    (f"{_PAGES}/package-lock.json", r'^    "": \{\n      "name": .+\n      "version": "([^"]+)"'),
    (f"{_PAGES}/README.md", r"nearest-centre-(\S+)\.tgz"),
    (f"{_PLUGIN}/nearest-centre.php", r"^ \* Version: +(\S+)$"),
    (f"{_PLUGIN}/nearest-centre.php", r"VERSION = '([^']+)'"),
    (f"{_PLUGIN}/readme.txt", r"^Stable tag: (\S+)$"),
    (f"{_PLUGIN}/block/block.json", r'^\s"version": "([^"]+)"'),
)


def version(root: Path) -> str:
    """Return the version of the sources. Raises ValueError if they have none."""
    return _found(root, SOURCE, r'^__version__ = "([^"]+)"$')


def differing(root: Path) -> list[str]:
    """Return a sentence for each file that names another version than the sources."""
    expected = version(root)
    named = [(path, _found(root, path, pattern)) for path, pattern in COPIES]
    return [
        f"{path} names the version {found}, and {SOURCE} {expected}."
        for path, found in named
        if found != expected
    ]


def notes(root: Path) -> str:
    """Return what CHANGELOG.md says of the version, without its heading, and without links to files
    of the repository, which lead nowhere on the page of a release.

    Raises ValueError if there is no entry.
    """
    return re.sub(r"\[([^\]]+)\]\((?!https?:)[^)]+\)", r"\1", _entry(root)[1])


def before_tag(root: Path, tag: str) -> list[str]:
    """Return a sentence for each thing that has to be done before the sources get this tag."""
    expected = f"v{version(root)}"
    left = [] if tag == expected else [f"The tag is {tag}; these sources are {expected}."]
    when, _ = _entry(root)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", when):
        left.append(f"CHANGELOG.md has no date for {version(root)}: write it after the version.")
    changes = sorted(path.name for path in (root / "docs/changes").glob("*.md"))
    if changes:
        names = ", ".join(changes)
        left.append(f"Move what docs/changes/ has into CHANGELOG.md, and delete: {names}.")
    return left


def _entry(root: Path) -> tuple[str, str]:
    """Return what is after the version in its heading, and the text below."""
    wanted = version(root)
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, below = part.partition("\n")
        if heading.startswith(f"[{wanted}]"):
            return heading.removeprefix(f"[{wanted}]").removeprefix(" - "), below.strip() + "\n"
    raise ValueError(f"CHANGELOG.md has no entry for {wanted}")


def _found(root: Path, path: str, pattern: str) -> str:
    found = re.search(pattern, (root / path).read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise ValueError(f"{path} names no version where it is expected")
    return found[1]
