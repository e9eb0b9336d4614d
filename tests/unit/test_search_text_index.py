"""The index of words, also after many changes."""

import random
import string

import pytest

from directory_api.place.rows import rows_of
from directory_api.search.text_index import TextIndex, labelled, terms_of


def _words(chance: random.Random) -> str:
    return " ".join({"".join(chance.choices("abcé", k=3)) for _ in range(5)})


def _rows(index: TextIndex, query: str) -> list[int]:
    """Return the rows that have one of the prefixes of each term."""
    terms = [
        {row for each in term for row in rows_of(index.rows(each))} for term in terms_of(query)
    ]
    return sorted(set.intersection(*terms)) if terms else []


def _expected(words: dict[int, str], prefix: str) -> list[int]:
    return [
        row
        for row, text in sorted(words.items())
        if any(word.startswith(prefix) for word in text.split())
    ]


@pytest.mark.parametrize("size", [50, 2000])
def test_rows_are_those_of_each_text(size: int) -> None:
    """Also after changes, and those of a common prefix, which are kept; and earlier indexes have
    what they had.
    """
    chance = random.Random(1)
    prefixes = ["a", "ab", "abc", "aaa", "c", "é", "x"]
    words = {row: _words(chance) for row in range(size)}
    index = TextIndex(words.items())
    for number in range(20):
        earlier, had = index, dict(words)
        added = {size + number: _words(chance)}
        removed = chance.sample(sorted(words), 2)
        added[removed[0]] = _words(chance)
        index = index.changed({row: words.pop(row) for row in removed}, added)
        words |= added
        for prefix in prefixes:
            assert [*rows_of(index.rows(prefix))] == _expected(words, prefix)
            assert [*rows_of(earlier.rows(prefix))] == _expected(had, prefix)
    assert index.texts == size + 40


def test_a_common_prefix_is_read_once_and_a_rare_one_each_time() -> None:
    """What is kept does not tell which place someone looked for."""
    index = TextIndex((row, f"centre {row}") for row in range(2000))
    assert index.rows("cen") is index.rows("cen")
    assert index.rows("19") is not index.rows("19")
    assert index.rows("19") == index.rows("19")


def test_so_many_common_prefixes_are_kept() -> None:
    """When there are too many, the next ones take their place."""
    word = "".join(chr(ord("a") + number % 26) for number in range(600))
    index = TextIndex((row, word) for row in range(1100))
    first = index.rows("a")
    for end in range(2, 500):
        index.rows(word[:end])
    assert index.rows("a") is first
    for end in range(500, 502):
        index.rows(word[:end])
    assert index.rows("a") is not first
    assert index.rows("a") == first


@pytest.mark.parametrize("query", ["", "!?", "  ", '"', "*", "- -"])
def test_a_query_without_words_asks_for_nothing(query: str) -> None:
    """There is nothing that could match."""
    assert terms_of(query) == []


@pytest.mark.parametrize(
    ("query", "rows"), [("010011", [0]), ("000000", []), ("010 011 word", [0]), ("20011", [1])]
)
def test_a_long_number_may_be_no_telephone_number(query: str, rows: list[int]) -> None:
    """Such as a postcode of Romania, which begins with a zero."""
    index = TextIndex([(0, "010011 word"), (1, "20011 other")])
    assert _rows(index, query) == rows


@pytest.mark.parametrize("query", ["words AND", "NEAR(words)", "words OR x", "NOT words", "a:b"])
def test_a_query_has_no_operators(query: str) -> None:
    """What FTS5 reads as operators are words."""
    index = TextIndex([(1, "words or x not"), (0, "words and near x")])
    assert _rows(index, query) in ([], [0], [1])


def test_every_printable_query_is_answered() -> None:
    """Whatever is typed."""
    index = TextIndex([(0, "x")])
    for letter in string.printable:
        assert _rows(index, f"x{letter}") in ([], [0])


def test_labels_are_words_of_their_services_and_audiences() -> None:
    """In each language that has all texts, and the code."""
    assert ("service", "legal") in labelled("leg")
    assert ("service", "legal") in labelled("juridique")
    assert ("audience", "children") in labelled("child")
    assert [*labelled("zzz")] == []
