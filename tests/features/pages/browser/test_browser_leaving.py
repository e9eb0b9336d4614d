"""The quick exit of the finder's page, by a tap or by Shift, also from a frame."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from tests.support.amount import some
from tests.support.browser import Heard, leave_by_shift, serving_site
from tests.support.moments import EXAMPLES_AT
from tests.support.visitor_page import CANARY, LEFT, find, find_on_device, leaves, opened, plain


@pytest.mark.parametrize(
    ("asked", "gesture"),
    some([("device", "shift"), ("form", "shift"), ("form", "click"), ("device", "click")], 2),
)
def test_the_exit_replaces_the_page_and_back_does_not_return(
    browser: Browser, origin: str, gesture: str, asked: str
) -> None:
    """After an answer one tap, or Shift three times, leads away; Back leads to the page before the
    finder.
    """
    context, page = opened(browser)
    if asked == "form":
        plain(page)
    page.goto("about:blank#before")
    page.goto(origin)
    if asked == "form":
        find(page, CANARY)
    else:
        find_on_device(page, CANARY)
    leaves(page, gesture)
    page.wait_for_url(LEFT)
    page.go_back()
    assert page.url == "about:blank#before"
    page.go_forward()
    assert page.url == LEFT
    context.close()


def test_the_page_is_blank_before_the_next_one_has_come(browser: Browser, origin: str) -> None:
    """When the other page does not come there is nothing left to read, in the page or its title."""
    context, page = opened(browser)
    plain(page)
    page.goto(origin)
    find(page, CANARY)
    # An answer without content leaves a browser where it is.
    context.route(f"{LEFT}**", lambda route: route.fulfill(status=204))
    with page.expect_request(LEFT):
        page.locator("a[data-exit]").click(no_wait_after=True)
    assert (
        page.evaluate("[document.documentElement.textContent, document.title.trim()].join()") == ","
    )
    context.close()


# Chromium drops a tap on a page that it has not painted yet; and before its script has come, the
# exit is a link, which a sandbox may forbid.
HEARS = """() => document.documentElement.classList.contains("keyboard")
  && performance.getEntriesByName("first-contentful-paint").length"""
# The sandbox of the frame, and whether the page around it can be left.
FRAMES = {
    "as pasted": ("", True),
    "in a sandbox that lets it": (
        'sandbox="allow-scripts allow-forms allow-same-origin '
        'allow-top-navigation-by-user-activation"',
        True,
    ),
    "in a closed sandbox": ('sandbox="allow-scripts allow-forms"', False),
}


@pytest.mark.parametrize(
    ("where", "gesture"),
    some(
        [
            *(("as pasted", "click"), ("as pasted", "shift")),
            *(("in a sandbox that lets it", "shift"), ("in a sandbox that lets it", "click")),
            *(("in a closed sandbox", "click"), ("in a closed sandbox", "shift")),
        ],
        2,
    ),
)
def test_from_a_frame_the_exit_leaves_the_page_around_it(
    browser: Browser, origin: str, where: str, gesture: str
) -> None:
    """In a frame of another site the outer page is left, and Back does not return; if that is
    forbidden, the frame is emptied.
    """
    sandbox, leaves_all = FRAMES[where]
    framed = f'<iframe src="{origin}/embed?lang=nl" {sandbox} width=400 height=700></iframe>'
    body = f"<title>Partner</title>{framed}"
    with serving_site({"/": body}) as partner:
        context, page = opened(browser)
        plain(page)
        page.goto("about:blank#before")
        page.goto(f"{partner.origin}/")
        frame = page.frame_locator("iframe")
        frame.locator("#postcode").fill(CANARY)
        frame.locator("form.search-form button.main").click()
        frame.locator(".origin.known").wait_for()
        page.frames[1].wait_for_function(HEARS)
        if gesture == "click":
            frame.locator("a[data-exit]").click()
        else:
            frame.locator(
                "#results"
            ).click()  # not focus(): the keys would follow later than they are pressed
            leave_by_shift(page)
        if leaves_all:
            page.wait_for_url(LEFT)
            page.go_back()
            assert page.url == "about:blank#before"
        else:
            frame.locator("#results").wait_for(state="detached")
            assert page.frames[1].url == "about:blank"
            assert page.url == f"{partner.origin}/"
        assert not any(CANARY in path for path in partner.asked)
        context.close()


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


@pytest.mark.parametrize("base", ["/", "/embed"])
def test_three_times_shift_leaves_once(browser: Browser, origin: str, base: str) -> None:
    """The page leaves once, without an error."""
    context, page = opened(browser)
    heard = Heard.of(page)
    page.goto(f"{origin}{base}")
    find_on_device(page, CANARY)
    with page.expect_navigation(url=f"{LEFT}**"):
        leaves(page, "shift")
    assert [request.url for request in heard.requests if request.url.startswith(LEFT)] == [LEFT]
    context.close()


def test_capitals_are_no_exit(browser: Browser, origin: str) -> None:
    """Shift with a letter, Shift held down, and three slow presses do not leave the page."""
    context, page = opened(browser, at=EXAMPLES_AT)
    plain(page)
    page.goto(origin)
    page.clock.pause_at(EXAMPLES_AT + timedelta(minutes=5))  # from here on it goes when we say so
    page.focus("#postcode")
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
        assert page.input_value("#postcode") == "ABCDA"
    page.keyboard.down("Shift")
    page.wait_for_url(LEFT)
    context.close()
