"""The name of the country after a place."""

import pytest

from directory_api.countries.known import known
from directory_api.place.postcode import rules
from directory_api.place.provinces import without_country
from directory_api.text.translations import country_names


def test_the_names_of_countries_are_those_of_cldr() -> None:
    """Browsers have them, too; so a device leaves out the same words."""
    assert {
        country: tuple(country_names([country], language) for language in ("nl", "fr", "de", "en"))
        for country in sorted(rules())
    } == {country: known()[country].names for country in rules()}


@pytest.mark.parametrize(
    ("text", "country", "place"),
    [
        ("Gent, België", "BE", "Gent"),
        ("9000 Gent BELGIE", "BE", "9000 Gent"),
        ("1000 Brussel (België)", "BE", "1000 Brussel"),
        ("Gent - Belgium", "BE", "Gent"),
        ("Gent/Belgique", "BE", "Gent"),
        ("4331 Middelburg, Pays-Bas", "NL", "4331 Middelburg"),
        ("Luxembourg Luxembourg", "LU", "Luxembourg"),
    ],
)
def test_the_country_after_a_place_is_left_out(text: str, country: str, place: str) -> None:
    """In four languages, in any accents, with what is between."""
    assert without_country(text, country) == place


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("", "BE"),
        ("België", "BE"),
        ("Belgique Gent", "BE"),
        ("Gentbelgium", "BE"),
        ("Sluis, Nederland", "BE"),
        ("Warszawa, Polska", "PL"),
    ],
)
def test_other_texts_stay(text: str, country: str) -> None:
    """The name of another country, and one that is not after a place."""
    assert without_country(text, country) == text
