"""Below a path behind nginx, as docs/proxy.md and docs/scale.md say, and in Chromium."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from directory_api.place.postcode import Place
from tests.support.browser import Heard, serving_site
from tests.support.crawler import Fetched, crawl
from tests.support.partner_page import field, find, names
from tests.support.published import published_from
from tests.support.servers import ROOT, SERVE, serving
from tests.support.static_hosts import Host, front, nginx, plain
from tests.support.write_side import create_with_places

NEEDS = ("formats", "static_site")

PREFIX = "/help"
ORIGIN = "https://example.org"
_PROXY = (ROOT / "docs/proxy.md").read_text(encoding="utf-8")
# What the page tells operators to change in deploy/nginx.conf, and to add.
CHANGES = dict(re.findall(r"^\| `(location [^`]*)` \| `([^`]*)` \|$", _PROXY, re.MULTILINE))
REDIRECT = re.findall(r"```nginx\n(location = /help .*?)```", _PROXY, re.DOTALL)[0]
REMOVED = {
    **CHANGES,
    "proxy_pass http://directory;": "proxy_pass http://directory/; "
    "proxy_set_header X-Forwarded-Prefix /help;",
}


@pytest.fixture(scope="module")
def folder(few_places: Sequence[Place], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory as files for https://example.org/help, in a folder `help`."""
    database = create_with_places(tmp_path_factory.mktemp("few") / "a.db", few_places).path
    site = tmp_path_factory.mktemp("site")
    published_from(database, site, f"{ORIGIN}{PREFIX}")
    folder = tmp_path_factory.mktemp("host") / PREFIX.strip("/")
    folder.symlink_to(site / "current")
    return folder


@pytest.fixture(scope="module", params=["whole path", "removed path"])
def host(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    """A server below /help behind nginx, which passes the whole path on or removes /help."""
    whole = request.param == "whole path"
    written = tmp_path_factory.mktemp("prefixed")
    (written / "nginx").mkdir()
    changes = CHANGES if whole else REMOVED
    changes = {
        **changes,
        "location ^~ /metrics {": f"{REDIRECT}\n{CHANGES['location ^~ /metrics {']}",
    }
    with (
        serving(
            SERVE,
            written,
            url_prefix=PREFIX if whole else "forwarded",
            trusted_proxies="1",
            rate_limit="",
        ) as served,
        front(folder, written / "nginx", served.port, changes=changes) as running,
    ):
        yield running


def fetch_from(host: Host, path: str) -> Fetched:
    """What a host answers to GET."""
    reply = host.ask(path, Accept="*/*")
    return Fetched(reply.status, reply.headers, reply.body.decode())


def assert_below(heard: Heard, host: Host) -> None:
    """Every request went to the host, below the prefix, and was answered."""
    assert heard.requests
    for each in heard.requests:
        if each.url.startswith(host.origin):
            assert each.url.startswith(f"{host.origin}{PREFIX}"), each.url
            response = each.response()
            assert response is not None, each.url
            assert response.status < 400, each.url
    assert heard.console == []


def search_on(page: Page) -> None:
    """Search with the form of the visitor's page, and wait for the centre of Brussels."""
    page.locator("#postcode").fill("1000")
    page.locator("#postcode").press("Enter")
    expect(page.locator("#origin:not([open])")).to_be_attached()
    expect(page.locator("[data-results] h3 bdi").first).to_have_text("PAG-ASA")


def test_behind_nginx_no_link_leads_out_of_the_path(host: Host) -> None:
    """Pages and the API; nothing is beside the path, and /metrics is refused."""
    starts = [f"{PREFIX}{path}" for path in ("/", "/v1/", "/embed", "/admin/")]
    seen = crawl(lambda path: fetch_from(host, path), host.origin, PREFIX, starts)
    assert (seen.outside, seen.missing) == ([], [])
    assert f"{PREFIX}/admin/sign-in" in seen.followed
    redirect = host.ask(PREFIX)
    assert redirect.status == 301
    assert redirect.headers["location"].endswith(f"{PREFIX}/")
    refused = host.ask(f"{PREFIX}/metrics")
    assert (refused.status, refused.json()["type"]) == (403, f"{PREFIX}/problems#request-invalid")
    assert refused.json()["helplines"][0]["number"] == "112"
    assert host.ask("/v1/").status == 404


def test_the_finder_answers_below_the_path(host: Host, browser: Browser) -> None:
    """On the device: the scripts, the words and the bundle are below the path."""
    context = browser.new_context(locale="en")
    page = context.new_page()
    heard = Heard.of(page)
    page.goto(f"{host.origin}{PREFIX}/embed?lang=en")
    page.wait_for_load_state("networkidle")
    search_on(page)
    assert_below(heard, host)
    asked = {each.url.removeprefix(f"{host.origin}{PREFIX}") for each in heard.requests}
    assert {"/static/page.js", "/embed/words/en.json", "/v1/bundle/BE.json"} <= asked
    assert not any(each.method == "POST" for each in heard.requests)
    context.close()


def test_without_scripts_the_form_is_answered_below_the_path(host: Host, browser: Browser) -> None:
    """The forms of the page and of its answer."""
    context = browser.new_context(locale="en", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host.origin}{PREFIX}/embed")
    page.locator("#postcode").fill("1000")
    page.locator(".search-form button.main").click()
    expect(page.locator("[data-results] h3 bdi").first).to_have_text("PAG-ASA")
    assert page.url == f"{host.origin}{PREFIX}/embed#origin"
    page.locator("[data-print-page]").click()
    expect(page.locator("section.printed").first).to_be_visible()
    assert page.url == f"{host.origin}{PREFIX}/embed/print"
    context.close()


@pytest.mark.parametrize("src", ["", f' src="{{origin}}{PREFIX}/"'], ids=["", "src"])
def test_the_component_loads_its_files_below_the_path(
    host: Host, browser: Browser, src: str
) -> None:
    """From the folder above its own address, or from the address that the page gives."""
    tag = f'<nearest-centre lang="en"{src.format(origin=host.origin)}></nearest-centre>'
    script = f'<script type="module" src="{host.origin}{PREFIX}/embed/nearest-centre.js"></script>'
    html = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>P</title>{script}{tag}'
    with serving_site({"/": html}) as site:
        context = browser.new_context()
        page = context.new_page()
        heard = Heard.of(page)
        page.goto(f"{site.origin}/")
        expect(field(page)).to_be_visible()
        find(page, "1000")
        expect(page.locator("nearest-centre h3 bdi").first).to_be_visible()
        assert names(page)[0] == "PAG-ASA"
        assert_below(heard, host)
        context.close()


PAGES = ("/", "/embed/", "/partners/", "/docs/", "/problems/", "/404.html", "/embed/404.html")


def test_nginx_serves_a_folder_below_its_path(
    folder: Path, tmp_path: Path, browser: Browser
) -> None:
    """With the helplines where nothing is, and the search on the page."""
    with nginx(folder.parent, tmp_path, PREFIX) as host:
        starts = [f"{PREFIX}{path}" for path in PAGES]
        seen = crawl(lambda path: fetch_from(host, path), ORIGIN, PREFIX, starts)
        assert (seen.outside, seen.missing) == ([], [])
        missing = host.ask(f"{PREFIX}/nowhere", Accept="text/html")
        assert missing.status == 404
        assert f'href="{PREFIX}/static/finder.css"' in missing.body.decode()
        assert_search(host, browser, f"{PREFIX}/")


def test_a_plain_host_serves_a_folder_below_its_path(
    folder: Path, tmp_path: Path, browser: Browser
) -> None:
    """The folder is the folder `help` of the host."""
    with plain(folder.parent, tmp_path) as host:
        starts = [f"{PREFIX}{path}" for path in PAGES]
        seen = crawl(lambda path: fetch_from(host, path), ORIGIN, PREFIX, starts)
        assert (seen.outside, seen.missing) == ([], [])
        assert_search(host, browser, f"{PREFIX}/")


def assert_search(host: Host, browser: Browser, path: str) -> None:
    context = browser.new_context(locale="en")
    page = context.new_page()
    heard = Heard.of(page)
    page.goto(f"{host.origin}{path}")
    page.wait_for_load_state("networkidle")
    search_on(page)
    assert_below(heard, host)
    context.close()


def test_the_files_for_hosts_say_the_path(folder: Path) -> None:
    """_headers has no pattern beside the path; the feed and HSDS have whole addresses."""
    written = (folder / "_headers").read_text(encoding="utf-8")
    patterns = [line for line in written.splitlines() if line.startswith("/")]
    assert f"{PREFIX}/embed/" in patterns
    assert all(pattern.startswith(f"{PREFIX}/") for pattern in patterns)
    assert f"{ORIGIN}{PREFIX}/v1/centres/pag-asa" in (folder / "v1/changes.atom").read_text()
    assert f"{ORIGIN}{PREFIX}/openapi-hsds.json" in (folder / "hsds/index.json").read_text()
    snippets = (folder / "partners/index.html").read_text(encoding="utf-8")
    assert f"{ORIGIN}{PREFIX}/embed/nearest-centre.js" in snippets
    assert f"allow <code>{ORIGIN}</code>" in snippets
