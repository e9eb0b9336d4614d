"""axe-core finds nothing on the pages about flyers."""

import pytest
from playwright.sync_api import Browser

from tests.support.browser import axe_violations, faint_texts


@pytest.mark.parametrize("path", ["/flyers?lang=en", "/f/?lang=ar", "/f/1-AAAAAA?lang=nl"])
def test_a_page_about_flyers_is_accessible(browser: Browser, embed_origin: str, path: str) -> None:
    """The choice, and the page that checks a print, with its languages unfolded; at a width of 320
    pixels, in both colour schemes.
    """
    page = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme="light")
    page.goto(f"{embed_origin}{path}")
    page.click(".languages summary")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.emulate_media(color_scheme="dark")
    assert faint_texts(page) == []
    page.close()


@pytest.mark.parametrize("size", ["a4", "a5", "card", "tear-off"])
def test_a_flyer_on_the_screen_is_accessible(
    browser: Browser, embed_origin: str, size: str
) -> None:
    """With the back of a hand-out, and a heading, which a card does not print."""
    page = browser.new_page()
    page.goto(f"{embed_origin}/flyers/{size}?lang=en")
    assert axe_violations(page) == []
    assert page.locator("h1").count()
    page.emulate_media(media="print")
    assert page.locator("h1").first.is_visible() is (size != "card")
    page.close()
