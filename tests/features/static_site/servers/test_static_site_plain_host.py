"""A published folder on a host that only serves files has what a visitor needs."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from directory_api.features.pages import headers
from directory_api.text.translations import words
from directory_api.web.http.static_file import StaticFile
from tests.support.amount import some
from tests.support.api_client import hold_against_contract
from tests.support.browser import Heard, axe_violations
from tests.support.servers import Reply
from tests.support.static_hosts import as_response, plain, without_script

NEEDS = ("pages",)


def test_a_plain_host_has_the_same_files(
    folder: Path, tmp_path: Path, every: list[StaticFile]
) -> None:
    """python -m http.server serves every file by its path; the API's JSON is as
    openapi.yaml says.
    """
    with plain(folder, tmp_path) as running:
        for each in every:
            response = running.ask(f"/{each.path}")
            assert response.status == 200
            assert response.body == (folder / each.path).read_bytes()
            if each.path.endswith(".json") and each.path.startswith(("v1/", "hsds/")):
                headers = {"content-type": "application/json"}  # the others are the host's
                hold_against_contract(
                    as_response(each.url, Reply(response.status, headers, response.body))
                )


@pytest.mark.parametrize("page", some(["/embed/", "/", "/index.ar.html"], 2))
def test_a_visitor_finds_the_closest_centre_without_a_server(
    browser: Browser, folder: Path, tmp_path: Path, page: str
) -> None:
    """On a plain host: the search runs on the device, without requests but for the names of places,
    which the field loads, and without other hosts. A choice in the address is kept.
    """
    with plain(folder, tmp_path) as running:
        context = browser.new_context(locale="nl")
        opened = context.new_page()
        heard = Heard.of(opened)
        opened.goto(f"{running.origin}{page}")
        opened.wait_for_selector(".search.enhanced")
        with opened.expect_response("**/v1/bundle/names/BE.json"):
            opened.focus("#postcode")
        asked = len(heard.requests)
        opened.fill("#postcode", "2000")
        opened.keyboard.press("Enter")
        expect(opened.locator("article h3").first).to_contain_text("1 Payoke, ")
        assert len(heard.requests) == asked
        assert {request.url.split("/")[2] for request in heard.requests} == {
            running.origin.split("/")[2]
        }
        assert heard.console == []
        assert opened.locator("article[data-centre]").count() == 3
        opened.goto(f"{running.origin}{page}?service=legal&audience=canary")
        opened.wait_for_selector(".search.enhanced")
        opened.fill("#postcode", "2000")
        opened.keyboard.press("Enter")
        tag = opened.locator("html").get_attribute("lang")
        expect(opened.locator(".chosen")).to_contain_text(words(tag or "")["service.legal"])
        assert axe_violations(opened) == []
        context.close()


@pytest.mark.parametrize(
    ("locale", "tag"),
    some([("nl-BE", "nl"), ("zh-TW", "zh-Hans"), ("eo", "en"), ("en-GB", "en")], 2),
)
@pytest.mark.parametrize("page", ["/", "/embed/"])
def test_a_plain_host_speaks_the_visitors_language(
    browser: Browser, folder: Path, tmp_path: Path, page: str, locale: str, tag: str
) -> None:
    """The page goes to the browser's language by itself, without an entry in the history."""
    with plain(folder, tmp_path) as running:
        context = browser.new_context(locale=locale)
        opened = context.new_page()
        opened.goto(f"{running.origin}{page}")
        expect(opened.locator(f"html[lang='{tag}'] .search.enhanced")).to_be_visible()
        assert opened.evaluate("history.length") == 2
        context.close()


def test_without_javascript_every_centre_is_there(
    browser: Browser, folder: Path, tmp_path: Path
) -> None:
    """Helplines first, then all centres with how to reach them; no form that leads nowhere."""
    with plain(folder, tmp_path) as running:
        context = browser.new_context(java_script_enabled=False)
        opened = context.new_page()
        opened.goto(f"{running.origin}/index.nl.html")
        names = opened.locator("article h3 bdi").all_inner_texts()
        assert names == ["PAG-ASA", "Payoke", "Sürya"]
        assert opened.locator("form").is_hidden()
        assert opened.locator("main a").first.get_attribute("href") == "tel:112"
        # Nothing says whether a centre is open: the file does not know when it is read.
        states = opened.locator("article .state").all_inner_texts()
        assert states == ["", *[words("nl")["open.unknown"]] * 2]
        opened.locator(".languages summary").click()
        opened.locator("details a[hreflang=ar]").click()
        assert opened.url == f"{running.origin}/index.ar.html"
        context.close()


@pytest.mark.parametrize("path", ["", "embed/"])
def test_where_nothing_is_a_plain_host_can_show_the_helplines(folder: Path, path: str) -> None:
    """404.html has them, and the way out, and no link that needs a server."""
    text = (folder / f"{path}404.html").read_text(encoding="utf-8")
    assert "tel:112" in text
    assert "data-exit" in text
    assert f"/{path}index.en.html" in text


def test_the_headers_for_other_hosts_are_those_of_the_server(folder: Path) -> None:
    """_headers gives each file the headers of its class, by exactly one pattern."""
    rules: dict[str, dict[str, str]] = {}
    for line in (folder / "_headers").read_text(encoding="utf-8").splitlines():
        if line.startswith("/"):
            rules[line] = {}
        elif line.startswith("  "):
            name, _, value = line.strip().partition(": ")
            rules[next(reversed(rules))][name] = value
    for file in json.loads((folder / "manifest.json").read_bytes())["files"]:
        path = f"/{file['path']}"
        fits = [pattern for pattern in rules if _fits(pattern, path)]
        if path in ("/headers.conf", "/_headers"):
            continue
        assert len(fits) == 1, path
        # Some hosts take the .html away, and some the index, too.
        for other in (path.removesuffix(".html"), path.removesuffix("index.html")):
            assert len([pattern for pattern in rules if _fits(pattern, other)]) == 1, other
    assert len(rules) < 100
    assert without_script(rules["/embed/index*"]).items() >= headers.EMBED.items()
    assert without_script(rules["/index*"]).items() >= headers.FINDER.items()
    assert rules["/v1/nearest/*"]["Cache-Control"] == "no-store"


def _fits(pattern: str, path: str) -> bool:
    """Whether a pattern of a _headers file fits: `*` for anything, `:file` for one part."""
    if pattern.endswith("*"):
        return path.startswith(pattern[:-1])
    if ":file" in pattern:
        folder = pattern.removesuffix(":file")
        return path.startswith(folder) and "/" not in path[len(folder) :]
    return path == pattern
