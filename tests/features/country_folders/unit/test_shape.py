"""How a country writes its postcodes, read off its table."""

import re

import pytest

from directory_api.features.country_folders.shape import shape_of
from directory_api.place.postcode import PostcodeRule
from directory_api.text.normalize import tidy


@pytest.mark.parametrize(
    ("codes", "shape"),
    [
        (["8010", "1010"], "[0-9]{4}"),
        (["110 00", "250 01"], "[0-9]{3}[ -]?[0-9]{2}"),
        (["110-0005"], "[0-9]{3}[ -]?[0-9]{4}"),
        (["M1", "EH1", "SW1A"], "[A-Z][0-9]|[A-Z]{2}[0-9]|[A-Z]{2}[0-9][A-Z]"),
        (["A1", "11"], "[0-9A-Z][0-9]"),
        (["vlt"], "[A-Z]{3}"),
    ],
)
def test_the_shape_is_that_of_the_codes(codes: list[str], shape: str) -> None:
    """A part for each length; a sign between two parts may be left out."""
    assert shape_of(codes) == f"(?P<key>{shape})"


def test_each_code_is_read_with_its_shape() -> None:
    """As it is written, without signs, and after the country's own."""
    rule = PostcodeRule("PL", "Poland", "PL|P", shape_of(["00-950", "31-042"]), "00-950")
    for typed in ("00-950", "00950", "00 950", "PL-00-950"):
        assert rule.key(tidy(typed)) == "00950"
    assert rule.split("00-950 Warszawa") == ("00950", "Warszawa")
    assert re.fullmatch(rule.pattern, "0095") is None


@pytest.mark.parametrize("codes", [[], ["80.10"], ["-8010"], [""]])
def test_what_is_no_postcode_has_no_shape(codes: list[str]) -> None:
    """None at all, or other signs."""
    with pytest.raises(ValueError, match="a postcode has letters and digits"):
        shape_of(codes)
