"""The finder's page works by keyboard, at 400 percent, in forced colours and without motion."""

import pytest
from playwright.sync_api import Browser, Page

from tests.support.amount import some
from tests.support.languages import tried_languages
from tests.support.visitor_page import find, find_on_device, opened, plain


def test_the_keyboard_reaches_everything_and_the_exit_first(page: Page, origin: str) -> None:
    """Tab reaches the bar, helplines, field, choices and centres; none is covered."""
    page.set_viewport_size({"width": 360, "height": 640})
    plain(page)
    page.goto(origin)
    page.wait_for_load_state("networkidle")
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.closest('li')?.className || "
                "document.activeElement.className || document.activeElement.tagName"
            )
        )
        covered = """() => {
          const box = document.activeElement.getBoundingClientRect();
          const bar = document.querySelector(".exit-bar").getBoundingClientRect();
          return document.activeElement.closest(".exit-bar") === null && box.bottom <= bar.bottom;
        }"""
        assert not page.evaluate(covered)
    assert reached[0] == "exit"
    numbers = ["emergency", "police", "national_line"]
    bar, search, ways = ["exit", "emergency", "SUMMARY"], ["INPUT", "main"], ["SUMMARY"] * 3
    expected = [*bar, *numbers, *search, *ways]
    assert reached[: len(expected)] == expected


def test_what_the_line_does_can_be_read_in_each_language(page: Page, origin: str) -> None:
    """Also where its words are those of English."""
    colour = "(each) => getComputedStyle(each.querySelector('span') ?? each).color"
    wrong = {}
    for language in tried_languages():
        page.goto(f"{origin}/?lang={language.tag}")
        shown = [page.locator(each).first.evaluate(colour) for each in (".listen", "h1")]
        if shown[0] != shown[1]:
            wrong[language.tag] = shown
    assert wrong == {}


PAGES = ["form", "answer", "error", "print", "device"]


def show(page: Page, origin: str, kind: str, tag: str, base: str = "/") -> None:
    """One of the pages, in a language."""
    if kind != "device":
        plain(page)
    page.goto(f"{origin}{base}?lang={tag}")
    if kind == "device":
        find_on_device(page, "2800")
    elif kind == "error":
        page.fill("#postcode", "9999")
        page.click("form.search-form button.main")
        page.wait_for_selector("#form-error")
    elif kind != "form":
        find(page, "2800")
        if kind == "print":
            page.click("[data-print-page]")
            page.wait_for_selector("section.printed")
    else:
        page.click(".languages summary")


@pytest.mark.parametrize("tag", some(["ar", "de"]))
@pytest.mark.parametrize("kind", PAGES)
def test_at_400_percent_nothing_scrolls_sideways_and_all_can_be_tapped(
    page: Page, origin: str, kind: str, tag: str
) -> None:
    """At 320 CSS pixels (1280 at 400 %) the page is as wide as the window; targets are 44 pixels
    high.
    """
    page.set_viewport_size({"width": 320, "height": 256})
    show(page, origin, kind, tag)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    small = """() => [
        ...document.querySelectorAll("a, button, summary, select, input:not([type=hidden])"),
      ]
      // The numbers of the map lead to the cards, whose numbers to call are as large as others.
      .filter((each) => each.checkVisibility() && !each.closest("p, svg"))
      .map((each) => (each.type === "checkbox" ? each.parentElement : each))
      .filter((each) => each.getBoundingClientRect().height < 44)
      .map((each) => each.outerHTML)"""
    assert page.evaluate(small) == []


def test_nothing_moves_for_those_who_do_not_want_it(browser: Browser, origin: str) -> None:
    """With reduced motion no element has a transition or an animation that lasts."""
    context, page = opened(browser, reduced_motion="reduce")
    show(page, origin, "answer", "nl")
    moving = """() => [...document.querySelectorAll("*")].map((each) => getComputedStyle(each))
      .filter((style) => style.transitionDuration !== "0s" || style.animationDuration !== "0s")
      .length"""
    assert page.evaluate(moving) == 0
    context.close()


def test_with_forced_colours_the_exit_and_the_map_can_be_seen(
    browser: Browser, origin: str
) -> None:
    """Where the reader's own colours are forced, the exit has a border and the land an outline."""
    context, page = opened(browser, forced_colors="active")
    show(page, origin, "answer", "nl")
    style = "each => [getComputedStyle(each).borderTopStyle, getComputedStyle(each).borderTopWidth]"
    assert page.eval_on_selector(".exit", style) == ["solid", "1px"]
    stroke, fill = page.eval_on_selector(
        ".map path", "each => [getComputedStyle(each).stroke, getComputedStyle(each).fill]"
    )
    assert stroke != fill
    context.close()
