"""What people type for a place: how much of it is understood, and that none is mistaken."""

from collections import Counter
from collections.abc import Sequence

import pytest

from directory_api.bootstrap import Directory
from directory_api.domain.errors import PlaceRefused, PostcodeMalformed
from directory_api.domain.geo.postcode import Place
from directory_api.domain.query import NearestQuery, Postcode
from directory_api.domain.text.normalize import fold, sequences
from directory_api.services.finder import Finder
from tests.support.typed_places import TypedPlaces, names_of

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


def test_words_of_several_places_are_never_answered_with_one_of_them(finder: Finder) -> None:
    """A word or several words of the names of places that have different closest centres: the
    places are offered, because people shorten names. `Mons` may be Mons-lez-Liège.
    """
    bearers: dict[str, set[str]] = {}
    for place in finder.snapshot.gazetteer.places("BE"):
        for words in {each for name in names_of(place) for each in sequences(fold(name))}:
            bearers.setdefault(words, set()).add(place.code)
    closest = {
        code: finder.nearest(NearestQuery(Postcode(code, "BE"))).hits[0].centre.id
        for code in set().union(*bearers.values())
    }
    shared = [words for words, codes in bearers.items() if len({closest[c] for c in codes}) > 1]
    assert len(shared) > len(bearers) / 30
    for words in shared:
        with pytest.raises(PlaceRefused):
            finder.nearest(NearestQuery(Postcode(words, "BE")))


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Molenbeek", ["1080", "3461"]),
        ("Saint-Josse", ["1210"]),
        ("Woluwe", ["1200", "1150", "1932"]),
        ("St-Pieters", ["1600", "1150", "1601", "1602"]),
        ("Heist", ["2220", "8300", "2221", "8301", "2222", "2223"]),
        ("Mons", ["7000", "7010"]),
        ("Lille", ["2275", "3910"]),
        # 23 towns; `saint` is a word of too many names to offer them all.
        ("Villers", ["1495", "4530", "6210"]),
        ("Saint", ["1080", "9100", "1200", "1060", "3800"]),
    ],
)
def test_a_short_name_offers_its_places_the_most_populous_town_first(
    finder: Finder, typed: str, codes: list[str]
) -> None:
    """Those with exactly this name, then towns, each first with its first postcode, then parts."""
    with pytest.raises(PostcodeMalformed) as refused:
        finder.nearest(NearestQuery(Postcode(typed, "BE")))
    offered = [each.postcode for each in refused.value.suggestions if each.postcode]
    assert offered[: len(codes)] == codes


@pytest.mark.parametrize("typed", ["Namur", "Namen"])
def test_the_postcode_of_a_town_itself_is_offered_by_its_name_alone(
    finder: Finder, typed: str
) -> None:
    """5000 is Namur and Beez. The other postcodes are those of its parts."""
    with pytest.raises(PostcodeMalformed) as refused:
        finder.nearest(NearestQuery(Postcode(typed, "BE")))
    offered = [f"{each.postcode} {each.place}" for each in refused.value.suggestions]
    assert offered[:2] == ["5000 Namur", "5001 Belgrade (Namur)"]
