"""What visitors say on the device, "I cannot speak", and the ways to reach help that follow."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.text.translations import languages, words
from tests.support.amount import some
from tests.support.browser import Heard, axe_violations, faint_texts
from tests.support.visitor_page import ENHANCED, LEFT, PHONE, find_on_device, leaves, opened

TOUCH: Any = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
WAYS = ("mute", "minor", "worried")
MORE = ("credit", "watched", "all", "work")
OPEN = "details[data-way][open]"
SHOWN = ".ways > .way:visible"
# Where everything is on the page that is above what a choice shows.
ABOVE = """() => [...document.querySelectorAll(
  "h1, main > section.helplines *, .search *, .ways > details"
)].filter((each) => each.checkVisibility()).map((each) => {
  const { x, y, width, height } = each.getBoundingClientRect();
  return [x, Math.round(y + scrollY), width, height].join();
})"""


def toggle(page: Page, name: str) -> Any:
    """What a visitor taps to say it."""
    return page.locator(f"details[data-way={name}] > summary")


@pytest.mark.parametrize("tag", ["en", "ar"])
@pytest.mark.parametrize("scripted", [True, False])
def test_a_choice_shows_its_ways_and_moves_nothing_above(
    browser: Browser, origin: str, scripted: bool, tag: str
) -> None:
    """One after the other, by touch on a small phone; the focus stays where it was tapped. A script
    scrolls until the whole first way is in sight, where it begins below the screen.
    """
    context, page = opened(browser, java_script_enabled=scripted, **TOUCH)
    page.goto(f"{origin}/?lang={tag}")
    if scripted:
        page.wait_for_selector(ENHANCED)
    toggle(page, "mute").scroll_into_view_if_needed()
    before = page.evaluate(ABOVE)
    for name in WAYS:
        top = page.evaluate("scrollY")
        toggle(page, name).tap()
        expect(page.locator(OPEN)).to_have_count(1)
        assert page.locator(SHOWN).get_attribute("class") == f"way {name}"
        assert page.evaluate(ABOVE) == before
        expect(toggle(page, name)).to_be_focused()
        if scripted:
            expect(page.locator(SHOWN).locator("li").first).to_be_in_viewport(ratio=0.9)
        else:
            assert page.evaluate("scrollY") == top
    toggle(page, "worried").tap()
    expect(page.locator(SHOWN)).to_have_count(0)
    context.close()


def test_a_second_tap_on_a_choice_follows_none_of_its_ways(browser: Browser, origin: str) -> None:
    """The first way comes to where the finger still is: for a moment it is no link."""
    context, page = opened(browser, **TOUCH)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    way = page.locator(".way.mute")
    held = page.evaluate(
        """() => {
          document.querySelector("[data-way=mute] > summary").click();
          const scrolled = new Promise((done) => addEventListener("scroll", done, { once: true }));
          return scrolled.then(() => document.querySelector(".way.mute").inert);
        }"""
    )
    assert held
    expect(way).not_to_have_attribute("inert", "")
    context.close()


def test_further_ways_open_below_each_other(browser: Browser, origin: str) -> None:
    """What is above the one that is tapped stays where it is."""
    context, page = opened(browser, **TOUCH)
    page.goto(f"{origin}/?lang=en")
    toggle(page, "mute").tap()
    for name in MORE:
        toggle(page, name).scroll_into_view_if_needed()
        before = toggle(page, name).bounding_box()
        toggle(page, name).tap()
        expect(page.locator(f"[data-way={name}] > :not(summary):visible").first).to_be_visible()
        assert toggle(page, name).bounding_box() == before
    expect(page.locator(OPEN)).to_have_count(1 + len(MORE))
    context.close()


def test_a_choice_is_sent_nowhere_and_kept_nowhere(browser: Browser, origin: str) -> None:
    """No request, no address, no entry in the history, no storage and no field has it."""
    context, page = opened(browser)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    page.wait_for_load_state("networkidle")
    address, entries = page.url, page.evaluate("history.length")
    heard = Heard.of(page)
    for name in (*WAYS, *MORE):
        toggle(page, name).click()
    assert (heard.requests, heard.console) == ([], [])
    assert context.cookies() == []
    assert page.url == address
    assert page.evaluate("history.length") == entries
    kept = "[localStorage.length, sessionStorage.length, document.cookie, history.state].join()"
    assert page.evaluate(kept) == "0,0,,"
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 0
    assert page.evaluate("caches.keys().then((found) => found.length)") == 0
    context.close()


@pytest.mark.parametrize("gesture", some(["click", "shift"]))
def test_leaving_ends_every_choice(browser: Browser, origin: str, gesture: str) -> None:
    """Neither Back after “Leave this page” nor a return from another site brings one back."""
    context, page = opened(browser)
    for is_exit in (False, True):
        page.goto(f"{origin}/?lang=en")
        page.wait_for_selector(ENHANCED)
        toggle(page, "mute").click()
        toggle(page, "watched").click()
        expect(page.locator(OPEN)).to_have_count(2)
        with page.expect_navigation(url=f"{LEFT}**"):
            if is_exit:
                leaves(page, gesture)
            else:
                page.evaluate(f"location.href = '{LEFT}'")
        page.go_back()
        assert page.locator(OPEN).count() == 0
    context.close()


def test_the_page_that_a_browser_keeps_has_no_choice(browser: Browser, origin: str) -> None:
    """Choices end before a browser keeps the page for Back, not after it shows it again."""
    context, page = opened(browser)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    toggle(page, "mute").click()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert page.locator(OPEN).count() == 0
    context.close()


def test_another_language_keeps_the_choice(browser: Browser, origin: str) -> None:
    """What is read goes on in the language that is understood; the address has only that."""
    context, page = opened(browser)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    toggle(page, "worried").click()
    page.click(".languages summary")
    page.click(".languages a[lang=fr]")
    page.wait_for_selector("html[lang=fr]")
    expect(page.locator(SHOWN)).to_contain_text(words("fr")["door.signs"])
    assert page.url == f"{origin}/?lang=fr"
    context.close()


def test_an_answer_comes_before_the_choices(browser: Browser, origin: str) -> None:
    """So that its number is in sight; the choices follow it, with what was open."""
    context, page = opened(browser, viewport=PHONE)
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    toggle(page, "mute").click()
    find_on_device(page, "2000")
    order = page.locator(".search, .results, .ways").all()
    classes = [str(each.get_attribute("class")).split()[0] for each in order]
    assert classes == ["search", "results", "ways"]
    expect(page.locator(SHOWN)).to_have_count(1)
    context.close()


@pytest.mark.parametrize("tag", some(["en", "ar"]))
def test_axe_finds_nothing_with_everything_chosen(browser: Browser, origin: str, tag: str) -> None:
    """Light and dark, 320 pixels wide, from left to right and from right to left; every link is as
    large as a finger.
    """
    context, page = opened(browser, viewport={"width": 320, "height": 640})
    page.goto(f"{origin}/?lang={tag}")
    page.wait_for_selector(ENHANCED)
    for name in (*WAYS, *MORE):
        toggle(page, name).click()
        page.emulate_media(color_scheme="light")
        assert axe_violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert faint_texts(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        sizes = page.locator("details[data-way] > summary, :is(.way, .more) a").evaluate_all(
            "all => all.filter((each) => each.checkVisibility())"
            ".map((each) => each.getBoundingClientRect().height)"
        )
        assert min(sizes) >= 44
    context.close()


def test_what_the_worried_read_is_two_screens(browser: Browser, origin: str) -> None:
    """Of a small phone, in each language."""
    context, page = opened(browser, viewport=PHONE)
    high = {}
    for language in languages():
        page.goto(f"{origin}/?lang={language.tag}")
        toggle(page, "worried").click()
        box: Any = page.locator(SHOWN).bounding_box()
        high[language.tag] = box["height"]
    assert {tag: each for tag, each in high.items() if each > 2 * PHONE["height"]} == {}
    context.close()


def test_paper_has_what_is_open_without_the_choices(browser: Browser, origin: str) -> None:
    """The numbers for danger are on it, too."""
    context, page = opened(browser)
    page.goto(f"{origin}/?lang=en")
    toggle(page, "worried").click()
    page.emulate_media(media="print")
    assert not toggle(page, "worried").is_visible()
    assert page.locator(SHOWN).is_visible()
    assert not page.locator(".more").is_visible()
    assert page.locator("main > .helplines a[href='tel:112']").first.is_visible()
    context.close()
