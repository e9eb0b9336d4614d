"""Postcodes across the border -> a place, or a refusal that says which country to send."""

import pytest

from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, place_of
from directory_api.text.errors import (
    PlaceRefused,
    PlaceUnknown,
    PostcodeForeign,
    PostcodeUnknown,
)
from tests.support.records import NEIGHBOURS


def _message(gazetteer: Gazetteer, typed: str, country: str) -> str:
    try:
        return gazetteer.with_neighbours(NEIGHBOURS).resolve(typed, country).name
    except PlaceRefused as refused:
        return f"{refused.detail} {refused}"


@pytest.mark.parametrize(
    ("typed", "country", "code", "where"),
    [
        ("L-1111", "LU", "1111", "LU"),
        ("1111", "LU", "1111", "LU"),
        ("59000", "FR", "59000", "FR"),
        ("F-59000", "FR", "59000", "FR"),
        ("52062", "DE", "52062", "DE"),
        ("6211 AB", "NL", "6211", "NL"),
        # Only one country writes its postcodes so.
        ("L-1111", "BE", "1111", "LU"),
        ("6211 AB", "BE", "6211", "NL"),
        ("D-52062", "BE", "52062", "DE"),
        # Only one country has this postcode at a place of this name.
        ("59000 Lille", "BE", "59000", "FR"),
        ("52062, Aachen", "BE", "52062", "DE"),
        # In another language.
        ("59000 Rijsel", "BE", "59000", "FR"),
        ("52062 Aken", "BE", "52062", "DE"),
        ("1111 Luxemburg", "BE", "1111", "LU"),
        *(
            (typed, "BE", "6211", "NL")
            for typed in (
                "6211 AB Maastricht",
                "6211ab, maastricht",
                "6211 Maastricht",
                "6211 AB Mestricht",
            )
        ),
        ("4561 Hulst", "BE", "4561", "NL"),
        ("1120 Luxembourg", "BE", "1120", "LU"),
        # The directory's own country comes first.
        *(
            (typed, "BE", typed[:4], "BE")
            for typed in (
                "5000 La Plante",
                "9000 St Pieters",
                "6211 Rosseignies",
                "6211 Les Bons Villers",
                # `GE` are the first letters of a name, not the last ones of a Dutch postcode.
                "9000 Gent (Gand)",
                "9000 Gent België",
                "7000 Mons, Belgique",
            )
        ),
        ("1111 Luxembourg", "LU", "1111", "LU"),
        ("4000", "BE", "4000", "BE"),
        # No place across the border that this directory knows has that name.
        ("1000 Paris", "BE", "1000", "BE"),
        ("6700 Arlon Luxembourg", "BE", "6700", "BE"),
        ("2275 Lille", "BE", "2275", "BE"),
        # A name that a place here has, too, or of which it is a part here.
        ("6200 Bergen aan Zee", "BE", "6200", "BE"),
        ("6642 Vaux", "BE", "6642", "BE"),
        ("5670 Oignies", "BE", "5670", "BE"),
        # Only the whole name of a place counts, and never a street.
        ("1000 Rue de Roubaix", "BE", "1000", "BE"),
        ("1000 Aachen Hauptbahnhof", "BE", "1000", "BE"),
    ],
)
def test_a_postcode_across_the_border_is_found(
    gazetteer: Gazetteer, typed: str, country: str, code: str, where: str
) -> None:
    """With its country, or if it can be of one country only."""
    place = gazetteer.with_neighbours(NEIGHBOURS).resolve(typed, country)
    assert (place.code, place.country) == (code, where)


@pytest.mark.parametrize(
    ("typed", "country", "countries"),
    [
        ("59000", "BE", ["FR", "DE"]),
        ("SW1A 1AA", "BE", ["GB"]),
        ("SW1A 1AA", "NL", ["GB"]),
        ("59000", "LU", ["FR", "DE"]),
        ("B-1000", "FR", ["BE"]),
    ],
)
def test_a_postcode_that_may_be_of_several_countries_is_offered_for_each(
    gazetteer: Gazetteer, typed: str, country: str, countries: list[str]
) -> None:
    """Only countries that the directory knows are to be sent."""
    with pytest.raises(PostcodeForeign) as refused:
        gazetteer.with_neighbours(NEIGHBOURS).resolve(typed, country)
    suggestions = refused.value.suggestions
    assert [suggestion.country for suggestion in suggestions] == countries
    known = {"BE", "DE", "FR", "LU", "NL"}
    assert [f"country={each.country}" in each.detail for each in suggestions] == [
        each in known for each in countries
    ]


@pytest.mark.parametrize(
    ("typed", "code", "other"),
    [
        ("2000 Luxembourg", "2000", "LU"),
        ("6200 Maastricht", "6200", "NL"),
        ("4600 Bergen op Zoom", "4600", "NL"),
        ("4800, Breda", "4800", "NL"),
        # The name counts, also if its country has postcodes of another form.
        ("1000 Roubaix", "1000", "FR"),
        ("7500 Rijsel", "7500", "FR"),
        ("6200 Rijsel", "6200", "FR"),
        ("4000 Valenciennes", "4000", "FR"),
        ("5000 Aken", "5000", "DE"),
        ("4700 Aachen", "4700", "DE"),
        # With and without the river or the region of the official name.
        ("6200 Valkenburg", "6200", "NL"),
        ("6200 Valkenburg aan de Geul", "6200", "NL"),
        ("4700 Monschau in der Eifel", "4700", "DE"),
    ],
)
def test_a_name_across_the_border_beside_a_postcode_here_is_asked_for(
    gazetteer: Gazetteer, typed: str, code: str, other: str
) -> None:
    """Many postcodes of a town are in no table: they are those of offices and boxes."""
    with pytest.raises(PlaceUnknown) as refused:
        gazetteer.with_neighbours(NEIGHBOURS).resolve(typed, "BE")
    here, there = refused.value.suggestions
    assert (here.postcode, here.country, there.country) == (code, "BE", other)


@pytest.mark.parametrize(
    ("typed", "codes", "countries"),
    [
        ("4000 Lille", ["4000", "2275"], ["FR"]),
        ("Lille 4000", ["4000", "2275"], ["FR"]),
        ("4000 Putte", ["4000", "2580"], ["NL"]),
        ("2000 Gent", ["2000", "9000"], []),
    ],
)
def test_a_name_on_both_sides_of_the_border_is_asked_for_in_both_countries(
    gazetteer: Gazetteer, typed: str, codes: list[str], countries: list[str]
) -> None:
    """Beside a postcode here that no place of this name has."""
    with pytest.raises(PlaceUnknown) as refused:
        gazetteer.with_neighbours(NEIGHBOURS).resolve(typed, "BE")
    suggestions = refused.value.suggestions
    assert [each.postcode for each in suggestions][:2] == codes
    assert [
        each.country for each in suggestions if each.names_only_country({"FR", "NL", "DE", "LU"})
    ] == countries


@pytest.mark.parametrize(
    ("typed", "country", "countries"),
    [
        *((typed, "BE", ["DE", "FR"]) for typed in ("59100 Lille", "59999 Lille", "10115 Berlin")),
        ("75001 Paris", "BE", ["DE", "FR"]),
        # The country writes its postcodes so: the name is wrong.
        ("2000 Gent", "BE", []),
        ("59100 Lille", "FR", []),
    ],
)
def test_a_misnamed_postcode_of_another_form_names_the_countries_that_write_it_so(
    gazetteer: Gazetteer, typed: str, country: str, countries: list[str]
) -> None:
    """Before the places here that the name may mean."""
    with pytest.raises(PlaceUnknown) as refused:
        gazetteer.with_neighbours(NEIGHBOURS).resolve(typed, country)
    suggestions = refused.value.suggestions
    named = [each.country for each in suggestions if each.names_only_country({"DE", "FR"})]
    assert named == countries
    assert [each.country for each in suggestions[: len(countries)]] == countries


@pytest.mark.parametrize(("typed", "country"), [("1012 AB", "NL"), ("1012 AB", "BE")])
def test_a_postcode_far_from_the_border_may_exist(
    gazetteer: Gazetteer, typed: str, country: str
) -> None:
    """Amsterdam is no unknown postcode: the table ends 60 km from Belgium."""
    with pytest.raises(PostcodeForeign) as refused:
        gazetteer.with_neighbours(NEIGHBOURS).resolve(typed, country)
    detail = refused.value.detail
    assert "the Netherlands within 60 km of Belgium" in detail
    assert "lat and lon" in detail


def test_an_unknown_postcode_is_offered_for_the_neighbours_that_have_it(
    gazetteer: Gazetteer,
) -> None:
    """9999 is no postcode of Belgium, but one of Luxembourg; the Netherlands have it far away."""
    with pytest.raises(PostcodeUnknown) as refused:
        gazetteer.with_neighbours(NEIGHBOURS).resolve("9999", "BE")
    *others, last = refused.value.suggestions
    assert (last.country, last.postcode) == ("LU", None)
    assert {other.country for other in others} == {"BE"}


@pytest.mark.parametrize("typed", ["59000 Aachen", "2000 Gent", "1000A", "X" * 1000, "?"])
def test_a_malformed_text_is_malformed_across_the_border_too(
    gazetteer: Gazetteer, typed: str
) -> None:
    """A postcode with the name of another place, and what is no postcode."""
    with pytest.raises(PlaceUnknown):
        gazetteer.with_neighbours(NEIGHBOURS).resolve(typed, "BE")


@pytest.mark.parametrize("typed", ["59000", "1012 AB", "L-0000", "9999", "59000 Aachen", "B-1000"])
@pytest.mark.parametrize("country", ["BE", "FR", "LU", "NL", "DE"])
def test_no_message_repeats_what_was_typed(gazetteer: Gazetteer, typed: str, country: str) -> None:
    """Messages are logged."""
    assert typed not in _message(gazetteer, typed, country)


def test_a_bare_postcode_may_be_in_the_countries_that_write_it_so(gazetteer: Gazetteer) -> None:
    """4 digits are Belgian, Dutch or of Luxembourg; with a prefix they are of one country. Whether
    another country has the code near the border is in its table.
    """
    places = gazetteer.with_neighbours(NEIGHBOURS)
    having = {"1120": ("LU",), "2801": ("NL",), "4621": ("LU", "NL"), "4000": ()}
    for code, countries in having.items():
        place = gazetteer.resolve(code, "BE")
        for typed in (code, f"{code} Somewhere"):
            may_be_in = places.may_be_in(typed, place)
            assert [*may_be_in] == ["LU", "NL"]
            assert tuple(country for country, has in may_be_in.items() if has) == countries
    place = gazetteer.resolve("4000", "BE")
    for typed in ("B-4000", "BE 4000 Somewhere", "4000 Liège"):
        assert places.may_be_in(typed, place) == {}


def test_towns_and_beginnings_are_those_of_the_country_that_was_sent(gazetteer: Gazetteer) -> None:
    """Lille is a town of both countries."""
    town, *_ = gazetteer.with_neighbours(NEIGHBOURS).country("FR").towns("Lille")
    assert {place.country for place in town.places} == {"FR"}
    belgian, *_ = gazetteer.with_neighbours(NEIGHBOURS).country("BE").towns("Lille")
    assert [place.code for place in belgian.places] == ["2275"]
    assert [
        place.code
        for place in gazetteer.with_neighbours(NEIGHBOURS).country("LU").begins_with("111", 2)
    ] == [
        "1111",
        "1112",
    ]


@pytest.mark.parametrize(
    ("typed", "country", "code"),
    [
        ("Rijsel", "FR", "59000"),
        ("Duinkerke", "FR", "59140"),
        ("Dunkirk", "FR", "59140"),
        ("Keulen", "DE", "50667"),
        ("Cologne", "DE", "50667"),
        ("Luxemburg", "LU", "1111"),
        ("Lëtzebuerg", "LU", "1111"),
        ("Bois-le-Duc", "NL", "5211"),
    ],
)
def test_a_town_across_the_border_is_found_in_other_languages(
    gazetteer: Gazetteer, typed: str, country: str, code: str
) -> None:
    """By the names that its neighbours give it, with all of its postcodes."""
    town, *_ = gazetteer.with_neighbours(NEIGHBOURS).country(country).towns(typed)
    assert code in {place.code for place in town.places}
    own, *_ = gazetteer.with_neighbours(NEIGHBOURS).country(country).towns(town.name)
    assert town.places == own.places


def test_a_country_with_a_table_of_its_own_is_no_neighbour() -> None:
    """What a maintainer imports counts; without Belgium there is nothing to be near to."""
    belgium = place_of("BE", "1000", [NamedPoint("Brussel", Point(50.8, 4.3))])
    imported = place_of("LU", "9998", [NamedPoint("Imported", Point(49.6, 6.1))])
    alone, both, abroad = (
        Gazetteer(places).with_neighbours(NEIGHBOURS)
        for places in ([belgium], [belgium, imported], [imported])
    )
    assert [*alone.neighbours.places] == ["DE", "FR", "LU", "NL"]
    assert [*both.neighbours.places] == ["DE", "FR", "NL"]
    assert not abroad.neighbours.places
    assert {each.country for each in both.neighbours.outlines} == {"DE", "FR", "NL"}
    assert both.resolve("L-9998", "LU") == imported
    assert both.resolve("L-9998", "BE") == imported
    with pytest.raises(PostcodeUnknown) as refused:
        both.resolve("L-9997", "BE")
    assert "within" not in refused.value.detail


@pytest.mark.parametrize("asked", ["BE", "NL"])
def test_each_country_of_a_directory_is_asked_for_a_postcode_with_its_place(asked: str) -> None:
    """Not only the neighbours of Belgium: with the whole table of the Netherlands, Maastricht is
    not Mellet.
    """
    point = Point(50.4, 4.8)
    mellet, maastricht, aalst = (
        place_of(country, code, [NamedPoint(name, point)])
        for country, code, name in (
            ("BE", "6211", "Mellet"),
            ("NL", "6211", "Maastricht"),
            ("BE", "9300", "Aalst"),
        )
    )
    places = Gazetteer([mellet, maastricht, aalst]).with_neighbours(NEIGHBOURS)
    assert places.resolve("6211 Maastricht", asked) == maastricht
    assert places.resolve("6211 Mellet", asked) == mellet
    assert places.resolve("9300 Aalst", asked) == aalst
    alone = places.resolve("6211", asked)
    assert alone.country == asked
    other = ({"BE", "NL"} - {asked}).pop()
    assert other in places.may_be_in("6211", alone)
    lonely = places.resolve("9300", "BE")
    assert [*places.may_be_in("9300", lonely)] == ["LU"]
    other = {"BE": "Maastricht", "NL": "Mellet"}[asked]
    assert places.also_called(other, asked)[0] != asked
    assert places.is_only_abroad(other, asked)
