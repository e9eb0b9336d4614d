"""Opening hours in <nearest-centre>: now, next, each week, in the time zone of the centre."""

from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.support.browser import Heard, serving_site
from tests.support.moments import EXAMPLES_AT
from tests.support.partner_page import SHARED, embedded, files, find

NEEDS = ("device",)


def test_open_now_goes_with_the_clock(partner: Page, embed_origin: str) -> None:
    """At 16:59:50 a centre is open; a minute later it is closed until morning, without a
    request.
    """
    almost_five = EXAMPLES_AT.replace(hour=15, minute=59, second=50)
    with embedded(partner, embed_origin, at=almost_five) as page:
        find(page, "1000")
        heard = Heard.of(page)
        facts = page.locator("nearest-centre .state")
        expect(facts.first).to_contain_text("Office open now, until 17:00")
        expect(facts.nth(1)).to_contain_text("Opening hours not known")
        page.clock.run_for(60_000)
        expect(facts.first).to_contain_text("Office closed now. Opens: Wednesday, 09:00")
        page.clock.fast_forward(20 * 24 * 3_600_000)
        expect(facts.first).to_contain_text("Opening hours not known")
        assert heard.requests == []


def test_an_opening_more_than_a_week_away_has_its_date(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """“Friday” would be read as the coming one, and the visitor would go to a closed centre."""
    opens = int(EXAMPLES_AT.timestamp() // 60) + 10 * 24 * 60
    bundle["centres"][0]["open"] = [{"start": opens, "end": opens + 480, "state": "open"}]
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "1000")
        expect(page.locator("nearest-centre .state").first).to_contain_text(
            "Opens: 13 November 2026, 11:00"
        )


def test_hours_are_told_on_the_centres_own_clock(browser: Browser, embed_origin: str) -> None:
    """A visitor whose device stands on another time zone reads the time on the centre's wall."""
    with embedded(browser, embed_origin, timezone_id="Asia/Tokyo") as page:
        find(page, "1000")
        expect(page.locator("nearest-centre .state").first).to_contain_text("until 17:00")


def test_a_closed_office_with_a_telephone_duty_says_so(partner: Page, embed_origin: str) -> None:
    """Who is in danger at night does not take “closed” for “do not call”. A number that answers day
    and night comes before the one of the closed office.
    """
    with embedded(partner, embed_origin, at=EXAMPLES_AT.replace(hour=22)) as page:
        find(page, "1000")
        expect(page.locator("nearest-centre .state").first).to_have_text(
            "Office closed now. Opens: Wednesday, 09:00"
        )
        first = page.locator("nearest-centre article").first
        night = first.locator(".night.first.main:has(+ .calls)")
        assert night.get_attribute("href") == "tel:+3278055800"
        expect(night).to_contain_text("day and night")
        expect(page.locator("nearest-centre .night")).to_have_count(1)
        expect(first.locator(".call .answered")).to_have_text(
            "For emergencies this number is answered day and night."
        )
        expect(first.locator(".duty")).to_have_count(0)


def test_a_change_of_the_open_state_moves_no_number(partner: Page, embed_origin: str) -> None:
    """At the minute of closing, at every width: each number to call stays where it is."""
    almost_five = EXAMPLES_AT.replace(hour=15, minute=59, second=50)
    places = """() => [...document.querySelector("nearest-centre").shadowRoot
      .querySelectorAll("a[href^='tel:']")].map((each) => each.getBoundingClientRect().top)"""
    for width in (320, 360, 390, 768):
        with embedded(
            partner,
            embed_origin,
            'lang="nl"',
            at=almost_five,
            viewport={"width": width, "height": 800},
        ) as page:
            find(page, "1000")
            state = page.locator("nearest-centre .state").first
            expect(state).to_contain_text("Kantoor nu open")
            before = page.evaluate(places)
            page.clock.run_for(60_000)
            expect(state).to_contain_text("Kantoor nu gesloten")
            assert page.evaluate(places) == before
