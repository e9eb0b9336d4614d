"""What stays in the profile of Chromium after searches, as docs/SAFETY.md says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Geolocation, Page, Playwright

from directory_api.web.app import create_app
from tests.support.browser import serving_app, serving_site
from tests.support.programs import require
from tests.support.records import directory_of, made_up_centre
from tests.support.webdriver import OtherSites

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pytestmark = pytest.mark.nightly

NEEDS = ("device",)
WORD = "Quorvelinde"
CENTRE = made_up_centre(
    1,
    name=f"Huis {WORD}",
    address={
        "street": f"{WORD}straat 1",
        "postcode": "3500",
        "locality": {"nl": "Hasselt"},
        "country": "BE",
    },
    location={"lat": 50.9906, "lon": 5.3681, "precision": "street"},
)
# Neither the cards of all centres, which are cached, nor a table has them in this form.
POSTCODE, TOWN = "B-3520", "zônhovén"
POSITION: Geolocation = {"latitude": 50.99183, "longitude": 5.36933, "accuracy": 50}
TYPED = {POSTCODE, TOWN, "3520 Zonhoven", "50.99183", "5.36933"}
# What a page that was made for this keeps must be found, or nothing can be.
CONTROL = "Plimqorvaster"


def uncompressed(app: "WSGIApplication") -> "WSGIApplication":
    """The same app, so that what the browser caches can be searched as it is."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> object:
        return app({**environ, "HTTP_ACCEPT_ENCODING": "identity"}, start_response)

    return answer  # type: ignore[return-value]


@contextmanager
def profile(
    playwright: Playwright, folder: Path, other_sites: OtherSites, *, script: bool = True
) -> Iterator[BrowserContext]:
    """Chromium with what a person has, without a window."""
    context = playwright.chromium.launch_persistent_context(
        folder,
        executable_path=require("chromium"),
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        ignore_default_args=["--enable-automation"],
        proxy={"server": f"http://127.0.0.1:{other_sites.port}", "bypass": "127.0.0.1,localhost"},
        ignore_https_errors=True,
        geolocation=POSITION,
        permissions=["geolocation"],
        java_script_enabled=script,
    )
    yield context
    context.close()


def search(where: Page | FrameLocator, typed: str) -> None:
    """Type a place, and wait for the answer."""
    where.locator("input#postcode:visible").press_sequentially(typed)
    where.locator("button.main:visible").click()
    where.locator(".origin.known:visible").wait_for()


def files_with(folder: Path, *texts: str) -> set[str]:
    """The files of a profile that have one of the texts, as browsers write them."""
    forms = {
        form.lower()
        for text in texts
        for each in (text, quote(text))
        for form in (each.encode(), each.encode("utf-16-le"))
    }
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes().lower() for form in forms)
    }


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The finder with one centre."""
    directory = directory_of(tmp_path_factory.mktemp("finder"), [CENTRE])
    with serving_app(uncompressed(create_app(directory))) as origin:
        yield origin


def test_with_javascript_nothing_of_a_search_stays(
    playwright: Playwright, other_sites: OtherSites, finder: str, tmp_path: Path
) -> None:
    """After searches by postcode, town and position, in the component and in the frame, and after
    leaving; the cache has the list of all centres, which each visitor has.
    """
    script = f'<script type="module" src="{finder}/embed/nearest-centre.js"></script>'
    form = '<form action="/control"><input id="postcode" name="q"><button>Find</button></form>'
    pages = {
        "/component": f'{script}<nearest-centre lang="en"></nearest-centre>',
        "/frame": f'<iframe src="{finder}/embed?lang=en" width=800 height=2000></iframe>',
        "/control": form,
    }
    begun = {path: f"<!doctype html><title>Partner</title>{pages[path]}" for path in pages}
    with serving_site(begun) as partner, profile(playwright, tmp_path, other_sites) as context:
        for typed in (POSTCODE, TOWN, ""):
            page = context.new_page()
            page.goto(f"{finder}/?lang=en")
            page.locator(".search.enhanced").wait_for()
            if typed:
                search(page, typed)
            else:
                page.locator("[data-position]").click()
                page.locator(".origin.known").wait_for()
        page.locator(".exit").click(no_wait_after=True)
        page.wait_for_function("document.title === 'Elsewhere'")
        page.goto(f"{partner.origin}/component")
        search(page, POSTCODE)
        page = context.new_page()
        page.goto(f"{partner.origin}/frame")
        page.frame_locator("iframe").locator(".search.enhanced").wait_for()
        search(page.frame_locator("iframe"), POSTCODE)
        page = context.new_page()
        page.goto(f"{partner.origin}/control")
        page.locator("input").fill(CONTROL)
        page.locator("button").click()
        page.wait_for_url("**/control?**")
    assert files_with(tmp_path, CONTROL)
    assert files_with(tmp_path, *TYPED) == set()
    assert {name for name in files_with(tmp_path, WORD) if "/Cache/" not in name} == set()


def test_without_javascript_only_the_list_of_open_tabs_has_what_was_typed(
    playwright: Playwright, other_sites: OtherSites, finder: str, tmp_path: Path
) -> None:
    """The page says so below its field."""
    with profile(playwright, tmp_path, other_sites, script=False) as context:
        page = context.new_page()
        page.goto(f"{finder}/?lang=en")
        search(page, POSTCODE)
    assert {Path(name).parent.name for name in files_with(tmp_path, *TYPED)} == {"Sessions"}
    assert files_with(tmp_path, WORD) == set()
