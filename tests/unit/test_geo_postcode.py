"""Postcodes: how they are written, and the shipped table against a calculation of its own."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from directory_api.files.country_tables import shipped_tables
from directory_api.place.geometry import Point
from directory_api.place.postcode import (
    LEAST_ACCURACY_M,
    NamedPoint,
    PostcodeRule,
    place_of,
    rule_for,
    rules,
    squash,
    written_like,
)
from directory_api.text.normalize import fold, tidy


@pytest.fixture(scope="module")
def rows(data: Path) -> dict[str, list[tuple[str, float, float]]]:
    """The rows of the shipped Belgian table by code, read by csv alone."""
    by_code: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    with (data / "countries/be/postcodes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by_code[row["code"]].append((row["place"], float(row["lat"]), float(row["lon"])))
    return by_code


def _middle(numbers: list[float]) -> float:
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def test_each_shipped_table_is_written_by_its_countrys_rule(data: Path) -> None:
    """Every code of every shipped table is its own key, and no institution is among them."""
    for table in shipped_tables(data):
        rule = rules()[table.country]
        assert [rule.key(place.code) for place in table.places] == [
            place.code for place in table.places
        ]
        assert not rule.institutions & {place.code for place in table.places}
        assert all(place.country == table.country for place in table.places)


def test_the_shipped_table_has_every_row(
    data: Path, rows: dict[str, list[tuple[str, float, float]]]
) -> None:
    """The Belgian table has 1,149 codes of 2,780 rows, each with a place."""
    (table,) = shipped_tables(data)
    assert (len(table.places), sum(map(len, rows.values()))) == (1149, 2780)
    assert [place.code for place in table.places] == sorted(rows)
    assert {name for place in table.places for name in place.places} >= {
        row[0] for code in rows for row in rows[code]
    }


def test_a_codes_point_is_the_median_and_its_accuracy_the_spread(
    data: Path, rows: dict[str, list[tuple[str, float, float]]]
) -> None:
    """A code's point is the median of its rows, to 0.001 degree; its accuracy is the largest
    geodesic from it, rounded up to 100 m, at least 3 km.
    """
    for place in shipped_tables(data)[0].places:
        assert place.point.lat == pytest.approx(
            _middle([lat for _, lat, _ in rows[place.code]]), abs=0.000501
        )
        assert place.point.lon == pytest.approx(
            _middle([lon for _, _, lon in rows[place.code]]), abs=0.000501
        )
        here = (place.point.lat, place.point.lon)
        spread = max(geodesic(here, row[1:]).meters for row in rows[place.code])
        assert max(LEAST_ACCURACY_M, spread) <= place.accuracy_m + 0.01
        assert place.accuracy_m <= max(LEAST_ACCURACY_M, spread + 101)
        assert place.accuracy_m % 100 == 0


@pytest.mark.parametrize("country", sorted(rules()))
def test_each_rule_takes_its_own_example(country: str) -> None:
    """The example that a refusal shows is accepted, with and without the country's prefixes."""
    rule = rules()[country]
    key = rule.key(rule.example)
    assert key
    bare = rule.example.removeprefix("L-")
    for prefix in rule.prefix.split("|"):
        for between in ("", "-", " "):
            assert rule.key(f"{prefix}{between}{bare}".lower()) == key


@pytest.mark.parametrize(
    ("country", "text", "key"),
    [
        ("NL", "1012AB", "1012"),
        ("NL", "1012", "1012"),
        ("NL", "0999", None),
        ("NL", "1012 A", None),
        ("LU", "L-1111", "1111"),
        ("LU", "1111", "1111"),
        ("FR", "01000", "01000"),
        ("FR", "1000", None),
        ("DE", "D-01067", "01067"),
        ("GB", "sw1a 1aa", "SW1A"),
        ("GB", "SW1A", "SW1A"),
        ("GB", "SW1A 1A", None),
        ("IE", "D6W XY00", "D6W"),
        ("CA", "k1a0b1", "K1A"),
        ("BE", "B-", None),
        ("BE", "٠٦١٢", None),
        ("PL", "00-950", "00950"),
        ("PL", "-950", None),
        ("PL", "00950123456", None),
        ("PL", "P-00-950", "00950"),
        ("AT", "8010", "8010"),
        ("AT", "A-8010", "8010"),
        ("AT", "AT 8010", "8010"),
        ("AT", "GRAZ", None),
        ("CZ", "110 00", "11000"),
        ("JP", "110-0005", "1100005"),
        ("MT", "MST 1752", "MST1752"),
        ("SG", "238801", "238801"),
    ],
)
def test_keys_by_country(country: str, text: str, key: str | None) -> None:
    """A written code gives the key that the tables list, or None; also for a country that is not
    known.
    """
    assert rule_for(country).key(text) == key


@pytest.mark.parametrize(
    ("country", "text", "key", "name"),
    [
        ("AT", "8010 Graz", "8010", "Graz"),
        ("AT", "A-8010 Graz", "8010", "Graz"),
        ("AT", "Graz, 8010", "8010", "Graz"),
        ("FR", "75001 Paris", "75001", "Paris"),
        ("CZ", "CZ-110 00 Praha", "11000", "Praha"),
        ("CZ", "Praha 110 00", "11000", "Praha"),
        ("PL", "00-950 Warszawa", "00950", "Warszawa"),
        ("GB", "SW1A 1AA London", "SW1A", "London"),
        ("JP", "110-0005 台東区", "1100005", "台東区"),
    ],
)
def test_a_postcode_is_read_with_its_name(country: str, text: str, key: str, name: str) -> None:
    """Before or after it, also a postcode of two words and one of a country that is not known."""
    assert rule_for(country).split(tidy(text)) == (key, name)


@pytest.mark.parametrize(
    ("text", "home", "countries"),
    [
        ("1012 AB", "BE", ["NL"]),
        ("L-1111", "BE", ["LU"]),
        ("59000", "BE", ["FR", "DE"]),
        ("F-59000", "BE", ["FR"]),
        ("SW1A 1AA", "BE", ["GB"]),
        ("B-1000", "LU", ["BE"]),
        ("kanarie", "BE", []),
    ],
)
def test_codes_of_other_countries_are_recognised(
    text: str, home: str, countries: list[str]
) -> None:
    """A prefix decides, else each country with the shape is named, home excepted."""
    assert [rule.country for rule in written_like(text, home)] == countries


@given(st.text(max_size=30))
def test_tidying_twice_is_tidying_once(text: str) -> None:
    """tidy and fold change nothing that they have already changed."""
    assert tidy(tidy(text)) == tidy(text)
    assert fold(fold(text)) == fold(text)


@given(st.from_regex(r"[1-9][0-9]{3}", fullmatch=True), st.sampled_from(["０", "٠", "०", "𝟎"]))
def test_digits_of_other_scripts_are_digits(code: str, zero: str) -> None:
    """A code in full-width, Arabic, Devanagari or mathematical digits is the same code."""
    other = "".join(chr(ord(zero) + int(digit)) for digit in code)
    assert tidy(f"\u200b {other}\u2060\t") == code


def test_squash_makes_one_spelling() -> None:
    """Capitals, without spaces and hyphens."""
    assert squash("sw-1a 1aa") == "SW1A1AA"


@pytest.mark.parametrize(
    ("subdivision", "called"), [("BE-WLG", "Liège"), ("BE-VAN", "Luik"), (None, "Luik")]
)
def test_a_place_is_called_in_the_language_of_its_region(
    subdivision: str | None, called: str
) -> None:
    """In Wallonia French comes first, elsewhere Dutch."""
    rows = [NamedPoint("Row", Point(50.6, 5.5))]
    assert place_of("BE", "4000", rows, {"nl": "Luik", "fr": "Liège"}, subdivision).name == called


def test_a_place_is_found_by_each_of_its_names() -> None:
    """Names of rows, by language and aliases find the place, without accents; other names
    do not.
    """
    place = place_of(
        "BE",
        "4000",
        [NamedPoint("Row", Point(50.6, 5.5))],
        {"fr": "Liège"},
        None,
        ["Lüttich"],
        aliases=[("Lîdje", "Liège")],
    )
    assert [place.has_name(name) for name in ("row", "LIEGE", "luttich", "lidje", "Namur")] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert place_of("BE", "1", [NamedPoint("Row", Point(0, 0))]).name == "Row"


@pytest.mark.parametrize("rule", rules().values(), ids=rules().keys())
@given(data=st.data())
def test_the_key_of_a_postcode_is_read_as_itself(rule: PostcodeRule, data: st.DataObject) -> None:
    """So a text that is a key of the table needs no reading."""
    code = data.draw(st.from_regex(re.compile(rule.shape, re.ASCII), fullmatch=True))
    key = rule.key(tidy(code))
    assert key
    assert rule.key(tidy(key)) in (key, None)


@pytest.mark.parametrize("country", ["[", "(", "*", "BE(", "\\", "X(A|A)*C"])
def test_a_country_that_is_none_is_read_as_it_is_written(country: str) -> None:
    """A form may have any text there, which is no pattern."""
    assert rule_for(country).key(f"X{'A' * 40}!") is None
    assert rule_for(country).key(f"{country}-1000") == "1000"
