"""The index of words, also after many changes."""

import random
import string

import pytest

from directory_api.domain.text.normalize import begin
from directory_api.search.text_index import TextIndex


def _words(chance: random.Random) -> str:
    return " ".join({"".join(chance.choices("abcé", k=3)) for _ in range(5)})


def test_matches_are_those_of_each_centre_in_the_order_of_ids() -> None:
    """Also after a hundred changes, between neighbours that leave no room for so many."""
    chance = random.Random(1)
    words = {f"c{number:03}": _words(chance) for number in range(50)}
    index = TextIndex(words.items())
    for number in range(100):
        removed = chance.sample(sorted(words), 2)
        added = {f"c010-{number:03}": _words(chance), removed[0]: _words(chance)}
        index = index.changed({identity: words[identity] for identity in removed}, added)
        for identity in removed:
            del words[identity]
        words |= added
        query = chance.choice(["a", "ab", "abc a", "c b"])
        expected = [each for each in sorted(words) if begin(words[each].split(), query)]
        assert index.matches(query) == expected
        assert index.count(query) == len(expected)
        for after in ("", "c010-000", "c049", "d"):
            following = [each for each in expected if each > after]
            assert index.matches(query, after, 3) == following[:3]


@pytest.mark.parametrize("query", ["", "!?", "  ", '"', "*", "- -"])
def test_a_query_without_words_matches_nothing(query: str) -> None:
    """Nor is it an error of the database."""
    index = TextIndex([("a", "words")])
    assert (index.matches(query), index.count(query)) == ([], 0)


@pytest.mark.parametrize(
    ("query", "ids"), [("010011", ["a"]), ("000000", []), ("010 011 word", ["a"]), ("20011", ["b"])]
)
def test_a_long_number_may_be_no_telephone_number(query: str, ids: list[str]) -> None:
    """Such as a postcode of Romania, which begins with a zero."""
    index = TextIndex([("a", "010011 word"), ("b", "20011 other")])
    assert index.matches(query) == ids


@pytest.mark.parametrize("query", ["words AND", "NEAR(words)", "words OR x", "NOT words", "a:b"])
def test_a_query_has_no_operators(query: str) -> None:
    """What FTS5 reads as operators are words."""
    index = TextIndex([("b", "words or x not"), ("a", "words and near x")])
    assert index.count(query) <= 1
    assert index.matches(query) in ([], ["a"], ["b"])


def test_every_printable_query_is_answered() -> None:
    """Whatever is typed."""
    index = TextIndex([("a", "x")])
    for letter in string.printable:
        assert index.matches(f"x{letter}") in ([], ["a"])
