"""What a screen reader reads on the visitors' pages, and how large the targets are."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.text.translations import words
from tests.support.amount import some
from tests.support.moments import EXAMPLES_AT
from tests.support.visitor_page import LEFT, PHONE, opened, plain


@pytest.fixture
def page(page: Page) -> Page:
    """On a phone."""
    page.set_viewport_size(PHONE)
    return page


def open_form(page: Page, address: str) -> None:
    """Open a page whose form the server answers."""
    plain(page)
    page.goto(address)


def search(page: Page, text: str) -> None:
    """Send a text by the server's form."""
    page.fill("#postcode", text)
    page.click("form.search-form button.main")


def search_on_device(page: Page, text: str) -> None:
    """Type into the component."""
    page.fill("nearest-centre input", text)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("base", ["/", "/embed"])
def test_the_exit_has_the_name_that_can_be_read(page: Page, embed_origin: str, base: str) -> None:
    """The cross beside the words is not part of the name."""
    open_form(page, f"{embed_origin}{base}?lang=en")
    link = page.locator("a[data-exit]")
    expect(link).to_have_accessible_name("Leave this page")
    expect(link).to_contain_text("×")


def test_the_presses_of_shift_that_are_missing_are_announced(
    browser: Browser, embed_origin: str
) -> None:
    """A live region, there from the start and not visible, says how many presses are missing; after
    two seconds it is empty. The third press leaves.
    """
    context, page = opened(browser, at=EXAMPLES_AT, viewport=PHONE)
    open_form(page, f"{embed_origin}/?lang=fr")
    page.wait_for_selector("html.keyboard")
    status = page.locator("[data-presses]")
    expect(status).to_have_role("status")
    expect(status).to_have_text("")
    box = status.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (1, 1)
    french = words("fr")
    page.clock.pause_at(EXAMPLES_AT.replace(hour=11))
    page.keyboard.press("Shift")
    expect(status).to_have_text(french["exit.more.2"])
    page.clock.run_for(2_000)
    expect(status).to_have_text("")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    expect(status).to_have_text(french["exit.more.1"])
    page.keyboard.down("Shift")
    page.wait_for_url(LEFT)
    context.close()


def test_capital_letters_announce_nothing(page: Page, embed_origin: str) -> None:
    """Shift with a letter is not a press of Shift alone."""
    open_form(page, f"{embed_origin}/")
    page.wait_for_selector("html.keyboard")
    page.focus("#postcode")
    for letter in "ABC":
        page.keyboard.press(f"Shift+{letter}")
    expect(page.locator("[data-presses]")).to_have_text("")


def test_announced_words_in_another_language_say_so(page: Page, embed_origin: str) -> None:
    """Where the words are English, they are marked as English."""
    open_form(page, f"{embed_origin}/?lang=so")
    page.wait_for_selector("html.keyboard")
    assert "exit.more.2" in words("so").english_keys
    page.keyboard.press("Shift")
    expect(page.locator("[data-presses] [lang=en]")).to_have_text(words("en")["exit.more.2"])


@pytest.mark.parametrize("base", ["/", "/embed"])
def test_the_buttons_of_the_page_to_print_are_below_the_bar(
    page: Page, embed_origin: str, base: str
) -> None:
    """The page is opened far down in an answer; each button can be tapped."""
    open_form(page, f"{embed_origin}{base}?lang=nl")
    search(page, "2800")
    page.wait_for_selector("#results:focus")
    page.click("[data-print-page]")
    page.wait_for_selector("section.printed")
    for button in (page.locator("[data-print]"), page.locator("main a.button")):
        assert button.evaluate("""each => {
          const { left, top, width, height } = each.getBoundingClientRect();
          return each === document.elementFromPoint(left + width / 2, top + height / 2);
        }""")


def test_the_checkbox_has_a_large_target(page: Page, embed_origin: str) -> None:
    """The label contains the box, and is at least 44 pixels high and wide."""
    open_form(page, f"{embed_origin}/?lang=nl")
    search(page, "2800")
    page.wait_for_selector("#results:focus")
    label = page.locator("label:has(#neutral)")
    box = label.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 44
    label.click(position={"x": 2, "y": 2})
    expect(page.locator("#neutral")).to_be_checked()


@pytest.mark.parametrize("tag", some(["ar", "nl"]))
def test_the_link_to_the_police_says_police(page: Page, embed_origin: str, tag: str) -> None:
    """On the server's page and in the component, the name of the link to 101 says who answers."""
    police = words(tag)["helpline.police"]
    page.goto(f"{embed_origin}/partners?lang={tag}")
    link = page.locator("nearest-centre a[href='tel:101']")
    expect(link).to_have_accessible_name(re_of(police))
    open_form(page, f"{embed_origin}/?lang={tag}")
    link = page.locator("section.helplines a[href='tel:101']")
    expect(link).to_have_accessible_name(re_of(police))


def test_each_centre_is_an_article_with_a_name(page: Page, embed_origin: str) -> None:
    """The name of the centre with its town and distance, on the server's page and in the
    component.
    """
    said = "1 Payoke, Antwerpen, ongeveer 0,5 km"
    page.goto(f"{embed_origin}/partners?lang=nl")
    search_on_device(page, "2000")
    expect(page.locator("nearest-centre article").first).to_have_accessible_name(said)
    open_form(page, f"{embed_origin}/?lang=nl")
    search(page, "2000")
    expect(page.locator("article").first).to_have_accessible_name(said)


def re_of(text: str) -> re.Pattern[str]:
    """A name that contains a text."""
    return re.compile(re.escape(text))
