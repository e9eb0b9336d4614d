"""Postcodes as people type them, alone, with a name or in an address, are understood."""

import pytest

from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, place_of
from directory_api.text.errors import PlaceUnknown


def test_every_code_finds_itself_also_with_its_name(gazetteer: Gazetteer) -> None:
    """Each of the 1,149 codes is found by itself, with a prefix, and with each name without
    digits.
    """
    found = [
        place
        for digit in "0123456789"
        for place in gazetteer.country("BE").begins_with(digit, 9999)
    ]
    places = {place.code: place for place in found if place.code[0] in "0123456789"}
    assert len(places) == gazetteer.sizes["BE"] == 1149
    for code, place in places.items():
        assert gazetteer.resolve(code, "BE") is place
        assert gazetteer.resolve(f"B-{code}", "BE") is place
        assert gazetteer.find("BE", code) is place
        assert gazetteer.find("BE", f" {code} ") is place
        for name in (*place.names.values(), *place.places):
            assert gazetteer.resolve(f"{code} {name}", "BE") is place


def test_a_country_without_a_rule_of_ours_is_looked_up_all_the_same() -> None:
    """Codes of a country without a rule are compared without spaces; the error has no example."""
    gazetteer = Gazetteer([place_of("PL", "00-950", [NamedPoint("Warszawa", Point(52.2, 21))])])
    assert gazetteer.resolve("00 950", "PL").name == "Warszawa"
    with pytest.raises(PlaceUnknown, match="form of a postcode of PL\\."):
        gazetteer.resolve("?", "PL")


def test_every_code_is_found_in_an_address(gazetteer: Gazetteer) -> None:
    """After a street, before it, with a prefix, and beside a house number that looks like a
    postcode.
    """
    found = [
        place for digit in "123456789" for place in gazetteer.country("BE").begins_with(digit, 9999)
    ]
    places = {place.code: place for place in found if place.code.isdigit()}
    for code, place in places.items():
        name = next(name for name in place.names.values() if name)
        assert gazetteer.country("BE").mentioned(f"Kerkstraat 7, {code} {name}") is place
        assert gazetteer.country("BE").mentioned(f"Kerkstraat 7 bus 2, b-{code}") is place
        assert gazetteer.country("BE").mentioned(f"{code} {name}, Steenweg 1500") is place
        assert gazetteer.country("BE").mentioned(f"Steenweg 1500 {code} {name.upper()}") is place


@pytest.mark.parametrize(
    "address", ["", "Kerkstraat 7", "Kerkstraat 9999", "Kerkstraat A1000", "10000", "1000a"]
)
def test_what_is_no_postcode_is_not_found_in_an_address(gazetteer: Gazetteer, address: str) -> None:
    """Part of a longer word or number, or an unknown code, is not a postcode."""
    assert gazetteer.country("BE").mentioned(address) is None
