"""The texts of the pages: the files of all languages, the choice of one, and borrowed texts."""

import json
import re
import string
from pathlib import Path
from typing import Any

import langcodes
import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from directory_api.record import validators, vocabulary
from directory_api.record.helplines import EUROPEAN
from directory_api.text import errors, translations
from directory_api.text.translations import COMPLETE, ENGLISH, URGENT, languages
from directory_api.web.http.negotiation import choose

FOLDER = Path(translations.__file__).parent / "locale"
FILES: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.iterdir())
}
KEYS = list(FILES[ENGLISH]["words"])
TAGS = pytest.mark.parametrize("tag", FILES)

# Readability guides for plain English, Dutch, French and German ask for 15 words a sentence at
# most. Other languages join or part words in their own ways; Chinese and Thai do not part them, and
# Thai has no full stop.
MOST_WORDS = dict.fromkeys(COMPLETE, 15)
MOST_WORDS_ELSEWHERE = 20
MOST_LETTERS = {"zh-Hans": 30, "th": 90}


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return re.split(r"(?<=[.?!؟۔।።。？])\s*", text)


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@TAGS
def test_each_file_has_every_key_or_says_that_it_is_unsure(tag: str) -> None:
    """Translated and omitted keys together are the keys of English, once and in the same order."""
    file = FILES[tag]
    assert set(file) == {"name", "reviewed", "unsure", "words"}
    assert [key for key in KEYS if key in file["words"]] == list(file["words"])
    assert [key for key in KEYS if key not in file["words"]] == file["unsure"]


@TAGS
def test_the_number_to_dial_abroad_can_be_made_a_link(tag: str) -> None:
    """It occurs once, in the digits that a telephone has."""
    assert FILES[tag]["words"].get("outside.dial", EUROPEAN).count(EUROPEAN) == 1


@TAGS
def test_the_region_of_a_map_is_named_without_a_preposition(tag: str) -> None:
    """A name such as “Provincie Limburg” would need an article or a case after one."""
    texts = FILES[tag]["words"]
    if "map.sort" in texts:
        assert re.fullmatch(r"[^{}]+[(（]\{place\}[)）]", texts["map.sort"])


@TAGS
def test_each_file_says_whether_a_speaker_has_reviewed_it(tag: str) -> None:
    """Each file says so; a reviewed or complete one omits nothing, and each leads to English."""
    file = FILES[tag]
    assert isinstance(file["reviewed"], bool)
    assert not (file["unsure"] and (file["reviewed"] or tag in COMPLETE))
    assert "notice.english" in file["words"]


@TAGS
def test_placeholders_are_those_of_english(tag: str) -> None:
    """Each text has the placeholders of the English one, with plain names and without formats."""
    for key, text in FILES[tag]["words"].items():
        assert placeholders(text) == placeholders(FILES[ENGLISH]["words"][key]), key
        assert not re.search(r"[{}]", re.sub(r"\{[a-z]+\}", "", text)), key


@TAGS
def test_words_are_plain_text(tag: str) -> None:
    """No markup, control characters, bidirectional controls or empty text."""
    for key, text in FILES[tag]["words"].items():
        assert validators.plain_text_fault(text) is None, key


@TAGS
def test_sentences_are_short(tag: str) -> None:
    """A frightened person, or one with few years of school, can read each sentence at once."""
    for key, text in FILES[tag]["words"].items():
        for sentence in sentences(text):
            if tag in MOST_LETTERS:
                assert len(sentence) <= MOST_LETTERS[tag], key
            assert len(sentence.split()) <= MOST_WORDS.get(tag, MOST_WORDS_ELSEWHERE), key


# A fault of punctuation in a text. French has a no-break space inside quotation marks and before
# these signs; Spanish opens a question; Chinese has full-width signs.
PUNCTUATION_FAULTS = {
    "fr": r"(?<!\N{NO-BREAK SPACE})[:;!?»]|«(?!\N{NO-BREAK SPACE})",
    "es": r"^[^¿]*\?|^[^¡]*!",
    "zh-Hans": r"[\u4e00-\u9fff}] ?[,.:;!?]",
}


@TAGS
def test_punctuation_is_that_of_the_language(tag: str) -> None:
    """Apostrophes and quotation marks are typographic, and three full stops are an ellipsis."""
    for key, text in FILES[tag]["words"].items():
        assert not re.search(r"['\"]|\.\.\.", text), key
        assert not re.search(PUNCTUATION_FAULTS.get(tag, r"\A(?!)"), text), key


@TAGS
def test_a_language_is_named_and_directed_as_cldr_says(tag: str) -> None:
    """The file name is a valid tag; the language's own name and its direction are those of
    Babel.
    """
    locale = Locale.parse(tag, sep="-")
    name = locale.get_display_name()
    assert name
    assert langcodes.tag_is_valid(tag)
    found = translations.words(tag).language
    assert (found.tag, found.name, found.direction) == (
        tag,
        name[0].upper() + name[1:],
        locale.text_direction,
    )


@TAGS
def test_what_a_watcher_may_see_is_neutral(tag: str) -> None:
    """Title, heading and neutral name share no word with the texts about the centres' purpose."""
    found = translations.words(tag)
    told = {
        word
        for key in ("helpline.national_line", "audience.victims")
        for word in _words_of(found[key])
    }
    for key in ("title", "heading", "exit.button", "neutral.name"):
        assert _words_of(found[key]).isdisjoint(told), key


def _words_of(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 4}


@pytest.mark.parametrize("tag", COMPLETE)
def test_nothing_is_promised_that_the_records_do_not_say(tag: str) -> None:
    """No word of a complete language says free, anonymous, confidential or safe.

    The exceptions are `trust.free`: the regulator states that 101 and 112 are free of charge; and
    `trust.report` and `way.free`, which are only said where the records name their source.
    `door.confront` says whose safety comes first, and promises none.
    """
    exceptions = ("trust.free", "trust.report", "way.free", "door.confront")
    promises = (
        r"free|anonym|confiden|safe|secret|gratis|anoniem|vertrouwelijk|veilig|gratuit|"
        r"kostenlos|vertraulich"
    )
    for key, text in FILES[tag]["words"].items():
        assert key in exceptions or not re.search(promises, text.casefold()), key


def test_each_word_of_the_vocabularies_has_a_key() -> None:
    """Services, audiences, kinds of centres, phones and helplines, and each error of a place."""
    refusals = [cls.code for cls in errors.PlaceRefused.__subclasses__()]
    kinds = {
        "service": vocabulary.SERVICES,
        "audience": vocabulary.AUDIENCES,
        "kind": vocabulary.CENTRE_KINDS,
        "phone": vocabulary.PHONE_KINDS,
        "helpline": vocabulary.HELPLINE_KINDS,
        "error": refusals,
    }
    assert {f"{kind}.{word}" for kind, found in kinds.items() for word in found} <= set(KEYS)


def test_labels_are_the_texts_of_the_files() -> None:
    """By code and language; a text that a file is unsure of is left out, not English."""
    found = translations.labels("service", tuple(FILES))
    assert set(found) == set(vocabulary.SERVICES)
    for code, texts in found.items():
        assert texts == {
            tag: file["words"][f"service.{code}"]
            for tag, file in FILES.items()
            if f"service.{code}" in file["words"]
        }
    assert all(list(texts) == list(COMPLETE) for texts in translations.labels("audience").values())


@TAGS
def test_what_is_unsure_is_borrowed_and_marked(tag: str) -> None:
    """Each key has words: the file's own, or the English ones, which say that they are English."""
    found = translations.words(tag)
    assert set(found.texts) == set(KEYS)
    assert found.english_keys == set(FILES[tag]["unsure"])
    for key in KEYS:
        source = ENGLISH if key in found.english_keys else tag
        assert found[key] == FILES[source]["words"][key]
        assert found.language_of(key).tag == source


def test_a_key_that_no_file_has_is_a_bug() -> None:
    """Words that are missing are not shown as an empty text."""
    with pytest.raises(KeyError):
        translations.words("nl")["nobody.wrote.this"]


@TAGS
def test_every_text_can_be_said(tag: str) -> None:
    """With a value for each placeholder no brace is left, and each value is there as it was."""
    found = translations.words(tag)
    for key in KEYS:
        values = {name: f"=={name}==" for name in placeholders(found[key])}
        said = found.say(key, **values)
        assert not re.search(r"[{}]", said)
        assert all(value in said for value in values.values())


def test_a_phone_number_keeps_its_order_from_right_to_left() -> None:
    """In Arabic text a number is isolated (UAX #9); in English text, also borrowed, it is not."""
    assert "\u2068+32 2 511 64 64\u2069" in translations.words("ar").say(
        "call", number="+32 2 511 64 64"
    )
    assert translations.words("en").say("call", number="+32 2 511 64 64") == "Call +32 2 511 64 64"
    pashto = translations.words("ps")
    assert "spoken.interpreter" in pashto.english_keys
    assert pashto.say("spoken.interpreter", language="Ελληνικά") == "Ελληνικά, with an interpreter"


@pytest.mark.parametrize(
    ("asked", "tag"),
    [
        ("nl", "nl"),
        ("nl-BE", "nl"),
        ("NL_be", "nl"),
        (" fr-FR ", "fr"),
        ("prs-AF", "fa"),
        ("zh-TW", "zh-Hans"),
        ("cmn", "zh-Hans"),
        ("sr", "sr-Latn"),
        ("sr-Cyrl-RS", "sr-Latn"),
        ("ti", "ti"),
        ("yi", "en"),
        ("", "en"),
        ("../en", "en"),
    ],
)
def test_the_nearest_language_is_found(asked: str, tag: str) -> None:
    """A region or script leads to its language, an old code to CLDR's present one, else English."""
    assert translations.words(asked).language.tag == tag


@pytest.mark.parametrize(
    ("accept", "asked", "tag"),
    [
        ("nl-BE,nl;q=0.9,en;q=0.8", None, "nl"),
        ("en;q=0.5,ar;q=0.9", None, "ar"),
        ("yi,lb;q=0.9,de;q=0.8", None, "de"),
        ("yi", None, "en"),
        ("*", None, "en"),
        ("fa;q=0,*", None, "en"),
        ("", None, "en"),
        ("nl", "fr", "fr"),
        ("nl", "fr-BE", "fr"),
        ("nl", "klingon", "nl"),
        ("nl", "", "nl"),
        ("ti,fr;q=0.5", None, "fr"),
        ("nl", "ti", "ti"),
    ],
)
def test_a_visitor_gets_what_was_asked_for_or_what_the_browser_prefers(
    accept: str, asked: str | None, tag: str
) -> None:
    """First ?lang=, then the offered languages of Accept-Language by their quality, then
    English.
    """
    assert choose(accept, asked) == tag


@given(accept=st.text(), asked=st.none() | st.text())
def test_whatever_a_browser_sends_there_are_words(accept: str, asked: str | None) -> None:
    """No header and no parameter is too strange: one of the files is chosen."""
    assert choose(accept, asked) in FILES


def test_only_languages_with_texts_for_exit_and_calls_are_offered() -> None:
    """By tag."""
    tags = [language.tag for language in languages()]
    assert tags == sorted(tags)
    assert set(tags) == {tag for tag, file in FILES.items() if set(URGENT) <= set(file["words"])}
    assert "ti" not in tags


def test_only_what_is_asked_for_stays_in_memory() -> None:
    """Only the texts of one language and of English are kept, also after all were requested."""
    translations._words.cache_clear()
    languages.cache_clear()
    languages()
    translations.words("nl-BE")
    assert translations._words.cache_info().currsize == 2


@TAGS
def test_the_component_reads_the_same_words(tag: str) -> None:
    """The document is JSON with every text, the direction, the borrowed keys and the review
    state.
    """
    found = translations.words(tag)
    assert json.loads(json.dumps(found.to_record())) == {
        "tag": tag,
        "direction": found.language.direction,
        "reviewed": FILES[tag]["reviewed"],
        "borrowed": sorted(FILES[tag]["unsure"]),
        "words": dict(found.texts),
    }
