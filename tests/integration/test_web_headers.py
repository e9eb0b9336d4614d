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
REFUSED = ["/v1/nearest", "/v1/nearest?postcode=9999", "/v1/centres/nobody", "/nowhere"]
PAGES = ["/docs", "/problems"]
VISITED = ["/", "//", "/embed", "/?lang=ar", "/partners"]
ASSETS = ["/static/exit.js", "/static/page.js", "/static/finder.css"]
FOR_PARTNERS = ["/embed/nearest-centre.js", module().path, "/embed/words/nl.json"]
POSTED = ["/", "/print", "/contact", "/embed", "/embed/print", "/embed/contact"]


def test_an_etag_changes_with_the_revision(tmp_path: Path) -> None:
    """After a load the old ETag is answered with 200 and another ETag."""
    directory = directory_of(tmp_path, [made_up_centre(1)])
    api = ApiClient(create_app(directory))
    paths = ("/v1/", "/v1/centres", "/v1/centres/made-up-001", "/v1/languages", "/v1/services")
    before = {path: api.get(path).headers["ETag"] for path in paths}
    load(directory, [made_up_centre(1, name="Renamed", email="renamed@example.org")])
    for path, etag in before.items():
        after = api.get(path, headers={"If-None-Match": etag})
        assert after.status_code == 200, path
        assert after.headers["ETag"] != etag


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


def test_security_headers_are_everywhere(app: Flask, client: FlaskClient) -> None:
    """Whatever a route answers, it has nosniff and no referrer, sets no cookie, and allows no
    content but what it names. Only the pages at /embed may be shown in another site's frame.
    """
    for path in {*(rule.rule for rule in rules(app)), *REFUSED}:
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        # The forms of maintainers are checked by the origin that sends them.
        referrer = "same-origin" if path.startswith("/admin") else "no-referrer"
        assert headers["Referrer-Policy"] == referrer, path
        assert "Set-Cookie" not in headers, path
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), path
        framers = "*" if path in ("/embed", "/embed/print", "/embed/contact") else "'none'"
        assert f"frame-ancestors {framers}" in policy, path


@pytest.mark.parametrize("path", [*FOR_PARTNERS, *ASSETS])
def test_any_page_may_load_our_files_and_their_headers_are_short(
    client: FlaskClient, path: str
) -> None:
    """Module and texts are for any page; our own files also for frames whose sandbox has no
    origin. On a slow network each byte counts: every page loads five files.
    """
    coded = {"Accept-Encoding": "gzip", "Origin": "https://partner.example"}
    headers = client.get(path, headers=coded).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(str(headers)) <= 500
    assert client.get(path, headers={"If-None-Match": headers["ETag"]}).status_code == 200
    again = client.get(path, headers={**coded, "If-None-Match": headers["ETag"]})
    assert again.status_code == 304


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
