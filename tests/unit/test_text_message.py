"""Sentences for maintainers, in English and in their language."""

import pytest

from directory_api.text.message import Message, said

TEXTS = {"{count} hours of {name}": "{name}: {count} uren", "the office": "het kantoor"}


def test_a_message_is_its_text_in_english() -> None:
    message = Message("{count} hours of {name}", count=3, name=Message("the office"))
    assert message == "3 hours of the office"


def test_it_is_said_in_another_language_with_its_values() -> None:
    message = Message("{count} hours of {name}", count=3, name=Message("the office"))
    assert said(message, TEXTS) == "het kantoor: 3 uren"


def test_what_has_no_text_in_the_language_stays_in_english() -> None:
    assert said(Message("Closed on {day}", day="Monday"), TEXTS) == "Closed on Monday"
    assert said("the office", TEXTS) == "het kantoor"
    assert said("Rue Royale", TEXTS) == "Rue Royale"


def test_braces_of_a_value_are_no_pattern() -> None:
    assert said(Message("the office"), TEXTS) == "het kantoor"
    assert Message("Write {value}", value="{x}") == "Write {x}"


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        Message("Closed on {day}", month="May")
