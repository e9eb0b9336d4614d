"""What the finder's page sends and keeps: no place in an address, the history or storage."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from directory_api.text.translations import words
from tests.support.browser import Heard
from tests.support.visitor_page import (
    CANARY,
    ENHANCED,
    LEFT,
    PHONE,
    find,
    find_on_device,
    hold,
    leaves,
    opened,
    plain,
    shown_centres,
)


def test_with_javascript_the_place_stays_on_the_device(browser: Browser, origin: str) -> None:
    """The page answers by itself; no request contains the input, and nothing is stored."""
    context, page = opened(browser)
    heard = Heard.of(page)
    page.goto(origin)
    find_on_device(page, CANARY)
    for request in heard.requests:
        assert request.url.startswith(origin)
        assert not re.search(
            f"{CANARY}|Bellem", f"{request.url} {request.post_data} {request.headers}"
        )
    assert heard.console == []
    assert context.cookies() == []
    kept = """[localStorage.length, sessionStorage.length, document.cookie, location.href,
      document.title].join()"""
    assert page.evaluate(kept) == f"0,0,,{origin}/,{words('nl')['title']}"
    assert page.evaluate("indexedDB.databases().then((found) => found.length)") == 0
    assert page.evaluate("caches.keys().then((found) => found.length)") == 0
    context.close()


def test_without_scripts_and_style_sheets_what_is_true_of_privacy_is_shown(
    browser: Browser, origin: str
) -> None:
    """The form is sent, and the browser may keep it. What only a script can do is not offered."""
    context, page = opened(browser, java_script_enabled=False)
    page.route("**/*.css", lambda route: route.abort())
    page.goto(f"{origin}/?lang=nl")
    said = " ".join(words("nl")[key] for key in ("privacy.sent", "privacy.browser"))
    assert page.locator("#postcode-privacy").inner_text() == said
    assert page.get_by_text(words("nl")["position.button"]).is_hidden()
    context.close()


def test_only_the_true_sentence_on_privacy_is_painted(page: Page, origin: str) -> None:
    """Where scripts run, none until it is known whether the page searches itself; if they do not
    come, after six seconds that the input is sent.
    """
    sent, device = page.locator(".sent"), page.locator(".device")
    held = hold(page, "**/v1/bundle/*")
    page.goto(f"{origin}/?lang=nl")
    expect(sent).to_be_hidden()
    expect(device).to_be_hidden()
    while not held:
        page.wait_for_timeout(10)
    place = device.bounding_box()
    for route in held:
        route.continue_()
    page.wait_for_selector(ENHANCED)
    expect(sent).to_be_hidden()
    expect(device).to_be_visible()
    assert device.bounding_box() == place
    page.unroute_all()
    plain(page)
    page.goto(f"{origin}/?lang=nl")
    expect(sent).to_be_visible()
    page.unroute_all()
    page.route("**/static/page.js", lambda route: route.abort())
    page.goto(f"{origin}/?lang=nl")
    expect(sent).to_be_hidden()
    page.evaluate("document.getAnimations().forEach((each) => each.finish())")
    expect(sent).to_be_visible()
    expect(device).to_be_hidden()


@pytest.mark.parametrize("scripted", [True, False])
def test_another_language_keeps_the_answer(browser: Browser, origin: str, scripted: bool) -> None:
    """The centres stay sorted by the place, which no request contains if the device answered."""
    context, page = opened(browser, java_script_enabled=scripted)
    heard = Heard.of(page)
    page.goto(f"{origin}/?lang=nl")
    if scripted:
        find_on_device(page, "2000")
    else:
        page.fill("#postcode", "2000")
        page.press("#postcode", "Enter")
        page.wait_for_selector(".origin.known")
    page.click(".languages summary")
    page.click(".languages [lang=fr]")
    page.wait_for_selector("html[lang=fr] .origin.known")
    assert shown_centres(page)[0] == "payoke"
    assert page.locator("[data-place]").inner_text() == "Près de 2000 Anvers"
    if scripted:
        assert {request.method for request in heard.requests} == {"GET"}
        assert not any("2000" in request.url for request in heard.requests)
    context.close()


def test_an_answer_leaves_one_entry_in_the_history(browser: Browser, origin: str) -> None:
    """With JavaScript, searching, changing the language and the print view add nothing to the
    history.
    """
    context, page = opened(browser)
    plain(page)
    page.goto(origin)
    before = page.evaluate("history.length")
    find(page, CANARY)
    assert page.evaluate("document.activeElement.id") == "results"
    assert page.locator("span.keyboard").is_visible()
    page.click(".languages summary")
    page.click("button[value=ar]")
    page.wait_for_selector("html[dir=rtl]")
    page.click("[data-print-page]")
    page.wait_for_selector("section.printed")
    page.click("[data-replace]")
    page.wait_for_selector("form.search-form")
    page.click(".languages summary")
    page.click("a[hreflang=fr]")
    page.wait_for_selector("html[lang=fr]")
    assert page.evaluate("history.length") == before
    context.close()


@pytest.mark.parametrize("why", ["offline", "limited"])
def test_what_cannot_be_sent_leaves_the_page_and_no_trace(
    browser: Browser, origin: str, why: str
) -> None:
    """Without a network, or with an unexpected answer, the page says so, with a number to call in
    sight; helplines and exit stay, and the history has no answer.
    """
    context, page = opened(browser, viewport=PHONE)
    plain(page)
    page.goto(origin)
    before = page.evaluate("history.length")
    page.fill("#postcode", CANARY)
    if why == "offline":
        context.set_offline(offline=True)
    else:
        page.route(
            f"{origin}/",
            lambda route: route.fulfill(status=429, content_type="application/json", body="{}"),
        )
    for _ in range(2):
        page.click("form.search-form button.main")
        page.wait_for_selector(".note[data-failure]:focus")
    message = page.get_by_role("alert")
    expect(message).to_have_count(1)
    expect(message).to_contain_text(words("nl")["error.other"])
    expect(message.locator("a[href='tel:112']")).to_be_in_viewport(ratio=1)
    assert page.locator(".helplines a[href='tel:112']").is_visible()
    assert page.evaluate("history.length") == before
    context.set_offline(offline=False)
    with page.expect_navigation(url=f"{LEFT}**"):
        leaves(page, "shift")
    context.close()


def test_a_language_is_changed_after_an_error_without_a_choice_in_the_address(
    browser: Browser, origin: str
) -> None:
    """Filters reveal needs: choosing a language does not put them into the URL, with or without
    scripts.
    """
    for scripted in (True, False):
        context, page = opened(browser, java_script_enabled=scripted)
        plain(page)
        page.goto(origin)
        # What a visitor chooses where there are more centres.
        field = page.locator("[name=service]")
        field.evaluate("field => { field.value = 'accommodation'; }")
        page.fill("#postcode", "9999")
        page.click("form.search-form button.main")
        page.wait_for_selector("#form-error")
        page.click(".languages summary")
        page.click("button[value=ar]")
        page.wait_for_selector("html[dir=rtl]")
        assert page.url in (f"{origin}/", f"{origin}/#origin")
        assert field.input_value() == "accommodation"
        context.close()


def test_a_place_that_was_sent_once_is_not_sent_again(page: Page, origin: str) -> None:
    """After an answer of the server, a search on the device counts, also in another language."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/v1/bundle/*", hold)
    page.goto(f"{origin}/?lang=en")
    page.fill("#postcode", "2000")
    page.click("form.search-form button.main")
    page.wait_for_selector(".origin.known")
    for route in held:
        route.continue_()
    page.unroute("**/v1/bundle/*")
    page.wait_for_selector(ENHANCED)
    find_on_device(page, "4000")
    heard = Heard.of(page)
    page.click(".languages summary")
    page.click("button[value=fr]")
    page.wait_for_selector("html[lang=fr] #origin.known")
    assert shown_centres(page)[0] == "surya"
    assert "4000" in page.inner_text("[data-place]")
    assert [request.method for request in heard.requests if request.post_data] == []


def test_a_country_of_the_servers_answer_is_searched_on_the_device(page: Page, origin: str) -> None:
    """The place that the server had is not sent once more for the choice below the number."""
    bundles = hold(page, "**/v1/bundle/*")
    page.goto(f"{origin}/?lang=en")
    page.fill("#postcode", "4000")
    page.click("form.search-form button.main")
    page.wait_for_selector(".origin.known")
    for route in bundles:
        route.continue_()
    page.wait_for_selector(ENHANCED)
    page.unroute("**/v1/bundle/*")
    heard = Heard.of(page)
    page.locator(".elsewhere summary").click()
    page.locator(".elsewhere").get_by_role("button", name="Netherlands").click()
    expect(page.locator("[data-message]")).to_contain_text(words("en")["error.postcode-far"])
    assert [request.method for request in heard.requests if request.post_data] == []
    # The field that has the focus then needs the names of the own country.
    names = {f"{origin}/v1/bundle/names/{country}.json" for country in ("NL", "BE")}
    assert {request.url for request in heard.requests} <= names


def test_no_policy_is_broken(page: Page, origin: str) -> None:
    """No page breaks its own Content-Security-Policy or writes to the console."""
    heard = Heard.of(page)
    for path in ("/", "/embed", "/partners"):
        page.goto(origin + path)
        page.wait_for_selector("nearest-centre input" if path == "/partners" else ENHANCED)
    page.goto(origin)
    assert heard.console == []
    assert {request.url.split("/")[2] for request in heard.requests} == {origin.split("/")[2]}
