"""In which country a visitor is: the page says it in words, and has the numbers of the API."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.text.translations import words
from tests.support.amount import some
from tests.support.servers import ROOT
from tests.support.visitor_page import ENHANCED, find_on_device

VECTORS = json.loads((ROOT / "docs" / "whereabouts.json").read_text(encoding="utf-8"))
HOME = "BE"
NAMES = {
    "BE": "Belgium",
    "DE": "Germany",
    "FR": "France",
    "LU": "Luxembourg",
    "NL": "Netherlands",
}
# Every sixth position of docs/whereabouts.json: at borders, far away, and in the sea.
POSITIONS = [(each["lat"], each["lon"], each["accuracy_m"]) for each in VECTORS["positions"][::6]]
TYPED = ("1000", "59000 Lille", "6211 Maastricht", "52062 Aachen", "L-1111")
FAR = ("L-1009", "1012 AB")
NUMBERS = """() => [...document.querySelectorAll("[data-lines] a")]
  .map((each) => each.getAttribute("href"))"""


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[Page]:
    """A phone that may tell its position."""
    context = browser.new_context(permissions=["geolocation"], locale="en")
    yield context.new_page()
    context.close()


def _said(page: Page) -> str:
    note = page.locator(".results > .warning > p")
    return note.first.inner_text() if note.count() else ""


def _expected(place: dict[str, Any]) -> str:
    """What the page says of the place of an answer of the API."""
    say = words("en").say
    countries = place.get("countries") or [place.get("country")]
    if countries == [None]:
        return say("outside")
    if len(countries) == 1:
        return "" if countries == [HOME] else say("place.in", country=NAMES[countries[0]])
    beside = [each for each in countries if each != HOME] if HOME in countries else countries[1:]
    return say("place.near-border", country=", ".join(NAMES[each] for each in beside))


def _agrees(page: Page, answer: dict[str, Any]) -> None:
    assert _said(page) == _expected(answer["place"])
    expected = [
        f"tel:{line['number']}" if "number" in line else line["url"] for line in answer["helplines"]
    ]
    shown = page.evaluate(NUMBERS)
    assert sorted(shown) == sorted(dict.fromkeys(expected))


@pytest.mark.parametrize("position", some(POSITIONS, 7), ids=str)
def test_a_position_has_the_country_and_the_numbers_of_the_api(
    visitor: Page, embed_origin: str, position: tuple[float, float, float]
) -> None:
    """At borders and far away; the page says where the visitor is, and the API is asked beside."""
    lat, lon, accuracy = position
    visitor.context.set_geolocation({"latitude": lat, "longitude": lon, "accuracy": accuracy})
    visitor.goto(f"{embed_origin}/?lang=en")
    visitor.wait_for_selector(ENHANCED)
    visitor.click("[data-position]")
    visitor.wait_for_selector(".search:not(.waiting) .origin.known")
    url = f"{embed_origin}/v1/nearest?lat={lat}&lon={lon}&accuracy_m={accuracy:.0f}&lang=en"
    _agrees(visitor, visitor.request.get(url).json())


@pytest.mark.parametrize("typed", TYPED)
def test_what_is_typed_has_the_country_and_the_numbers_of_the_api(
    visitor: Page, embed_origin: str, typed: str
) -> None:
    """The same words as for a position, also where the server answers the form."""
    visitor.goto(f"{embed_origin}/?lang=en")
    find_on_device(visitor, typed)
    address = f"{embed_origin}/v1/nearest"
    answer = visitor.request.get(address, params={"place": typed, "lang": "en"}).json()
    _agrees(visitor, answer)
    sent = visitor.request.post(f"{embed_origin}/", form={"postcode": typed, "lang": "en"})
    assert _expected(answer["place"]) in sent.text()


@pytest.mark.parametrize("typed", FAR)
def test_a_postcode_too_far_from_the_border_has_the_numbers_of_its_country(
    visitor: Page, embed_origin: str, typed: str
) -> None:
    """Those of the API and of the server's page, until something else is typed."""
    visitor.goto(f"{embed_origin}/?lang=en")
    visitor.wait_for_selector(ENHANCED)
    before = visitor.evaluate(NUMBERS)
    visitor.fill("#postcode", typed)
    visitor.press("#postcode", "Enter")
    note = visitor.locator("[data-message]")
    expect(note).to_contain_text(words("en")["error.postcode-far"])
    shown = visitor.evaluate(NUMBERS)
    problem = visitor.request.get(
        f"{embed_origin}/v1/nearest", params={"place": typed, "lang": "en"}
    ).json()
    assert {f"tel:{line['number']}" for line in problem["helplines"]} <= {*shown}
    sent = visitor.request.post(f"{embed_origin}/", form={"postcode": typed, "lang": "en"})
    visitor.set_content(sent.text())
    assert visitor.evaluate(NUMBERS) == shown
    visitor.goto(f"{embed_origin}/?lang=en")
    visitor.wait_for_selector(ENHANCED)
    for each in (typed, "Xyzzy"):
        visitor.fill("#postcode", each)
        visitor.press("#postcode", "Enter")
        visitor.wait_for_selector(".search:not(.waiting) #form-error")
    expect(note).to_contain_text(words("en")["error.place-unknown"])
    assert visitor.evaluate(NUMBERS) == before
