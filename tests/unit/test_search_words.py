"""The words by which centres are found."""

import random
import string
from dataclasses import replace

import pytest

from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre
from directory_api.record.search_words import codes_named, terms_of
from directory_api.search.centre_index import CentreIndex
from directory_api.search.query import Filters
from tests.support.records import made_up_centre


def _found(texts: list[str], query: str) -> list[int]:
    """Return which of some descriptions of centres a query finds."""
    centre = Centre.from_record(made_up_centre(1))
    index = CentreIndex(
        PublishedCentre(replace(centre, id=f"x{number:03}", description={"en": text}))
        for number, text in enumerate(texts)
    )
    return [int(each.id[1:]) for each in index.search(Filters(), query)]


@pytest.mark.parametrize("prefix", ["zqa", "zqab", "zqañe", "zqaaa", "zqé", "zqx"])
def test_a_term_begins_a_word(prefix: str) -> None:
    """As a look at each word finds, without accents."""
    chance = random.Random(1)
    words = ["zq" + "".join(chance.choices("abéñ", k=3)) for _ in range(200)]
    texts = [" ".join(words[start : start + 4]) for start in range(0, 200, 4)]
    plain = str.maketrans("éñ", "en")
    assert _found(texts, prefix) == [
        number
        for number, text in enumerate(texts)
        if any(word.translate(plain).startswith(prefix.translate(plain)) for word in text.split())
    ]


@pytest.mark.parametrize("query", ["", "!?", "  ", '"', "*", "- -"])
def test_a_query_without_words_asks_for_nothing(query: str) -> None:
    """There is nothing that could match."""
    assert terms_of(query) == []


@pytest.mark.parametrize(
    ("query", "found"), [("010011", [0]), ("000000", []), ("010 011 word", [0]), ("20011", [1])]
)
def test_a_long_number_may_be_no_telephone_number(query: str, found: list[int]) -> None:
    """Such as a postcode of Romania, which begins with a zero."""
    assert _found(["010011 word", "20011 other"], query) == found


@pytest.mark.parametrize("query", ["words AND", "NEAR(words)", "words OR x", "NOT words", "a:b"])
def test_a_query_has_no_operators(query: str) -> None:
    """What other searches read as operators are words."""
    assert {*_found(["words and near x", "words or x not"], query)} <= {0, 1}


def test_every_printable_query_is_answered() -> None:
    """Whatever is typed."""
    for letter in string.printable:
        assert _found(["xyz"], f"xyz{letter}") in ([], [0])


def test_labels_are_words_of_their_services_and_audiences() -> None:
    """In each language that has all texts, and the code."""
    assert ("service", "legal") in codes_named("leg")
    assert ("service", "legal") in codes_named("juridique")
    assert ("audience", "children") in codes_named("child")
    assert [*codes_named("zzz")] == []
