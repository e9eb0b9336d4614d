"""<nearest-centre> understands what people type as the server does."""

import sys
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from directory_api.bootstrap import Directory
from directory_api.features.device.as_bundle import known_parts
from directory_api.live.editions import Edition
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.postcode import rules
from directory_api.search.query import Filters, NearestQuery, Postcode
from directory_api.text import normalize
from directory_api.text.errors import PlaceAmbiguous, PlaceRefused
from tests.features.pages.browser.on_device import IMPORT, SAME_M
from tests.support.amount import some

NEEDS = ("device",)

# Names with a slip, and names beside a number that is no postcode.
SERVER_SUGGESTS_MORE = ("été", "laken", "brussel 1", "9999 Gent")
RESOLVE = f"""async ([record, texts]) => {{
  {IMPORT}
  const bundle = module.readBundle(record);
  return texts.map((text) => {{
    const {{place, error, suggestions, countries}} = module.resolve(bundle, text);
    const named = (suggestion) => `${{suggestion.code}} ${{suggestion.name}}`;
    return place ? [place.code || place.name] : [error, suggestions.map(named), countries];
  }});
}}"""
NAMES = f"""async ([record, names, filters]) => {{
  {IMPORT}
  const bundle = module.readBundle(record);
  return names.map((name) => {{
    const {{place, error}} = module.resolve(bundle, name, filters);
    if (!place) return error;
    const {{hits, certain}} = module.nearest(bundle, place, filters, 3);
    const codes = (place.places ?? [place]).map((each) => each.code);
    return {{
      codes,
      name: place.name,
      names: place.nameByLanguage,
      accuracy: place.accuracy,
      certain,
      hits: hits.map((hit) => [hit.centre.id, hit.distance]),
    }};
  }});
}}"""
TIDY = f"async (texts) => {{ {IMPORT} return texts.map(module.tidy); }}"


def test_typed_text_is_understood_as_by_the_server(
    module_page: Page, directory: Directory, edition: Edition, bundle: Any
) -> None:
    """Every postcode, other numbers of four digits and other input give the same place, or the same
    error and suggestions.
    """
    places = directory.live.snapshot.gazetteer.places("BE")
    texts = [place.code for place in places] + sorted(rules()["BE"].institutions)
    # To compare all 10,000 took a tenth of the time of all tests in browsers.
    texts += [f"{number:04}" for number in some(range(0, 10_000, 7))]
    texts += [
        "B-1000",
        "b 1000",
        "BE1000",
        "be-2000",
        "1000 Brussel",
        "1000, brussel",
        "B-1000 BRUSSEL",
        "4000 Liege",
    ]
    texts += [
        "１０００",
        "٤٠٠٠",
        "१०००",
        "10\u200b00",
        "\ufeff2000\u200f",
        "\u00a01000 ",
        "1000\t",
        "B\u20131000",
    ]
    texts += [
        "10000",
        "20000",
        "10115",
        "59000",
        "F-59000",
        "D-10115",
        "L-1111",
        "1012 AB",
        "NL-1012AB",
        "SW1A 1AA",
    ]
    texts += [
        "K1A 0B1",
        "D02 X285",
        "1 000",
        "1000a",
        "100",
        "12345678",
        "hello",
        "Brussel",
        "",
        " ",
        "-",
        "0612",
        "x" * 81,
    ]
    texts += [
        "1000 Bruxelles",
        "2000 Anvers",
        "9000 GAND",
        "1050 ixelles",
        "4000 Luik",
        "3000 Louvain",
        "1000 Gand",
    ]
    texts += [
        "Antwerpen",
        "anvers",
        "Bru",
        "bruxelles",
        "sint",
        "Saint-G",
        "L",
        "lu",
        "luik",
        "gand ",
        "Ost-",
        "été",
    ]
    texts += [
        "Deurne",
        "laken",
        "Haren",
        "Ledeberg",
        "Gentbrug",
        "merksm",
        "1020 Laeken",
        "9050 ledeberg",
        "Avekapelle",
    ]
    texts += [
        "4000 Lausanne",
        "9999 Nowhere",
        "1012 Bank",
        "²000",
        "1000 ²",
        "1000 Brussel 2",
        "Brussel, 1000",
        "Luik 4000",
        "Kerkstraat 1000 bus",
        "B1000Brussel",
    ]
    texts += [
        *("1OOO", "b-1ooo", "1OOO Brussel", "1OOO Xyz", "B1OOO", "1012OO", "1012 OO", "OOOO"),
        *("2000 Xyz", "2040 Lillo", "4480 Ehein", "2000 Gent", "9OOO luik", "9999 Gent"),
        *("Wetstraat 16, 1000 Brussel", "Rue 1500, 1160 Bruxelles"),
        *("1160 Oudergem, Waversesteenweg 1500", "Gnet", "Antwrpen", "Lovuain"),
        *("GENT", "Lüttich", "Machelen", "halle", "brussel 1", "Saint-Nicolas", "Sint Niklaas"),
    ]
    parts = known_parts(places)
    # The device knows fewer of the parts, and neither aliases nor populations.
    known = Gazetteer(
        replace(
            each,
            places=(*parts[each.code], *each.names.values(), each.name),
            aliases=(),
            population=0,
        )
        for each in places
    )
    # The bundle has no postcodes of other countries.
    on_device = replace(edition, places=known)
    for text, found in zip(texts, module_page.evaluate(RESOLVE, [bundle, texts]), strict=True):
        try:
            query = NearestQuery(Postcode(text, "BE"))
            expected: list[Any] = [on_device.nearest(query).origin.typed]
        except PlaceRefused as error:
            kind = error.code
            codes = [f"{each.postcode} {each.place}" for each in error.suggestions if each.postcode]
            foreign = (
                [each.country for each in error.suggestions] if kind == "postcode-foreign" else []
            )
            expected = ["nothing-typed" if not text.strip() else kind, codes, foreign]
        if text in SERVER_SUGGESTS_MORE:
            assert found[0] == expected[0], text
        else:
            assert found == expected, text


@pytest.mark.parametrize("filters", [{}, {"service": "emergency-duty"}])
def test_every_name_that_the_device_knows_has_the_servers_answer(
    module_page: Page, directory: Directory, edition: Edition, bundle: Any, filters: dict[str, str]
) -> None:
    """Towns in each language, and parts: the same postcodes, centres, certainty and distances; or
    both ask which postcode is meant.
    """
    places = directory.live.snapshot.gazetteer.places("BE")
    parts = known_parts(places)
    names = sorted(
        {name for each in places for name in (each.name, *each.names.values(), *parts[each.code])}
    )
    # Filters choose among centres, whatever the place is.
    names = names[::4] if filters else names
    aliases = {alias for each in places for alias, _ in each.aliases}
    answered = 0
    # The server is asked for places in Belgium.
    found = module_page.evaluate(NAMES, [{**bundle, "larger_abroad": []}, names, filters])
    for name, answer in zip(names, found, strict=True):
        chosen = Filters(service=filters.get("service"))
        query = NearestQuery(Postcode(name, "BE"), chosen)
        try:
            expected = edition.nearest(query)
        except PlaceAmbiguous:
            assert answer == "place-ambiguous", name
            continue
        town, place = expected.origin.town, expected.origin.place
        assert place
        assert answer["codes"] == [each.code for each in (town.places if town else [place])]
        # The device displays an alias as it is written.
        assert answer["name"] == (town or place).name or name in aliases
        assert (answer["names"] or {}).items() <= (town or place).names.items()
        assert abs(answer["accuracy"] - expected.origin.accuracy_m) <= 1
        assert answer["certain"] == expected.certain
        assert [identity for identity, _ in answer["hits"]] == [
            hit.centre.id for hit in expected.hits
        ]
        for (_, metres), hit in zip(answer["hits"], expected.hits, strict=True):
            assert abs(metres - hit.distance_m) <= SAME_M
        answered += town is not None
    assert answered > (50 if filters else 200)


@settings(max_examples=20)
@given(
    st.lists(
        st.text(
            st.characters(exclude_categories=["Cc", "Cn", "Co", "Cs", "Zl", "Zp"]) | st.just("\t"),
            max_size=12,
        ),
        min_size=50,
        max_size=200,
    )
)
def test_typed_text_is_tidied_as_on_the_server(module_page: Page, texts: list[str]) -> None:
    """Whatever signs people's keyboards have."""
    assert module_page.evaluate(TIDY, texts) == [normalize.tidy(text).strip() for text in texts]


def test_digits_of_every_script_are_digits(module_page: Page) -> None:
    """Each script's digits, hyphens, spaces and invisible signs are read as on the server."""
    kinds = ("Nd", "Pd", "Zs", "Cf")
    signs = [
        chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in kinds
    ]
    texts = [f"1{sign}2" for sign in signs]
    assert module_page.evaluate(TIDY, texts) == [normalize.tidy(text) for text in texts]
