"""Comparison of words: one slip of the finger."""

from hypothesis import given
from hypothesis import strategies as st

from directory_api.domain.text.normalize import is_one_slip

_WORDS = st.text("abc", max_size=6)


def _slips(word: str) -> set[str]:
    """Every text that one slip makes of a word of a, b and c."""
    places = range(len(word))
    wrong = {word[:at] + letter + word[at + 1 :] for at in places for letter in "abc"}
    missing = {word[:at] + word[at + 1 :] for at in places}
    additional = {word[:at] + letter + word[at:] for at in range(len(word) + 1) for letter in "abc"}
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in places[:-1]}
    return (wrong | missing | additional | swapped) - {word}


@given(_WORDS, _WORDS)
def test_one_slip_is_one_letter_or_two_neighbours(word: str, other: str) -> None:
    """Of two texts, exactly those that a slip of the finger makes of each other."""
    assert is_one_slip(word, other) == (other in _slips(word))


@given(_WORDS)
def test_each_slip_of_a_word_is_one(word: str) -> None:
    """Random pairs are seldom that similar."""
    assert all(is_one_slip(word, other) and is_one_slip(other, word) for other in _slips(word))
