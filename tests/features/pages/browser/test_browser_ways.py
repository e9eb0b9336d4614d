"""What visitors choose on the device, "I cannot speak", and which ways to reach help come first."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.features.pages.ways import CHOICES
from directory_api.text.translations import words
from tests.support.amount import some
from tests.support.browser import Heard, axe_violations, faint_texts
from tests.support.visitor_page import ENHANCED, LEFT, PHONE, find_on_device, leaves, opened

TOUCH: Any = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
OPEN = "details[data-when][open]"
# Each way that the page has, in the order of the document: its fit, kind and what a tap opens.
WAYS = """() => [...document.querySelectorAll("[data-list] > li")].map((item) => [
  item.dataset.fit ?? "", item.dataset.kind, item.querySelector("a.button")?.href ?? "",
])"""
# The ways at once, returned when the choice has opened or closed and what follows is painted.
TAP_AND_LOOK = f"""async (each) => {{
  const toggled = new Promise((done) =>
    each.parentElement.addEventListener("toggle", done, {{ once: true }}));
  each.click();
  const ways = ({WAYS})();
  await toggled;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return ways;
}}"""
# The first way for each choice, in English. None is known to leave nothing on a phone that others
# read.
FIRST = {
    "mute": "https://www.stophumantrafficking.be/",
    "credit": "tel:112",
    "watched": "tel:1712",
    "minor": "tel:116000",
    "language": "tel:+3225116464",
}
BEST = {choice: "unknown" if choice == "watched" else "fits" for choice in CHOICES}
# Where everything above the advice is.
ABOVE = """() => [...document.querySelectorAll(
  ".exit-bar a, .helplines a, h1, .ways h2, .choices > details"
)].map((each) => {
  const { x, y, width, height } = each.getBoundingClientRect();
  return [x, y, width, height].join();
})"""


def toggle(page: Page, choice: str) -> Any:
    """What a visitor taps to choose."""
    return page.locator(f"details[data-when={choice}] > summary")


def shown(page: Page) -> list[list[str]]:
    """The ways as the page has them now."""
    found: list[list[str]] = page.evaluate(WAYS)
    return found


def is_sorted(page: Page) -> None:
    """Wait until the ways are marked, and check their order."""
    expect(page.locator("[data-list] > li[data-fit='']")).to_have_count(0)
    expect(page.locator("[data-list] > li:first-child .fit")).not_to_be_empty()
    order = ["fits", "unknown", "unfit"]
    groups = [order.index(fit) for fit, _, _ in shown(page)]
    assert groups == sorted(groups)


def test_a_choice_shows_first_what_fits_and_hides_nothing(browser: Browser, origin: str) -> None:
    """Each choice and each pair, by touch on a small phone; in the document, not only on the
    screen.
    """
    context, page = opened(browser, **TOUCH)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    before = shown(page)
    assert {fit for fit, _, _ in before} == {""}
    expect(page.locator("[data-list]")).to_be_hidden()
    for choice in CHOICES:
        toggle(page, choice).tap()
        is_sorted(page)
        ways = shown(page)
        assert ways[0][0] == BEST[choice]
        assert ways[0][2] == FIRST[choice]
        assert sorted(way[1:] for way in ways) == sorted(way[1:] for way in before)
        assert page.locator("[data-list] > li:visible").count() == len(before)
        for other in CHOICES:
            if other != choice:
                toggle(page, other).tap()
                expect(page.locator(OPEN)).to_have_count(2)
                is_sorted(page)
                toggle(page, other).tap()
        toggle(page, choice).tap()
        expect(page.locator(OPEN)).to_have_count(0)
    expect(page.locator("[data-list] > li[data-fit='']")).to_have_count(len(before))
    assert shown(page) == before
    context.close()


@pytest.mark.parametrize("choice", CHOICES)
def test_the_ways_are_in_their_order_before_they_are_seen(
    browser: Browser, origin: str, choice: str
) -> None:
    """Already when the tap has opened the choice: on a slow phone, a number that was seen for a
    moment would be another one under the finger.
    """
    context, page = opened(browser, **TOUCH)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    for _ in range(2):
        at_once = toggle(page, choice).evaluate(TAP_AND_LOOK)
        assert at_once == shown(page)
        assert (at_once[0][0] == BEST[choice]) is (page.locator(OPEN).count() == 1)
    context.close()


@pytest.mark.parametrize("choice", CHOICES)
def test_the_best_way_is_at_most_three_taps_from_arrival(
    browser: Browser, origin: str, choice: str
) -> None:
    """One tap chooses, the second calls or opens; the way is right below what was chosen."""
    context, page = opened(browser, **TOUCH)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    toggle(page, choice).tap()
    is_sorted(page)
    first = page.locator("[data-list] > li").first
    expect(first).to_have_attribute("data-fit", BEST[choice])
    link = first.locator("a.button")
    size = link.bounding_box()
    assert size is not None
    assert size["height"] >= 44
    assert link.get_attribute("href") == FIRST[choice]
    context.close()


def test_where_nothing_is_known_to_fit_the_page_says_so(browser: Browser, origin: str) -> None:
    """Else what comes first would be taken for a way that fits."""
    context, page = opened(browser, **TOUCH)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    first, none = (page.get_by_text(words("en")[f"way.{key}"]) for key in ("first", "none"))
    for choices, fits in ((["mute"], True), (["mute", "watched"], False), (["watched"], False)):
        for choice in choices:
            if not page.locator(f"details[data-when={choice}][open]").count():
                toggle(page, choice).tap()
        if "mute" not in choices:
            toggle(page, "mute").tap()
        expect(page.locator(OPEN)).to_have_count(len(choices))
        expect(first).to_be_visible(visible=fits)
        expect(none).to_be_visible(visible=not fits)
    context.close()


def test_nothing_above_the_list_moves_and_the_focus_stays(browser: Browser, origin: str) -> None:
    """Helplines and choices stay where they are, and the choice that was tapped has the focus."""
    context, page = opened(browser, viewport=PHONE)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    toggle(page, CHOICES[-1]).scroll_into_view_if_needed()
    before = page.evaluate(ABOVE)
    for count, choice in enumerate(CHOICES, 1):
        toggle(page, choice).click()
        expect(page.locator(OPEN)).to_have_count(count)
        is_sorted(page)
        assert page.evaluate(ABOVE) == before
        expect(toggle(page, choice)).to_be_focused()
    context.close()


def test_choices_are_made_by_keyboard_and_read_in_the_order_shown(
    browser: Browser, origin: str
) -> None:
    """Tab goes on from the choices to the first way that fits."""
    context, page = opened(browser)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    toggle(page, "watched").focus()
    page.keyboard.press("Enter")
    is_sorted(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(toggle(page, "language")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-list] > li").first.locator("a.button")).to_be_focused()
    context.close()


def test_a_way_that_has_the_focus_keeps_it(browser: Browser, origin: str) -> None:
    """Also when it moves because a choice ends by a script."""
    context, page = opened(browser)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    toggle(page, "mute").click()
    toggle(page, "minor").click()
    is_sorted(page)
    link = page.locator("[data-list] a[href='tel:+3278055800']")
    link.focus()
    page.evaluate("document.querySelector('details[data-when=mute]').open = false")
    expect(page.locator(OPEN)).to_have_count(1)
    is_sorted(page)
    expect(link).to_be_focused()
    context.close()


def test_without_scripts_a_choice_has_its_advice_and_every_way_its_words(
    browser: Browser, origin: str
) -> None:
    """The ways are not sorted, and the page does not say that they are."""
    context, page = opened(browser, java_script_enabled=False, **TOUCH)
    page.goto(f"{origin}/?lang=en")
    say = words("en")
    expect(page.get_by_text(say["way.sms_help"])).to_be_hidden()
    toggle(page, "mute").tap()
    expect(page.get_by_text(say["way.sms_help"])).to_be_visible()
    expect(page.get_by_text(say["way.first"])).to_be_hidden()
    expect(page.get_by_text(say["way.none"])).to_be_hidden()
    ways = page.locator("[data-list] > li")
    expect(ways.first).to_be_visible()
    expect(ways.first).to_contain_text("Free")
    expect(page.locator("[data-list] .fit:visible")).to_have_count(0)
    toggle(page, "language").tap()
    expect(page.locator(".advice").get_by_text("24 languages")).to_be_visible()
    toggle(page, "mute").tap()
    expect(page.get_by_text(say["way.sms_help"])).to_be_hidden()
    context.close()


@pytest.mark.parametrize("path", some(["/", "/embed"]))
def test_a_choice_is_sent_nowhere_and_kept_nowhere(
    browser: Browser, origin: str, path: str
) -> None:
    """No request, no address, no entry in the history, no storage and no field has it."""
    context, page = opened(browser)
    page.goto(f"{origin}{path}?lang=en")
    page.wait_for_selector(ENHANCED)
    address, entries = page.url, page.evaluate("history.length")
    heard = Heard.of(page)
    for choice in CHOICES:
        toggle(page, choice).click()
    is_sorted(page)
    assert heard.requests == []
    assert heard.console == []
    assert context.cookies() == []
    assert page.url == address
    assert page.evaluate("history.length") == entries
    kept = "[localStorage.length, sessionStorage.length, document.cookie, history.state].join()"
    assert page.evaluate(kept) == "0,0,,"
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 0
    assert page.evaluate("caches.keys().then((found) => found.length)") == 0
    find_on_device(page, "2000")
    page.click("[data-print-page]")
    page.wait_for_selector("section.printed")
    assert heard.requests
    for request in heard.requests:
        assert not re.search("mute|credit|watched|minor|way", f"{request.url} {request.post_data}")
    context.close()


@pytest.mark.parametrize("gesture", some(["click", "shift"]))
def test_leaving_ends_every_choice(browser: Browser, origin: str, gesture: str) -> None:
    """Neither Back after “Leave this page” nor a return from another site brings one back."""
    context, page = opened(browser)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    toggle(page, "mute").click()
    expect(page.locator(OPEN)).to_have_count(1)
    page.goto(LEFT)
    page.go_back()
    page.wait_for_selector(ENHANCED)
    expect(page.locator(OPEN)).to_have_count(0)
    toggle(page, "watched").click()
    page.reload()
    page.wait_for_selector(ENHANCED)
    expect(page.locator(OPEN)).to_have_count(0)
    toggle(page, "minor").click()
    with page.expect_navigation(url=f"{LEFT}**"):
        leaves(page, gesture)
    page.go_back()
    assert page.locator(OPEN).count() == 0
    context.close()


def test_the_page_that_a_browser_keeps_has_no_choice(browser: Browser, origin: str) -> None:
    """Choices end before a browser keeps the page for Back, not after it shows it again."""
    context, page = opened(browser)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    toggle(page, "mute").click()
    is_sorted(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert page.locator(OPEN).count() == 0
    assert {fit for fit, _, _ in shown(page)} == {""}
    context.close()


def test_another_language_keeps_the_choices(browser: Browser, origin: str) -> None:
    """They stay in the memory of the page; the address has the language alone."""
    context, page = opened(browser)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    toggle(page, "mute").click()
    toggle(page, "language").click()
    is_sorted(page)
    page.click(".languages summary")
    page.click(".languages a[lang=fr]")
    page.wait_for_selector("html[lang=fr]")
    expect(page.locator(OPEN)).to_have_count(2)
    is_sorted(page)
    expect(page.locator("[data-list] > li").first).to_contain_text(words("fr")["way.fits"])
    assert page.url == f"{origin}/?lang=fr"
    context.close()


@pytest.mark.parametrize("tag", some(["en", "ar"]))
def test_axe_finds_nothing_with_everything_chosen(browser: Browser, origin: str, tag: str) -> None:
    """Light and dark, 320 pixels wide, from left to right and from right to left."""
    context, page = opened(browser, viewport={"width": 320, "height": 640})
    page.goto(f"{origin}/?lang={tag}")
    page.wait_for_selector(ENHANCED)
    for choice in CHOICES:
        toggle(page, choice).click()
    is_sorted(page)
    page.emulate_media(color_scheme="light")
    assert axe_violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert faint_texts(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    sizes = page.locator("details[data-when] > summary, .ways a.button").evaluate_all(
        "each => each.map((one) => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 44
    context.close()
