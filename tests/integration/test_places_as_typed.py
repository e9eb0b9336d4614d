"""What people type for a place: how much of it is understood, and that none is mistaken."""

from collections import Counter
from collections.abc import Sequence

import pytest

from directory_api.bootstrap import Directory
from directory_api.domain.errors import PlaceRefused, PostcodeMalformed
from directory_api.domain.geo.postcode import Place
from directory_api.domain.query import NearestQuery, Postcode
from directory_api.services.finder import Finder
from tests.support.typed_places import TypedPlaces

SEED, INPUTS = 16, 1_000
LEAST_UNDERSTOOD = 0.995
LEAST_ANSWERED = 0.98
# A person reads the first suggestions only.
READ = 3


@pytest.fixture(scope="module")
def finder(directory: Directory) -> Finder:
    """The finder of the shipped data."""
    return directory.finder


@pytest.fixture(scope="module")
def typed_places(finder: Finder) -> TypedPlaces:
    """The generator of inputs from the shipped tables."""
    return TypedPlaces(finder.snapshot.gazetteer.places("BE"), SEED)


def _outcome(finder: Finder, text: str, codes: frozenset[str]) -> str:
    try:
        origin = finder.nearest(NearestQuery(Postcode(text, "BE"))).origin
    except PlaceRefused as error:
        suggested = [each.postcode for each in error.suggestions if each.postcode]
        return "suggested" if codes.intersection(suggested[:READ]) else "missed"
    assert origin.place
    places: Sequence[Place] = origin.town.places if origin.town else [origin.place]
    return "answered" if codes.issuperset(place.code for place in places) else "mistaken"


def test_what_people_type_is_answered_or_suggested(
    finder: Finder, typed_places: TypedPlaces
) -> None:
    """Codes, names in three languages and both, with typing mistakes: nearly all are answered, or
    the right code is one of the first three suggestions. None is taken for another place.
    """
    outcomes = [
        (_outcome(finder, typed.text, typed.codes), typed) for typed in typed_places.inputs(INPUTS)
    ]
    assert [typed for outcome, typed in outcomes if outcome == "mistaken"] == []
    counts = Counter(outcome for outcome, _ in outcomes)
    missed = [typed for outcome, typed in outcomes if outcome == "missed"]
    assert counts["answered"] + counts["suggested"] >= LEAST_UNDERSTOOD * INPUTS, missed
    # Without slips each is answered, or is the name of several places that have to be told apart.
    assert counts["answered"] > INPUTS / 2


def test_names_whose_codes_have_one_closest_centre_are_answered(
    finder: Finder, typed_places: TypedPlaces
) -> None:
    """Except those of places that are far apart, which a distance cannot describe."""
    closest = {
        place.code: finder.nearest(NearestQuery(Postcode(place.code, "BE"))).hits[0].centre.id
        for place in finder.snapshot.gazetteer.places("BE")
    }
    answered = total = 0
    for name, codes in typed_places.names.items():
        centres = {closest[code] for code in codes}
        if len(centres) > 1:
            continue
        total += 1
        try:
            hits = finder.nearest(NearestQuery(Postcode(name, "BE"))).hits
        except PostcodeMalformed:
            continue
        assert {hits[0].centre.id} == centres, name
        answered += 1
    assert answered >= LEAST_ANSWERED * total
