"""The quick exit of <nearest-centre>, from a page and from a frame within one."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Playwright, Route, expect

from tests.support.amount import EVERY_CASE
from tests.support.browser import Heard, launched, leave_by_shift
from tests.support.partner_page import embedded, find

SAFE = "https://www.wikipedia.org/"


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium; in CI with its windows, because what a history and a blank page are is its own
    affair, elsewhere its shell, which takes a third of the processor.
    """
    with launched(playwright, with_windows=EVERY_CASE) as opened:
        yield opened


@pytest.fixture(scope="module")
def leaver(partner: Page) -> Page:
    """A page for partners' pages, in a browser that finds a made-up page elsewhere."""

    def elsewhere(route: Route) -> None:
        route.fulfill(body="<title>Elsewhere</title>Elsewhere", content_type="text/html")

    partner.context.route(re.compile("^https:"), elsewhere)
    return partner


@pytest.fixture
def found(leaver: Page, embed_origin: str) -> Iterator[Page]:
    """A page on which a centre has been found."""
    with embedded(leaver, embed_origin, before=True) as page:
        find(page, "2000")
        expect(page.locator("nearest-centre h3 bdi").first).to_have_text("Payoke")
        yield page


def test_a_component_that_forgets_shows_nothing_of_the_place(found: Page) -> None:
    """The page that embeds it may make it forget: the form is open and empty, and no text has the
    place.
    """
    component = found.locator("nearest-centre")
    expect(component).to_contain_text("2000")
    component.evaluate("each => each.forget()")
    expect(component.locator("#postcode")).to_be_visible()
    expect(component).not_to_contain_text("2000")
    expect(component).not_to_contain_text("Antwerpen")


def _goes(page: Page, target: str = SAFE) -> None:
    page.wait_for_url(target)
    expect(page.get_by_text("Elsewhere")).to_be_visible()


def test_the_exit_is_first_and_takes_the_page_out_of_the_history(found: Page) -> None:
    """One tap leads away without a referrer; Back leads to the page before this one."""
    heard = Heard.of(found)
    found.get_by_role("link", name="Leave this page").click()
    _goes(found)
    assert "referer" not in heard.requests[0].all_headers()
    found.go_back()
    assert found.url.endswith("/before")
    found.go_forward()
    _goes(found)


def test_the_page_is_blank_before_the_next_one_comes(found: Page) -> None:
    """At the tap, the page, its title and the input are gone at once, however slow the
    network is.
    """
    left = found.evaluate(
        """() => {
          const root = document.querySelector("nearest-centre").shadowRoot;
          const field = root.querySelector("input");
          root.querySelector(".exit").click();
          const count = root.querySelectorAll("article").length;
          return [field.value, count, document.title, document.body];
        }"""
    )
    assert left == ["", 0, "", None]
    _goes(found)


def test_it_comes_first_when_tabbing_through(found: Page) -> None:
    """From the page's last element before it, one Tab leads to the exit."""
    found.get_by_role("button", name="Of the page").focus()
    found.keyboard.press("Tab")
    focused = "document.activeElement.shadowRoot.activeElement.className"
    assert "exit" in found.evaluate(focused)
    found.keyboard.press("Enter")
    _goes(found)


def test_three_times_shift_leaves_from_anywhere_in_the_page(found: Page) -> None:
    """Also while something outside the component has the focus."""
    found.get_by_role("button", name="Of the page").focus()
    leave_by_shift(found)
    _goes(found)


def test_typing_capitals_does_not_leave(found: Page) -> None:
    """Twice, with a letter in between, or slowly is no sign to leave."""
    for keys in (
        ["Shift", "Shift"],
        ["Shift", "Shift", "a", "Shift"],
        ["Shift", "wait", "Shift", "wait", "Shift"],
    ):
        found.clock.fast_forward(5000)
        for key in keys:
            if key == "wait":
                found.clock.fast_forward(1500)
            else:
                found.keyboard.press(key)
        assert found.locator("nearest-centre h3 bdi").count() == 3, keys


def test_the_partner_chooses_where_it_leads_but_only_to_the_web(
    leaver: Page, embed_origin: str
) -> None:
    """An https address is taken; anything else leads to the default."""
    with embedded(
        leaver,
        embed_origin,
        'lang="en" exit-target="https://weather.example/today"',
        before=True,
    ) as page:
        exit_ = page.get_by_role("link", name="Leave this page")
        assert exit_.get_attribute("href") == "https://weather.example/today"
        page.eval_on_selector(
            "nearest-centre", "e => e.setAttribute('exit-target', 'javascript:alert(1)')"
        )
        expect(exit_).to_have_attribute("href", SAFE)
        page.eval_on_selector(
            "nearest-centre", "e => e.setAttribute('exit-target', 'https://weather.example/today')"
        )
        expect(exit_).to_have_attribute("href", "https://weather.example/today")
        exit_.click()
        _goes(page, "https://weather.example/today")


def _framed(page: Page) -> FrameLocator:
    frame = page.frame_locator("iframe")
    frame.locator("nearest-centre input").fill("2000")
    frame.locator("nearest-centre input").press("Enter")
    expect(frame.locator("nearest-centre h3 bdi").first).to_have_text("Payoke")
    return frame


@pytest.mark.parametrize("by", ["tap", "keys"])
def test_from_a_frame_of_another_site_the_outer_page_is_left(
    leaver: Page, embed_origin: str, by: str
) -> None:
    """The whole page goes, and Back does not bring it back."""
    with embedded(leaver, embed_origin, frame='width="600" height="800"', before=True) as page:
        frame = _framed(page)
        if by == "tap":
            frame.get_by_role("link", name="Leave this page").click()
        else:
            leave_by_shift(page)
        _goes(page)
        page.go_back()
        assert page.url.endswith("/before")


def test_a_frame_that_may_not_leave_is_blank(leaver: Page, embed_origin: str) -> None:
    """If the partner's sandbox forbids leaving, the frame at least is emptied."""
    with embedded(
        leaver,
        embed_origin,
        frame='sandbox="allow-scripts allow-same-origin" width="600"',
        before=True,
    ) as page:
        frame = _framed(page)
        frame.get_by_role("link", name="Leave this page").click()
        expect(page.frame_locator("iframe").locator("nearest-centre")).to_have_count(0)
        assert page.get_by_text("Outer page").is_visible()
