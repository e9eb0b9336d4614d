"""The translations of the WordPress plugin, and what its files say of each other."""

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.support.wordpress import PLUGIN

_TEXT = re.compile(r"(?:__|esc_html__|esc_html_e)\( '((?:[^'\\]|\\.)*)', 'nearest-centre' \)")
_CODE = [path.read_text(encoding="utf-8") for path in sorted(PLUGIN.rglob("*.php"))]
LANGUAGES = ("de", "fr", "nl")


def _catalogue(language: str) -> Catalog:
    with (PLUGIN / f"languages/nearest-centre-{language}.po").open("rb") as file:
        return read_po(file)


def _texts() -> set[str]:
    """Every text of the code, of the block and of the header."""
    block = json.loads((PLUGIN / "block/block.json").read_text(encoding="utf-8"))
    (about,) = re.findall(r"\* Description: +(.+)", "".join(_CODE))
    found = {text for code in _CODE for text in _TEXT.findall(code)}
    return found | {block["title"], block["description"], about}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_is_translated_and_no_other(language: str) -> None:
    """Placeholders are the same."""
    catalogue = _catalogue(language)
    assert {str(message.id) for message in catalogue if message.id} == _texts()
    for message in catalogue:
        if message.id:
            assert message.string
            assert str(message.id).count("%s") == str(message.string).count("%s")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_is_that_of_the_texts(language: str) -> None:
    """After a change of a .po file, compile it again with Babel (`pybabel compile`)."""
    compiled = BytesIO()
    write_mo(compiled, _catalogue(language))
    stored = (PLUGIN / f"languages/nearest-centre-{language}.mo").read_bytes()
    assert stored == compiled.getvalue()


def test_the_plugin_contains_no_telephone_number() -> None:
    """All numbers come from the directory; 112 is only compared with."""
    shown = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(PLUGIN).rglob("*")
        if path.suffix in {".php", ".js", ".json", ".po"}
    )
    assert not re.search(r"tel:\+?\d", shown)
    assert re.findall(r"\b(?:112|101|110|17|113|078)\b", shown) == ["112"]
