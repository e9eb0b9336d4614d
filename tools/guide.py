"""Writes the guide for maintainers in other languages: `make docs-generated`.

docs/maintainers.md is the original. Each heading, paragraph and list item is an entry of
docs/locale/nl.po and fr.po. A label of a button is in *asterisks*, in English also in the
translation: its own translation comes from the catalogues of the desk.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from textwrap import fill

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
ORIGINAL = ROOT / "docs/maintainers.md"
LANGUAGES = ("fr", "nl")
# A heading, a paragraph or a list item, with what is before its text.
_PIECE = re.compile(r"^(#+ |- |\d+\. )?(.+(?:\n(?!- |\d+\. ).+)*)", re.MULTILINE)
_LABEL = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
# What is the same in each language: code, and what a link or a picture leads to.
_SAME = re.compile(r"`[^`]+`|\]\([^)]+\)")
_UNSEEN = re.compile(r'<span class="unseen">.*?</span>')


def translations(language: str) -> Path:
    """Return the file with the translations of a language."""
    return ROOT / f"docs/locale/{language}.po"


def target(language: str) -> Path:
    """Return the page in a language."""
    return ORIGINAL.with_suffix(f".{language}.md")


def read(path: Path) -> Catalog:
    """Read a catalogue."""
    with path.open("rb") as file:
        return read_po(file)


def labels(language: str) -> Mapping[str, str]:
    """Return the translation of each label of the desk."""
    folder = ROOT / "directory_api/features/desk/locale" / language
    messages = [each for each in read(folder / "LC_MESSAGES/messages.po") if each.id]
    pairs = chain(*(zip(_forms(each.id), _forms(each.string), strict=True) for each in messages))
    return {_UNSEEN.sub("", label): _UNSEEN.sub("", own) for label, own in pairs}


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """Return the singular and the plural of a text, or the text."""
    return (text,) if isinstance(text, str) else text or ()


def translated(original: str, catalog: Catalog, desk: Mapping[str, str]) -> str:
    """Return the page in the language of a catalogue."""

    def label(found: re.Match[str]) -> str:
        return f"*{desk[found[1]]}*"

    def translate(text: str) -> str:
        return _LABEL.sub(label, str(catalog[text].string))

    return _PIECE.sub(lambda found: _piece(found, translate), original)


def _piece(found: re.Match[str], translate: Callable[[str], str]) -> str:
    before = found[1] or ""
    text = before + translate(_joined(found[2]))
    if text.startswith(("#", "!")):
        return text
    indent = " " * len(before)
    return fill(text, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _joined(text: str) -> str:
    return " ".join(text.split())


def faults(original: str, catalog: Catalog, desk: Mapping[str, str]) -> Iterator[str]:
    """Yield why the page cannot be written.

    An entry is missing, fuzzy or obsolete, or has other labels, code or links than the original; or
    the desk has no such label.
    """
    texts = {_joined(found[2]) for found in _PIECE.finditer(original)}
    for text in sorted(texts):
        absent = [each for each in _labels(text) if not desk.get(each)]
        yield from (f"no label of the desk: {each}" for each in absent)
        message = catalog.get(text)
        if message is None or not message.string:
            yield f"not translated: {text}"
        elif message.fuzzy:
            yield f"fuzzy: {text}"
        else:
            for same in (_labels, _SAME.findall):
                if Counter(same(text)) != Counter(same(str(message.string))):
                    yield f"other labels, code or links: {text}"
    entries = {str(message.id) for message in (*catalog, *catalog.obsolete.values()) if message.id}
    yield from (f"obsolete: {text}" for text in sorted(entries - texts))


def _labels(text: str) -> list[str]:
    return _LABEL.findall(text)


def update(original: str, catalog: Catalog) -> None:
    """Bring the entries of a catalogue to those of the original: a changed one becomes fuzzy."""
    template = Catalog()
    for found in _PIECE.finditer(original):
        template.add(_joined(found[2]))
    catalog.update(template, update_creation_date=False)
    catalog.obsolete.clear()


def main() -> str:
    """Update the translations and write the pages; return what has to be translated first."""
    original = ORIGINAL.read_text(encoding="utf-8")
    found = []
    for language in LANGUAGES:
        path = translations(language)
        catalog = read(path)
        update(original, catalog)
        with path.open("wb") as file:
            write_po(file, catalog, width=0)
        desk = labels(language)
        wrong = list(faults(original, catalog, desk))
        found += [f"{path.relative_to(ROOT)}: {each}" for each in wrong]
        if not wrong:
            target(language).write_text(translated(original, catalog, desk), encoding="utf-8")
    return "\n".join(found)


if __name__ == "__main__":
    sys.exit(main() or None)
