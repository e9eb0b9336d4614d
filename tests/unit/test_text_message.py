"""Sentences for maintainers, in English and in their language."""

import copy
import json
import pickle

import pytest
from marshmallow import ValidationError, validate

from directory_api.change.change import Change
from directory_api.change.sentences import in_one_line
from directory_api.text.message import (
    IN_ENGLISH,
    Joined,
    Message,
    Texts,
    Value,
    from_json,
    ngettext,
    to_json,
    translate,
)
from directory_api.text.named import CountryName, Day, Label, LanguageName, Number
from directory_api.text.written import Written
from tests.support.texts import texts

TEXTS = texts(
    "nl",
    {
        "the office": "het kantoor",
        "for {name}": "voor {name}",
        "Use {min} to {max} characters.": "Gebruik {min} tot {max} tekens.",
        "{count} hour of {name}": "{count} uur van {name}",
        "{count} hours of {name}": "{name}: {count} uren",
    },
)
GERMAN = Texts("de")


def test_a_message_is_its_text_in_english() -> None:
    message = Message("{count} hours of {name}", count=3, name=Message("the office"))
    assert message == "3 hours of the office"


def test_it_is_said_in_another_language_with_its_values() -> None:
    message = Message("{count} hours of {name}", count=3, name=Message("the office"))
    assert translate(message, TEXTS) == "het kantoor: 3 uren"


def test_what_has_no_text_in_the_language_stays_in_english() -> None:
    assert translate(Message("Closed on {day}", day="Monday"), TEXTS) == "Closed on Monday"
    assert translate("the office", TEXTS) == "het kantoor"
    assert translate("Rue Royale", TEXTS) == "Rue Royale"


def test_braces_of_a_value_are_no_pattern() -> None:
    assert translate(Message("the office"), TEXTS) == "het kantoor"
    assert Message("Write {value}", value="{x}") == "Write {x}"


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        Message("Closed on {day}", month="May")


def test_an_empty_text_is_empty_in_each_language() -> None:
    """In gettext, its translation is the head of the catalogue."""
    dutch = texts("nl", {"": "Language: nl"})
    assert [translate("", dutch), translate(Message(""), dutch), Written("").translate(dutch)] == [
        "",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("count", "english", "dutch"),
    [
        (0, "0 hours of the office", "het kantoor: 0 uren"),
        (1, "1 hour of the office", "1 uur van het kantoor"),
        (2, "2 hours of the office", "het kantoor: 2 uren"),
    ],
)
def test_a_plural_is_said_in_each_language(count: int, english: str, dutch: str) -> None:
    """Also by a copy, and by one that was stored."""
    message = ngettext(
        "{count} hour of {name}", "{count} hours of {name}", count, name=Message("the office")
    )
    again = from_json(json.loads(json.dumps(to_json(message))))
    for same in (message, copy.deepcopy(message), again):
        assert same == english
        assert translate(same, GERMAN) == english
        assert translate(same, TEXTS) == dutch


@pytest.mark.parametrize(
    ("value", "english", "dutch", "german"),
    [
        (CountryName("BE"), "Belgium", "België", "Belgien"),
        (CountryName("Belgium"), "Belgium", "Belgium", "Belgium"),
        (LanguageName("fr"), "French", "Frans", "Französisch"),
        (Number(10_000), "10,000", "10.000", "10.000"),
        (Number(3.21, 1), "3.2", "3,2", "3,2"),
        (Day("2026-11-28"), "28/11/2026", "28/11/2026", "28.11.2026"),
        (Day("soon"), "soon", "soon", "soon"),
        (Label("service", "legal"), "Legal help", "Juridische hulp", "Hilfe bei Rechtsfragen"),
        (Label("service", "for_all"), "for all", "for all", "for all"),
        (Joined(("a", CountryName("BE"))), "a, Belgium", "a, België", "a, Belgien"),
        (
            Joined.of([Message("the office"), 2], "; "),
            "the office; 2",
            "het kantoor; 2",
            "the office; 2",
        ),
    ],
)
def test_a_value_says_itself_in_each_language(
    value: Value, english: str, dutch: str, german: str
) -> None:
    message = Message("for {name}", name=value)
    assert message == f"for {english}"
    assert translate(message, TEXTS) == f"voor {dutch}"
    assert translate(message, GERMAN) == f"for {german}"
    assert translate(message, IN_ENGLISH) == str(message)


def test_a_copy_is_said_in_another_language_too() -> None:
    """Of errors copies are made, and they may come from another process."""
    message = Message("{count} hours of {name}", count=3, name=Message("the office"))
    for same in (copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert same == message
        assert translate(same, TEXTS) == "het kantoor: 3 uren"


def test_the_error_of_a_validator_stays_a_message() -> None:
    """It has the limits, and not what was checked."""
    check = validate.Length(1, 2, error=Message("Use {min} to {max} characters."))
    with pytest.raises(ValidationError) as error:
        check("abc")
    (message,) = error.value.messages
    assert message == "Use 1 to 2 characters."
    assert isinstance(message, Message)
    assert dict(message.values) == {"min": 1, "max": 2}
    assert translate(message, TEXTS) == "Gebruik 1 tot 2 tekens."


def test_a_message_can_be_stored_and_read_again() -> None:
    """Also one from before messages were stored with their values."""
    inner = Message("for {name}", name=CountryName("BE"))
    message = Message("{count} hours of {name}", count=3, name=Joined((inner, "a"), "; "))
    again = from_json(json.loads(json.dumps(to_json(message))))
    assert again == message == "3 hours of for Belgium; a"
    assert translate(again, TEXTS) == "voor Belgium; a: 3 uren"
    assert from_json("Check it.") == "Check it."


@pytest.mark.parametrize(
    ("text", "in_dutch"),
    [
        ("called", "gebeld"),
        ("called; right: phones, 24/7", "gebeld; klopt: telefoons, 24/7"),
        ("by a link of anna {x}", "met een link van anna {x}"),
        ("called the phones", "called the phones"),
        ("{count} calls of {name}", "{count} calls of {name}"),
        ("", ""),
    ],
)
def test_what_the_software_wrote_is_said_and_what_people_wrote_stays(
    text: str, in_dutch: str
) -> None:
    """Both are stored as text."""
    dutch = texts(
        "nl",
        {
            "called": "gebeld",
            "called; right: {written}": "gebeld; klopt: {written}",
            "by a link of {written}": "met een link van {written}",
            "phones": "telefoons",
        },
    )
    assert Written(text).translate(dutch) == in_dutch
    assert str(Written(text)) == text


def test_the_name_of_a_record_is_said_in_the_language_also_in_a_copy() -> None:
    """A warning with the name is copied on its way to a page."""
    line = {"id": "line", "name": {"en": "The line", "nl": "De lijn"}}
    told = copy.deepcopy(in_one_line(Change("helpline", "line", None, line)))
    assert told == "line (The line): added"
    assert translate(told, TEXTS) == "line (De lijn): added"
    assert translate(told, GERMAN) == "line (The line): added"
