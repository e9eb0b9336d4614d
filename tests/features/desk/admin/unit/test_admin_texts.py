"""The texts of /admin in Dutch, French and German."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from tools import admin_texts

EVERY = admin_texts.patterns()
PLACEHOLDER = re.compile(r"\{\w+\}")
TAG = re.compile(r"</?[a-z][^>]*>")
# What a maintainer who is no programmer cannot read.
UNREADABLE = re.compile(r"`| --\w|DIRECTORY_|directory-api|/centres/|/helplines/|/v1/|\bISO\b")


@pytest.mark.parametrize("tag", admin_texts.TAGS)
def test_every_text_is_translated(tag: str) -> None:
    """`make admin-texts` adds what is missing, for a translator."""
    missing = [
        text
        for folder, texts in EVERY.items()
        for text in sorted(texts)
        if not admin_texts.translations(folder, tag).get(text)
    ]
    assert missing == []


@pytest.mark.parametrize("tag", admin_texts.TAGS)
def test_a_translation_has_the_values_and_tags_of_its_text(tag: str) -> None:
    for folder in EVERY:
        for text, translation in admin_texts.translations(folder, tag).items():
            if translation:
                for part in (PLACEHOLDER, TAG):
                    found = Counter(part.findall(translation))
                    assert found == Counter(part.findall(text)), (text, translation)


@pytest.mark.parametrize("tag", admin_texts.TAGS)
def test_no_translation_is_left_of_a_text_that_is_gone(tag: str) -> None:
    for folder, texts in EVERY.items():
        assert admin_texts.translations(folder, tag).keys() == texts


def test_no_text_has_what_only_programmers_read() -> None:
    """No back quote, option, setting, path of a record or name of a standard."""
    every = {text for texts in EVERY.values() for text in texts}
    assert [text for text in sorted(every) if UNREADABLE.search(text)] == []


def test_a_new_text_is_listed_and_an_old_one_removed(tmp_path: Path) -> None:
    """Translations stay, and so do the keys of other pages."""
    folder = tmp_path / "locale"
    folder.mkdir()
    (folder / "en.json").write_text('{"title": "Your record"}')
    (folder / "nl.json").write_text('{"title": "Uw fiche", "Save": "Bewaren", "Old": "Oud"}')
    admin_texts.write({folder: frozenset({"Save", "Cancel"})})
    assert json.loads((folder / "nl.json").read_text()) == {
        "title": "Uw fiche",
        "Cancel": "",
        "Save": "Bewaren",
    }
    assert admin_texts.translations(folder, "fr") == {"Cancel": "", "Save": ""}
