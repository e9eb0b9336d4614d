"""The exit and the content share the lines of the page, and the numbers for danger look alike."""

from typing import Any

import pytest
from playwright.sync_api import Page

from directory_api.text.translations import words
from tests.support.languages import tried_languages
from tests.support.visitor_page import ENHANCED, find

# How far the first and the last line of an element are from the start and the end of the window, in
# the direction of the text; the bar has one direction in every language.
SIDES = """(selectors) => selectors.map((selector) => {
  const element = document.querySelector(selector);
  const { left, right } = element.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const sides = [left, width - right].map(Math.round);
  return getComputedStyle(element.parentElement).direction === "rtl" ? sides.reverse() : sides;
})"""
# What begins at the first line, and what ends at the last one.
STARTS = [".exit-bar .emergency", "h1", ".helplines li", "article", "footer p"]
ENDS = {360: [".exit", ".helplines .national_line", "article"]}
ENDS[768] = ENDS[360]
ENDS[1280] = [".exit", ".map", "h1", "footer p"]


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_exit_is_on_the_lines_of_the_content(page: Page, embed_origin: str, width: int) -> None:
    """The button ends where the content ends, and 112 begins where it begins;
    before and after a search, and at the same pixel in languages of both directions.
    """
    page.set_viewport_size({"width": width, "height": 900})
    starts, ends = set(), set()
    for tag, direction in (("nl", "ltr"), ("ar", "rtl")):
        page.goto(f"{embed_origin}/?lang={tag}")
        page.wait_for_selector(ENHANCED)
        assert page.evaluate("document.documentElement.dir") == direction
        for _ in range(2):
            starts |= {start for start, _ in page.evaluate(SIDES, STARTS)}
            ends |= {end for _, end in page.evaluate(SIDES, ENDS[width])}
            find(page, "9000")
    assert len(starts) == len(ends) == 1, (starts, ends)


LOOKS = """() => [".emergency", ".police"].map((kind) => {
  const link = document.querySelector(`.helplines ${kind} a`);
  const { top, width, height } = link.getBoundingClientRect();
  const styles = [...link.querySelectorAll("b, span")].map((each) => {
    const { fontSize, fontWeight, color } = getComputedStyle(each);
    return [each.localName, fontSize, fontWeight, color];
  });
  const number = link.querySelector("b").getBoundingClientRect();
  return { top, width, height, styles, line: number.top };
})"""


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_the_numbers_for_danger_look_alike(page: Page, embed_origin: str, width: int) -> None:
    """Side by side, as wide and as high as each other, in each language that is tried."""
    page.set_viewport_size({"width": width, "height": 640})
    wrong: dict[str, Any] = {}
    for language in tried_languages():
        page.goto(f"{embed_origin}/?lang={language.tag}")
        emergency, police = page.evaluate(LOOKS)
        if emergency != police:
            wrong[language.tag] = (emergency, police)
        assert words(language.tag)["helpline.police"] in page.inner_text(".helplines .police")
    assert wrong == {}
