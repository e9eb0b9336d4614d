"""Similar names: those of a comparison with every name, and quickly."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory_api.bootstrap import Directory
from directory_api.place.postcode import similar_names
from directory_api.place.similar_names import SimilarNames
from directory_api.text.normalize import fold, is_one_slip
from tests.support.amount import tried

LEAST = 0.8
_WORDS = st.text("abcé ’-ñ0Ж", max_size=12)


def _by_comparison(names: set[str], text: str) -> dict[str, float]:
    likeness = similar_names(names, text, LEAST)
    return likeness | {name: 1.0 for name in names if is_one_slip(name, text)}


@given(st.sets(_WORDS, max_size=30), _WORDS)
@settings(max_examples=tried(300), deadline=None)
def test_similar_names_are_those_of_a_comparison_with_each(names: set[str], text: str) -> None:
    """Whatever letters they have, how often, and whatever their length."""
    assert SimilarNames(names).like(text, LEAST) == _by_comparison(names, text)


@pytest.mark.parametrize("seed", range(3))
def test_similar_names_of_a_country_are_those_of_a_comparison(
    directory: Directory, seed: int
) -> None:
    """Names of the shipped table with two letters changed."""
    places = directory.live.snapshot.gazetteer.places("BE")
    names = {fold(name) for place in places for name in (place.name, *place.places)}
    similar, chance = SimilarNames(names), random.Random(seed)
    for name in chance.sample(sorted(names), 5):
        at = chance.randrange(len(name))
        text = f"{name[:at]}x{name[at + 2 :]}"
        assert similar.like(text, LEAST) == _by_comparison(names, text)
