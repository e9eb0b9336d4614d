"""While a search waits for files or a position, nothing that can be tapped moves when they come."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from directory_api.text.translations import words
from tests.support.amount import some
from tests.support.browser import Heard
from tests.support.languages import tried_languages
from tests.support.moments import EXAMPLES_AT
from tests.support.touch_targets import IN_REACH, TAPPED, moved
from tests.support.visitor_page import PHONE, hold, plain

NL = words("nl")
TABLES = "**/v1/bundle/names/**"
# A question, the answer to a village, a refusal, an answer with a warning, and the choice of a
# country, alone or before suggestions.
TYPED = ("Ename", "Xyzzy", "2800 Xyzzy", "1000 Roubaix", "Bergen op Zoom")
WAITING = ".search.waiting"
# Whether the line that says so is in sight.
SAYS = """() => {
  const { top, bottom } = document.querySelector("[data-place]").getBoundingClientRect();
  return top > 0 && bottom < innerHeight;
}"""
# A position that comes, or does not, when the test says so.
SLOW_POSITION = """
navigator.geolocation.getCurrentPosition = (found, failed) => {
  window.found = (latitude, longitude) => found({ coords: { latitude, longitude, accuracy: 9 } });
  window.failed = (code) => failed({ code });
};
"""


class Late:
    """The files of names and postcodes, which come when they are let through."""

    def __init__(self, page: Page) -> None:
        self._held: list[Route] = []
        self._page = page
        page.route(TABLES, self._hold)

    def _hold(self, route: Route) -> None:
        self._held.append(route)

    def arrive(self, answer: Callable[[Route], None] = lambda route: route.continue_()) -> None:
        """Let them through, one after the other, until the search does not wait any more."""
        while self._page.query_selector(WAITING) or self._held:
            for route in self._held[:]:
                self._held.remove(route)
                answer(route)
            self._page.wait_for_timeout(10)


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[Page]:
    """An empty page, with a slow position."""
    context = browser.new_context(locale="nl")
    context.add_init_script(SLOW_POSITION)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(visitor: Page) -> Iterator[Page]:
    """The same page for each test, as wide as a phone."""
    visitor.set_viewport_size(PHONE)
    yield visitor
    visitor.unroute_all()


def _open(page: Page, origin: str, tag: str = "nl") -> None:
    page.goto(f"{origin}/?lang={tag}")
    page.wait_for_selector(".search.enhanced")


def _search(page: Page, text: str) -> None:
    page.fill("#postcode", text)
    page.press("#postcode", "Enter")


def _tapped(page: Page) -> list[str]:
    points: list[str] = page.evaluate(TAPPED).split(" ")
    return points


@pytest.mark.parametrize(
    ("size", "tags", "do_arrive"),
    [
        (PHONE, some(("fr", "nl", "ar")), True),
        (PHONE, ("nl",), False),
        ({"width": 1280, "height": 800}, ("nl",), True),
    ],
    ids=["phone", "phone, without a network", "desktop"],
)
def test_no_link_moves_when_names_arrive(
    phone: Page, embed_origin: str, size: Any, tags: Sequence[str], do_arrive: bool
) -> None:
    """At once the page says that it waits, beside a number to call, where the answer or the
    question comes; both stay in place, and nothing is tapped in the place of something else.
    """
    phone.set_viewport_size(size)
    late = Late(phone)
    wrong: dict[Any, Any] = {}
    for tag in tags:
        for text in some(TYPED, 2):
            _open(phone, embed_origin, tag)
            _search(phone, text)
            place = phone.locator("[data-place]")
            expect(place).to_have_text(words(tag)["loading"])
            assert phone.evaluate(SAYS)
            assert "tel:112" in phone.evaluate(IN_REACH)
            before, top = _tapped(phone), phone.evaluate("scrollY")
            late.arrive(Route.continue_ if do_arrive else Route.abort)
            now = _tapped(phone)
            changed = ("summary", "button") in set(zip(before, now, strict=True))
            scrolled = phone.evaluate("scrollY") - top
            repeated = phone.locator(".message a[href='tel:112']").count()
            if changed or scrolled or repeated or moved(before, now):
                wrong[tag, text] = (changed, scrolled, repeated, moved(before, now))
    assert wrong == {}


def test_after_names_arrive_the_closest_centre_can_be_called(
    phone: Page, embed_origin: str
) -> None:
    """Its number is in the first screen, below 112, in each language that is tried."""
    late = Late(phone)
    hidden = {}
    for language in tried_languages():
        _open(phone, embed_origin, language.tag)
        _search(phone, "Ename")
        late.arrive()
        calls = phone.evaluate(IN_REACH)
        if "tel:112" not in calls or phone.get_attribute(".results .call", "href") not in calls:
            hidden[language.tag] = calls
    assert hidden == {}


def test_the_focus_is_kept_and_a_second_enter_changes_nothing(
    phone: Page, embed_origin: str
) -> None:
    """A screen reader is on the text that says that it waits, then on the field or the answer."""
    late = Late(phone)
    _open(phone, embed_origin)
    _search(phone, "Ename")
    expect(phone.locator("[role=status].message")).to_be_focused()
    expect(phone.locator(".message")).to_have_text(NL["loading"])
    phone.keyboard.press("Enter")
    phone.evaluate("document.querySelector('.search-form').requestSubmit()")
    late.arrive()
    expect(phone.locator("#results")).to_be_focused()
    expect(phone.locator("[data-place]")).to_contain_text("9700")
    _open(phone, embed_origin)
    _search(phone, "Xyzzy")
    late.arrive()
    expect(phone.locator("#postcode")).to_be_focused()
    expect(phone.locator("#postcode")).to_have_value("Xyzzy")


def test_what_is_changed_while_it_waits_gets_no_late_answer(phone: Page, embed_origin: str) -> None:
    """The form opens with what was typed; the next answer needs no files, and is at the top."""
    late = Late(phone)
    _open(phone, embed_origin)
    _search(phone, "Ename")
    phone.click("#origin > summary")
    expect(phone.locator("#postcode")).to_be_focused()
    expect(phone.locator("#postcode")).to_have_value("Ename")
    late.arrive()
    expect(phone.locator("#origin")).not_to_contain_class("known")
    expect(phone.locator(".message")).to_be_empty()
    _search(phone, "2000")
    expect(phone.locator("[data-place]")).to_contain_text("2000")
    expect(phone.locator(".dial")).to_have_count(0)
    phone.click("#origin > summary")
    expect(phone.locator("#postcode")).to_be_visible()
    _search(phone, "99999")
    expect(phone.locator("#form-error a[href='tel:112']")).to_have_count(1)


def test_where_the_visitor_has_scrolled_to_the_page_stays(phone: Page, embed_origin: str) -> None:
    """The helplines can be called while it waits, and when the answer comes."""
    late = Late(phone)
    _open(phone, embed_origin)
    _search(phone, "Ename")
    phone.evaluate("scrollTo(0, 0)")
    before = _tapped(phone)
    late.arrive()
    assert moved(before, _tapped(phone)) == ""
    assert phone.evaluate("scrollY") == 0


@pytest.mark.parametrize("code", some([1, 2, 3]))
def test_without_a_position_the_form_is_back(phone: Page, embed_origin: str, code: int) -> None:
    """With the reason, and 112 where it was."""
    _open(phone, embed_origin)
    phone.click("[data-position]")
    expect(phone.locator("[data-place]")).to_have_text(NL["position.waiting"])
    before = _tapped(phone)
    assert "tel:112" in phone.evaluate(IN_REACH)
    phone.evaluate("code => failed(code)", code)
    reason = ("denied", "unavailable", "slow")[code - 1]
    expect(phone.locator(".message .note")).to_have_text(NL[f"position.{reason}"])
    expect(phone.locator("#postcode")).to_be_visible()
    assert moved(before, _tapped(phone)) == ""


def test_no_link_moves_when_a_position_arrives(phone: Page, embed_origin: str) -> None:
    """The answer comes below the number to call."""
    _open(phone, embed_origin)
    phone.click("[data-position]")
    before = _tapped(phone)
    phone.evaluate("found(51.2, 4.4)")
    expect(phone.locator("#results")).to_be_focused()
    assert moved(before, _tapped(phone)) == ""


def test_without_the_files_of_a_neighbour_112_is_shown_once(phone: Page, embed_origin: str) -> None:
    """Above the message that they did not load; the countries can be tried again."""
    late = Late(phone)
    _open(phone, embed_origin)
    _search(phone, "59000")
    phone.locator(".message .choice button").first.click()
    late.arrive(lambda route: route.abort())
    expect(phone.locator(".message")).to_contain_text(NL["load.failed"])
    expect(phone.locator(".dial a")).to_be_in_viewport(ratio=1)
    expect(phone.locator(".search a[href='tel:112']")).to_have_count(1)
    expect(phone.locator(".message .choice button")).not_to_have_count(0)


def test_another_language_sends_a_search_again_that_the_server_has_not_answered(
    browser: Browser, embed_origin: str
) -> None:
    """The list did not come, and the answer takes longer than six seconds; no request has the place
    in its address.
    """
    context = browser.new_context(viewport=PHONE, locale="nl")
    page = context.new_page()
    heard = Heard.of(page)
    plain(page)
    page.clock.install(time=EXAMPLES_AT)
    page.goto(f"{embed_origin}/?lang=nl")
    page.wait_for_selector(".search.broken")
    first = hold(page, f"{embed_origin}/")
    page.fill("#postcode", "2000")
    with page.expect_request(lambda request: request.method == "POST"):
        page.click("button.main")
    page.clock.run_for(6500)
    page.unroute(f"{embed_origin}/")
    page.click(".languages summary")
    page.click(".languages [lang=fr]")
    page.wait_for_selector("html[lang=fr] .origin.known")
    for route in first:
        route.continue_()
        route.request.response()
    page.clock.run_for(300)
    assert page.get_attribute("html", "lang") == "fr"
    assert "2000" in page.locator("[data-place]").inner_text()
    assert not [each.url for each in heard.requests if "2000" in each.url]
    context.close()
