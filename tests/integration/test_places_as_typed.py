"""What people type for a place: how much of it is understood, and that none is mistaken."""

from collections import Counter
from collections.abc import Sequence

import pytest

from directory_api.live.editions import Edition
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, Place, place_of
from directory_api.place.provinces import provinces
from directory_api.search.query import NearestQuery, TypedPlace
from directory_api.text.errors import PlaceAmbiguous, PlaceRefused
from directory_api.text.normalize import fold
from tests.support.amount import some
from tests.support.api_client import ApiClient, problem
from tests.support.batches import answers_of, without_point
from tests.support.refusals import assert_untold
from tests.support.typed_cases import CASES, Case, name_of
from tests.support.typed_places import TypedPlaces, names_of, sequences

SEED, INPUTS = 16, 1_000
LEAST_UNDERSTOOD = 0.995
LEAST_ANSWERED = 0.98
# A person reads the first suggestions only.
READ = 3
STATUSES = {
    "place-ambiguous": 422,
    "place-unknown": 400,
    "postcode-unknown": 404,
    "postcode-foreign": 422,
    "postcode-not-residential": 422,
}


@pytest.fixture(scope="module")
def typed_places(edition: Edition) -> TypedPlaces:
    """The generator of inputs from the shipped tables."""
    return TypedPlaces(edition.snapshot.gazetteer.places("BE"), SEED)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_text_means_its_place(edition: Edition, case: Case) -> None:
    """It is answered with its postcodes; or refused, and what may be meant is offered in order."""
    query = NearestQuery(TypedPlace(case.text, "BE", is_country_assumed=True))
    try:
        origin = edition.nearest(query).origin
    except PlaceRefused as error:
        kind, suggestions = error.code, error.suggestions
    else:
        assert origin.place
        places = origin.town.places if origin.town else (origin.place,)
        assert tuple(place.code for place in places) == case.codes
        others = tuple(f"{each.postcode} {each.place}" for each in origin.alternatives)
        assert others == case.others
        return
    offered = tuple(f"{each.postcode} {each.place}" for each in suggestions if each.postcode)
    countries = tuple(each.country for each in suggestions if not each.postcode)
    assert (kind, offered[: len(case.offered)]) == (case.problem, case.offered)
    assert bool(offered) == bool(case.offered) or case.countries
    assert case.countries in ((), countries)


# One text of each outcome: what it means is tested above.
OUTCOMES = {(case.problem, len(case.codes) > 1, bool(case.others)): case for case in CASES}


@pytest.mark.parametrize("case", OUTCOMES.values(), ids=name_of)
def test_the_api_says_what_a_text_means(api: ApiClient, case: Case) -> None:
    """In the answer to GET, to POST and within a batch. A refusal does not repeat the text."""
    responses = (
        api.get("/v1/nearest", query_string={"place": case.text}),
        api.post("/v1/nearest", json={"place": case.text}),
    )
    for response in responses:
        if case.codes:
            answer = response.get_json()
            place = answer["place"]
            assert place.get("postcodes", [place.get("postcode")]) == [*case.codes]
            others = answer.get("did_you_mean", [])
            assert [each["label"] for each in others] == [*case.others]
            assert ("did_you_mean" in answer) == bool(case.others)
        else:
            body = problem(response, STATUSES[case.problem], case.problem)
            meant = body.get("did_you_mean", [])
            codes = [each["send"]["postcode"] for each in meant if "postcode" in each["send"]]
            offered = [label[:4] for label in case.offered]
            assert codes[: len(offered)] == offered
            # Every refusal has an example such as 1000, in which a shorter text may occur.
            said = body["detail"] + body["title"]
            assert_untold(said, (case.text,) if len(case.text.strip()) > 3 else ())
    batch = api.post("/v1/nearest/batch", json={"places": [{"place": case.text}]}).get_json()
    assert answers_of(batch) == [without_point(responses[1].get_json())]


def _outcome(edition: Edition, text: str, codes: frozenset[str]) -> str:
    try:
        origin = edition.nearest(NearestQuery(TypedPlace(text, "BE"))).origin
    except PlaceRefused as error:
        suggested = [each.postcode for each in error.suggestions if each.postcode]
        return "suggested" if codes.intersection(suggested[:READ]) else "missed"
    assert origin.place
    places: Sequence[Place] = origin.town.places if origin.town else [origin.place]
    return "answered" if codes.issuperset(place.code for place in places) else "mistaken"


def test_what_people_type_is_answered_or_suggested(
    edition: Edition, typed_places: TypedPlaces
) -> None:
    """Codes, names in three languages and both, with typing mistakes: nearly all are answered, or
    the right code is one of the first three suggestions. None is taken for another place.
    """
    outcomes = [
        (_outcome(edition, typed.text, typed.codes), typed) for typed in typed_places.inputs(INPUTS)
    ]
    assert [typed for outcome, typed in outcomes if outcome == "mistaken"] == []
    counts = Counter(outcome for outcome, _ in outcomes)
    missed = [typed for outcome, typed in outcomes if outcome == "missed"]
    assert counts["answered"] + counts["suggested"] >= LEAST_UNDERSTOOD * INPUTS, missed
    # Without slips each is answered, or is the name of several places that have to be told apart.
    assert counts["answered"] > INPUTS / 2


def test_names_whose_codes_have_one_closest_centre_are_answered(
    edition: Edition, typed_places: TypedPlaces
) -> None:
    """Except those of places that are far apart, which a distance cannot describe."""
    closest = {
        place.code: edition.nearest(NearestQuery(TypedPlace(place.code, "BE"))).results[0].centre.id
        for place in edition.snapshot.gazetteer.places("BE")
    }
    answered = total = 0
    for name, codes in some([*typed_places.names.items()]):
        centres = {closest[code] for code in codes}
        if len(centres) > 1:
            continue
        total += 1
        try:
            found = edition.nearest(NearestQuery(TypedPlace(name, "BE"))).results
        except PlaceAmbiguous:
            continue
        assert {found[0].centre.id} == centres, name
        answered += 1
    assert answered >= LEAST_ANSWERED * total


def test_the_name_of_each_municipality_is_answered(edition: Edition) -> None:
    """In each language, by its own postcodes, or with those of places that have the same closest
    centre. Three names are those of two municipalities, or of one and a province elsewhere.
    """
    places = edition.snapshot.gazetteer.places("BE")
    codes: dict[str, set[str]] = {}
    for place in places:
        for name in place.names.values():
            codes.setdefault(fold(name), set()).add(place.code)
    refused = set()
    for name, own in codes.items():
        try:
            answer = edition.nearest(NearestQuery(TypedPlace(name, "BE")))
        except PlaceAmbiguous:
            refused.add(name)
            continue
        origin = answer.origin
        assert origin.place
        answered = {place.code for place in (origin.town.places if origin.town else [origin.place])}
        assert own <= answered
        firsts = {
            edition.nearest(NearestQuery(TypedPlace(code, "BE"))).results[0].centre.id
            for code in answered
        }
        assert answer.results[0].centre.id in firsts
        assert not answer.certain or len(firsts) == 1
        assert answered == own or len(firsts) == 1
    assert refused == {"saint nicolas", "limburg", "limbourg"}


def test_words_of_several_places_are_never_answered_with_one_of_them(edition: Edition) -> None:
    """A word or several words of the names of places that have different closest centres: the
    places are offered, because people shorten names. `Villers` may be Villers-la-Ville. If they are
    a municipality's own name, that is answered, and the other places are offered beside it.
    """
    bearers: dict[str, set[str]] = {}
    own: dict[str, set[str | None]] = {}
    for place in edition.snapshot.gazetteer.places("BE"):
        for words in {each for name in names_of(place) for each in sequences(fold(name))}:
            bearers.setdefault(words, set()).add(place.code)
        aliases = [alias for alias, name in place.aliases if name in place.names.values()]
        for name in (*place.names.values(), *aliases):
            own.setdefault(fold(name), set()).add(place.municipality)
    closest = {
        code: edition.nearest(NearestQuery(TypedPlace(code, "BE"))).results[0].centre.id
        for code in set().union(*bearers.values())
    }
    shared = [words for words, codes in bearers.items() if len({closest[c] for c in codes}) > 1]
    assert len(shared) > len(bearers) / 30
    answered = 0
    for words in some(shared):
        try:
            origin = edition.nearest(NearestQuery(TypedPlace(words, "BE"))).origin
        except PlaceRefused:
            continue
        assert origin.place
        assert own[words] == {origin.place.municipality}
        answered += 1
    assert 0 < answered < len(shared) / 2


@pytest.mark.parametrize("name", provinces())
def test_the_name_of_a_province_is_not_that_of_a_town_elsewhere(
    edition: Edition, name: str
) -> None:
    """Limbourg, in Dutch Limburg, is in the province of Liège. The towns of the province are
    offered, unless all have the same closest centre.
    """
    try:
        origin = edition.nearest(NearestQuery(TypedPlace(name, "BE"))).origin
        places = origin.town.places if origin.town else ()
    except PlaceAmbiguous as refused:
        offered = [each.postcode for each in refused.suggestions if each.postcode]
        codes = {each.code: each for each in edition.snapshot.gazetteer.places("BE")}
        places = tuple(codes[code] for code in offered)
        places = tuple(place for place in places if place.names.get("nl") != "Limburg")
    assert len(places) >= 2
    assert {place.subdivision for place in places} == {provinces()[name].subdivision}


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("9000, Belgie", "9000"),
        ("9000 Gent, België", "9000 Gent"),
        ("Lille, Belgique", "Lille"),
        ("9999 Belgium", "9999"),
    ],
)
def test_the_country_after_a_place_is_not_a_part_of_its_name(
    edition: Edition, typed: str, same: str
) -> None:
    """The answer is that to the place in this country: no other is offered."""
    assert _answer(edition, typed) == _answer(edition, same, is_country_assumed=False)


def test_a_name_that_ends_like_a_country_is_a_whole_name() -> None:
    """Its last word is not left out, even if the rest is a place, too."""
    places = [
        place_of("BE", code, [NamedPoint(name, Point(50, 4))])
        for code, name in (("1000", "Petite"), ("2000", "La Petite Belgique"))
    ]
    gazetteer = Gazetteer(places)
    assert gazetteer.country("BE").without_country("Petite Belgique") == "Petite Belgique"
    assert gazetteer.country("BE").without_country("Petite, België") == "Petite"


def _answer(edition: Edition, text: str, *, is_country_assumed: bool = True) -> object:
    """What is answered or suggested."""
    query = NearestQuery(TypedPlace(text, "BE", is_country_assumed))
    try:
        return edition.nearest(query)
    except PlaceRefused as refused:
        return (type(refused), refused.suggestions)
