"""The texts of /admin in Dutch, French and German."""

import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.plurals import get_plural

from directory_api.features.desk import catalogues
from directory_api.features.desk.catalogues import CATALOGUE, fits, forms, texts_in
from directory_api.left_out import left_out
from directory_api.text.translations import COMPLETE, ENGLISH
from tests.support.admin_texts import catalogue, extracted, of_catalogue

NEEDS = ("passkeys", "geocoding")
TAGS = [tag for tag in COMPLETE if tag != ENGLISH]
# What a maintainer who is no programmer cannot read.
UNREADABLE = re.compile(r"`| --\w|DIRECTORY_|directory-api|/centres/|/helplines/|/v1/|\bISO\b")


def _path(tag: str) -> Path:
    return Path(str(files(catalogues.__package__) / CATALOGUE.format(tag)))


def _ids(messages: Iterable[Message]) -> set[tuple[str, ...]]:
    return {forms(each.id) for each in messages}


@pytest.mark.parametrize("tag", TAGS)
def test_every_text_is_translated_and_no_other(tag: str) -> None:
    """`make admin-texts` adds what is missing, for a translator, and removes what is gone. A fuzzy
    translation is the guess of a tool, or waits for a second look.
    """
    written = of_catalogue(_path(tag))
    assert _ids(written) == _ids(extracted())
    unfinished = [each.id for each in written if each.fuzzy or not all(forms(each.string))]
    assert unfinished == []
    assert not catalogue(_path(tag)).obsolete


@pytest.mark.parametrize("tag", TAGS)
def test_a_translation_has_the_values_and_tags_of_its_text(tag: str) -> None:
    """Otherwise the page has the English text."""
    assert [each.id for each in of_catalogue(_path(tag)) if not fits(each)] == []


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_has_the_plurals_of_its_language(tag: str) -> None:
    found, expected = catalogue(_path(tag)), get_plural(tag)
    assert (found.num_plurals, found.plural_expr) == (expected.num_plurals, expected.plural_expr)
    assert all(
        len(forms(each.string)) == (expected.num_plurals if each.pluralizable else 1)
        for each in of_catalogue(_path(tag))
    )


def test_french_says_none_as_it_says_one() -> None:
    """Dutch and German say it as they say two."""
    said = {
        tag: [texts_in(tag).translate("{count} source", "{count} sources", n) for n in (0, 1, 2)]
        for tag in TAGS
    }
    assert said == {
        "nl": ["{count} bronnen", "{count} bron", "{count} bronnen"],
        "fr": ["{count} source", "{count} source", "{count} sources"],
        "de": ["{count} Quellen", "{count} Quelle", "{count} Quellen"],
    }


def test_a_plural_has_its_number_in_both_english_texts() -> None:
    """Some languages say 0 or 21 as they say 1."""
    plurals = [each for each in extracted() if each.pluralizable]
    assert plurals
    assert [each.id for each in plurals if any("{count}" not in text for text in each.id)] == []
    assert [each.id for each in plurals if not fits(each)] == []


def test_no_text_has_what_only_programmers_read() -> None:
    """No back quote, option, setting, path of a record or name of a standard."""
    every = {text for message in extracted() for text in forms(message.id)}
    assert [text for text in sorted(every) if UNREADABLE.search(text)] == []


@pytest.mark.parametrize(
    ("english_text", "translation", "is_fit"),
    [
        ("Call {name}", "Bel {name}", True),
        ("{day} by {name}", "{name}, {day}", True),
        ("Call {name}", "", True),
        ("Call {name}", "Bel {naam}", False),
        ("Call {name}", "Bel", False),
        ("Call {name}", "Bel {name.__class__}", False),
        ("Call {name}", "Bel {name} {", False),
        ("Call {name}", "Bel {name}, {name}", False),
        ("Call <b>{name}</b>", "Bel <b>{name}<b>", False),
        ("Call", "<script>", False),
        ("Call", 'Bel" onclick="', False),
        (("{count} call", "{count} calls"), ("{count} oproep", "{count} oproepen"), True),
        (("{count} call", "{count} calls"), ("Eén oproep", "{count} oproepen"), False),
        (("{count} call", "{count} calls"), ("", ""), True),
    ],
)
def test_a_translation_that_does_not_fit_its_text_is_noticed(
    english_text: str | tuple[str, str], translation: str | tuple[str, str], *, is_fit: bool
) -> None:
    assert fits(Message(english_text, translation)) is is_fit


_BROKEN = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Call {name}"
msgstr "Bel {naam}"

#, fuzzy
msgid "Save"
msgstr "Redden"

msgid "Back"
msgstr ""

msgid "{count} call"
msgid_plural "{count} calls"
msgstr[0] "{count} oproep"
msgstr[1] "{total} oproepen"

msgid "Remove"
msgstr "Verwijderen"
"""


@pytest.fixture
def made_up_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file that is read instead of the Dutch one."""
    monkeypatch.setattr(catalogues, "CATALOGUE", f"{tmp_path}/{{}}.po")
    texts_in.cache_clear()
    yield tmp_path / "nl.po"
    texts_in.cache_clear()


def test_what_is_not_translated_well_is_in_english(made_up_catalogue: Path) -> None:
    """A wrong value, a fuzzy translation and an empty one."""
    made_up_catalogue.write_text(_BROKEN, encoding="utf-8")
    dutch = texts_in("nl")
    for text in ("Call {name}", "Save", "Back", "An unknown text"):
        assert dutch.translate(text) == text
    plural = ("{count} call", "{count} calls")
    assert [dutch.translate(*plural, count) for count in (1, 2)] == [*plural]
    assert dutch.translate("Remove") == "Verwijderen"
    assert left_out() == {}


@pytest.mark.parametrize(
    "content",
    [
        b'msgid "Save',
        b"\xff",
        b'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n ? n);\\n"\n',
        None,
    ],
)
def test_a_damaged_catalogue_leaves_the_pages_in_english(
    content: bytes | None, made_up_catalogue: Path
) -> None:
    """Operators are told."""
    if content is not None:
        made_up_catalogue.write_bytes(content)
    assert texts_in("nl").translate("Save") == "Save"
    assert [*left_out()] == [f"language file {made_up_catalogue}"]
