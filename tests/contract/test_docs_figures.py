"""Each limit, size and duration in the prose of a page is that of the code."""

import re
from datetime import timedelta
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest

from directory_api.config import Settings

ROOT = Path(__file__).parents[2]
_DAY, _HOUR, _BITS, _KM = timedelta(days=1), timedelta(hours=1), 1 / 8, 1000
# The page, the words around the figure, the name in directory_api, and the unit of the page.
CONSTANTS: list[tuple[str, str, str, Any]] = [
    ("commands", "at most {:,} centres", "change.directory:MOST_RECORDS", 1),
    ("commands", "more than {:,} proposals", "edit.proposals:MOST_PROPOSALS", 1),
    ("editing", "valid for {} more hours", "edit.tokens:BOTH_VALID", _HOUR),
    ("editing", "again within {} hours", "store.state:RECEIPT_LIFE", _HOUR),
    ("flyer", "room for {} centres", "features.flyer.sizes:MOST_CENTRES", 1),
    ("maintainers", "works once, for {} hours", "features.desk.passkeys.passkeys:LINK_LIFE", _HOUR),
    ("maintainers", "signed in for {} hours", "edit.tokens:SESSION_LIFE", _HOUR),
    ("maintainers", "expires after {} days", "change.proposal:PROPOSAL_LIFE", _DAY),
    ("maintainers", "works {} hours later", "features.desk.passkeys.passkeys:DELAY", _HOUR),
    ("maintainers", "later, for {} hours", "features.desk.passkeys.passkeys:LINK_LIFE", _HOUR),
    ("operating", "once, within {} hours", "features.desk.passkeys.passkeys:LINK_LIFE", _HOUR),
    ("proxy", "after {} seconds", "cli.server:HEADER_SECONDS", 1),
    ("replicas", "after {} seconds", "features.postgres.engine:COMMIT_SECONDS", 1),
    ("review", "more than {} km outside", "change.directory:FAR_M", _KM),
    ("review", "expires after {} days", "change.proposal:PROPOSAL_LIFE", _DAY),
    ("review", "works {} hours later", "features.desk.passkeys.passkeys:DELAY", _HOUR),
    ("scale", "opening hours of {} days", "features.device.offline:HOURS_DAYS", 1),
    ("THREATS", "{} random bits", "edit.tokens:SECRET_BYTES", _BITS),
    ("visitor-page", "at most {} ways", "features.pages.ways:MOST", 1),
]
# The page, the words around the figure, a file, and a pattern whose group is the figure.
_WORDPRESS = "integrations/wordpress/nearest-centre/readme.txt"
FILES = [
    ("README.md", "Python {} or newer", "pyproject.toml", r'requires-python = ">=(\S+)"'),
    ("README.md", "Version {} ", "directory_api/__init__.py", r'__version__ = "(.+)"'),
    ("CONTRIBUTING.md", "Python {} or newer", "pyproject.toml", r'requires-python = ">=(\S+)"'),
    ("CONTRIBUTING.md", "at most {} columns", "pyproject.toml", r"line-length = (\d+)"),
    ("docs/releasing.md", "CycloneDX {})", "tools/release/builds.py", r'"--spec-version", "(.+?)"'),
    ("docs/embedding-cms.md", "WordPress {} and", _WORDPRESS, r"Requires at least: (\S+)"),
    ("docs/embedding-cms.md", "and PHP {}.", _WORDPRESS, r"Requires PHP: (\S+)"),
]
# Other pages state times that people keep, standards, or a measurement with its date.
NOT_OF_THE_CODE = {"inclusion", "PERFORMANCE"}
_UNITS = (
    r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|bits?|bytes|[kMG]B|GiB|MiB|km|m|mm|px|"
    r"pixels|centres|records|proposals|ways|requests|workers|connections|tokens|words"
)

_FIGURE = re.compile(
    rf"(?<![\w.,-])(?:\d[\d.,]*(?: more)? (?:{_UNITS})\b|\d[\d.]* ?%)"
    r"|\b(?:two|three|four|five|six|ten) (?:seconds|minutes|hours|days|weeks|months|years)\b"
)


def _marked(row: tuple[str, str, str, Any]) -> Any:
    feature = re.match(r"features\.(\w+)", row[2])
    return pytest.param(*row, marks=pytest.mark.needs(feature[1])) if feature else row


def _prose(path: Path) -> str:
    """A page without code, generated parts and line breaks."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"<!-- generated: (.+?) -->.*?<!-- end of \1 -->", "", text, flags=re.DOTALL)
    text = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return " ".join(text.split())


@pytest.mark.parametrize(("page", "words", "name", "unit"), [_marked(row) for row in CONSTANTS])
def test_a_figure_in_prose_is_a_constant(page: str, words: str, name: str, unit: Any) -> None:
    """With the words around it."""
    value = resolve_name(f"directory_api.{name}") / unit
    assert value == int(value)
    assert words.format(int(value)) in _prose(ROOT / f"docs/{page}.md")


@pytest.mark.parametrize(("page", "words", "file", "pattern"), FILES)
def test_a_figure_in_prose_is_that_of_a_file(
    page: str, words: str, file: str, pattern: str
) -> None:
    """Such as the version of Python."""
    found = re.search(pattern, (ROOT / file).read_text(encoding="utf-8"))
    assert found
    assert words.format(found[1]) in _prose(ROOT / page)


def test_the_guide_has_the_default_of_a_setting() -> None:
    """It says that an operator may set another one."""
    assert f"in the last {Settings().fresh_days} days" in _prose(ROOT / "docs/maintainers.md")


def test_no_other_figure_is_in_prose() -> None:
    """A figure that no test reads ages without notice."""
    tested = {(page, words.partition("{")[0]) for page, words, *_ in CONSTANTS}
    tested |= {("maintainers", "in the last "), ("CONTRIBUTING", "at most ")}
    # Other tests: of the alerts (test_watching.py), and of two servers with one store.
    tested |= {("watching", "| "), ("maintainers", "Visitors see it within ")}
    pages = (*ROOT.glob("docs/*.md"), *ROOT.glob("docs/adr/*.md"), *ROOT.glob("*.md"))
    others = []
    for path in pages:
        if path.stem in NOT_OF_THE_CODE | {"CHANGELOG"} or path.name.endswith((".nl.md", ".fr.md")):
            continue
        text = re.sub(r"`[^`]*`|\]\([^)]*\)", "", _prose(path))
        for found in _FIGURE.finditer(text):
            before = text[: found.start()]
            if not any(page == path.stem and before.endswith(words) for page, words in tested):
                others.append(f"{path.name}: {before[-40:]}{found[0]}")
    assert others == []


def test_a_decision_is_as_short_as_the_rules_say() -> None:
    """CONTRIBUTING.md has the number of words."""
    most = re.search(r"of at most (\d+) words", _prose(ROOT / "CONTRIBUTING.md"))
    assert most
    for path in ROOT.glob("docs/adr/*.md"):
        assert len(path.read_text(encoding="utf-8").split()) <= int(most[1]), path.name


def test_a_package_in_a_command_has_the_version_that_the_project_needs() -> None:
    """`pip install 'NAME>=VERSION'` in a page."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pages = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("docs/*.md"))
    named = {*re.findall(r"'([\w\[\]-]+>=[\d.]+)'", pages)}
    assert named
    assert {each for each in named if f'"{each}"' not in project} == set()
