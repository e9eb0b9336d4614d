"""The name of a town, or of a part of one, in any language and spelling, has its postcodes."""

import pytest

from directory_api.live.editions import Edition
from directory_api.place import gazetteer as module
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, place_of
from directory_api.text.errors import PostcodeMalformed


@pytest.mark.parametrize(
    ("typed", "name", "names", "codes"),
    [
        ("LIEGE", "Liège", {"fr": "Liège", "nl": "Luik"}, {"4000", "4032"}),
        ("Luik", "Liège", {"fr": "Liège", "nl": "Luik"}, {"4000", "4032"}),
        # Also a part of 1040 Etterbeek in the table, which has no names of its own for it.
        ("bruxelles", "Brussel", {"fr": "Bruxelles", "nl": "Brussel"}, {"1000", "1040"}),
        ("Lokeren", "Lokeren", {"nl": "Lokeren"}, {"9160"}),
        ("kallo", "Kallo", {}, {"9120", "9130"}),
    ],
)
def test_a_name_has_all_places_that_are_called_so(
    gazetteer: Gazetteer, typed: str, name: str, names: dict[str, str], codes: set[str]
) -> None:
    """In each language, whole towns and parts; it is displayed as the table writes it."""
    town = gazetteer.town(typed, "BE")
    assert town
    assert town.name == name
    assert {tag: town.names.get(tag) for tag in names} == names
    assert codes <= {place.code for place in town.places}


def test_a_town_with_two_spellings_is_displayed_as_it_was_typed() -> None:
    """`Saint-Nicolas` is a town of its own, and the French name of another."""
    at = [NamedPoint("x", Point(50, 5))]
    gazetteer = Gazetteer(
        [
            place_of("BE", "4420", at, {"fr": "Saint-Nicolas"}, "BE-WLG"),
            place_of("BE", "9100", at, {"nl": "Sint-Niklaas", "fr": "Saint-Nicolas"}, "BE-VOV"),
        ]
    )
    town = gazetteer.town("SAINT NICOLAS", "BE")
    assert town
    assert (town.name, dict(town.names)) == ("Saint-Nicolas", {})


def test_the_towns_that_are_kept_are_bounded(
    gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People can type more names than the memory is to hold; the answers stay the same."""
    names = ["Liège", "Lokeren", "Kallo"]
    expected = [gazetteer.town(name, "BE") for name in names]
    assert None not in expected
    monkeypatch.setattr(module, "_MOST_TOWNS", 2)
    few = Gazetteer(gazetteer.places("BE"))
    for _ in range(2):
        assert [few.town(name, "BE") for name in names] == expected
        assert len(few._towns) <= 2


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Bruxelles/Brussel", {"1000", "1020", "1040", "1050", "1120", "1130"}),
        ("Ronse - Renaix", {"9600"}),
        ("Luik (Liège, Lüttich)", {"4000", "4020", "4030", "4031", "4032"}),
        # Antwerpen has many postcodes, and Deurne is also a part of Diest.
        ("Deurne (Antwerpen)", {"2100"}),
        ("Antwerpen, Deurne", {"2100"}),
        # Neither is one of the other, and the same name twice says no more than once.
        ("Gent, Brugge", set()),
        ("Molenbeek (Molenbeek)", set()),
        ("Molenbeek/Brussel", set()),
        ("Kerkstraat, Gent", set()),
        ("(/)", set()),
    ],
)
def test_several_names_are_those_of_the_places_that_have_each(
    gazetteer: Gazetteer, typed: str, codes: set[str]
) -> None:
    """In two languages, or a part with its town; other names have no place."""
    town = gazetteer.town(typed, "BE")
    assert {place.code for place in town.places} == codes if town else not codes


def test_postcodes_of_several_names_are_offered(gazetteer: Gazetteer) -> None:
    """As those of one name are."""
    for typed in ("Gent", "Gent (Gand)"):
        with pytest.raises(PostcodeMalformed) as refused:
            gazetteer.resolve(typed, "BE")
        codes = [each.postcode for each in refused.value.suggestions]
        assert codes[:3] == ["9000", "9030", "9031"]


def test_towns_that_are_far_apart_are_no_one_town(gazetteer: Gazetteer) -> None:
    """Neufchâteau is the name of two, 100 km apart: a distance from their middle means nothing."""
    assert gazetteer.town("Neufchâteau", "BE") is None
    assert gazetteer.town("Antwerpen", "BE")


@pytest.mark.parametrize("typed", ["", "x", "Gen", "Gentt", "9000 Gent", "9000", "Gent" * 30])
def test_other_text_is_no_town(gazetteer: Gazetteer, typed: str) -> None:
    """Only a whole name is; similar ones are suggestions."""
    assert gazetteer.town(typed, "BE") is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1000 Brussels", "1000"),
        ("1000 Brüssel", "1000"),
        ("9000 Ghent", "9000"),
        ("8000 Bruges", "8000"),
    ],
)
def test_a_town_in_another_language_or_with_a_slip_is_understood(
    edition: Edition, typed: str, code: str
) -> None:
    """English, German and nearly right names are taken for what they are."""
    assert edition.places.resolve(typed, "BE").code == code


_HALLE = ["1500 Halle", "1501 Buizingen (Halle)", "1502 Lembeek (Halle)", "2980 Halle (Zoersel)"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Gandawa", "Gent"),
        ("Лувен", "Leuven"),
        ("安特卫普", "Antwerpen"),
        ("Lovaina", "Leuven"),
        ("Löwen", "Löwen"),
        ("Ghent", "Gent"),
        ("st niklaas", "Sint-Niklaas"),
        ("St. Vith", "Sankt Vith"),
        ("Ste Ode", "Sainte-Ode"),
        ("Waasten", "Warneton"),
    ],
)
def test_names_in_other_languages_and_spellings_are_understood(
    gazetteer: Gazetteer, typed: str, name: str
) -> None:
    """Also those that the table of municipalities does not have."""
    town = gazetteer.town(typed, "BE")
    assert town
    spelled = {
        known
        for place in town.places
        for known in (town.name, *place.names.values(), *place.places)
    }
    assert name in spelled


def test_an_alias_is_displayed_as_the_place_for_which_it_is_written(edition: Edition) -> None:
    """`Waasten` is the Dutch name of Warneton, a part of Comines-Warneton."""
    with pytest.raises(PostcodeMalformed) as refused:
        edition.places.resolve("Waasten", "BE")
    assert refused.value.suggestions[0].place == "Warneton (Comines-Warneton)"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Deurne", ["2100 Deurne (Antwerpen)", "3290 Deurne (Diest)"]),
        ("laeken", ["1020 Laeken (Brussel)"]),
        ("Laken", ["1020 Laeken (Brussel)"]),
        ("Gentbrugge", ["9050 Gentbrugge (Gent)"]),
        ("Gentbrug", ["9050 Gentbrugge (Gent)"]),
        ("Rocourt", ["4000 Rocourt (Liège)"]),
        ("Avekapelle", ["8630 Avekapelle (Veurne)"]),
        ("Halle", _HALLE),
        ("Antwrpn", ["2000 Antwerpen", "2018 Antwerpen"]),
        ("Gnet", ["9000 Gent", "9030 Mariakerke (Gent)"]),
        ("Xyzzy", []),
    ],
)
def test_who_names_a_part_of_a_town_is_offered_its_postcode(
    edition: Edition, typed: str, meant: list[str]
) -> None:
    """A district is found before towns that sound similar; towns first, then the most similar."""
    with pytest.raises(PostcodeMalformed) as refused:
        edition.places.resolve(typed, "BE")
    offered = [
        f"{each.postcode} {each.place}" for each in refused.value.suggestions if each.postcode
    ]
    assert offered[: len(meant)] == meant
    assert bool(offered) == bool(meant)
