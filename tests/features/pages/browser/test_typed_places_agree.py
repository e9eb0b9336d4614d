"""What people type for a place is understood on the device as on the server."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.bootstrap import Directory
from directory_api.live.editions import Edition
from directory_api.search.query import NearestQuery, Postcode
from directory_api.text.errors import PlaceRefused
from directory_api.text.translations import country_names
from tests.support.api_client import ApiClient
from tests.support.ci import some
from tests.support.on_device import IMPORT
from tests.support.typed_places import Typed, TypedPlaces

SEED, INPUTS = 16, 300
# A person reads the first suggestions only.
READ = 3
# The server understands 99.5 %: it knows `st` for Sint, and names beside what cannot be a postcode.
LEAST_UNDERSTOOD = 0.97
# The bundle has neither villages nor most names in other languages; the page loads them.
LEAST_UNDERSTOOD_BY_THE_COMPONENT = 0.9
OUTCOMES = f"""async ([record, texts]) => {{
  {IMPORT}
  const bundle = module.readBundle(record);
  return texts.map((text) => {{
    const {{place, suggestions}} = module.resolve(bundle, text);
    const codes = (places) => places.map(({{code}}) => code);
    return place ? ["answer", codes(place.places ?? [place])] : ["suggestions", codes(suggestions)];
  }});
}}"""


@pytest.fixture(scope="module")
def inputs(directory: Directory) -> list[Typed]:
    """Codes, names and both, with typing mistakes; and addresses."""
    places = directory.live.snapshot.gazetteer.places("BE")
    addresses = [
        Typed(f"Kerkstraat 16, {place.code} {place.name}", "address", frozenset({place.code}))
        for place in places[:: len(places) // 20]
    ]
    return [*TypedPlaces(places, SEED).inputs(INPUTS), *addresses]


def _outcome(typed: Typed, kind: str, codes: list[str]) -> str:
    if kind == "answer":
        return "answered" if typed.codes.issuperset(codes) else "mistaken"
    return "suggested" if typed.codes.intersection(codes[:READ]) else "missed"


def _on_server(edition: Edition, text: str) -> tuple[str, list[str]]:
    try:
        origin = edition.nearest(NearestQuery(Postcode(text, "BE"))).origin
    except PlaceRefused as error:
        return "suggestions", [each.postcode for each in error.suggestions if each.postcode]
    assert origin.place
    return "answer", [each.code for each in (origin.town.places if origin.town else [origin.place])]


@pytest.mark.parametrize(
    ("has_every_name", "least"),
    [(True, LEAST_UNDERSTOOD), (False, LEAST_UNDERSTOOD_BY_THE_COMPONENT)],
)
def test_what_people_type_is_understood_on_the_device(
    module_page: Page,
    api: ApiClient,
    edition: Edition,
    inputs: list[Typed],
    has_every_name: bool,
    least: float,
) -> None:
    """Nearly all is answered, or the right code is one of the first three suggestions; none is
    taken for another place. An answer is that of the server.
    """
    record = api.get("/v1/bundle").get_json()
    if has_every_name:
        record |= api.get("/v1/bundle/postcodes/BE").get_json()
    texts = [typed.text for typed in inputs]
    on_device = module_page.evaluate(OUTCOMES, [record, texts])
    outcomes = [_outcome(typed, *each) for typed, each in zip(inputs, on_device, strict=True)]
    assert "mistaken" not in outcomes
    missed = [text for text, outcome in zip(texts, outcomes, strict=True) if outcome == "missed"]
    assert len(missed) <= (1 - least) * len(texts), missed
    counts = Counter(outcomes)
    # The device offers the postcode after a name with a slip; the server answers it.
    assert counts["answered"] > len(texts) * 2 / 5
    assert counts["suggested"] > len(texts) / 10
    for typed, (kind, codes) in zip(inputs, on_device, strict=True):
        if kind == "answer":
            assert _on_server(edition, typed.text) == ("answer", codes), typed
        if typed.kind == "address":
            assert codes == [*typed.codes], typed


# What the page shows after a search: the closest centre and whether that is certain, or the
# postcodes and the countries that are offered.
SHOWN = """() => {
  const texts = (selector) => [...document.querySelectorAll(selector)].map(
    (each) => each.value || each.textContent);
  if (document.querySelector("#form-error")) {
    return ["suggestions", texts("[data-message] button.typed"),
      texts("[data-message] .choice button").sort()];
  }
  const [first] = document.querySelectorAll("[data-centre]");
  return ["answer", first.dataset.centre, first.querySelector(".rank") !== null];
}"""
PROVINCES = {
    "en": [
        *("Hainaut", "West Flanders", "East Flanders", "Flemish Brabant", "Walloon Brabant"),
        *("Limburg", "Luxembourg", "Antwerp", "Province of Liège", "Brussels Region"),
    ],
    "nl": [
        *("Henegouwen", "West-Vlaanderen", "Oost-Vlaanderen", "Vlaams-Brabant", "Waals-Brabant"),
        *("Limburg", "Luxemburg", "Luik", "Antwerpen", "Namen", "Provincie Luik"),
        *("Provincie Antwerpen", "Brussels Hoofdstedelijk Gewest"),
    ],
    "fr": [
        *("Hainaut", "Flandre occidentale", "Flandre orientale", "Brabant flamand"),
        *("Brabant wallon", "Limbourg", "Luxembourg", "Liège", "Anvers", "Namur"),
        *("Province de Liège", "Province d’Anvers", "Bruxelles-Capitale"),
    ],
    "de": [
        *("Hennegau", "Westflandern", "Ostflandern", "Flämisch-Brabant", "Wallonisch-Brabant"),
        *("Limburg", "Luxemburg", "Lüttich", "Antwerpen", "Provinz Lüttich", "Region Brüssel"),
    ],
}
WITH_PROVINCES = [
    *("3500 Limburg", "7000 Hainaut", "Hainaut 7000", "6700 Luxembourg", "4000 Luxembourg"),
    *("3500 Hasselt, Limburg", "6000 Charleroi (Hainaut)", "1000 Bruxelles/Brussel"),
    *("9000 Limburg", "Charleroi, Hainaut", "Hainaut (Henegouwen)", "4500 Liège", "Hainaut/Lille"),
]
WITH_COUNTRY = {
    "fr": [
        *("1000 Bruxelles, Belgique", "Ehein, Belgique", "4120 Ehein, Belgique", "Belgique"),
        *("Lille, Belgique", "Luxembourg, Belgique", "Hainaut, Belgique", "59000 Belgique"),
        *("7000 Hainaut, Belgique", "3500 Hasselt, Limbourg, Belgique"),
        *("Saint-Nicolas/Sint-Niklaas, Belgique", "Kerkstraat 16, 9000 Gent, Belgique"),
    ],
    "nl": ["9000 Gent, België", "1000 Brussel (België)", "Gent - België", "2000 Gent, België"],
    "de": ["4000 Lüttich, Belgien", "Löwen Belgien", "Gent 9000 BELGIEN"],
    "en": ["9000 Gent Belgium", "1000, Belgium", "B-1000 Belgium", "Brussels, Belgium"],
}


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[Page]:
    """A page on which one search follows the other."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def _shown(page: Page, text: str) -> list[Any]:
    page.evaluate("""() => {
      document.querySelector("[data-message]").replaceChildren();
      document.querySelector("#origin").open = true;
    }""")
    page.fill("#postcode", text)
    page.click("form.search-form button.main")
    page.wait_for_selector("#form-error, .search:not(.waiting) #origin:not([open])")
    shown: list[Any] = page.evaluate(SHOWN)
    return shown


def _by_server(edition: Edition, text: str, tag: str) -> list[Any]:
    """The same, of the server's answer or refusal."""
    try:
        answer = edition.nearest(NearestQuery(Postcode(text, "BE", True)))
    except PlaceRefused as error:
        codes = [each.postcode for each in error.suggestions if each.postcode]
        others = {each.country for each in error.suggestions if not each.postcode} - {"BE", None}
        return ["suggestions", codes, sorted(country_names([str(each)], tag) for each in others)]
    return ["answer", answer.hits[0].centre.id, answer.certain]


@pytest.mark.parametrize("tag", some([*PROVINCES]))
def test_the_page_understands_provinces_as_the_server(
    visitor: Page, embed_origin: str, edition: Edition, tag: str
) -> None:
    """It answers the same, or offers the same postcodes and countries in the same order."""
    visitor.goto(f"{embed_origin}/?lang={tag}")
    visitor.wait_for_selector(".search.enhanced")
    texts = [*PROVINCES[tag], *(some(WITH_PROVINCES, 2) if tag == "en" else [])]
    shown = {text: _shown(visitor, text) for text in texts}
    assert shown == {text: _by_server(edition, text, tag) for text in texts}


def test_a_town_of_a_province_is_offered_by_its_name(visitor: Page, embed_origin: str) -> None:
    """After the town elsewhere that has the name of the province."""
    visitor.goto(f"{embed_origin}/?lang=nl")
    visitor.wait_for_selector(".search.enhanced")
    _shown(visitor, "Limburg")
    towns = ["4830 Limburg", "4831 Bilstain (Limburg)", "4834 Goé (Limburg)"]
    places = [*towns, "3500 Hasselt", "3600 Genk"]
    expect(visitor.locator("[data-message] button.typed")).to_have_text(places)


@pytest.mark.parametrize("tag", some([*WITH_COUNTRY]))
def test_the_page_leaves_out_the_country_after_a_place_as_the_server(
    visitor: Page, embed_origin: str, edition: Edition, tag: str
) -> None:
    """It answers the same, or offers the same, and never another country."""
    visitor.goto(f"{embed_origin}/?lang={tag}")
    visitor.wait_for_selector(".search.enhanced")
    shown = {text: _shown(visitor, text) for text in WITH_COUNTRY[tag]}
    assert shown == {text: _by_server(edition, text, tag) for text in WITH_COUNTRY[tag]}
