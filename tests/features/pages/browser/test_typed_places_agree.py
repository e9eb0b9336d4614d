"""The page shows for a typed place what the server answers or offers."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.live.editions import Edition
from directory_api.search.query import NearestQuery, TypedPlace
from directory_api.text.errors import PlaceRefused
from directory_api.text.translations import country_names, words
from tests.support.amount import some

# What the page shows after a search: the closest centre and whether that is certain, or the
# postcodes, of which the server has five, and the countries that are offered.
SHOWN = """(uncertain) => {
  const texts = (selector) => [...document.querySelectorAll(selector)].map(
    (each) => each.value || each.textContent);
  if (document.querySelector("#form-error")) {
    return ["suggestions", texts("[data-message] button.typed").slice(0, 5),
      texts("[data-message] .choice button").sort()];
  }
  const [first] = document.querySelectorAll("[data-centre]");
  const { textContent: notes } = document.querySelector(".notes");
  return ["answer", first.dataset.centre, !notes.includes(uncertain)];
}"""
# Provinces, which a device knows by the files that it loads, and the country after a place.
TEXTS = ("Limburg", "Lille, Belgique", "7000 Hainaut, Belgique", "Gent - België")


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[Page]:
    """A page on which one search follows the other."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def _shown(page: Page, text: str, tag: str = "nl") -> list[Any]:
    page.evaluate("""() => {
      document.querySelector("[data-message]").replaceChildren();
      document.querySelector("#origin").open = true;
    }""")
    page.fill("#postcode", text)
    page.click("form.search-form button.main")
    page.wait_for_selector("#form-error, .search:not(.waiting) #origin:not([open])")
    shown: list[Any] = page.evaluate(SHOWN, words(tag)["uncertain.both"])
    return shown


def _by_server(edition: Edition, text: str, tag: str) -> list[Any]:
    """The same, of the server's answer or refusal."""
    try:
        answer = edition.nearest(NearestQuery(TypedPlace(text, "BE", True)))
    except PlaceRefused as error:
        codes = [each.postcode for each in error.suggestions if each.postcode]
        others = {each.country for each in error.suggestions if not each.postcode} - {"BE", None}
        return ["suggestions", codes, sorted(country_names([str(each)], tag) for each in others)]
    return ["answer", answer.results[0].centre.id, answer.certain]


@pytest.mark.parametrize("tag", some(["fr", "nl", "de", "en"]))
def test_the_page_shows_what_the_server_answers_or_offers(
    visitor: Page, embed_origin: str, edition: Edition, tag: str
) -> None:
    """The same closest centre, or the same postcodes and countries in the same order."""
    visitor.goto(f"{embed_origin}/?lang={tag}")
    visitor.wait_for_selector(".search.enhanced")
    shown = {text: _shown(visitor, text, tag) for text in TEXTS}
    assert shown == {text: _by_server(edition, text, tag) for text in TEXTS}


def test_a_town_of_a_province_is_offered_by_its_name(visitor: Page, embed_origin: str) -> None:
    """After the town elsewhere that has the name of the province."""
    visitor.goto(f"{embed_origin}/?lang=nl")
    visitor.wait_for_selector(".search.enhanced")
    _shown(visitor, "Limburg")
    towns = ["4830 Limburg", "4831 Limburg", "4834 Limburg"]
    places = [*towns, "3500 Hasselt", "3600 Genk", "3580 Beringen", "3800 Sint-Truiden"]
    expect(visitor.locator("[data-message] button.typed")).to_have_text(places)
