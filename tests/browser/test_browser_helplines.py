"""The helplines of another country on the page and in the component: below those that are shown,
which never move.
"""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.i18n.translations import words
from tests.support.partner_page import embedded, find

EN = words("en")
# The numbers at the top of the page: where each is in the document, and what it leads to.
NUMBERS = """(root) => [...root.querySelectorAll(".helplines a")]
  .filter((link) => !link.closest(".results"))
  .map((link) => [link.getAttribute("href"), link.getBoundingClientRect().top + scrollY,
    link.getBoundingClientRect().left])"""


@pytest.fixture
def page(browser: Browser, embed_origin: str) -> Any:
    """The visitor's page at the width of a phone, when it can search without the server."""
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{embed_origin}/?lang=en")
    page.wait_for_selector(".search.enhanced")
    yield page
    context.close()


def _numbers(page: Page) -> Any:
    return page.locator("body").evaluate(NUMBERS)


def _texts(page: Page, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(selector).all_inner_texts()]


def test_the_numbers_of_a_place_abroad_are_added_below_those_that_are_shown(page: Page) -> None:
    """17 for Lille, with the country; 101 keeps its place, and has its country from the start."""
    before = _numbers(page)
    assert "101 Police – Belgium" in _texts(page, "main > .helplines a")
    page.fill("#postcode", "59000 Lille")
    page.click("form.search-form button.main")
    page.wait_for_selector("#results:focus")
    assert _numbers(page) == before
    assert _texts(page, ".results .danger a") == ["17 Police – France"]
    added = page.locator(".results .helplines a")
    hrefs = [link.get_attribute("href") for link in added.all()]
    assert hrefs == ["tel:119", "tel:3919", "tel:114"]
    expect(page.locator(".results .night")).to_have_attribute("href", "tel:3919")
    # Near Brussels all that is needed is at the top.
    page.click("#origin > summary")
    page.fill("#postcode", "1000")
    page.click("form.search-form button.main")
    expect(page.locator("[data-place]")).to_contain_text("1000")
    assert page.locator(".results .danger, .results .helplines").count() == 0
    expect(page.locator(".results .night")).to_have_attribute("href", "tel:+3278055800")


def test_a_bare_postcode_shows_the_police_of_each_country_that_may_be_meant(page: Page) -> None:
    """`59000` may be French or German. After the choice the answer is in sight."""
    page.fill("#postcode", "59000")
    page.click("form.search-form button.main")
    assert _texts(page, "[data-message] .danger a") == [
        "17 Police – France",
        "110 Police – Germany",
    ]
    page.get_by_role("button", name="France").click()
    page.wait_for_selector("#results:focus")
    bar = page.locator(".exit-bar").evaluate("(bar) => bar.getBoundingClientRect().bottom")
    heading = page.locator("#results").evaluate("(each) => each.getBoundingClientRect().top")
    assert bar <= heading < 740 / 2
    assert _texts(page, ".results .danger a") == ["17 Police – France"]


def test_a_position_in_no_known_country_shows_the_police_of_every_neighbour(
    browser: Browser, embed_origin: str
) -> None:
    """The page does not know the boundaries of the neighbours."""
    context = browser.new_context(
        locale="en",
        permissions=["geolocation"],
        geolocation={"latitude": 48.85, "longitude": 2.35, "accuracy": 30},
    )
    page = context.new_page()
    page.goto(f"{embed_origin}/?lang=en")
    page.wait_for_selector(".search.enhanced")
    page.click("[data-position]")
    page.wait_for_selector("#results:focus")
    assert _texts(page, ".results .danger a") == [
        "110 Police – Germany",
        "17 Police – France",
        "113 Police – Luxembourg",
    ]
    context.close()


def test_the_component_names_the_police_of_a_postcode_abroad(
    browser: Browser, embed_origin: str
) -> None:
    """It does not search there, and its own numbers stay."""
    with embedded(browser, embed_origin) as page:
        component = page.locator("nearest-centre")
        root = f"(element) => ({NUMBERS})(element.shadowRoot)"
        expect(component.locator("#postcode")).to_be_visible()
        before = component.evaluate(root)
        find(page, "59000")
        danger = component.locator(".message .danger a")
        expect(danger.first).to_be_visible()
        assert [" ".join(text.split()) for text in danger.all_inner_texts()] == [
            "17 Police – France",
            "110 Police – Germany",
        ]
        assert component.evaluate(root) == before
