"""What people type for a place: how much of it is understood, and that none is mistaken."""

from collections import Counter
from collections.abc import Sequence

import pytest

from directory_api.live.editions import Edition
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, Place, place_of
from directory_api.place.provinces import PROVINCES
from directory_api.search.query import NearestQuery, Postcode
from directory_api.text.errors import PlaceRefused, PostcodeMalformed
from directory_api.text.normalize import fold, sequences
from tests.support.ci import some
from tests.support.typed_places import TypedPlaces, names_of

SEED, INPUTS = 16, 1_000
LEAST_UNDERSTOOD = 0.995
LEAST_ANSWERED = 0.98
# A person reads the first suggestions only.
READ = 3


@pytest.fixture(scope="module")
def typed_places(edition: Edition) -> TypedPlaces:
    """The generator of inputs from the shipped tables."""
    return TypedPlaces(edition.snapshot.gazetteer.places("BE"), SEED)


def _outcome(edition: Edition, text: str, codes: frozenset[str]) -> str:
    try:
        origin = edition.nearest(NearestQuery(Postcode(text, "BE"))).origin
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
        place.code: edition.nearest(NearestQuery(Postcode(place.code, "BE"))).hits[0].centre.id
        for place in edition.snapshot.gazetteer.places("BE")
    }
    answered = total = 0
    for name, codes in some([*typed_places.names.items()]):
        centres = {closest[code] for code in codes}
        if len(centres) > 1:
            continue
        total += 1
        try:
            hits = edition.nearest(NearestQuery(Postcode(name, "BE"))).hits
        except PostcodeMalformed:
            continue
        assert {hits[0].centre.id} == centres, name
        answered += 1
    assert answered >= LEAST_ANSWERED * total


def test_words_of_several_places_are_never_answered_with_one_of_them(edition: Edition) -> None:
    """A word or several words of the names of places that have different closest centres: the
    places are offered, because people shorten names. `Mons` may be Mons-lez-Liège.
    """
    bearers: dict[str, set[str]] = {}
    for place in edition.snapshot.gazetteer.places("BE"):
        for words in {each for name in names_of(place) for each in sequences(fold(name))}:
            bearers.setdefault(words, set()).add(place.code)
    closest = {
        code: edition.nearest(NearestQuery(Postcode(code, "BE"))).hits[0].centre.id
        for code in set().union(*bearers.values())
    }
    shared = [words for words, codes in bearers.items() if len({closest[c] for c in codes}) > 1]
    assert len(shared) > len(bearers) / 30
    for words in some(shared):
        with pytest.raises(PlaceRefused):
            edition.nearest(NearestQuery(Postcode(words, "BE")))


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
        # The French spelling of Tournai, and a village.
        ("Tournay", ["7500", "7501", "7502"]),
        # The municipality is called after the largest one.
        ("Beveren", ["9120", "8800", "8791"]),
        ("Moerbeke", ["9180", "9500"]),
        # 23 towns; `saint` is a word of too many names to offer them all.
        ("Villers", ["1495", "4530", "6210"]),
        ("Saint", ["1080", "9100", "1200", "1060", "3800"]),
    ],
)
def test_a_short_name_offers_its_places_the_most_populous_town_first(
    edition: Edition, typed: str, codes: list[str]
) -> None:
    """Those with exactly this name, then towns, each first with its first postcode, then parts."""
    with pytest.raises(PostcodeMalformed) as refused:
        edition.nearest(NearestQuery(Postcode(typed, "BE")))
    offered = [each.postcode for each in refused.value.suggestions if each.postcode]
    assert offered[: len(codes)] == codes


@pytest.mark.parametrize("typed", ["Namur", "Namen"])
def test_the_postcode_of_a_town_itself_is_offered_by_its_name_alone(
    edition: Edition, typed: str
) -> None:
    """5000 is Namur and Beez. The other postcodes are those of its parts."""
    with pytest.raises(PostcodeMalformed) as refused:
        edition.nearest(NearestQuery(Postcode(typed, "BE")))
    offered = [f"{each.postcode} {each.place}" for each in refused.value.suggestions]
    assert offered[:2] == ["5000 Namur", "5001 Belgrade (Namur)"]


@pytest.mark.parametrize("typed", ["Tongeren", "Tongres", "Tongern"])
def test_a_town_of_a_merged_municipality_is_answered_in_each_language(
    edition: Edition, typed: str
) -> None:
    """Tongeren-Borgloon is Tongres-Looz in French."""
    origin = edition.nearest(NearestQuery(Postcode(typed, "BE"))).origin
    assert origin.place
    assert origin.place.code == "3700"


@pytest.mark.parametrize("name", PROVINCES)
def test_the_name_of_a_province_is_not_that_of_a_town_elsewhere(
    edition: Edition, name: str
) -> None:
    """Limbourg, in Dutch Limburg, is in the province of Liège. The towns of the province are
    offered, unless all have the same closest centre.
    """
    try:
        origin = edition.nearest(NearestQuery(Postcode(name, "BE"))).origin
        places = origin.town.places if origin.town else ()
    except PostcodeMalformed as refused:
        offered = [each.postcode for each in refused.suggestions if each.postcode]
        codes = {each.code: each for each in edition.snapshot.gazetteer.places("BE")}
        places = tuple(codes[code] for code in offered)
        places = tuple(place for place in places if place.names.get("nl") != "Limburg")
    assert len(places) >= 2
    assert {place.subdivision for place in places} == {PROVINCES[name].subdivision}


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("Limburg", ["4830 Limbourg", "4831 Bilstain (Limbourg)", "4834 Goé (Limbourg)"]),
        ("Provincie Limburg", ["3500 Hasselt"]),
        ("Henegouwen", ["6000 Charleroi", "7000 Mons"]),
        ("Hainaut (Henegouwen)", ["6000 Charleroi", "7000 Mons"]),
        ("Luxembourg", ["6700 Arlon", "6900 Marche-en-Famenne"]),
    ],
)
def test_the_name_of_a_province_offers_its_most_populous_towns(
    edition: Edition, typed: str, offered: list[str]
) -> None:
    """After the towns elsewhere that have the name, each with its first postcode."""
    with pytest.raises(PostcodeMalformed) as refused:
        edition.nearest(NearestQuery(Postcode(typed, "BE")))
    suggested = [
        f"{each.postcode} {each.place}" for each in refused.value.suggestions if each.postcode
    ]
    assert suggested[: len(offered)] == offered
    assert len(suggested) == 5


@pytest.mark.parametrize("typed", ["Liège", "Luik", "Antwerpen", "Anvers"])
def test_a_town_with_the_name_of_its_province_is_answered(edition: Edition, typed: str) -> None:
    """Its own postcodes only."""
    town = edition.nearest(NearestQuery(Postcode(typed, "BE"))).origin.town
    assert town
    assert typed in town.names.values()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("3500 Limburg", "3500"),
        ("Hainaut 7000", "7000"),
        # Luxembourg is a country, too.
        ("6700 Luxembourg", "6700"),
    ],
)
def test_a_postcode_may_have_the_name_of_its_province(
    edition: Edition, typed: str, code: str
) -> None:
    """Instead of the name of its town."""
    origin = edition.nearest(NearestQuery(Postcode(typed, "BE"))).origin
    assert origin.place
    assert origin.place.code == code


def test_a_region_whose_places_have_one_closest_centre_is_answered(edition: Edition) -> None:
    """Brussels: all of its 22 postcodes have PAG-ASA."""
    answer = edition.nearest(NearestQuery(Postcode("Région de Bruxelles-Capitale", "BE")))
    assert answer.origin.town
    assert {place.subdivision for place in answer.origin.town.places} == {"BE-BRU"}
    assert (answer.hits[0].centre.id, answer.certain) == ("pag-asa", True)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("1000 Bruxelles, Belgique", "1000 Bruxelles"),
        ("9000 Gent, België", "9000 Gent"),
        ("9000 Gent Belgium", "9000 Gent"),
        ("1000 Brussel (België)", "1000 Brussel"),
        ("4000 Lüttich BELGIEN", "4000 Lüttich"),
        ("9000, Belgie", "9000"),
        ("Gent - België", "Gent"),
        ("Gent 9000, België", "Gent 9000"),
        ("7000 Hainaut, Belgique", "7000 Hainaut"),
        # What is asked without the country is asked.
        ("2000 Gent, België", "2000 Gent"),
        ("Lille, Belgique", "Lille"),
        ("Luxembourg, Belgique", "Luxembourg"),
        ("9999 Belgium", "9999"),
    ],
)
def test_the_country_after_a_place_is_not_a_part_of_its_name(
    edition: Edition, typed: str, same: str
) -> None:
    """The answer is that to the place in this country: no other is offered."""
    assert _answer(edition, typed) == _answer(edition, same, is_country_assumed=False)


@pytest.mark.parametrize(
    "typed",
    [
        # Alone it is no place.
        "België",
        # Postcodes of other countries.
        "L-1111 Belgique",
        "59000 Belgique",
        "1012 AB België",
        # Without the country it is in the Netherlands.
        "6227 Maastricht, België",
    ],
)
def test_the_country_after_a_place_elsewhere_is_not_left_out(edition: Edition, typed: str) -> None:
    """What remains would be understood as that place."""
    with pytest.raises(PlaceRefused):
        edition.nearest(NearestQuery(Postcode(typed, "BE", is_country_assumed=True)))


def test_a_postcode_here_is_not_taken_for_one_across_the_border_with_the_country_after_it(
    edition: Edition,
) -> None:
    """6211 is Maastricht in the Netherlands."""
    query = NearestQuery(Postcode("6211 Maastricht, België", "BE", is_country_assumed=True))
    origin = edition.nearest(query).origin
    assert origin.place
    assert (origin.place.country, origin.place.code) == ("BE", "6211")


def test_a_name_that_ends_like_a_country_is_a_whole_name() -> None:
    """Its last word is not left out, even if the rest is a place, too."""
    places = [
        place_of("BE", code, [NamedPoint(name, Point(50, 4))])
        for code, name in (("1000", "Petite"), ("2000", "La Petite Belgique"))
    ]
    gazetteer = Gazetteer(places)
    assert gazetteer.without_country("Petite Belgique", "BE") == "Petite Belgique"
    assert gazetteer.without_country("Petite, België", "BE") == "Petite"


def _answer(edition: Edition, text: str, *, is_country_assumed: bool = True) -> object:
    """What is answered or suggested."""
    query = NearestQuery(Postcode(text, "BE", is_country_assumed))
    try:
        return edition.nearest(query)
    except PlaceRefused as refused:
        return (type(refused), refused.suggestions)
