"""What is no place is refused with suggestions, and without the text that was typed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.live.editions import Edition
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, place_of, rules
from directory_api.text.errors import (
    CountryUnsupported,
    PlaceRefused,
    PlaceUnknown,
    PostcodeForeign,
    PostcodeNotResidential,
    PostcodeUnknown,
)


def _said(error: PlaceRefused) -> str:
    return " ".join(
        [error.detail, str(error), *(suggestion.detail for suggestion in error.suggestions)]
    )


def test_a_refusal_says_what_to_do_next(gazetteer: Gazetteer) -> None:
    """The form of a postcode, and those that may be meant."""
    with pytest.raises(PlaceUnknown, match="such as 1000") as malformed:
        gazetteer.resolve("10000", "BE")
    assert malformed.value.suggestions[0].detail.startswith("Did you mean")
    with pytest.raises(PostcodeUnknown) as unknown:
        gazetteer.resolve("9999", "BE")
    assert unknown.value.suggestions[0].postcode == "9990"
    with pytest.raises(PostcodeForeign, match="a postcode of France or Germany"):
        gazetteer.resolve("59000", "BE")


@given(st.from_regex(r"[1-9][0-9]{3}", fullmatch=True))
def test_suggestions_of_an_unknown_code_are_one_slip_away(gazetteer: Gazetteer, typed: str) -> None:
    """Suggestions exist and differ by one digit or two swapped ones; at most five, one
    digit first.
    """
    if gazetteer.find("BE", typed) or typed in rules()["BE"].institutions:
        return
    with pytest.raises(PostcodeUnknown) as refused:
        gazetteer.resolve(typed, "BE")
    codes = [suggestion.postcode for suggestion in refused.value.suggestions if suggestion.postcode]
    assert len(codes) <= 5
    apart = []
    for code in codes:
        assert gazetteer.find("BE", code)
        differing = [index for index in range(4) if code[index] != typed[index]]
        apart.append(len(differing))
        assert len(differing) == 1 or (len(differing) == 2 and sorted(code) == sorted(typed))
    assert apart == sorted(apart)
    slips = sum(
        gazetteer.find("BE", typed[:at] + digit + typed[at + 1 :]) is not None
        for at in range(4)
        for digit in "0123456789"
    )
    assert len(codes) >= min(5, slips)


@pytest.mark.parametrize("code", sorted(rules()["BE"].institutions))
def test_every_institution_is_told_that_nobody_lives_there(gazetteer: Gazetteer, code: str) -> None:
    """A code of a bank or a broadcaster is refused as such and no neighbouring code is guessed."""
    for typed in (code, f"B-{code}", f"{code} Brussel"):
        with pytest.raises(PostcodeNotResidential) as refused:
            gazetteer.resolve(typed, "BE")
        assert not any(suggestion.postcode for suggestion in refused.value.suggestions)
        assert code not in _said(refused.value)


def test_the_institutions_are_those_of_the_list() -> None:
    """Belgium's codes without geography are the ones that were gathered, ranges included."""
    ranges = [range(1005, 1013), range(1043, 1050), range(7510, 7514)]
    single = (
        "1031 1033 1035 1041 1099 1100 1101 1105 1110 1201 1212 1414 1733 1818 1934 1935 "
        "2099 4075 4090 4099 4151 "
    )
    single += "5010 5012 5589 6075 6099 9075 9099 0612"
    assert rules()["BE"].institutions == {
        *single.split(),
        *(str(code) for span in ranges for code in span),
    }


def test_a_foreign_code_of_a_listed_country_says_how_to_ask() -> None:
    """Where the other country has a table, the suggestion is to ask with it."""
    at = [NamedPoint("Here", Point(50, 5))]
    gazetteer = Gazetteer([place_of("BE", "1000", at), place_of("FR", "59000", at)])
    with pytest.raises(PostcodeForeign) as refused:
        gazetteer.resolve("59000", "BE")
    assert [each.country for each in refused.value.suggestions] == ["FR", "DE"]
    assert "send country=FR" in refused.value.suggestions[0].detail
    assert gazetteer.resolve("59000", "FR").country == "FR"


def test_a_country_without_a_table_is_unsupported(gazetteer: Gazetteer) -> None:
    """Both questions refuse a country without postcodes and name the ones that have them."""
    with pytest.raises(CountryUnsupported) as refused:
        gazetteer.resolve("1000", "PL")
    assert [suggestion.country for suggestion in refused.value.suggestions] == ["BE"]
    with pytest.raises(CountryUnsupported):
        gazetteer.country("PL").begins_with("1", 5)


@given(st.text(max_size=100))
def test_any_text_is_a_place_or_a_refusal_without_an_echo(gazetteer: Gazetteer, typed: str) -> None:
    """No text raises anything but PlaceRefused, and no refusal repeats the text."""
    typed = f"{typed}kanarie"
    with pytest.raises(PlaceRefused) as refused:
        gazetteer.resolve(typed, "BE")
    assert "kanarie" not in _said(refused.value)


def test_ten_thousand_marks_are_refused_before_they_are_tidied(edition: Edition) -> None:
    """Text that would take a second to normalise is refused at once."""
    marks = "a" + "\u0301" * 9999 + "\u0327" * 9999
    started = time.thread_time()  # not what else the machine does
    with pytest.raises(PlaceUnknown):
        edition.places.resolve(marks, "BE")
    edition.places.country("BE").begins_with(marks, 3)
    assert time.thread_time() - started < 0.5
