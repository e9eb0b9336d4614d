"""Postcodes as people type them, alone, with a name or in an address, are understood."""

import pytest

from directory_api.live.editions import Edition
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, place_of
from directory_api.text.errors import PostcodeForeign, PostcodeMalformed


@pytest.mark.parametrize(
    "typed",
    [
        *[
            "1000",
            " 1000 ",
            "B-1000",
            "BE-1000",
            "be 1000",
            "1000 Brussel",
            "1000, Brussel",
            "１０００",
            "١٠٠٠",
        ],
        *[
            "1000\u200b",
            "\u200b1000",
            "b1000",
            "B–1000",
            "1000 bruxelles",
            "B-1000 Brussel",
            "BE 1000, Brussel",
        ],
        *["\u00a01000\t", "1000  Brussel", "1000,Bruxelles"],
    ],
)
def test_what_people_type_for_1000_is_1000(gazetteer: Gazetteer, typed: str) -> None:
    """Every accepted way of writing a Belgian postcode finds it."""
    assert gazetteer.resolve(typed, "BE").code == "1000"


def test_every_code_finds_itself_also_with_its_name(gazetteer: Gazetteer) -> None:
    """Each of the 1,149 codes is found by itself, with a prefix, and with each name without
    digits.
    """
    found = [place for digit in "0123456789" for place in gazetteer.begins_with(digit, "BE", 9999)]
    places = {place.code: place for place in found if place.code[0] in "0123456789"}
    assert len(places) == gazetteer.sizes["BE"] == 1149
    for code, place in places.items():
        assert gazetteer.resolve(code, "BE") is place
        assert gazetteer.resolve(f"B-{code}", "BE") is place
        assert gazetteer.find("BE", code) is place
        assert gazetteer.find("BE", f" {code} ") is place
        for name in (*place.names.values(), *place.places):
            assert gazetteer.resolve(f"{code} {name}", "BE") is place


def test_3665_as_is_belgian_and_1012_ab_is_not(gazetteer: Gazetteer) -> None:
    """A place name of two letters counts when the code is that place's."""
    assert gazetteer.resolve("3665 As", "BE").code == "3665"


def test_a_country_without_a_rule_of_ours_is_looked_up_all_the_same() -> None:
    """Codes of a country without a rule are compared without spaces; the error has no example."""
    gazetteer = Gazetteer([place_of("PL", "00-950", [NamedPoint("Warszawa", Point(52.2, 21))])])
    assert gazetteer.resolve("00 950", "PL").name == "Warszawa"
    with pytest.raises(PostcodeMalformed, match="form of a postcode of PL\\."):
        gazetteer.resolve("?", "PL")


@pytest.mark.parametrize(
    "typed",
    [
        *("2000 Xyz", "4000 Lüttich", "2040 Lillo", "4480 Ehein", "1000 Lausanne"),
        *("5620 Hemptinne-Lez-Florennes", "9660 Sint-Maria-Oudenhove"),
        *("3670 Meeuwen-Gruitrode", "B-8000 Zentrum", "9000 Deurne"),
    ],
)
def test_a_right_postcode_is_never_refused_for_a_name_that_is_not_known(
    edition: Edition, typed: str
) -> None:
    """Nor for the name of a village that the table has in another postcode."""
    assert edition.places.resolve(typed, "BE").code in typed


@pytest.mark.parametrize(
    ("typed", "code"),
    [("1OOO", "1000"), ("b-1ooo", "1000"), ("9O5O Ledeberg", "9050"), ("1OOO Xyz", "1000")],
)
def test_the_letter_o_in_a_number_is_a_zero(edition: Edition, typed: str, code: str) -> None:
    """The letter is beside the digit on many keyboards."""
    assert edition.places.resolve(typed, "BE").code == code


@pytest.mark.parametrize("typed", ["1012OO", "1012 OO"])
def test_the_letters_of_a_dutch_postcode_are_no_zeros(edition: Edition, typed: str) -> None:
    """Its letters stand after four digits."""
    with pytest.raises(PostcodeForeign):
        edition.places.resolve(typed, "BE")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Gent 9000", "9000"),
        ("Gent, B-9050", "9050"),
        ("Лувен 3000", "3000"),
        ("3000 Лувен", "3000"),
    ],
)
def test_a_postcode_may_follow_its_name(gazetteer: Gazetteer, typed: str, code: str) -> None:
    """And the name may be an alias."""
    assert gazetteer.resolve(typed, "BE").code == code


def test_every_code_is_found_in_an_address(gazetteer: Gazetteer) -> None:
    """After a street, before it, with a prefix, and beside a house number that looks like a
    postcode.
    """
    found = [place for digit in "123456789" for place in gazetteer.begins_with(digit, "BE", 9999)]
    places = {place.code: place for place in found if place.code.isdigit()}
    for code, place in places.items():
        name = next(name for name in place.names.values() if name)
        assert gazetteer.mentioned(f"Kerkstraat 7, {code} {name}", "BE") is place
        assert gazetteer.mentioned(f"Kerkstraat 7 bus 2, b-{code}", "BE") is place
        assert gazetteer.mentioned(f"{code} {name}, Steenweg 1500", "BE") is place
        assert gazetteer.mentioned(f"Steenweg 1500 {code} {name.upper()}", "BE") is place


@pytest.mark.parametrize(
    "address", ["", "Kerkstraat 7", "Kerkstraat 9999", "Kerkstraat A1000", "10000", "1000a"]
)
def test_what_is_no_postcode_is_not_found_in_an_address(gazetteer: Gazetteer, address: str) -> None:
    """Part of a longer word or number, or an unknown code, is not a postcode; nor without a
    table.
    """
    assert gazetteer.mentioned(address, "BE") is None
    assert gazetteer.mentioned("Rue 7, 1000", "LU") is None
