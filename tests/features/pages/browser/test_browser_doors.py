"""The three doors on arrival: in the first screen of a small phone, without a trace, and nothing
moves when one is opened.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from directory_api.text.translations import languages, words
from tests.support.browser import Heard, axe_violations, faint_texts
from tests.support.visitor_page import ENHANCED, PHONE, find_on_device, opened

EN = words("en")
DOORS = ("help", "worried", "work")
# What has to be seen on arrival, and where it is; how small the text of a door is.
ARRIVAL = """() => {
  const bar = document.querySelector(".exit-bar").getBoundingClientRect().bottom;
  const parts = ["112", "101", "+3278055800"].map((number) => `main a[href='tel:${number}']`);
  const seen = [...parts.map((part) => document.querySelector(part)),
    ...document.querySelectorAll(".doors label")];
  const wrong = seen.filter((each) => {
    const { top, bottom, left, right, width, height } = each.getBoundingClientRect();
    return top < bar || bottom > innerHeight || left < 0 || right > innerWidth
      || height < 44 || width < 44 || each.scrollWidth > each.clientWidth
      || parseFloat(getComputedStyle(each).fontSize) < 14.4;
  }).map((each) => each.textContent.trim());
  return [seen.length, wrong];
}"""
# Where everything is that is above the parts, and the parts that are shown.
ABOVE = """() => [scrollY, ...[...document.querySelectorAll(
  "header *, h1, main > .helplines *, .doors, .doors *")].map((each) => {
    const { left, top, width, height } = each.getBoundingClientRect();
    return [left, top, width, height].join(" ");
  })]"""
PARTS = {"help": "#postcode", "worried": "section.worried", "work": "section.work"}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of a phone."""
    context, page = opened(browser, viewport=PHONE)
    yield page
    context.close()


def _choose(page: Page, door: str) -> None:
    page.locator(".doors label").nth(DOORS.index(door)).click()


def _shown(page: Page) -> list[str]:
    return [door for door, part in PARTS.items() if page.locator(part).is_visible()]


def test_arrival_has_the_numbers_and_the_doors_on_one_screen(page: Page, origin: str) -> None:
    """112, 101, the national line and the three doors, in each language, on 360 x 640 pixels; each
    as large as a finger, with a text that fits into it.
    """
    found = {}
    for language in languages():
        page.goto(f"{origin}/?lang={language.tag}")
        found[language.tag] = page.evaluate(ARRIVAL)
    assert {tag: each for tag, each in found.items() if each != [6, []]} == {}


@pytest.mark.parametrize("tag", ["en", "ar"])
@pytest.mark.parametrize("scripted", [True, False])
def test_a_door_shows_its_part_and_moves_nothing_above_it(
    browser: Browser, origin: str, scripted: bool, tag: str
) -> None:
    """With and without scripts."""
    context, page = opened(browser, viewport=PHONE, java_script_enabled=scripted)
    page.goto(f"{origin}/?lang={tag}")
    if scripted:
        page.wait_for_selector(ENHANCED)
    before = page.evaluate(ABOVE)
    assert _shown(page) == ["help"]
    for door in ("worried", "work", "help"):
        _choose(page, door)
        assert _shown(page) == [door]
        assert page.evaluate(ABOVE) == before
    context.close()


def test_a_door_leaves_no_trace(page: Page, origin: str) -> None:
    """No request, no entry in the history, nothing in the address or the storage."""
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    page.wait_for_load_state("networkidle")
    heard = Heard.of(page)
    state = "[location.href, history.length, JSON.stringify(history.state), document.cookie]"
    before = page.evaluate(state)
    for door in ("worried", "work"):
        _choose(page, door)
    assert page.evaluate(state) == before
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert (heard.requests, heard.console) == ([], [])
    page.reload()
    assert _shown(page) == ["help"]


def test_the_doors_are_radio_buttons_for_keyboard_and_screen_reader(
    page: Page, origin: str
) -> None:
    """A group with a name, one stop of the Tab key, the arrows, and an outline in sight."""
    page.goto(f"{origin}/?lang=en")
    group = page.get_by_role("group", name=EN["door.legend"])
    radios = [group.get_by_role("radio", name=EN[f"door.{door}"]) for door in DOORS]
    expect(radios[0]).to_be_checked()
    page.locator("main > .helplines summary").focus()
    page.keyboard.press("Tab")
    expect(radios[0]).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(radios[1]).to_be_focused()
    expect(radios[1]).to_be_checked()
    outline = radios[1].evaluate("each => getComputedStyle(each).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Tab")
    first = page.locator("section.worried a").first
    expect(first).to_be_focused()
    expect(page.get_by_role("region", name=EN["door.worried"])).to_be_visible()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("group", name=EN["door.help"])).to_be_visible()


def test_the_door_stays_open_in_another_language(page: Page, origin: str) -> None:
    """What is read goes on in the language that is understood."""
    page.goto(f"{origin}/?lang=en")
    page.wait_for_selector(ENHANCED)
    _choose(page, "worried")
    page.click(".languages [lang=fr]")
    page.wait_for_selector("html[lang=fr]")
    assert _shown(page) == ["worried"]
    expect(page.get_by_role("radio", name=words("fr")["door.worried"])).to_be_checked()


def test_an_answer_is_behind_the_first_door(page: Page, origin: str) -> None:
    """And another one does not lose it."""
    page.goto(f"{origin}/?lang=en")
    find_on_device(page, "2000")
    assert page.locator("article").first.is_visible()
    _choose(page, "worried")
    assert _shown(page) == ["worried"]
    assert not page.locator("article").first.is_visible()
    _choose(page, "help")
    assert page.locator("article").first.get_attribute("data-centre") == "payoke"
    assert page.locator(".origin.known").is_visible()


def test_a_browser_that_knows_no_has_shows_every_part(page: Page, origin: str) -> None:
    """One after the other, without buttons that would do nothing."""

    def older(route: Route) -> None:
        style = route.fetch().text()
        assert ":has(" in style
        route.fulfill(body=style.replace(":has(", ":unknown("), content_type="text/css")

    page.route("**/static/finder.css", older)
    page.goto(f"{origin}/?lang=en")
    assert _shown(page) == list(DOORS)
    assert not page.locator(".doors").is_visible()
    tops = [page.locator(part).bounding_box() for part in PARTS.values()]
    heights = [box["y"] for box in tops if box]
    assert heights == sorted(heights)
    assert len(heights) == len(DOORS)


@pytest.mark.parametrize("door", ["worried", "work"])
def test_axe_finds_nothing_in_the_parts(page: Page, origin: str, door: str) -> None:
    """In both colour schemes, at a width of 320 pixels."""
    page.set_viewport_size({"width": 320, "height": 640})
    for tag in ("nl", "ar"):
        page.emulate_media(color_scheme="light")
        page.goto(f"{origin}/?lang={tag}")
        _choose(page, door)
        assert axe_violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert faint_texts(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_what_the_worried_read_is_two_screens(page: Page, origin: str) -> None:
    """Of a small phone, in each language."""
    high = {}
    for language in languages():
        page.goto(f"{origin}/?lang={language.tag}")
        _choose(page, "worried")
        box: Any = page.locator("section.worried").bounding_box()
        high[language.tag] = box["height"]
    assert {tag: each for tag, each in high.items() if each > 2 * PHONE["height"]} == {}


def test_every_link_of_the_parts_is_as_high_as_a_finger(page: Page, origin: str) -> None:
    """44 pixels at least."""
    page.goto(f"{origin}/?lang=en")
    for door in ("worried", "work"):
        _choose(page, door)
        links = page.locator(f"section.{door} a").all()
        heights = [box["height"] for link in links if (box := link.bounding_box())]
        assert len(heights) == len(links) > 3
        assert min(heights) >= 44


def test_paper_has_the_open_part_and_no_doors(page: Page, origin: str) -> None:
    """The numbers for danger are on it, too."""
    page.goto(f"{origin}/?lang=en")
    _choose(page, "worried")
    page.emulate_media(media="print")
    assert not page.locator(".doors").is_visible()
    assert page.locator("section.worried").is_visible()
    assert not page.locator("section.work").is_visible()
    assert page.locator("main > .helplines a[href='tel:112']").is_visible()


def test_the_title_and_the_heading_do_not_say_what_the_page_is_for(page: Page, origin: str) -> None:
    """Behind each door they are the neutral ones."""
    page.goto(f"{origin}/?lang=en")
    for door in DOORS:
        _choose(page, door)
        assert page.title() == EN["title"]
        assert not re.search("traffick|exploit", page.locator("h1").inner_text())
