"""The visitor's page, the component and the exit in Firefox and in WebKit, the engine of every
iPhone. The other files of this folder test more, in Chromium.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, request, request_started
from flask.testing import FlaskClient

from directory_api.text.translations import words
from tests.features.pages.browser.test_component_hostile_pages import (
    EXIT,
    GOOD,
    NUMBERS,
    SCROLL,
    SURROUNDINGS,
    partner_page,
)
from tests.support.browser import Site, serving_site
from tests.support.webdriver import (
    OtherSites,
    Tab,
    firefox,
    firefox_without_javascript,
)

pytestmark = pytest.mark.nightly

HELPLINES = {"tel:112", "tel:101", "tel:+3278055800", "tel:116000"}
EXIT_HOST = "www.wikipedia.org:443"
FIELD = "input#postcode"
SHADOW_ROOT = "document.querySelector('nearest-centre').shadowRoot"
FIND = words("en")["find.button"]


@pytest.fixture
def requests(app: Flask) -> Iterator[list[str]]:
    """The method and the path of each request that the directory receives."""
    received: list[str] = []

    def note(_: Flask, **__: Any) -> None:
        received.append(f"{request.method} {request.path}")

    with request_started.connected_to(note, app):
        yield received


@pytest.fixture
def partner(embed_origin: str) -> Iterator[Site]:
    """A site of another origin, with the component on its page, whose header covers the exit."""
    header = "position: fixed; top: 0; left: 0; right: 0; height: 4em; z-index: 2147483647"
    snippet = (
        f'<header style="{header}; background: #eee">Menu</header>'
        f'<script type="module" src="{embed_origin}/embed/nearest-centre.js"></script>'
        '<nearest-centre lang="en"></nearest-centre>'
    )
    pages = {
        "/before": "<!doctype html><title>Before</title>",
        "/": f'<!doctype html><html lang="en"><title>Partner</title>{snippet}',
    }
    with serving_site(pages) as site:
        yield site


@pytest.fixture
def closest(client: FlaskClient) -> str:
    """The link that calls the closest centre to 2000 Antwerpen."""
    centre = client.get("/v1/centres/payoke").get_json()
    return f"tel:{centre['phones'][0]['number']}"


def calls(tab: Tab) -> list[str]:
    """The addresses of the visible links that call a number, in the order of the page."""
    return [link.href or "" for link in tab.visible("a[href^='tel:']")]


def closest_call(tab: Tab) -> str:
    """The first number that is not a helpline's; empty if there is none."""
    return next((call for call in calls(tab) if call not in HELPLINES), "")


def find(tab: Tab, closest: str) -> None:
    """Search for 2000; the helplines are visible before and after, the closest centre after."""
    tab.wait_until(lambda: set(calls(tab)) >= HELPLINES)
    tab.type(FIELD, "2000")
    tab.click("button", FIND)
    tab.wait_until(lambda: closest_call(tab) == closest)
    assert set(calls(tab)) >= HELPLINES


def leave(tab: Tab, other_sites: OtherSites, before: str) -> None:
    """Press the exit: another site is open, and Back leads to the page before the finder."""
    tab.click(".exit")
    tab.wait_until(lambda: tab.title() == "Elsewhere")
    assert EXIT_HOST in other_sites.hosts
    tab.back()
    tab.wait_until(lambda: tab.url() == before)


def test_the_page_finds_on_the_device_and_can_be_left(
    tab: Tab,
    embed_origin: str,
    partner: Site,
    other_sites: OtherSites,
    requests: list[str],
    closest: str,
) -> None:
    """The page answers without a request that contains the place."""
    tab.open(f"{partner.origin}/before")
    tab.open(f"{embed_origin}/?lang=en")
    tab.wait_until(lambda: bool(tab.visible(".search.enhanced")))
    find(tab, closest)
    assert tab.url() == f"{embed_origin}/?lang=en"
    assert "POST" not in "".join(requests)
    leave(tab, other_sites, f"{partner.origin}/before")


def test_another_language_keeps_the_answer(tab: Tab, embed_origin: str, closest: str) -> None:
    """The page is asked for, and takes the place of this one."""
    tab.open(f"{embed_origin}/?lang=en")
    tab.wait_until(lambda: bool(tab.visible(".search.enhanced")))
    find(tab, closest)
    tab.click(".languages summary")
    tab.click(".languages [lang=fr]")
    tab.wait_until(lambda: bool(tab.visible("html[lang=fr] .origin.known")))
    assert closest_call(tab) == closest
    assert tab.url() == f"{embed_origin}/?lang=fr"
    assert not tab.visible("[inert], [aria-busy]")


def test_a_choice_on_arrival_is_not_restored(tab: Tab, embed_origin: str) -> None:
    """Firefox restores fields when the page is loaded again."""
    tab.open(f"{embed_origin}/?lang=en")
    tab.click("[data-way=worried] > summary")
    tab.wait_until(lambda: bool(tab.visible(".way.worried")))
    tab.evaluate("(window.isOld = true, location.reload())")
    loaded = "window.isOld === undefined && document.readyState === 'complete'"
    tab.wait_until(lambda: bool(tab.evaluate(loaded)))
    tab.wait_until(lambda: bool(tab.visible(FIELD)))
    assert not tab.visible(".way.worried")


def test_the_component_works_on_another_origin(
    tab: Tab,
    embed_origin: str,
    partner: Site,
    other_sites: OtherSites,
    requests: list[str],
    closest: str,
) -> None:
    """A partner's page has the centres of the directory, and the exit leaves the page, also where
    its header was above the exit.
    """
    tab.open(f"{partner.origin}/before")
    tab.open(f"{partner.origin}/")
    find(tab, closest)
    assert tab.url() == f"{partner.origin}/"
    assert "POST" not in "".join(requests)
    leave(tab, other_sites, f"{partner.origin}/before")


@pytest.mark.parametrize("case", SURROUNDINGS)
def test_every_number_is_whole_and_the_exit_in_sight(
    tab: Tab, embed_origin: str, partner: Site, closest: str, case: str
) -> None:
    """In whatever a page puts the component, and whatever its style sheets say."""
    around, style = SURROUNDINGS[case]
    partner.pages["/"] = partner_page(embed_origin, style, "", around)
    tab.open(f"{partner.origin}/")
    tab.type(FIELD, "2000")
    # In a narrow column it is below the window, where the driver of WebKit does not find it.
    tab.evaluate(f"{SHADOW_ROOT}.querySelector('button.main').click()")
    tab.wait_until(lambda: closest_call(tab) == closest)
    numbers = tab.evaluate(f"({NUMBERS})()")
    assert len(numbers) > 6
    assert [number for number in numbers if number[1]] == []
    for part in (0, 0.5, 1):
        tab.evaluate(f"({SCROLL})({part})")
        tab.wait_until(lambda: tab.evaluate(f"({EXIT})()") == GOOD)


@pytest.mark.parametrize("tab", [firefox], ids=["firefox"], indirect=True)
def test_the_form_works_without_javascript(
    tab: Tab, embed_origin: str, requests: list[str], closest: str
) -> None:
    """The server answers the form; the address of the page does not contain the place."""
    with firefox_without_javascript(tab):
        tab.open(f"{embed_origin}/?lang=en")
        find(tab, closest)
        assert tab.url() == f"{embed_origin}/#origin"
    assert "POST /" in requests
