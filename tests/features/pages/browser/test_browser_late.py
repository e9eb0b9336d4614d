"""What arrives late on the finder's page replaces no newer text or answer, and moves no number."""

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.support.browser import Heard
from tests.support.moments import EXAMPLES_AT
from tests.support.visitor_page import (
    CANARY,
    ENHANCED,
    find,
    find_on_device,
    hold,
    opened,
    plain,
    shown_centres,
    type_place,
)


def test_a_form_that_somebody_types_into_stays(page: Page, origin: str) -> None:
    """What was typed while the bundle was on its way stays, and the search runs on the device."""
    heard = Heard.of(page)
    page.route("**/v1/bundle**", lambda route: None)  # neither answered nor refused yet
    page.goto(origin)
    page.fill("#postcode", CANARY)
    page.unroute("**/v1/bundle**")
    page.wait_for_selector(ENHANCED)
    assert page.input_value("#postcode") == CANARY
    page.click("form.search-form button.main")
    page.wait_for_selector("#results:focus")
    assert {request.method for request in heard.requests} == {"GET"}


def test_without_the_postcodes_the_server_is_asked(page: Page, origin: str) -> None:
    """The bundle alone cannot answer for a place, so the page's own form does."""
    page.route("**/v1/bundle/*/postcodes/*", lambda route: route.abort())
    page.goto(origin)
    page.wait_for_selector(".search.broken")
    page.fill("#postcode", CANARY)
    with page.expect_request(lambda request: request.method == "POST"):
        page.click("form.search-form button.main")
    page.wait_for_selector("#results")
    assert shown_centres(page)


NOTE_ANSWERS = """
window.answers = [];
const ask = window.fetch;
window.fetch = (...asked) => {
  const answer = ask(...asked);
  answers.push(answer.then((response) => response.clone().text()));
  return answer;
};
"""


@pytest.mark.parametrize("late", ["an answer", "no page", "nothing"])
def test_an_older_answer_that_comes_late_is_not_shown(
    browser: Browser, origin: str, late: str
) -> None:
    """After searches for 4000 and 2000, the result is that of 2000, whatever arrives late."""
    context, page = opened(browser)
    plain(page)
    page.add_init_script(NOTE_ANSWERS)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "postcode=4000" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.fallback()

    page.route(f"{origin}/", hold)
    page.goto(origin)
    type_place(page, "4000")
    with page.expect_request(lambda request: request.method == "POST"):
        page.click("form.search-form button.main")
    find(page, "2000")
    assert page.locator("article").first.get_attribute("data-centre") == "payoke"
    if late == "an answer":
        held[0].continue_()
    elif late == "no page":
        held[0].fulfill(status=429, content_type="application/json", body="{}")
    else:
        held[0].abort()
    page.evaluate("Promise.allSettled(answers).then(() => new Promise((done) => setTimeout(done)))")
    assert page.locator("article").first.get_attribute("data-centre") == "payoke"
    assert page.locator(".note[data-failure]").count() == 0
    context.close()


def test_a_bundle_that_comes_after_an_answer_takes_nothing_away(page: Page, origin: str) -> None:
    """A bundle that loads after the answer of the server leaves it on the page."""
    held = hold(page, "**/v1/bundle/*")
    page.goto(origin)
    find(page, "2000")
    for route in held:
        route.continue_()
    page.wait_for_selector(ENHANCED)
    assert shown_centres(page)[0] == "payoke"
    assert page.locator(".origin.known").is_visible()


def test_a_late_answer_of_the_server_does_not_replace_a_search_on_the_device(
    browser: Browser, origin: str
) -> None:
    """The server was asked for 4000 before the bundle came; the device then answered for 2000."""
    context, page = opened(browser, at=EXAMPLES_AT)
    page.add_init_script(NOTE_ANSWERS)
    bundles = hold(page, "**/v1/bundle/*")
    page.goto(origin)
    posts = hold(page, f"{origin}/")
    type_place(page, "4000")
    with page.expect_request(lambda request: request.method == "POST"):
        page.click("form.search-form button.main")
    for route in bundles:
        route.continue_()
    find_on_device(page, "2000")
    posts[-1].continue_()
    page.evaluate("Promise.allSettled(answers).then(() => new Promise((done) => setTimeout(done)))")
    assert shown_centres(page)[0] == "payoke"
    assert "2000" in page.locator("[data-place]").inner_text()
    context.close()
