"""Twelve situations, each tried as a new visitor would: at most three taps from arrival."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.features.pages.browser.situations import SITUATIONS, Situation
from tests.support.visitor_page import ENHANCED, PHONE, opened

MOST_TAPS = 3


def _part(page: Page, situation: Situation) -> str:
    """Take the taps but the last one; return where the last one is."""
    if situation.way:
        page.locator(f"[data-way={situation.way}] > summary").tap()
        return f":is(.way.{situation.way}, [data-way={situation.way}])"
    if situation.place:
        page.locator("#postcode").tap()
        page.keyboard.type(situation.place)
        page.locator("form.search-form button.main").tap()
        page.wait_for_selector("#results:focus")
    return "main"


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.who)
def test_each_person_finds_a_way_in_three_taps(
    browser: Browser, origin: str, situation: Situation
) -> None:
    """The link can be seen and tapped on a small phone, in the language of the person."""
    assert situation.taps <= MOST_TAPS
    context, page = opened(browser, viewport=PHONE, has_touch=True, is_mobile=True)
    tag = "fr" if "French" in situation.who else "en"
    page.goto(f"{origin}/?lang={tag}")
    page.wait_for_selector(ENHANCED)
    part = _part(page, situation)
    link = page.locator(f"{part} a[href='{situation.reaches}']:visible").first
    expect(link).to_be_visible()
    link.tap(trial=True)
    context.close()
