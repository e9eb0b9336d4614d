"""What <nearest-centre> shows: helplines, the closest centres, and in plain words why it cannot."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from markupsafe import Markup
from playwright.sync_api import Browser, Page, expect

from directory_api.bootstrap import Directory
from directory_api.domain.query import NearestQuery, Postcode
from directory_api.formats.as_bundle import weekly_hours
from directory_api.i18n.translations import languages, words
from directory_api.web.openapi.spec import EXAMPLES_AT
from directory_api.web.pages.embed import module
from directory_api.web.pages.presenters import PageTranslator
from directory_api.web.v1.bundle import CACHE
from tests.support.browser import Heard, serving_site
from tests.support.partner_page import (
    SHARED,
    embedded,
    events,
    field,
    files,
    find,
    names,
    open_form,
    said,
)

BRUSSELS = {"latitude": 50.8466, "longitude": 4.3528, "accuracy": 30}
FAKE = "Object.defineProperty(navigator, 'geolocation', {{value: {}}})"


def test_helplines_come_first_then_three_centres_with_how_to_reach_them(component: Page) -> None:
    """Short numbers stay short; a centre has distance, hours, phone, languages, e-mail, web and
    address.
    """
    find(component, "2000")
    text = component.locator("nearest-centre .box").inner_text()
    order = [
        "Leave this page",
        "In danger now? Call.",
        "112",
        "101",
        "078",
        "Near 2000 Antwerp",
        "Closest centres",
        "Payoke",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    calls = component.locator("nearest-centre a[href^='tel:']").all()
    dialled = [call.get_attribute("href") for call in calls]
    assert dialled[:4] == ["tel:112", "tel:101", "tel:+3278055800", "tel:+3232011690"]
    first = component.locator("nearest-centre article").first.inner_text()
    for part in (
        "Closest",
        "0.5 km in a straight line",
        "Opening hours not known",
        "Nederlands",
        "English",
        "admin@payoke.be",
        "payoke.be",
        "Leguit 4, 2000 Antwerp",
    ):
        assert part in first
    for part in (
        "These languages are not confirmed yet. Please ask.",
        "These details are not confirmed yet. Please call before you go.",
    ):
        assert said(component).count(part) == 1
    assert names(component) == ["Payoke", "PAG-ASA", "Sürya"]


def test_an_order_that_is_not_certain_is_said_with_its_reason(
    directory: Directory, partner: Page, embed_origin: str
) -> None:
    """If the server is not certain, both centres are shown and none is called the closest."""
    codes = [place.code for place in directory.finder.snapshot.gazetteer.places("BE")]
    answers = (
        (code, directory.finder.nearest(NearestQuery(Postcode(code, "BE")))) for code in codes
    )
    doubtful = next(code for code, answer in answers if not answer.certain)
    with embedded(partner, embed_origin, 'lang="en" compact') as page:
        find(page, doubtful)
        expect(page.locator("nearest-centre article").first.locator(".notes")).to_contain_text(
            "not certain which centre is closer. A postcode is a wide area. Both are shown."
        )
        assert len(names(page)) == 2
        assert page.locator("nearest-centre .rank").count() == 0
        assert events(page)[-1][1]["certain"] is False


@pytest.fixture(scope="module")
def used_component(browser: Browser, embed_origin: str) -> Iterator[Page]:
    """A partner's page with the component, on which one search follows the other."""
    with embedded(browser, embed_origin) as page:
        yield page


@pytest.mark.parametrize(
    ("typed", "kind", "explained", "suggested"),
    [
        ("hello", "postcode-malformed", "do not know this postcode", []),
        ("10000", "postcode-malformed", "Did you mean", ["1000 Brussels"]),
        ("1000 Antwerpen", "postcode-malformed", "Did you mean", ["1000 Brussels"]),
        ("gent", "postcode-malformed", "Did you mean", ["9000 Ghent"]),
        ("9999", "postcode-unknown", "This postcode is not known", ["9990 Maldegem"]),
        ("1012", "postcode-not-residential", "institution", []),
        ("59000", "postcode-foreign", "France / Germany – This page has no postcodes", []),
        ("L-1111", "postcode-foreign", "Luxembourg – ", []),
        ("  ", "nothing-typed", "Please type a postcode", []),
        ("9" * 79 + "x", "postcode-malformed", "do not know this postcode", []),
    ],
)
def test_what_is_no_postcode_is_told_apart(
    used_component: Page, typed: str, kind: str, explained: str, suggested: list[str]
) -> None:
    """Each slip has its own words, what to do next, and the cursor back in the field."""
    component = used_component
    find(component, "2000")
    find(component, typed)
    assert events(component)[-1] == ["error", {"kind": kind}]
    assert explained in said(component)
    assert len(names(component)) == 3
    expect(field(component)).to_be_focused()
    assert field(component).get_attribute("aria-invalid") == "true"
    shown = component.locator("nearest-centre .message button").all_inner_texts()
    assert set(suggested) <= set(shown)
    assert bool(suggested) == bool(shown)


def test_a_suggestion_is_one_tap_away(component: Page) -> None:
    """A tap on a suggested place finds from there and brings the reader to the result."""
    find(component, "10000")
    component.get_by_role("button", name="1000 Brussels").click()
    assert names(component)[0] == "PAG-ASA"
    expect(component.get_by_role("heading", name="Closest centres")).to_be_focused()
    assert field(component).get_attribute("aria-invalid") is None


def test_filters_choose_and_can_be_dropped(partner: Page, embed_origin: str) -> None:
    """A filter leaves out centres, but not the closest; where none is left, the visitor can see
    all.
    """
    with embedded(partner, embed_origin, 'lang="en" language="en-GB"') as page:
        find(page, "1000")
        assert names(page) == ["Payoke"]
        closest = page.locator("nearest-centre .results > .note")
        expect(closest).to_contain_text("Closest PAG-ASA 0.8 km in a straight line")
        expect(closest.get_by_role("link")).to_have_attribute("href", "tel:+3225116464")
        # The centre that was chosen is not the closest.
        expect(page.locator("nearest-centre article .rank")).to_have_count(0)
        result = ["result", {"centres": ["payoke"], "certain": True, "closest": "pag-asa"}]
        assert result in events(page)
        page.eval_on_selector("nearest-centre", "e => e.setAttribute('audience', 'professionals')")
        expect(page.locator("nearest-centre .chosen")).to_contain_text(
            "No centre matches your choice"
        )
        assert events(page)[-1] == ["result", {"centres": [], "closest": "pag-asa"}]
        page.get_by_role("button", name="Show all centres").click()
        assert names(page) == ["PAG-ASA", "Payoke", "Sürya"]
        expect(closest).to_have_count(0)
        assert [event for event in events(page) if event[0] == "all"] == [["all", {}]]
        page.eval_on_selector("nearest-centre", "e => e.removeAttribute('language')")
        expect(page.locator("nearest-centre h3 bdi")).to_have_text(["Sürya"])


def test_who_sees_all_centres_goes_on_seeing_them(partner: Page, embed_origin: str) -> None:
    """Only a new choice ends it: not another colour, and not another postcode."""
    with embedded(partner, embed_origin, 'lang="en" audience="professionals"') as page:
        find(page, "1000")
        page.get_by_role("button", name="Show all centres").click()
        page.eval_on_selector("nearest-centre", "e => e.setAttribute('lang', 'nl')")
        expect(page.get_by_role("heading", name="Zoek een centrum")).to_be_visible()
        find(page, "2000")
        assert names(page) == ["Payoke", "PAG-ASA", "Sürya"]


@pytest.mark.parametrize(
    ("freshness", "doubted"), [("unverified", 1), ("stale", 1), ("due", 0), ("fresh", 0)]
)
def test_what_nobody_confirmed_of_late_says_so(
    partner: Page, embed_origin: str, bundle: Any, freshness: str, doubted: int
) -> None:
    """Unconfirmed languages are marked, too, so that visitors ask before they rely on an
    interpreter.
    """
    for centre in bundle["centres"]:
        centre["freshness"] = freshness
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "2000")
        caveats = said(page)
        assert caveats.count("These languages are not confirmed yet. Please ask.") == doubted
        assert caveats.count("These details are not confirmed yet.") == doubted


def test_the_sources_of_the_data_are_named(component: Page) -> None:
    """At the foot, as on the server's page; a compact component leaves them out."""
    foot = component.locator("nearest-centre .foot")
    expect(foot).to_contain_text("Data: ")
    expect(foot).to_contain_text("GeoNames")
    component.eval_on_selector("nearest-centre", "e => e.setAttribute('compact', '')")
    expect(foot).not_to_contain_text("GeoNames")


def test_a_compact_component_leaves_out_the_lists_of_services(component: Page) -> None:
    """How to get there stays."""
    find(component, "2000")
    article = component.locator("nearest-centre article").first
    services, route = article.get_by_text("Help offered").first, article.get_by_text("How to get")
    for attribute, is_shown in (("heading", True), ("compact", False)):
        component.eval_on_selector("nearest-centre", f"e => e.setAttribute('{attribute}', '')")
        expect(services).to_be_visible(visible=is_shown)
        expect(route).to_be_visible()


def test_open_now_goes_with_the_clock(partner: Page, embed_origin: str) -> None:
    """At 16:59:50 a centre is open; a minute later it is closed until morning, without a
    request.
    """
    almost_five = EXAMPLES_AT.replace(hour=15, minute=59, second=50)
    with embedded(partner, embed_origin, at=almost_five) as page:
        heard = Heard.of(page)
        find(page, "1000")
        facts = page.locator("nearest-centre .state")
        expect(facts.first).to_contain_text("Open now, until 17:00")
        expect(facts.nth(1)).to_contain_text("Opening hours not known")
        page.clock.run_for(60_000)
        expect(facts.first).to_contain_text("Closed now. Opens: Wednesday 09:00")
        page.clock.fast_forward(20 * 24 * 3_600_000)
        expect(facts.first).to_contain_text("Opening hours not known")
        assert heard.requests == []


def test_an_opening_more_than_a_week_away_has_its_date(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """“Friday” would be read as the coming one, and somebody would stand before a closed door."""
    opens = int(EXAMPLES_AT.timestamp() // 60) + 10 * 24 * 60
    bundle["centres"][0]["open"] = [[opens, opens + 480, "open"]]
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "1000")
        expect(page.locator("nearest-centre .state").first).to_contain_text(
            "Opens: Friday, November 13 at 11:00"
        )


@pytest.mark.parametrize(
    "odd",
    [
        {"languages": [{"code": "zh-yue"}]},
        {"address": {"country": "BE"}},
        {
            "open": [[0, 1, "open"], [999_999_999, 999_999_999, "open"]],
            "timezone": "Nowhere/Nothing",
        },
    ],
    ids=["a tag that no browser reads", "no town", "no time zone"],
)
def test_one_odd_record_takes_nothing_away(
    partner: Page, embed_origin: str, bundle: Any, odd: dict[str, Any]
) -> None:
    """A value that the browser cannot read is left out; the centres and their order stay."""
    bundle["centres"][0] |= odd
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "1000")
        assert names(page) == ["PAG-ASA", "Payoke", "Sürya"]


def test_a_centre_without_a_distance_is_not_the_closest(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """A position that is no number is no position."""
    bundle["centres"][0]["location"]["lat"] = "x"
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "1000")
        assert names(page) == ["Payoke", "Sürya"]


def test_what_cannot_be_shown_leaves_nothing_of_the_last_answer(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """After an error, no centre of the previous postcode is shown."""
    bundle["centres"][2]["phones"] = 5
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(
            partner, embed_origin, f'lang="en" src="{site.origin}" compact', also=site.origin
        ) as page,
    ):
        find(page, "2000")
        assert names(page) == ["Payoke"]
        find(page, "4000")
        assert names(page) == []
        assert "The list did not load." in said(page)
        assert page.locator("nearest-centre .helplines a[href='tel:112']").is_visible()
        assert page.locator("nearest-centre .message a[href='tel:112']").is_visible()


def test_hours_are_told_on_the_centres_own_clock(browser: Browser, embed_origin: str) -> None:
    """A visitor whose device stands on another time zone reads the time on the centre's wall."""
    with embedded(browser, embed_origin, timezone_id="Asia/Tokyo") as page:
        find(page, "1000")
        expect(page.locator("nearest-centre .state").first).to_contain_text("until 17:00")


# ---- A position ----


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
        assert events(page)[-1] == [
            "result",
            {"centres": ["pag-asa", "payoke", "surya"], "certain": True},
        ]


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
    held = FAKE.format("{getCurrentPosition(found, failed) { window.answer = [found, failed]; }}")
    with embedded(browser, embed_origin) as page:
        page.add_init_script(held)
        page.reload()
        expect(field(page)).to_be_visible()
        page.get_by_role("button", name="Use my position").click()
        expect(page.locator("nearest-centre .message").first).to_have_text(
            "Looking for your position…"
        )
        find(page, "2000")
        page.evaluate(
            "position => { answer[0]({coords: position}); answer[1]({code: 1}); }", BRUSSELS
        )
        assert names(page)[0] == "Payoke"
        assert [kind for kind, _ in events(page)] == ["result"]


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
        assert "outside the countries of this list" in said(page)
        expect(page.locator("nearest-centre .notes")).to_contain_text("Your position is not exact")


# ---- Without a network ----


def test_it_goes_on_without_a_network(browser: Browser, embed_origin: str) -> None:
    """Once loaded, a postcode is found without a network, with the day that the list is from."""
    with embedded(browser, embed_origin) as page:
        page.context.set_offline(True)
        find(page, "2000")
        assert names(page)[0] == "Payoke"
        assert "No internet now. This list is from: November 3, 2026" in said(page)


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
        assert "This list is from: November 3, 2026" in said(page)


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
        expect(page.locator("nearest-centre a[href='tel:113']")).to_be_visible()


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
        page.goto(page.url)  # not reload(), which asks anew by itself
        expect(field(page)).to_be_visible()
        expect(page.locator("nearest-centre a[href='tel:113']")).to_be_visible()
        site.stop()
        page.goto(page.url)
        expect(page.locator("nearest-centre a[href='tel:113']")).to_be_visible()


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
        expect(page.locator("nearest-centre a[href='tel:112']")).to_be_visible()
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
        expect(page.locator("nearest-centre [part=helpline]")).to_have_count(4)
        police = page.locator("nearest-centre a[href='tel:101']")
        expect(police).to_have_accessible_name("101 Politie")
        expect(page.get_by_role("button", name="Probeer opnieuw")).to_be_visible()
        assert page.locator("nearest-centre .box").get_attribute("lang") == "nl"


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
        assert page.locator("nearest-centre [part=helpline]").count() == 4


HOURS = (
    *("Mo-Fr 09:00-17:00; PH off", "Mo,Tu 09:00-12:00,13:00-17:00", "09:00-17:00", "24/7"),
    *("Mo,We-Fr 09:00-12:00; Sa 10:00-11:00", "Sa-Mo 08:00-20:00", "Mo,We,Fr 10:00-12:00"),
    *(
        "Mo-Fr 22:00-02:00",
        "Mo 09:00-17:00; Mo 10:00-12:00",
        "sunrise-sunset",
        "Tu 09:00-24:00",
        "Sa,Su 10:00-11:00",
    ),
)


@pytest.mark.parametrize("tag", ["en", "ar", "zh-Hans"])
def test_weekly_hours_are_those_of_the_servers_page(
    partner: Page, embed_origin: str, bundle: Any, tag: str
) -> None:
    """Days, ranges and lists in the words of the language, else OpenStreetMap's syntax."""
    translator = PageTranslator(words(tag))
    for expressions in (HOURS[start : start + 3] for start in range(0, len(HOURS), 3)):
        for centre, expression in zip(bundle["centres"], expressions, strict=True):
            centre.pop("weekly", None)
            centre.pop("closed_on_holidays", None)
            centre |= {"opening_hours": expression, **weekly_hours(expression)}
        with (
            serving_site(files(bundle), SHARED) as site,
            embedded(
                partner, embed_origin, f'lang="{tag}" src="{site.origin}"', also=site.origin
            ) as page,
        ):
            find(page, "1000")
            rows = page.locator("nearest-centre article").all()
            for article, expression in zip(rows, expressions, strict=True):
                expected = Markup(translator.hours(expression).replace("<br>", " ")).striptags()
                assert article.locator("dd").first.inner_text().split() == expected.split()


def test_a_centre_is_described_in_the_visitors_language(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """A text that exists only in another language says which it is."""
    for centre in bundle["centres"]:
        centre.pop("description", None)
    bundle["centres"][0]["description"] = {"nl": "Een centrum.", "fr": "Un centre."}
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="nl" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "1000")
        page.locator("nearest-centre article > details > summary").first.click()
        expect(page.get_by_text("Een centrum.")).to_be_visible()
        page.eval_on_selector("nearest-centre", "each => each.setAttribute('lang', 'ar')")
        expect(page.get_by_text("Een centrum.")).to_have_attribute("lang", "nl")


def test_words_without_the_newer_keys_still_say_whether_a_centre_is_open(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """A browser may have kept words that are older than the module."""
    old = files(bundle)
    record = json.loads(old["/embed/words/en.json"])
    for key in ("open.now_until", "open.closed_until"):
        del record["words"][key]
    del record["week"]
    old["/embed/words/en.json"] = json.dumps(record)
    with (
        serving_site(old, SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "1000")
        expect(page.locator("nearest-centre .state").first).to_have_text("Open now")
        expect(page.get_by_text("Mo-Fr 09:00-17:00; PH off")).to_be_visible()


def test_several_components_of_a_page_have_names_of_their_own(
    partner: Page, embed_origin: str
) -> None:
    """By number, or by the heading that the page gives."""
    inside = '</nearest-centre><nearest-centre lang="en" heading="For children">'
    with embedded(partner, embed_origin, inside=inside, ready=False) as page:
        expect(page.get_by_role("region", name="Find a centre 1", exact=True)).to_be_visible()
        expect(page.get_by_role("region", name="For children 2", exact=True)).to_be_visible()
        expect(page.get_by_role("heading", name="For children", exact=True)).to_be_visible()


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


# ---- Languages ----


def test_it_speaks_the_language_of_the_page(partner: Page, embed_origin: str) -> None:
    """Without an attribute it uses the page's language; English is one tap away."""
    with embedded(partner, embed_origin, "", page_tag='<html lang="nl-BE">') as page:
        expect(page.get_by_role("heading", name="Zoek een centrum")).to_be_visible()
        assert page.locator("nearest-centre .box").get_attribute("lang") == "nl"
        find(page, "2000")
        page.get_by_role("button", name="Lees deze pagina in het Engels").click()
        expect(page.get_by_role("heading", name="Find a centre")).to_be_visible()
        expect(page.locator("nearest-centre [data-place]")).to_have_text("Near 2000 Antwerp")
        assert names(page)[0] == "Payoke"


def test_arabic_runs_from_right_to_left_and_numbers_do_not(
    partner: Page, embed_origin: str
) -> None:
    """The layout is mirrored, also in a left-to-right page; phone numbers keep the order of their
    digits.
    """
    with embedded(partner, embed_origin, 'lang="ar"') as page:
        find(page, "2000")
        box = page.locator("nearest-centre .box")
        assert box.get_attribute("dir") == "rtl"
        button, exit_ = (
            field(page).bounding_box(),
            page.locator("nearest-centre .exit").bounding_box(),
        )
        assert button
        assert exit_
        assert exit_["x"] < 400
        groups = page.evaluate(
            """() => {
              const root = document.querySelector("nearest-centre").shadowRoot;
              const text = root.querySelector("article a span").firstChild;
              const left = (part) => {
                const range = document.createRange(), at = text.data.indexOf(part);
                range.setStart(text, at); range.setEnd(text, at + part.length);
                return range.getBoundingClientRect().left;
              };
              return ["+", "32", "201", "16", "90"].map(left);
            }"""
        )
        assert groups == sorted(groups)
        assert names(page)[0] == "Payoke"


@pytest.mark.parametrize(
    ("tag", "spoken", "asked"),
    [
        ("nl-BE", "nl", ["nl-BE", "nl"]),
        ("NL_be", "nl", ["NL_be", "nl"]),
        ("en-GB", "en", ["en-GB", "en"]),
        ("zh-CN", "zh-Hans", ["zh-CN", "zh-Hans"]),
        ("sr", "sr-Latn", ["sr", "sr-Latn"]),
        ("prs-AF", "fa", ["prs-AF", "fa"]),
        ("xx", "en", ["xx", "en"]),
        ("not a tag", "en", ["not%20a%20tag", "en"]),
    ],
)
def test_a_folder_of_files_speaks_the_language_that_is_nearest(
    partner: Page, embed_origin: str, bundle: Any, tag: str, spoken: str, asked: list[str]
) -> None:
    """A folder has exact language names only; the component then tries the base language and
    English.
    """
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(
            partner, embed_origin, f'lang="{tag}" src="{site.origin}"', also=site.origin
        ) as page,
    ):
        assert page.locator("nearest-centre .box").get_attribute("lang") == spoken
        page.eval_on_selector("nearest-centre", "e => e.setAttribute('accent', 'teal')")
        find(page, "2000")
        assert names(page)[0] == "Payoke"
        words_asked = [path for path in site.asked if "/words/" in path]
        assert words_asked == [f"/embed/words/{each}.json" for each in asked]


def test_a_host_that_does_not_share_its_404_does_not_end_the_search_for_words(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """From another origin the status of a 404 is hidden; the texts are found all the same."""
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        page.route("**/words/nl-BE.json", lambda route: route.abort())  # as a script sees it
        page.eval_on_selector("nearest-centre", "e => e.setAttribute('lang', 'nl-BE')")
        expect(page.get_by_role("heading", name="Zoek een centrum")).to_be_visible()


def test_the_nearest_language_of_a_folder_is_kept_for_later(
    browser: Browser, embed_origin: str, bundle: Any
) -> None:
    """Without the directory, a page in nl-BE stays Dutch: the missing nl-BE is cached, too."""
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(
            browser, embed_origin, f'lang="nl-BE" src="{site.origin}"', also=site.origin
        ) as page,
    ):
        site.stop()
        page.reload()
        expect(field(page)).to_be_visible()
        assert page.locator("nearest-centre .box").get_attribute("lang") == "nl"


def test_every_language_of_the_directory_is_found_by_its_primary_subtag() -> None:
    """A language whose words have a script in their name is one that the module knows."""
    tags = sorted(language.tag for language in languages() if "-" in language.tag)
    known = ",".join(f'{tag.partition("-")[0]}:"{tag}"' for tag in tags)
    assert f"{{{known}}}" in module().file.plain.decode()


@pytest.mark.parametrize(
    ("attributes", "typed", "expected", "calls"),
    [
        ("", "4000", "Payoke: Languages – English", []),
        ("compact", "4000", "Payoke: Languages – English", ["tel:+3232011690"]),
        ('service="shelter" compact', "4000", "Payoke: Languages – English", ["tel:+3232011690"]),
        ("", "2000", "", []),
        ('language="fr"', "4000", "", []),
    ],
)
def test_the_closest_centre_that_speaks_the_visitors_language_is_named(
    partner: Page, embed_origin: str, attributes: str, typed: str, expected: str, calls: list[str]
) -> None:
    """Unless it is the closest, or another language is asked for; with its numbers if it is not in
    the answer. It changes no order.
    """
    with embedded(partner, embed_origin, f'lang="en" {attributes}') as page:
        find(page, typed)
        notes = page.locator("nearest-centre article .notes")
        assert notes.inner_text().split("\n")[0] == expected
        links = notes.locator(".call")
        assert [link.get_attribute("href") for link in links.all()] == calls
        assert names(page)[0] == ("Payoke" if typed == "2000" else "Sürya")


# ---- What a page's author may get wrong ----


def test_the_closest_of_some_is_not_called_the_closest_of_all(
    partner: Page, embed_origin: str
) -> None:
    """Where the page shows only some centres, it says which, and the visitor can see all."""
    with embedded(partner, embed_origin, 'lang="en" language="en" service="legal"') as page:
        find(page, "4000")
        assert "Show only: English · Legal" in said(page)
        page.get_by_role("button", name="Show all centres").click()
        assert names(page)[0] == "Sürya"
        assert "Show only" not in said(page)


@pytest.mark.parametrize(
    "attributes", ['service="shelter"', 'audience="nobody"', 'country="Belgium"', 'country="FR"']
)
def test_a_slip_in_an_attribute_leaves_nobody_out(
    partner: Page, embed_origin: str, attributes: str
) -> None:
    """A code or a country that the directory does not have is taken for none."""
    with embedded(partner, embed_origin, f'lang="en" {attributes}') as page:
        find(page, "2000")
        assert names(page) == ["Payoke", "PAG-ASA", "Sürya"]
        assert "Show only" not in said(page)


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


def test_a_closed_office_with_a_telephone_duty_says_so(partner: Page, embed_origin: str) -> None:
    """Who is in danger at night does not take “closed” for “do not call”. A number that answers day
    and night follows the closed one.
    """
    with embedded(partner, embed_origin, at=EXAMPLES_AT.replace(hour=22)) as page:
        find(page, "1000")
        expect(page.locator("nearest-centre .state").first).to_have_text(
            "Closed now. Opens: Wednesday 09:00"
        )
        first = page.locator("nearest-centre article").first
        night = first.locator(".calls + .night")
        assert night.get_attribute("href") == "tel:+3278055800"
        expect(night).to_contain_text("day and night")
        expect(page.locator("nearest-centre .night")).to_have_count(1)
        duty = first.locator(".calls ~ .duty")
        expect(duty).to_have_text("Telephone duty for emergencies")


def test_a_late_position_is_not_shown_under_another_place(
    browser: Browser, embed_origin: str
) -> None:
    """Also if the language was changed while the device was looking for it."""
    held = FAKE.format("{getCurrentPosition(found) { window.answer = found; }}")
    with embedded(browser, embed_origin) as page:
        page.add_init_script(held)
        page.reload()
        expect(field(page)).to_be_visible()
        page.get_by_role("button", name="Use my position").click()
        page.eval_on_selector("nearest-centre", "each => each.setAttribute('lang', 'nl')")
        expect(page.get_by_role("heading", name="Zoek een centrum")).to_be_visible()
        find(page, "2000")
        page.evaluate("coords => answer({coords})", {**BRUSSELS, "latitude": 50.64})
        assert names(page)[0] == "Payoke"
        assert [kind for kind, _ in events(page)] == ["result"]


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
            expect(state).to_contain_text("Nu open")
            before = page.evaluate(places)
            page.clock.run_for(60_000)
            expect(state).to_contain_text("Nu gesloten")
            assert page.evaluate(places) == before


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
        page.reload()
        expect(page.get_by_text("Call us: 02 511 64 64")).to_be_visible()
        page.wait_for_timeout(300)
        assert page.locator("nearest-centre a[href^='tel:']").count() == 0
        page.clock.run_for(6_000)
        expect(page.locator("nearest-centre a[href='tel:112']")).to_be_visible()
        held[0].continue_()
        expect(page.locator("nearest-centre a[href='tel:101']")).to_be_visible()
