"""<nearest-centre> has numbers to call without a network, or when files do not load."""

import json
from datetime import timedelta
from typing import Any

from playwright.sync_api import Browser, Page, expect

from directory_api.features.device.bundle import CACHE
from directory_api.web.http.responses import FOR_EVER
from tests.support.browser import serving_site
from tests.support.moments import EXAMPLES_AT
from tests.support.partner_page import (
    SHARED,
    TABLE,
    embedded,
    events,
    field,
    files,
    find,
    names,
    said,
)

NEEDS = ("device",)


def test_it_goes_on_without_a_network(browser: Browser, embed_origin: str) -> None:
    """Once loaded, a postcode is found without a network, with the day that the list is from."""
    with embedded(browser, embed_origin) as page:
        page.context.set_offline(True)
        find(page, "2000")
        assert names(page)[0] == "Payoke"
        assert "No internet now. This list is from: 3 November 2026" in said(page)


def test_what_the_browser_has_kept_serves_without_the_directory(
    browser: Browser, embed_origin: str, bundle: Any
) -> None:
    """A page that is opened while the directory is away works from the cache, and shows the list's
    date.
    """
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(browser, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        site.stop()
        page.reload()
        expect(field(page)).to_be_visible()
        find(page, "2000")
        assert names(page)[0] == "Payoke"
        assert "This list is from: 3 November 2026" in said(page)


def test_a_bundle_that_a_cache_kept_for_days_is_asked_for_anew(
    browser: Browser, embed_origin: str, bundle: Any
) -> None:
    """A cached bundle of three days ago is replaced before it is shown."""
    kept = {**SHARED, "Cache-Control": "max-age=604800"}
    with (
        serving_site(files(bundle), kept) as site,
        embedded(
            browser,
            embed_origin,
            f'lang="en" src="{site.origin}"',
            also=site.origin,
            at=EXAMPLES_AT + timedelta(days=3),
        ) as page,
    ):
        asked = site.asked.count("/v1/bundle.json")
        bundle["helplines"][0]["number"] = "113"
        site.pages.update(files(bundle))
        page.reload()
        expect(field(page)).to_be_visible()
        assert site.asked.count("/v1/bundle.json") > asked
        expect(page.locator("nearest-centre li a[href='tel:113']")).to_be_visible()


def test_after_five_minutes_a_changed_number_is_shown(
    browser: Browser, embed_origin: str, bundle: Any
) -> None:
    """When the cached bundle is no longer fresh, the new number is shown at once."""
    kept = {**SHARED, "Cache-Control": CACHE, "Age": "301"}
    with (
        serving_site(files(bundle), kept) as site,
        embedded(browser, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        bundle["helplines"][0]["number"] = "113"
        site.pages.update(files(bundle))
        page.goto(page.url)  # not reload(), which revalidates every file
        expect(field(page)).to_be_visible()
        expect(page.locator("nearest-centre li a[href='tel:113']")).to_be_visible()
        site.stop()
        page.goto(page.url)
        expect(page.locator("nearest-centre li a[href='tel:113']")).to_be_visible()


def test_without_anything_there_is_a_way_out_a_number_and_the_pages_own_words(
    partner: Page, embed_origin: str
) -> None:
    """If nothing loads: the exit, 112, the content between the tags, and a button to try again."""
    with (
        serving_site({}, SHARED) as site,
        embedded(
            partner,
            embed_origin,
            f'lang="nl" src="{site.origin}"',
            inside="<p>Call us: 02 511 64 64</p>",
            also=site.origin,
            ready=False,
        ) as page,
    ):
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        expect(page.get_by_role("link", name="Leave this page")).to_be_visible()
        expect(page.locator("nearest-centre li a[href='tel:112']")).to_be_visible()
        expect(page.get_by_text("Call us: 02 511 64 64")).to_be_visible()
        assert events(page) == [["error", {"kind": "load"}]]


def test_without_a_bundle_the_helplines_and_the_language_stay(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """If only the words and the list of helplines arrive, every number is there, in Dutch."""
    loaded = {path: body for path, body in files(bundle).items() if "/words/" in path}
    loaded["/v1/helplines.json"] = json.dumps({"helplines": bundle["helplines"]})
    with (
        serving_site(loaded, SHARED) as site,
        embedded(
            partner, embed_origin, f'lang="nl" src="{site.origin}"', also=site.origin, ready=False
        ) as page,
    ):
        expect(page.locator("nearest-centre [part=helpline]")).to_have_count(5)
        police = page.locator("nearest-centre a[href='tel:101']")
        expect(police).to_have_accessible_name("101 Politie – België")
        expect(page.get_by_role("button", name="Probeer opnieuw")).to_be_visible()
        assert page.locator("nearest-centre .box").get_attribute("lang") == "nl"


def test_postcodes_that_did_not_come_take_nothing_else_away(
    browser: Browser, embed_origin: str, bundle: Any
) -> None:
    """The centres and the helplines are shown, the position is answered, and the next search loads
    the postcodes again.
    """
    pages = files(bundle)
    table = pages.pop(TABLE)
    with (
        serving_site(pages, SHARED) as site,
        embedded(
            browser,
            embed_origin,
            f'lang="en" src="{site.origin}"',
            also=site.origin,
            permissions=["geolocation"],
            geolocation={"latitude": 50.6, "longitude": 5.5},
        ) as page,
    ):
        assert (len(names(page)), page.locator("nearest-centre [part=helpline]").count()) == (3, 5)
        for _ in range(2):
            expect(page.locator("nearest-centre .box")).to_contain_text("The list did not load")
            find(page, "2000")
            expect(field(page)).to_have_value("2000")
        page.get_by_role("button", name="Use my position").click()
        expect(page.locator("nearest-centre h3 bdi").first).to_have_text("Sürya")
        site.pages[TABLE] = table
        find(page, "2000")
        expect(page.locator("nearest-centre h3 bdi").first).to_have_text("Payoke")
        assert events(page)[0] == ["error", {"kind": "load"}]


def test_a_changed_number_does_not_load_the_postcodes_again(
    browser: Browser, embed_origin: str, bundle: Any
) -> None:
    """Their address is the same, and they may be kept for ever."""
    kept = {**SHARED, "Cache-Control": FOR_EVER}
    with (
        serving_site(files(bundle), kept) as site,
        embedded(
            browser,
            embed_origin,
            f'lang="en" src="{site.origin}"',
            also=site.origin,
            at=EXAMPLES_AT + timedelta(days=3),
        ) as page,
    ):
        bundle["helplines"][0]["number"] = "113"
        site.pages.update(files(bundle))
        page.goto(page.url)  # not reload(), which revalidates every file
        expect(page.locator("nearest-centre li a[href='tel:113']")).to_be_visible()
        find(page, "2000")
        assert names(page)[0] == "Payoke"
        assert site.asked.count(TABLE) == 1


def test_another_country_that_does_not_load_takes_no_number_away(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """The last helplines stay when a later bundle fails."""
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="nl" src="{site.origin}"', also=site.origin) as page,
    ):
        site.pages["/v1/bundle/NL.json"] = "{}"
        page.eval_on_selector("nearest-centre", "each => each.setAttribute('country', 'NL')")
        expect(page.get_by_role("button", name="Probeer opnieuw")).to_be_visible()
        assert page.locator("nearest-centre [part=helpline]").count() == 5


def test_trying_again_goes_on_where_it_failed(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """The button asks for what did not come, and the finder is there."""
    with (
        serving_site({}, SHARED) as site,
        embedded(
            partner, embed_origin, f'lang="nl" src="{site.origin}"', also=site.origin, ready=False
        ) as page,
    ):
        again = page.get_by_role("button", name="Try again")
        expect(again).to_be_visible()
        site.pages.update(files(bundle))
        again.click()
        expect(page.get_by_role("heading", name="Zoek een centrum")).to_be_visible()


def test_another_countrys_postcodes_are_not_read_as_ours(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """If a country's bundle is missing, no other country's is used: 1012 is Amsterdam or a bank."""
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(
            partner,
            embed_origin,
            f'lang="en" country="NL" src="{site.origin}"',
            also=site.origin,
            ready=False,
        ) as page,
    ):
        page.route("**/v1/bundle/NL.json", lambda route: route.fulfill(status=503))
        page.reload()
        expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_numbers_are_shown_at_once_and_stay(
    browser: Browser, embed_origin: str, bundle: Any
) -> None:
    """Before the words and the bundle have come, the content between the tags is shown; then every
    helpline at once. If one of them is slow, 112 is there after six seconds.
    """
    held: list[Any] = []
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(
            browser,
            embed_origin,
            f'lang="en" src="{site.origin}"',
            inside="<p>Call us: 02 511 64 64</p>",
            also=site.origin,
        ) as page,
    ):
        page.route("**/v1/bundle.json", lambda route: held.append(route))  # noqa: PLW0108  # Playwright needs a function
        page.clock.pause_at(EXAMPLES_AT + timedelta(minutes=5))
        with page.expect_request("**/v1/bundle.json"):
            page.reload()
        expect(page.get_by_text("Call us: 02 511 64 64")).to_be_visible()
        page.clock.run_for(5_000)
        assert page.locator("nearest-centre a[href^='tel:']").count() == 0
        page.clock.run_for(1_000)
        expect(page.locator("nearest-centre li a[href='tel:112']")).to_be_visible()
        page.clock.resume()
        held[0].continue_()
        expect(page.locator("nearest-centre a[href='tel:101']")).to_be_visible()
