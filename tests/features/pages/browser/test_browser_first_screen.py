"""The first screen: on arrival the numbers and the search, after a search a number to call and what
concerns the answer.
"""

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.features.pages.partners import HEIGHT, WIDTH
from directory_api.text.translations import languages, words
from tests.support.languages import tried_languages
from tests.support.moments import EXAMPLES_AT
from tests.support.servers import eventually
from tests.support.visitor_page import ENHANCED, PHONE, find_on_device

IN_FIRST_SCREEN = """(parts) => {
  const bar = document.querySelector(".exit-bar").getBoundingClientRect().bottom;
  return parts.filter((part) => {
    const { top, bottom } = document.querySelector(part).getBoundingClientRect();
    return top < bar || bottom > innerHeight;
  });
}"""
CARD = ["article h3", "article .distance", "article .state", "article .main"]
# What is in sight of the answer to a place, and abroad the numbers for danger instead of the one
# that answers day and night. The nearest to 1348 is closed at that time, which takes the longest
# text; the name of the place is long, too.
EXPECTED = {
    "1348": [*CARD, "article .night"],
    "59000 Lille": [*CARD, ".danger a[href='tel:17']"],
}
NIGHT = EXAMPLES_AT.replace(hour=22)


@pytest.mark.parametrize("typed", EXPECTED)
@pytest.mark.parametrize("scripted", [True, False])
def test_the_closest_centre_can_be_called_without_scrolling(
    browser: Browser, origin: str, scripted: bool, typed: str
) -> None:
    """After a search its name, distance, state and the number to call, and a number that answers
    day and night, are in the first screen of a phone, in each language that is tried, or in four
    of them without scripts.
    """
    # Not `opened`: with a route the browser would request every file again for each language.
    context = browser.new_context(locale="nl", viewport=PHONE, java_script_enabled=scripted)
    if scripted:
        context.clock.install(time=NIGHT)
    page = context.new_page()
    hidden = {}
    four = [words(tag).language for tag in ("nl", "fr", "en", "ar")]
    for language in tried_languages() if scripted else four:
        page.goto(f"{origin}/?lang={language.tag}")
        if scripted:
            find_on_device(page, typed)
        else:
            page.fill("#postcode", typed)
            page.press("#postcode", "Enter")
            page.wait_for_selector(".origin.known")
            # The browser goes to #origin once the page has loaded.
            eventually(30.0, lambda: page.evaluate("scrollY") > 0)
        hidden[language.tag] = page.evaluate(IN_FIRST_SCREEN, EXPECTED[typed])
    assert {tag: parts for tag, parts in hidden.items() if parts} == {}
    context.close()


# What is in sight on arrival, without scrolling.
ARRIVED = """(height) => [...document.querySelectorAll(
  ".exit-bar > a, .languages > summary, main > section.helplines a, #postcode, .search-form button"
)].filter((each) => {
  const { top, bottom, left, right } = each.getBoundingClientRect();
  const own = each.querySelector(".own");
  return top < 0 || left < 0 || right > innerWidth || bottom > Math.min(height, innerHeight)
    || (own && own.scrollWidth > own.clientWidth);
}).map((each) => each.textContent)"""
# How many controls and words are before the first centre.
BEFORE_CENTRES = """() => {
  const first = document.querySelector("article");
  const isShown = (each) => each.checkVisibility({ visibilityProperty: true })
    && first.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING
    && !each.closest(".visually-hidden");
  const controls = [...document.querySelectorAll("a, button, input, select, summary")];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = [];
  while (texts.nextNode()) {
    const { textContent, parentElement } = texts.currentNode;
    if (isShown(parentElement)) words.push(...textContent.split(/\\s+/).filter(Boolean));
  }
  return [controls.filter(isShown).length, words.length];
}"""
MOST_CONTROLS, MOST_WORDS = 12, 120
SIZES = [(360, 640), (390, 844), (1280, 800)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_arrival_has_the_numbers_and_the_field_on_one_screen(
    browser: Browser, origin: str, width: int, height: int
) -> None:
    """In every language; the number for danger, the exit and the list of languages, with the whole
    name of the own one, are in the bar. There are few controls and words before the first centre.
    """
    page = browser.new_page(viewport={"width": width, "height": height})
    wrong = {}
    for language in languages():
        page.goto(f"{origin}/?lang={language.tag}")
        page.wait_for_selector(ENHANCED)
        hidden = page.evaluate(ARRIVED, height)
        controls, said = page.evaluate(BEFORE_CENTRES)
        if hidden or controls > MOST_CONTROLS or said > MOST_WORDS:
            wrong[language.tag] = (hidden, controls, said)
    assert wrong == {}
    page.close()


def test_the_list_of_languages_lies_over_the_page(page: Page, origin: str) -> None:
    """Nothing moves when it is opened, and all of it can be reached on a small phone."""
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    places = "[...document.querySelectorAll('main a, input')].map((each) => each.offsetTop)"
    before = page.evaluate(places)
    page.click(".languages summary")
    assert page.evaluate(places) == before
    page.locator(".languages li").last.scroll_into_view_if_needed()
    expect(page.locator(".languages li").last).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("width", [360, WIDTH])
def test_a_frame_of_the_documented_size_shows_the_numbers_and_the_search(
    browser: Browser, origin: str, width: int
) -> None:
    """In each language that is tried, without scrolling."""
    page = browser.new_page(viewport={"width": width, "height": HEIGHT})
    below = {}
    for language in tried_languages():
        page.goto(f"{origin}/embed?lang={language.tag}")
        below[language.tag] = page.evaluate(ARRIVED, HEIGHT)
    assert {tag: parts for tag, parts in below.items() if parts} == {}
    page.close()


def test_a_state_that_the_device_leaves_has_no_gap_above(page: Page, origin: str) -> None:
    """The text of the server and the longest one, which keeps the space, share one row."""
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{origin}/?lang=es")
    find_on_device(page, "1000")
    state = page.locator("article .state").first
    assert state.get_attribute("data-longest")
    rows = state.evaluate("each => getComputedStyle(each).gridTemplateRows.split(' ').length")
    assert rows == 1


@pytest.mark.parametrize("scripted", [True, False])
def test_what_concerns_the_whole_answer_follows_the_first_number(
    browser: Browser, origin: str, scripted: bool
) -> None:
    """A doubt and a centre that speaks the language of the page are in the first card, and only
    there; another country is the end of the answer.
    """
    context = browser.new_context(viewport=PHONE, java_script_enabled=scripted)
    page = context.new_page()
    said = {}
    for typed in ("1880", "4000"):
        page.goto(f"{origin}/?lang=en")
        if scripted:
            find_on_device(page, typed)
        else:
            page.fill("#postcode", typed)
            page.press("#postcode", "Enter")
            page.wait_for_selector(".origin.known")
        (said[typed],) = page.locator(".notes").all_inner_texts()
        assert page.locator("article").first.locator(".call ~ *, .calls ~ .notes").count() == 1
        assert page.locator(".night").count() == 1
    assert words("en")["uncertain.both"] in said["1880"]
    assert "PAG-ASA" in said["4000"]
    elsewhere = page.locator("[data-results] > :last-child")
    elsewhere.locator("summary").click()
    expect(elsewhere.get_by_role("button").first).to_be_visible()
    context.close()
