"""<nearest-centre> asks for a position after a tap only, and says why it has none."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.amount import some
from tests.support.partner_page import embedded, events, field, find, names, open_form, result, said
from tests.support.touch_targets import IN_REACH, TAPPED, moved
from tests.support.visitor_page import PHONE

BRUSSELS = {"latitude": 50.8466, "longitude": 4.3528, "accuracy": 30}
FAKE = "Object.defineProperty(navigator, 'geolocation', {{value: {}}})"
# A position that comes, or does not, when the test says so.
HELD = FAKE.format("{getCurrentPosition(found, failed) { window.answer = [found, failed]; }}")


def test_a_position_is_asked_for_only_after_a_tap(browser: Browser, embed_origin: str) -> None:
    """The position is requested only after a tap; then the closest centre and the accuracy are
    shown.
    """
    counted = (
        FAKE.format(
            "{asked: 0, getCurrentPosition(found) { this.asked += 1; found({coords: %s}); }}"
        )
        % BRUSSELS
    )
    with embedded(browser, embed_origin) as page:
        page.add_init_script(counted)
        page.reload()
        expect(field(page)).to_be_visible()
        find(page, "2000")
        assert page.evaluate("navigator.geolocation.asked") == 0
        open_form(page)
        page.get_by_role("button", name="Use my position").click()
        assert page.evaluate("navigator.geolocation.asked") == 1
        assert names(page)[0] == "PAG-ASA"
        assert field(page).input_value() == ""
        assert events(page)[-1] == result(
            pag_asa=["closest", "speaks:en"], payoke=["near"], surya=["near"]
        )


@pytest.mark.parametrize(
    ("permissions", "faked", "reason", "explained"),
    [
        ([], None, "denied", "does not share your position. You can type a postcode or a town."),
        (
            ["geolocation"],
            None,
            "unavailable",
            "could not be found. You can type a postcode or a town.",
        ),
        (
            [],
            "{getCurrentPosition(_, failed) { failed({code: 3}); }}",
            "slow",
            "takes too long. Try again",
        ),
        ([], "undefined", "unsupported", "cannot find your position"),
    ],
)
def test_a_position_that_fails_has_a_plain_reason(
    browser: Browser,
    embed_origin: str,
    permissions: list[str],
    faked: str | None,
    reason: str,
    explained: str,
) -> None:
    """Denied, unavailable, slow and unsupported have different texts; each suggests a postcode."""
    with embedded(browser, embed_origin, permissions=permissions) as page:
        if faked:
            page.add_init_script(FAKE.format(faked))
            page.reload()
            expect(field(page)).to_be_visible()
        if permissions:  # without coordinates this is a device that cannot tell
            page.context.new_cdp_session(page).send("Emulation.setGeolocationOverride")
        page.get_by_role("button", name="Use my position").click()
        expect(page.locator("nearest-centre .message").first).to_contain_text(explained)
        assert events(page) == [["error", {"kind": f"position-{reason}"}]]
        find(page, "2000")
        assert names(page)[0] == "Payoke"


def test_a_position_that_comes_too_late_changes_nothing(
    browser: Browser, embed_origin: str
) -> None:
    """Who typed a postcode in the meantime keeps that answer."""
    with embedded(browser, embed_origin) as page:
        page.add_init_script(HELD)
        page.reload()
        expect(field(page)).to_be_visible()
        page.get_by_role("button", name="Use my position").click()
        expect(page.locator("nearest-centre .message").first).to_have_text(
            "Looking for your position…"
        )
        page.locator("nearest-centre .origin > summary").click()
        find(page, "2000")
        page.evaluate(
            "position => { answer[0]({coords: position}); answer[1]({code: 1}); }", BRUSSELS
        )
        assert names(page)[0] == "Payoke"
        assert [kind for kind, _ in events(page)] == ["result"]


@contextmanager
def waiting(browser: Browser, origin: str, attributes: str = 'lang="en"') -> Iterator[Page]:
    """A phone on which the component waits for a position, below other things of the page."""
    with embedded(browser, origin, attributes, viewport=PHONE, has_touch=True) as page:
        page.add_init_script(HELD)
        page.reload()
        expect(field(page)).to_be_visible()
        page.locator("nearest-centre [data-position]").click()
        yield page


@pytest.mark.parametrize("attributes", some(['lang="en"', 'lang="ar"', 'lang="nl"'], 2))
def test_no_link_moves_when_a_position_arrives(
    browser: Browser, embed_origin: str, attributes: str
) -> None:
    """After 3 seconds the answer comes below 112, which stays where it was; the page is not
    scrolled.
    """
    with waiting(browser, embed_origin, attributes) as page:
        before, top = page.evaluate(TAPPED).split(" "), page.evaluate("scrollY")
        assert "tel:112" in page.evaluate(IN_REACH)
        page.clock.run_for(3000)
        page.evaluate("coords => answer[0]({coords})", BRUSSELS)
        assert names(page)[0] == "PAG-ASA"
        assert moved(before, page.evaluate(TAPPED).split(" ")) == ""
        assert page.evaluate("scrollY") == top
        assert page.locator("nearest-centre .call").first.get_attribute("href") in page.evaluate(
            IN_REACH
        )


def test_without_a_position_no_link_moves_and_the_form_is_back(
    browser: Browser, embed_origin: str
) -> None:
    """With the reason; and what is typed next is answered as always."""
    with waiting(browser, embed_origin) as page:
        before = page.evaluate(TAPPED).split(" ")
        page.evaluate("answer[1]({code: 1})")
        expect(field(page)).to_be_visible()
        assert "does not share your position" in said(page)
        assert moved(before, page.evaluate(TAPPED).split(" ")) == ""
        find(page, "2000")
        assert names(page)[0] == "Payoke"
        assert page.locator("nearest-centre .dial").count() == 0


def test_a_component_that_is_changed_while_it_waits_does_not_wait_any_more(
    browser: Browser, embed_origin: str
) -> None:
    """By another language, or by its page, which makes it forget: the whole form is back."""
    for change in ("each.setAttribute('lang', 'nl')", "each.forget()"):
        with waiting(browser, embed_origin) as page:
            page.eval_on_selector("nearest-centre", f"each => {{ {change} }}")
            expect(field(page)).to_be_visible()
            assert page.locator("nearest-centre :is(.waiting, .dial)").count() == 0
            page.evaluate("coords => answer[0]({coords})", BRUSSELS)
            assert events(page) == []


def test_an_inexact_position_far_away_says_so(browser: Browser, embed_origin: str) -> None:
    """Outside the coverage the number to dial is shown; an uncertain order names the inaccurate
    position.
    """
    with embedded(
        browser,
        embed_origin,
        permissions=["geolocation"],
        geolocation={"latitude": 48.8566, "longitude": 2.3522, "accuracy": 90_000},
    ) as page:
        page.get_by_role("button", name="Use my position").click()
        expect(page.locator("nearest-centre h3 bdi").first).to_be_visible()
        assert "You are in: France." in said(page)
        expect(page.locator("nearest-centre .notes")).to_contain_text("Your position is not exact")


def test_a_late_position_is_not_shown_under_another_place(
    browser: Browser, embed_origin: str
) -> None:
    """Also if the language was changed while the device was looking for it."""
    with embedded(browser, embed_origin) as page:
        page.add_init_script(HELD)
        page.reload()
        expect(field(page)).to_be_visible()
        page.get_by_role("button", name="Use my position").click()
        page.eval_on_selector("nearest-centre", "each => each.setAttribute('lang', 'nl')")
        expect(page.get_by_role("heading", name="Zoek een centrum")).to_be_visible()
        find(page, "2000")
        page.evaluate("coords => answer[0]({coords})", {**BRUSSELS, "latitude": 50.64})
        assert names(page)[0] == "Payoke"
        assert [kind for kind, _ in events(page)] == ["result"]


def test_a_position_that_never_comes_ends_after_ten_seconds(
    browser: Browser, embed_origin: str
) -> None:
    """Also while the browser still asks whether it may be used. The field is back, and what comes
    later is no answer.
    """
    with waiting(browser, embed_origin) as page:
        page.clock.run_for(8000)
        expect(field(page)).to_be_hidden()
        page.clock.run_for(2500)
        expect(field(page)).to_be_visible()
        expect(page.locator("nearest-centre .message")).to_contain_text("takes too long")
        page.evaluate("coords => answer[0]({coords})", BRUSSELS)
        expect(field(page)).to_be_visible()
        assert [kind for kind, _ in events(page)] == ["error"]
