"""What people type -> a place, or a refusal that says what to try and never repeats the text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.bootstrap import Directory
from directory_api.domain.errors import (
    CountryUnsupported,
    PlaceRefused,
    PostcodeForeign,
    PostcodeMalformed,
    PostcodeNotResidential,
    PostcodeUnknown,
)
from directory_api.domain.geo.geometry import Point
from directory_api.domain.geo.postcode import RULES, NamedPoint, place_of
from directory_api.domain.text.normalize import fold
from directory_api.search.gazetteer import LONGEST, Gazetteer


@pytest.fixture(scope="module")
def gazetteer(directory: Directory) -> Gazetteer:
    """The gazetteer of the shipped data."""
    return directory.finder.snapshot.gazetteer


def _said(error: PlaceRefused) -> str:
    return " ".join(
        [error.detail, str(error), *(suggestion.detail for suggestion in error.suggestions)]
    )


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


@pytest.mark.parametrize(
    "typed",
    [
        "0999",
        "10000",
        "10 00",
        "1000A",
        "",
        " ",
        "\u200b",
        "kanarie",
        "1000 Brussel 5",
        "1" * (LONGEST + 1),
        "-1000",
        "1 000",
    ],
)
def test_malformed_codes_are_malformed(gazetteer: Gazetteer, typed: str) -> None:
    """Input that is not a postcode is malformed; the error shows the form and repeats no input."""
    with pytest.raises(PostcodeMalformed, match="such as 1000") as refused:
        gazetteer.resolve(typed, "BE")
    if len(typed.strip()) > 2:
        assert typed not in _said(refused.value)


@pytest.mark.parametrize(
    ("typed", "meant"), [("10000", "1000"), ("10 00", "1000"), ("1000A", "1000"), ("40000", "4000")]
)
def test_a_malformed_code_suggests_the_one_meant(
    gazetteer: Gazetteer, typed: str, meant: str
) -> None:
    """A slip of the finger in a known code is answered with that code first."""
    with pytest.raises(PostcodeMalformed) as refused:
        gazetteer.resolve(typed, "BE")
    assert refused.value.suggestions[0].postcode == meant
    assert refused.value.suggestions[0].detail.startswith("Did you mean")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Wetstraat 16, 1000 Brussel", ["1000"]),
        ("Rue Rouveroy 2 B-4000 Liège", ["4000"]),
        ("1160 Oudergem, Waversesteenweg 1500", ["1160", "1500"]),
        ("Waversesteenweg 9999, 1160", ["1160"]),
    ],
)
def test_the_postcode_of_an_address_is_suggested(
    gazetteer: Gazetteer, typed: str, meant: list[str]
) -> None:
    """It is offered, not answered: another number of four digits may be a house number."""
    with pytest.raises(PostcodeMalformed) as refused:
        gazetteer.resolve(typed, "BE")
    assert [each.postcode for each in refused.value.suggestions if each.postcode] == meant
    assert "straat" not in _said(refused.value)


@pytest.mark.parametrize("typed", ["9999", "1999", "B-9999", "9999 Kanarie"])
def test_well_formed_codes_that_do_not_exist_are_unknown(gazetteer: Gazetteer, typed: str) -> None:
    """A code without a place is unknown, with a way to look it up and without an echo."""
    with pytest.raises(PostcodeUnknown) as refused:
        gazetteer.resolve(typed, "BE")
    assert refused.value.suggestions[-1].href == "/v1/postcodes?country=BE&prefix="
    assert typed not in _said(refused.value)


@given(st.from_regex(r"[1-9][0-9]{3}", fullmatch=True))
def test_suggestions_of_an_unknown_code_are_one_slip_away(gazetteer: Gazetteer, typed: str) -> None:
    """Suggestions exist and differ by one digit or two swapped ones; at most five, one
    digit first.
    """
    if gazetteer.find("BE", typed) or typed in RULES["BE"].institutions:
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


@pytest.mark.parametrize("code", sorted(RULES["BE"].institutions))
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
    assert RULES["BE"].institutions == {
        *single.split(),
        *(str(code) for span in ranges for code in span),
    }


@pytest.mark.parametrize(
    ("typed", "countries"),
    [
        ("1012 AB", ["NL"]),
        ("L-1111", ["LU"]),
        ("59000", ["FR", "DE"]),
        ("SW1A 1AA", ["GB"]),
        ("D02 X285", ["IE"]),
    ],
)
def test_foreign_codes_name_their_countries(
    gazetteer: Gazetteer, typed: str, countries: list[str]
) -> None:
    """A code with another country's shape is foreign: the countries are named, the code is not."""
    with pytest.raises(PostcodeForeign) as refused:
        gazetteer.resolve(typed, "BE")
    assert [suggestion.country for suggestion in refused.value.suggestions] == countries
    assert all(RULES[country].name in refused.value.detail for country in countries)
    assert typed not in _said(refused.value)


def test_a_foreign_code_of_a_listed_country_says_how_to_ask() -> None:
    """Where the other country has a table, the suggestion is to ask with it."""
    at = [NamedPoint("Here", Point(50, 5))]
    gazetteer = Gazetteer([place_of("BE", "1000", at), place_of("LU", "1111", at)])
    with pytest.raises(PostcodeForeign) as refused:
        gazetteer.resolve("L-1111", "BE")
    assert "send country=LU" in refused.value.suggestions[0].detail
    assert gazetteer.resolve("L-1111", "LU").country == "LU"


def test_3665_as_is_belgian_and_1012_ab_is_not(gazetteer: Gazetteer) -> None:
    """A place name of two letters counts when the code is that place's."""
    assert gazetteer.resolve("3665 As", "BE").code == "3665"


def test_a_country_without_a_table_is_unsupported(gazetteer: Gazetteer) -> None:
    """Both questions refuse a country without postcodes and name the ones that have them."""
    with pytest.raises(CountryUnsupported) as refused:
        gazetteer.resolve("1000", "PL")
    assert [suggestion.country for suggestion in refused.value.suggestions] == ["BE"]
    with pytest.raises(CountryUnsupported):
        gazetteer.begins_with("1", "PL", 5)


def test_a_country_without_a_rule_of_ours_is_looked_up_all_the_same() -> None:
    """Codes of a country without a rule are compared without spaces; the error has no example."""
    gazetteer = Gazetteer([place_of("PL", "00-950", [NamedPoint("Warszawa", Point(52.2, 21))])])
    assert gazetteer.resolve("00 950", "PL").name == "Warszawa"
    with pytest.raises(PostcodeMalformed, match="form of a postcode of PL\\."):
        gazetteer.resolve("?", "PL")


@given(st.text(max_size=100))
def test_any_text_is_a_place_or_a_refusal_without_an_echo(gazetteer: Gazetteer, typed: str) -> None:
    """No text raises anything but PlaceRefused, and no refusal repeats the text."""
    typed = f"{typed}kanarie"
    with pytest.raises(PlaceRefused) as refused:
        gazetteer.resolve(typed, "BE")
    assert "kanarie" not in _said(refused.value)


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
    gazetteer = directory.finder.snapshot.gazetteer
    places = [place for digit in "0123456789" for place in gazetteer.begins_with(digit, "BE", 9999)]
    by_code = {place.code: place for place in places if place.code.isdigit()}
    wanted = fold(prefix)
    codes = sorted(code for code in by_code if prefix.strip() and code.startswith(prefix.strip()))
    named = {
        code
        for code, place in by_code.items()
        for name in (*place.names.values(), *place.places, *(alias for alias, _ in place.aliases))
        if wanted and fold(name).startswith(wanted)
    }
    found = [place.code for place in gazetteer.begins_with(prefix, "BE", 9999)]
    assert found[: len(codes)] == codes
    assert len(found) == len(set(found))
    assert set(found) == {*codes, *named}
    for limit in (1, 3):
        assert [place.code for place in gazetteer.begins_with(prefix, "BE", limit)] == found[:limit]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("2000 Gent", ["2000", "9000", "9030", "9031", "9032"]),
        ("B-9000 Liège", ["9000", "4000", "4020", "4030", "4031"]),
        ("1OOO Lokeren", ["1000", "9160", "9180"]),
    ],
)
def test_a_postcode_with_the_name_of_another_town_is_questioned(
    directory: Directory, typed: str, codes: list[str]
) -> None:
    """Either may be wrong: the postcode comes first, then those of the town."""
    with pytest.raises(PostcodeMalformed) as refused:
        directory.finder.place(typed, "BE")
    assert [each.postcode for each in refused.value.suggestions if each.postcode] == codes


@pytest.mark.parametrize(
    "typed",
    [
        *("2000 Xyz", "4000 Lüttich", "2040 Lillo", "4480 Ehein", "1000 Lausanne"),
        *("5620 Hemptinne-Lez-Florennes", "9660 Sint-Maria-Oudenhove"),
        *("3670 Meeuwen-Gruitrode", "B-8000 Zentrum", "9000 Deurne"),
    ],
)
def test_a_right_postcode_is_never_refused_for_a_name_that_is_not_known(
    directory: Directory, typed: str
) -> None:
    """Nor for the name of a village that the table has in another postcode."""
    assert directory.finder.place(typed, "BE").code in typed


@pytest.mark.parametrize(
    ("typed", "code"),
    [("1OOO", "1000"), ("b-1ooo", "1000"), ("9O5O Ledeberg", "9050"), ("1OOO Xyz", "1000")],
)
def test_the_letter_o_in_a_number_is_a_zero(directory: Directory, typed: str, code: str) -> None:
    """The letter is beside the digit on many keyboards."""
    assert directory.finder.place(typed, "BE").code == code


@pytest.mark.parametrize("typed", ["1012OO", "1012 OO"])
def test_the_letters_of_a_dutch_postcode_are_no_zeros(directory: Directory, typed: str) -> None:
    """Its letters stand after four digits."""
    with pytest.raises(PostcodeForeign):
        directory.finder.place(typed, "BE")


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
    directory: Directory, typed: str, code: str
) -> None:
    """English, German and nearly right names are taken for what they are."""
    assert directory.finder.place(typed, "BE").code == code


def test_towns_come_before_their_parts(directory: Directory) -> None:
    """Brussel is found by `bru` and `brus`, before places that only contain a part of that name."""
    assert "1000" in [place.code for place in directory.finder.places("bru", "BE", 50)]
    assert directory.finder.places("brus", "BE", 3)[0].code == "1000"


_HALLE = ["1500 Halle", "1501 Buizingen (Halle)", "1502 Lembeek (Halle)", "2980 Halle (Zoersel)"]


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
    places = gazetteer.begins_with(prefix, "BE", len(names))
    assert [place.name for place in places] == names


def test_without_populations_the_town_with_more_postcodes_is_the_larger() -> None:
    """A table of GeoNames has no populations."""
    at = [NamedPoint("Aa", Point(50, 5))]
    more = [NamedPoint("Ab", Point(50, 5))]
    gazetteer = Gazetteer(
        place_of("LU", code, rows) for code, rows in (("1111", at), ("2222", more), ("3333", more))
    )
    assert [place.code for place in gazetteer.begins_with("a", "LU", 3)] == ["2222", "1111", "3333"]


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


def test_an_alias_is_displayed_as_the_place_for_which_it_is_written(directory: Directory) -> None:
    """`Waasten` is the Dutch name of Warneton, a part of Comines-Warneton."""
    with pytest.raises(PostcodeMalformed) as refused:
        directory.finder.place("Waasten", "BE")
    assert refused.value.suggestions[0].place == "Warneton (Comines-Warneton)"


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


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        # Of the town's codes, those that differ by one slip come first.
        ("9001 Gent", ["9000", "9031", "9041", "9051", "9030"]),
        ("9014 gent", ["9041", "9000"]),
        ("1999 Deurne", ["2100", "3290"]),
        ("2630 Antwerpen", ["2630", "2030"]),
        ("0222 Fleurus", ["6220", "6221", "6222"]),
        # The beginning of Mouscron, and Mons with a slip.
        ("Mous", ["7700", "5190", "7911", "7000"]),
    ],
)
def test_a_slip_beside_a_name_suggests_the_codes_of_the_town(
    gazetteer: Gazetteer, typed: str, codes: list[str]
) -> None:
    """The name says more than the neighbours of a code."""
    with pytest.raises(PlaceRefused) as refused:
        gazetteer.resolve(typed, "BE")
    suggested = [each.postcode for each in refused.value.suggestions if each.postcode]
    assert suggested[: len(codes)] == codes


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
    directory: Directory, typed: str, meant: list[str]
) -> None:
    """A district is found before towns that sound similar; towns first, then the most similar."""
    with pytest.raises(PostcodeMalformed) as refused:
        directory.finder.place(typed, "BE")
    offered = [
        f"{each.postcode} {each.place}" for each in refused.value.suggestions if each.postcode
    ]
    assert offered[: len(meant)] == meant
    assert bool(offered) == bool(meant)


def test_ten_thousand_marks_are_refused_before_they_are_tidied(directory: Directory) -> None:
    """Text that would take a second to normalise is refused at once."""
    marks = "a" + "\u0301" * 9999 + "\u0327" * 9999
    started = time.thread_time()  # not what else the machine does
    with pytest.raises(PostcodeMalformed):
        directory.finder.place(marks, "BE")
    directory.finder.places(marks, "BE", 3)
    assert time.thread_time() - started < 0.5


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
