"""A record that is old, incomplete or damaged takes nothing else away from <nearest-centre>."""

from copy import deepcopy
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from directory_api.features.device.as_bundle import said_hours
from tests.support.amount import some
from tests.support.browser import serving_site
from tests.support.moments import EXAMPLES_AT
from tests.support.partner_page import SHARED, embedded, field, files, find, names, said


@pytest.mark.parametrize(
    ("freshness", "doubted"), some([("unverified", 1), ("stale", 1), ("due", 0), ("fresh", 0)], 2)
)
def test_what_nobody_confirmed_of_late_says_so(
    partner: Page, embed_origin: str, bundle: Any, freshness: str, doubted: int
) -> None:
    """Once for all centres, and for all of their details."""
    for centre in bundle["centres"]:
        centre["freshness"] = freshness
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "2000")
        caveats = said(page)
        assert caveats.count("These details are not confirmed yet.") == doubted


def test_what_was_changed_after_its_confirmation_says_so(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """In the words of the server's page."""
    for centre in bundle["centres"]:
        centre.update(freshness="due", changed_since=True)
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "2000")
        caveats = said(page)
        assert caveats.count("These details were changed after the last confirmation.") == 1
        assert "not confirmed yet" not in caveats


@pytest.mark.parametrize("kept", [True, False], ids=["begun since", "already there"])
def test_temporary_values_say_their_last_day(
    partner: Page, embed_origin: str, bundle: Any, kept: bool
) -> None:
    """Below each, also where they began after the browser kept the bundle."""
    (centre,) = [each for each in bundle["centres"] if each["id"] == "payoke"]
    values = {
        "address": {**centre["address"], "street": "Kaai 2"},
        "location": centre["location"],
        "phones": [{"number": "+3232011699", "kind": "main"}],
        "opening_hours": "Mo-Su 10:00-11:00",
        **said_hours("Mo-Su 10:00-11:00", "BE", EXAMPLES_AT.date()),
    }
    if not kept:
        centre["permanent"] = {name: centre.get(name) for name in values}
        centre |= values
    centre["temporary"] = {"until": "2026-12-31", **values}
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "2000")
        article = page.locator("nearest-centre article[data-centre=payoke]")
        until = article.locator(".until")
        expect(until).to_have_text(["Until 31 December 2026"] * 3)
        before = until.evaluate_all("each => each.map((one) => one.previousSibling.textContent)")
        assert ["3232011699" in before[0], "Kaai 2" in before[1], "10:00" in before[2]] == [
            True
        ] * 3
        expect(page.locator("nearest-centre .until")).to_have_count(3)


@pytest.mark.parametrize(
    "odd",
    [
        {"languages": [{"code": "zh-yue"}]},
        {"address": {"country": "BE", "locality": {}}},
        {
            "open": [
                {"start": 0, "end": 1, "state": "open"},
                {"start": 999_999_999, "end": 999_999_999, "state": "open"},
            ],
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
    damaged = deepcopy(bundle)
    damaged["centres"][0]["location"]["lat"] = "x"
    with (
        serving_site(files(damaged, bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "1000")
        assert names(page) == ["Payoke", "Sürya"]


def test_what_cannot_be_shown_leaves_nothing_of_the_last_answer(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """After an error, no centre of the previous postcode is shown."""
    damaged = deepcopy(bundle)
    damaged["centres"][2]["phones"] = 5
    with (
        serving_site(files(damaged, bundle), SHARED) as site,
        embedded(
            partner, embed_origin, f'lang="en" src="{site.origin}"', full=False, also=site.origin
        ) as page,
    ):
        find(page, "2000")
        assert names(page) == ["Payoke"]
        find(page, "4000")
        assert names(page) == []
        assert "The list did not load." in said(page)
        assert page.locator("nearest-centre .helplines a[href='tel:112']").is_visible()
        assert page.locator("nearest-centre .message a[href='tel:112']").is_visible()


def test_of_many_centres_those_that_were_found_stay_when_a_search_is_refused(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """Their numbers can be called, by name and without the place before; before a search there are
    none.
    """
    bundle["centres"] += [
        {**bundle["centres"][number % 3], "id": f"more-{number}", "name": f"Z {number}"}
        for number in range(4)
    ]
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        find(page, "xyzzy")
        expect(field(page)).to_have_attribute("aria-invalid", "true")
        assert names(page) == []
        find(page, "4000")
        found = names(page)
        assert len(found) == 3
        find(page, "xyzzy")
        expect(page.locator("nearest-centre :is(.distance, .rank)")).to_have_count(0)
        assert names(page) == sorted(found)
        assert page.locator("nearest-centre article a[href^='tel:']").count() >= 3
