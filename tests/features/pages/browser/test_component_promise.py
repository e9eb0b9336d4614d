"""<nearest-centre> keeps the place on the device, and nothing in a record can run as code."""

import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from directory_api.features.pages.embed import module
from directory_api.web.http import negotiation
from tests.support.browser import Heard, serving_site
from tests.support.partner_page import (
    NAMES,
    SHARED,
    TABLE,
    embedded,
    events,
    field,
    files,
    find,
    names,
    open_form,
    result,
)

# As partners are promised. Of it, 1.5 kB keep the exit in sight and every number in its place,
# 1 kB shows helplines of the place, contested facts, and centres that are closed for a time, and
# 3 kB read names of places, also of the neighbours.
MOST_BYTES = {"br": 19_200, "gzip": 21_200}
# To make text into markup or code, to store, to log, to send.
WAYS = (
    *("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function("),
    *(
        "localStorage",
        "sessionStorage",
        "indexedDB",
        ".cookie",
        "pushState",
        "replaceState",
        "console.",
    ),
    *("sendBeacon", "XMLHttp", "WebSocket", "EventSource"),
)
# The only thing that is logged: names of attributes, without their values.
WARNING = 'console.warn("nearest-centre: not known: "+'
EXPORTED = [
    "EXIT",
    "distance",
    "isOutside",
    "leave",
    "nearest",
    "opening",
    "readBundle",
    "resolve",
    "tidy",
]
TRACES = """async () => [document.cookie, localStorage.length, sessionStorage.length,
  history.length, location.href, document.title, (await indexedDB.databases()).length,
  (await caches.keys()).length]"""

DRESS = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
FONTS = "elements => elements.map((element) => getComputedStyle(element).fontFamily)"


def _module() -> bytes:
    return module().file.plain


def test_two_lines_find_the_closest_centre_and_no_place_leaves_the_page(
    browser: Browser, embed_origin: str, client: FlaskClient
) -> None:
    """2000 gives Payoke; everything is loaded before typing, from two origins, and nothing is
    stored. When the field is touched, the names of the country are loaded.
    """
    with embedded(
        browser,
        embed_origin,
        permissions=["geolocation"],
        geolocation={"latitude": 50.6, "longitude": 5.5},
    ) as page:
        heard = Heard.of(page)
        page.reload()
        expect(field(page)).to_be_visible()
        before, loaded = page.evaluate(TRACES), len(heard.requests)
        with page.expect_response(f"**{NAMES}"):
            find(page, "2000")
        expect(page.locator("nearest-centre h3 bdi").first).to_have_text("Payoke")
        open_form(page)
        page.get_by_role("button", name="Use my position").click()
        expect(page.locator("nearest-centre h3 bdi").first).to_have_text("Sürya")
        page.clock.run_for(60_000)
        asked = [urlsplit(request.url).path for request in heard.requests[:loaded]]
        table_address = client.get("/v1/bundle").get_json()["postcodes"]
        assert sorted(asked) == [
            "/",
            "/embed/nearest-centre.js",
            "/embed/words/en.json",
            "/v1/bundle.json",
            table_address,
        ]
        later = [urlsplit(request.url).path for request in heard.requests[loaded:]]
        assert later == [NAMES]
        origins = {"://".join(urlsplit(request.url)[:2]) for request in heard.requests}
        assert origins == {embed_origin, page.evaluate("location.origin")}
        assert page.evaluate(TRACES) == before
        assert page.context.cookies() == []
        assert heard.console == []


def test_the_directory_is_told_the_site_and_not_the_page(
    browser: Browser, embed_origin: str, bundle: Any
) -> None:
    """Its files are requested without cookie and referrer; Origin names the site, as CORS
    requires.
    """
    with (
        serving_site(files(bundle), SHARED) as site,
        embedded(browser, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        with page.expect_response(f"**{NAMES}"):
            find(page, "2000")
        assert sorted(site.asked) == ["/embed/words/en.json", "/v1/bundle.json", TABLE, NAMES]
        for headers in site.told:
            assert not {"cookie", "referer"} & headers.keys()
            assert headers["origin"] == page.evaluate("location.origin")


def test_events_hold_ids_and_certainty_and_no_place(component: Page) -> None:
    """A page learns what was found and what went wrong, never where the visitor is."""
    find(component, "2000")
    find(component, "12")
    find(component, "")
    assert events(component) == [
        result(payoke=["closest", "speaks:en"], pag_asa=["near"], surya=["near"]),
        ["error", {"kind": "place-unknown"}],
        ["error", {"kind": "nothing-typed"}],
    ]


def test_the_browser_is_asked_to_keep_and_send_nothing_of_the_field(component: Page) -> None:
    """No history of what was typed, no spelling service, and no form that could be sent."""
    given = {
        name: field(component).get_attribute(name)
        for name in ("autocomplete", "spellcheck", "name")
    }
    assert given == {"autocomplete": "off", "spellcheck": "false", "name": None}
    assert component.locator("nearest-centre form").count() == 0


@pytest.mark.parametrize(("coding", "most"), MOST_BYTES.items())
def test_the_module_keeps_its_size(app: Flask, coding: str, most: int) -> None:
    """On a slow network it is there within seconds. Every browser that can run it asks for brotli,
    over https.
    """
    if coding == "br" and not negotiation.BROTLI:
        pytest.skip("needs the extra brotli")
    address, asked = "/embed/nearest-centre.js", {"Accept-Encoding": coding}
    response = app.test_client().get(address, headers=asked)
    assert response.headers["Content-Encoding"] == coding
    assert len(response.data) <= most


@pytest.mark.parametrize("way", WAYS)
def test_the_module_has_no_way_to_run_store_or_send(way: str) -> None:
    """Text never becomes markup or code; nothing is stored or logged; files are only fetched."""
    assert way not in _module().decode().replace(WARNING, "")


def test_a_style_sheet_of_the_page_does_not_hear_the_digits(component: Page) -> None:
    """A font loaded letter by letter would reveal the input: the field uses none of the page's
    fonts.
    """
    component.evaluate(DRESS, "nearest-centre { --nearest-centre-font: leak }")
    component.evaluate(DRESS, "nearest-centre, nearest-centre::part(button) { font: 2em leak }")
    component.evaluate(DRESS, "nearest-centre::part(input) { font-family: leak !important }")
    for typed in ("1000 Antwerpen", "deurne"):
        find(component, typed)
        expect(component.locator("nearest-centre .typed:visible").first).to_be_visible()
        fonts = component.locator("nearest-centre .typed, nearest-centre input").evaluate_all(FONTS)
        assert len(fonts) > 1
        assert set(fonts) == {"system-ui, sans-serif"}


def test_records_are_text_and_never_markup_or_script(
    browser: Browser, embed_origin: str, bundle: Any
) -> None:
    """A directory that was broken into cannot run anything in the partner's page."""
    attack = "<img src=x onerror=alert(1)>"
    bundle["centres"][0] |= {"name": attack, "website": "javascript:alert(1)", "email": attack}
    bundle["helplines"][3]["url_translations"] = {"en": "javascript:alert(1)"}
    served = files(bundle)
    said = json.loads(served["/embed/words/en.json"])
    for tag, attributes in (
        ("script", {}),
        ("img", {"src": "x", "onerror": "alert(1)"}),
        ("a", {"href": "javascript:alert(1)", "onfocus": "alert(1)", "autofocus": ""}),
        ("p", {"style": "position: fixed; inset: 0", "onclick": "alert(1)"}),
    ):
        said["cards"]["pag-asa"].append([tag, attributes, "alert(1)"])
    served["/embed/words/en.json"] = json.dumps(said)
    with (
        serving_site(served, SHARED) as site,
        embedded(browser, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin) as page,
    ):
        heard = Heard.of(page)
        find(page, "1000")
        assert names(page)[0] == attack
        assert page.locator("nearest-centre img, nearest-centre script").count() == 0
        assert page.locator("nearest-centre a[href^='javascript']").count() == 0
        handlers = "article :is([onerror], [onfocus], [onclick], [style], [src])"
        assert page.locator(f"nearest-centre {handlers}").count() == 0
        assert heard.console == []
        assert [urlsplit(request.url).path for request in heard.requests] == [NAMES]


def test_a_bundle_of_another_format_is_not_guessed_at(
    partner: Page, embed_origin: str, bundle: Any
) -> None:
    """A module that is older than the directory says that the list did not load, with a number to
    call.
    """
    with (
        serving_site(files({**bundle, "format": bundle["format"] + 1}), SHARED) as site,
        embedded(
            partner, embed_origin, f'lang="en" src="{site.origin}"', also=site.origin, ready=False
        ) as page,
    ):
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        assert events(page) == [["error", {"kind": "load"}]]


def test_an_app_that_pins_the_module_by_its_hash_gets_the_same(
    app: Flask, partner: Page, embed_origin: str
) -> None:
    """Both addresses serve the same bytes, and a page that holds both has one element."""
    pinned = f"{embed_origin}/embed/nearest-centre.{_hash()}.js"
    assert app.test_client().get(pinned.removeprefix(embed_origin)).data == _module()
    with embedded(partner, embed_origin) as page:
        heard = Heard.of(page)
        exported = page.evaluate(
            "async (address) => Object.keys(await import(address)).sort()", pinned
        )
        assert exported == EXPORTED
        assert heard.console == []


def _hash() -> str:
    return hashlib.sha256(_module()).hexdigest()[:16]
