"""The places whose postcode or name begins with a text: postcodes first, then whole names
and large towns.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.bootstrap import Directory
from directory_api.live.editions import Edition
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, place_of
from directory_api.text.normalize import fold


@given(
    st.sampled_from(
        [
            "1",
            "10",
            "B",
            "li",
            "LIÈ",
            "sint",
            "sint-",
            "x",
            "  ",
            "",
            "zz",
            "99",
            "9",
            "brux",
            "4000",
        ]
    )
)
def test_begins_with_equals_a_scan(directory: Directory, prefix: str) -> None:
    """A prefix finds the places of a full scan over codes and names, codes first, up to the
    limit.
    """
    gazetteer = directory.live.snapshot.gazetteer
    places = [
        place
        for digit in "0123456789"
        for place in gazetteer.country("BE").begins_with(digit, 9999)
    ]
    by_code = {place.code: place for place in places if place.code.isdigit()}
    wanted = fold(prefix)
    codes = sorted(code for code in by_code if prefix.strip() and code.startswith(prefix.strip()))
    named = {
        code
        for code, place in by_code.items()
        for name in (*place.names.values(), *place.places, *(alias for alias, _ in place.aliases))
        if wanted and fold(name).startswith(wanted)
    }
    found = [place.code for place in gazetteer.country("BE").begins_with(prefix, 9999)]
    assert found[: len(codes)] == codes
    assert len(found) == len(set(found))
    assert set(found) == {*codes, *named}
    for limit in (1, 3):
        assert [
            place.code for place in gazetteer.country("BE").begins_with(prefix, limit)
        ] == found[:limit]


def test_towns_come_before_their_parts(edition: Edition) -> None:
    """Brussel is found by `bru` and `brus`, before places that only contain a part of that name."""
    assert "1000" in [place.code for place in edition.places.country("BE").begins_with("bru", 50)]
    assert edition.places.country("BE").begins_with("brus", 3)[0].code == "1000"


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("gen", ["Gent", "Genk", "Genappe"]),
        ("br", ["Brussel", "Brugge", "Braine-l’Alleud"]),
        ("hal", ["Halle", "Halle", "Halle", "Halen"]),
        ("halle", ["Halle", "Halle", "Halle", "Zoersel"]),
        ("st n", ["Sint-Niklaas", "Saint-Nicolas"]),
    ],
)
def test_whole_names_then_large_towns_come_first(
    gazetteer: Gazetteer, prefix: str, names: list[str]
) -> None:
    """Each first with its first postcode, so that a list of five has five towns."""
    places = gazetteer.country("BE").begins_with(prefix, len(names))
    assert [place.name for place in places] == names


def test_without_populations_the_town_with_more_postcodes_is_the_larger() -> None:
    """A table of GeoNames has no populations."""
    at = [NamedPoint("Aa", Point(50, 5))]
    more = [NamedPoint("Ab", Point(50, 5))]
    gazetteer = Gazetteer(
        place_of("LU", code, rows) for code, rows in (("1111", at), ("2222", more), ("3333", more))
    )
    assert [place.code for place in gazetteer.country("LU").begins_with("a", 3)] == [
        "2222",
        "1111",
        "3333",
    ]
