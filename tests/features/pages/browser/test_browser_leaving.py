"""The quick exit, by a tap or by Shift: of the page and of <nearest-centre>, and of both in a frame
of another site.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Playwright, expect

from tests.support.amount import EVERY_CASE, some
from tests.support.browser import Heard, launched, leave_by_shift, serving_site
from tests.support.moments import EXAMPLES_AT
from tests.support.partner_page import embedded
from tests.support.visitor_page import CANARY, LEFT, opened, plain

COMPONENT = (
    '<script type="module" src="{origin}/embed/nearest-centre.js"></script>'
    '<nearest-centre lang="nl"></nearest-centre>'
)
# The content of a partner's page, but for our own page. `inner` is a page of another site with the
# component.
SURFACES = {
    "page": "",
    "frame": '<iframe {sandbox} src="{origin}/embed?lang=nl" width=400 height=700></iframe>',
    "component": COMPONENT,
    "framed component": '<iframe {sandbox} src="{inner}" width=400 height=700></iframe>',
}
FRAMED = ("frame", "framed component")
SANDBOX = 'sandbox="allow-scripts allow-forms allow-same-origin {}"'
# Chromium drops a tap on a page that it has not painted yet.
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length"


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium; in the nightly run with its windows, because what a history and a blank page are is
    its own affair, elsewhere its shell, which takes a third of the processor.
    """
    with launched(playwright, with_windows=EVERY_CASE) as opened:
        yield opened


@dataclass(frozen=True)
class Visit:
    """A page after a search; `ours` is the directory's part of it."""

    page: Page
    ours: Page | FrameLocator

    def leave(self, gesture: str) -> None:
        """Leave in one of the ways there are."""
        self.page.frames[-1].wait_for_function(PAINTED)
        if gesture == "tap":
            self.ours.locator(".exit").click(no_wait_after=True)
        else:
            # Not focus(): the keys would follow later than they are pressed.
            self.ours.locator("article h3").first.click()
            leave_by_shift(self.page)


@contextmanager
def visit(
    browser: Browser,
    origin: str,
    surface: str,
    *,
    sandbox: str = "",
    by_form: bool = False,
    at: datetime | None = None,
) -> Iterator[Visit]:
    """A surface on which a centre has been found, opened after another page. The device, which can
    have a clock, finds it, or with `by_form` the server.
    """
    with serving_site({}) as site:
        inner = f"http://127.0.0.1:{site.port}/inner"
        content = SURFACES[surface].format(origin=origin, inner=inner, sandbox=sandbox)
        site.pages["/"] = f"<!doctype html><title>Partner</title>{content}"
        site.pages["/inner"] = f"<!doctype html><title>Inner</title>{COMPONENT}".format(
            origin=origin
        )
        context, page = opened(browser, at=at)
        if by_form:
            plain(page)
        page.goto("about:blank#before")
        page.goto(f"{site.origin}/" if content else f"{origin}/?lang=nl")
        ours = page.frame_locator("iframe") if surface in FRAMED else page
        ready = "#postcode" if by_form else ".search.enhanced, nearest-centre #postcode"
        expect(ours.locator(ready).first).to_be_visible()
        ours.locator("#postcode").fill(CANARY)
        ours.locator("#postcode").press("Enter")
        expect(ours.locator("article h3").first).to_be_visible()
        yield Visit(page, ours)
        assert not any(CANARY in path for path in site.asked)
        context.close()


@pytest.mark.parametrize(
    ("surface", "gesture", "by_form"),
    some(
        [
            *((surface, gesture, False) for surface in SURFACES for gesture in ("tap", "shift")),
            *((surface, "shift", True) for surface in ("page", "frame")),
        ],
        2,
    ),
)
def test_the_exit_leaves_once_and_back_does_not_return(
    browser: Browser, origin: str, surface: str, gesture: str, by_form: bool
) -> None:
    """The whole page is left, without a referrer; Back leads to the page before it, and Forward to
    the other site.
    """
    with visit(browser, origin, surface, by_form=by_form) as visited:
        page = visited.page
        heard = Heard.of(page)
        with page.expect_navigation(url=LEFT):
            visited.leave(gesture)
        (request,) = [each for each in heard.requests if each.url.startswith(LEFT)]
        assert "referer" not in request.all_headers()
        page.go_back()
        assert page.url == "about:blank#before"
        page.go_forward()
        assert page.url == LEFT


@pytest.mark.parametrize("surface", FRAMED)
def test_a_sandbox_that_allows_it_is_left(browser: Browser, origin: str, surface: str) -> None:
    """The page around the frame goes."""
    allowed = SANDBOX.format("allow-top-navigation-by-user-activation")
    with visit(browser, origin, surface, sandbox=allowed) as visited:
        visited.leave("tap")
        visited.page.wait_for_url(LEFT)


@pytest.mark.parametrize("surface", FRAMED)
def test_a_frame_that_may_not_leave_is_emptied(browser: Browser, origin: str, surface: str) -> None:
    """The page around it stays."""
    with visit(browser, origin, surface, sandbox=SANDBOX.format("")) as visited:
        address = visited.page.url
        visited.leave("tap")
        expect(visited.ours.locator("article")).to_have_count(0)
        assert (visited.page.frames[1].url, visited.page.url) == ("about:blank", address)


@pytest.mark.parametrize("surface", ["page", "component"])
def test_the_page_is_blank_before_the_next_one_has_come(
    browser: Browser, origin: str, surface: str
) -> None:
    """When the other page does not come there is nothing left to read, in the page, its title or
    its field.
    """
    with visit(browser, origin, surface) as visited:
        page = visited.page
        # An answer without content leaves a browser where it is.
        page.context.route(f"{LEFT}**", lambda route: route.fulfill(status=204))
        field = visited.ours.locator("#postcode").element_handle()
        assert field
        field.evaluate("(each, typed) => { each.value = typed }", CANARY)
        with page.expect_request(LEFT):
            visited.leave("tap")
        text = "document.documentElement.textContent + document.title.trim()"
        assert (page.evaluate(text), field.evaluate("each => each.value")) == ("", "")


@pytest.mark.parametrize("framed", [False, True])
def test_without_javascript_the_exit_is_a_link_that_leads_away(
    browser: Browser, origin: str, framed: bool
) -> None:
    """The link leaves the page, and the page around a frame, without a referrer."""
    with serving_site(
        {"/": f'<iframe src="{origin}/embed" width=400 height=700></iframe>'}
    ) as partner:
        context, page = opened(browser, java_script_enabled=False)
        page.goto(f"{partner.origin}/" if framed else origin)
        where = page.frame_locator("iframe") if framed else page
        assert where.locator("span.keyboard").is_hidden()  # no script listens for the keys
        with page.expect_request(f"{LEFT}**") as asking:
            where.locator("a[data-exit]").click()
        page.wait_for_url(LEFT)
        assert "referer" not in asking.value.headers
        context.close()


@pytest.mark.parametrize("surface", ["page", "component"])
def test_capitals_are_no_exit(browser: Browser, origin: str, surface: str) -> None:
    """Shift with a letter, Shift held down, and three slow presses do not leave the page."""
    with visit(browser, origin, surface, at=EXAMPLES_AT) as visited:
        page = visited.page
        page.clock.pause_at(EXAMPLES_AT + timedelta(minutes=5))  # it goes when we say so
        visited.ours.locator(".origin > summary").click()
        field = visited.ours.locator("#postcode")
        field.fill("")
        field.focus()
        for letter in "ABCD":
            page.keyboard.press(f"Shift+{letter}")
        page.keyboard.down("Shift")
        for _ in range(5):
            page.keyboard.down("Shift")  # repeats
        page.keyboard.up("Shift")
        page.keyboard.press("A")
        for _ in range(4):  # any two are within two seconds of each other, no three are
            page.clock.fast_forward(1_500)
            page.keyboard.press("Shift")
            assert field.input_value() == "ABCDA"
        page.keyboard.down("Shift")
        page.wait_for_url(LEFT)


def test_a_component_that_forgets_shows_nothing_of_the_place(browser: Browser, origin: str) -> None:
    """The page that embeds it may make it forget: the form is open and empty, and no text has the
    place.
    """
    with visit(browser, origin, "component") as visited:
        component = visited.page.locator("nearest-centre")
        expect(component).to_contain_text(CANARY)
        component.evaluate("each => each.forget()")
        expect(component.locator("#postcode")).to_be_visible()
        expect(component).not_to_contain_text(CANARY)
        expect(component).not_to_contain_text("Bellem")


def test_the_partner_chooses_where_it_leads_but_only_to_the_web(
    browser: Browser, embed_origin: str
) -> None:
    """An https address is taken; anything else leads to the default."""
    other = "https://weather.example/today"
    with embedded(browser, embed_origin, f'lang="en" exit-target="{other}"') as page:
        page.context.route(other, lambda route: route.fulfill(body="Elsewhere"))
        link, component = page.locator(".exit"), page.locator("nearest-centre")
        assert link.get_attribute("href") == other
        component.evaluate("each => each.setAttribute('exit-target', 'javascript:alert(1)')")
        expect(link).to_have_attribute("href", LEFT)
        component.evaluate("(each, other) => each.setAttribute('exit-target', other)", other)
        expect(link).to_have_attribute("href", other)
        link.click()
        page.wait_for_url(other)
