"""Caching, cross-origin access and security headers of each class of route."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory_api.features.pages.embed import module
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.records import directory_of, load, made_up_centre
from tests.support.rules import rules

NEEDS = ("pages",)

# test_operations.py has each operation of openapi.yaml.
CACHEABLE = [
    "/v1/centres?language=nl",
    "/openapi.yaml",
    "/openapi.json",
    "/hsds/service_at_locations",
    "/docs",
    "/docs/reference.css",
    "/docs/reference.js",
    "/embed/nearest-centre.js",
    "/embed/words/nl.json",
    "/static/page.js",
]
REFUSED = ["/v1/nearest", "/v1/nearest?postcode=9999", "/v1/centres/nobody", "/nowhere"]
PAGES = ["/docs", "/problems"]
VISITED = ["/", "//", "/embed", "/?lang=ar", "/partners"]
ASSETS = ["/static/exit.js", "/static/page.js", "/static/finder.css"]
FOR_PARTNERS = ["/embed/nearest-centre.js", module().path, "/embed/words/nl.json"]
POSTED = ["/", "/print", "/contact", "/embed", "/embed/print", "/embed/contact"]


def test_the_feed_is_cached_by_its_reader_only(api: ApiClient) -> None:
    """It contains the requested host, which a shared cache may not tell from another's."""
    feed = api.get("/v1/changes.atom")
    assert feed.headers["Cache-Control"] == "private, max-age=60"
    again = api.get("/v1/changes.atom", headers={"If-None-Match": feed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_changes_since_a_revision_have_an_etag_of_their_own(api: ApiClient) -> None:
    """The address for the next request is answered with 304 to its ETag."""
    everything = api.get("/v1/changes")
    address = everything.get_json()["next"]
    since = api.get(address)
    assert since.headers["ETag"] != everything.headers["ETag"]
    again = api.get(address, headers={"If-None-Match": since.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_etag_changes_with_the_revision(tmp_path: Path) -> None:
    """After a load the old ETag is answered with 200 and another ETag."""
    directory = directory_of(tmp_path, [made_up_centre(1)])
    api = ApiClient(create_app(directory))
    for path in ("/v1/", "/v1/centres", "/v1/centres/made-up-001", "/v1/languages", "/v1/services"):
        before = api.get(path).headers["ETag"]
        load(
            directory,
            [made_up_centre(1, name=f"Renamed for {path}", email=f"a{len(path)}@example.org")],
        )
        after = api.get(path, headers={"If-None-Match": before})
        assert after.status_code == 200, path
        assert after.headers["ETag"] != before


@pytest.mark.parametrize("path", REFUSED)
def test_any_site_may_read_a_refusal(api: ApiClient, path: str) -> None:
    """With the numbers of the helplines."""
    headers = api.get(path, headers={"Origin": "https://partner.example"}).headers
    assert headers.get_all("Access-Control-Allow-Origin") == ["*"]
    assert "Access-Control-Allow-Credentials" not in headers
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_no_site_may_read_the_metrics(api: ApiClient) -> None:
    """No other origin and no cache; a preflight does not change that."""
    response = api.get("/metrics", headers={"Origin": "https://partner.example"})
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in api.open("OPTIONS", "/metrics").headers


@pytest.mark.parametrize("path", [*CACHEABLE, *REFUSED, *PAGES, "/metrics"])
def test_security_headers_are_everywhere(api: ApiClient, path: str) -> None:
    """Every answer has nosniff and no referrer, cannot be framed, and sets no cookie."""
    headers = api.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", [*VISITED, *POSTED])
def test_what_a_visitor_reads_is_kept_nowhere(client: FlaskClient, path: str) -> None:
    """A visitor's page is no-store and noindex, without cookie and referrer, with local content
    only.
    """
    response = (
        client.post(path, data={"postcode": "1000", "contact": "payoke"})
        if path in POSTED
        else client.get(path)
    )
    headers = response.headers
    assert response.status_code == 200
    assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert (headers["Referrer-Policy"], headers["X-Content-Type-Options"]) == (
        "no-referrer",
        "nosniff",
    )
    assert "ETag" not in headers
    assert "Set-Cookie" not in headers
    assert "Access-Control-Allow-Origin" not in headers
    rules = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    framed = path.startswith("/embed")
    assert rules.pop("frame-ancestors") == ("*" if framed else "'none'")
    assert rules.pop("frame-src", "'self'") == "'self'"
    assert rules.pop("default-src") == rules.pop("base-uri") == "'none'"
    assert rules.pop("img-src") == "data:"  # the icon; nothing is loaded
    assert set(rules) == {"script-src", "style-src", "connect-src", "form-action"}
    assert set(rules.values()) == {"'self'"}


def test_only_the_embed_pages_can_be_framed(app: Flask, client: FlaskClient) -> None:
    """No route but those at /embed may be shown in another site's frame, whatever it answers."""
    for rule in rules(app):
        policy = client.get(rule.rule).headers["Content-Security-Policy"]
        assert ("frame-ancestors *" in policy) is (
            rule.rule in ("/embed", "/embed/print", "/embed/contact")
        ), rule.rule


@pytest.mark.parametrize("path", [*FOR_PARTNERS, *ASSETS])
def test_any_page_may_load_our_files(client: FlaskClient, path: str) -> None:
    """Module and texts are for any page; our own files also for frames whose sandbox has no
    origin.
    """
    headers = client.get(path, headers={"Origin": "https://partner.example"}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("path", [*FOR_PARTNERS, *ASSETS])
def test_the_headers_of_our_files_are_short(client: FlaskClient, path: str) -> None:
    """On a slow network each byte counts: every page loads five files."""
    headers = client.get(path, headers={"Accept-Encoding": "gzip"}).headers
    assert len(str(headers)) <= 500
    assert client.get(path, headers={"If-None-Match": headers["ETag"]}).status_code == 200
    again = {"If-None-Match": headers["ETag"], "Accept-Encoding": "gzip"}
    assert client.get(path, headers=again).status_code == 304


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_documentation_loads_this_server_s_files_only(
    api: ApiClient, path: str
) -> None:
    """It allows scripts, styles and forms of this server, none within the page, and is not
    indexed.
    """
    response = api.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert "form-action 'self'" in policy
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not re.search("<script(?! type=.module. src)", response.text)
