"""The name of a town, or of a part of one, in any language and spelling, has its postcodes."""

import pytest

from directory_api.live.editions import Edition
from directory_api.place import country_places as module
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, Place, place_of
from directory_api.text.errors import PlaceRefused


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
    town, *_ = gazetteer.country("BE").towns(typed)
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
    # Of two municipalities, neither is meant by it alone.
    [town] = gazetteer.country("BE").towns("SAINT NICOLAS")
    assert (town.name, dict(town.names)) == ("Saint-Nicolas", {})


def test_the_towns_that_are_kept_are_bounded(
    gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People can type more names than the memory is to hold; the answers stay the same."""
    names = ["Liège", "Lokeren", "Kallo"]
    expected = [_towns(gazetteer, name) for name in names]
    assert [] not in expected
    monkeypatch.setattr(module, "_MOST_TOWNS", 2)
    few = Gazetteer(gazetteer.places("BE"))
    for _ in range(2):
        assert [_towns(few, name) for name in names] == expected
        assert len(few.country("BE")._towns) <= 2


def _towns(gazetteer: Gazetteer, name: str) -> list[tuple[str, tuple[Place, ...]]]:
    return [(town.spelled, town.places) for town in gazetteer.country("BE").towns(name)]


def test_towns_that_are_far_apart_are_no_one_town(gazetteer: Gazetteer) -> None:
    """Neufchâteau is the name of two, 100 km apart: a distance from their middle means nothing. One
    is a municipality.
    """
    [municipality] = gazetteer.country("BE").towns("Neufchâteau")
    assert municipality.is_municipality
    assert [place.code for place in municipality.places] == ["6840"]
    assert len(gazetteer.country("BE").towns("Antwerpen")) == 2


@pytest.mark.parametrize("typed", ["", "x", "Gen", "Gentt", "9000 Gent", "9000", "Gent" * 30])
def test_other_text_is_no_town(gazetteer: Gazetteer, typed: str) -> None:
    """Only a whole name is; similar ones are suggestions."""
    assert gazetteer.country("BE").towns(typed) == ()


def test_an_alias_is_displayed_as_the_place_for_which_it_is_written(edition: Edition) -> None:
    """`Waasten` is the Dutch name of Warneton, a part of Comines-Warneton."""
    with pytest.raises(PlaceRefused) as refused:
        edition.places.resolve("Waasten", "BE")
    assert refused.value.suggestions[0].place == "Warneton (Comines-Warneton)"
