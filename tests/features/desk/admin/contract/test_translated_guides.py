"""The guide for maintainers in Dutch and French says what the English one says."""

import re

import pytest

from tests.support.servers import ROOT

GUIDES = ROOT / "docs"
CODE = re.compile(r"`([a-z]+(?:-[a-z]+)+)`")
PICTURE = re.compile(r"\]\((images/[^)]+)\)")
HEADING = re.compile(r"^(#+) ", re.MULTILINE)


def _guide(name: str) -> str:
    return (GUIDES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("tag", ["nl", "fr"])
@pytest.mark.parametrize("part", [HEADING, PICTURE, CODE], ids=["headings", "pictures", "codes"])
def test_a_translated_guide_has_every_part_of_the_english_one(
    tag: str, part: re.Pattern[str]
) -> None:
    """Headings in their order, pictures and the codes of warnings."""
    assert part.findall(_guide(f"maintainers.{tag}.md")) == part.findall(_guide("maintainers.md"))
