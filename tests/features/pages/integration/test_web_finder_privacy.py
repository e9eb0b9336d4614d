"""The exit of the visitor's page, and what its pages and files never reveal."""

import re
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from directory_api.text.translations import words
from tests.support.finder_pages import BASES, NOON, Node, app_of, get, send
from tests.support.records import made_up_centre


@given(typed=st.text(max_size=100))
def test_what_was_typed_is_never_shown_again(app: Flask, typed: str) -> None:
    """No page holds the text, in a field or elsewhere; and none crashes. A text that ends in the
    name of a town is answered.
    """
    marked = f"canary{typed}"
    response = app.test_client().post("/", data={"postcode": marked, "country": "BE"})
    assert response.status_code in (200, 400, 422)
    assert "canary" not in response.text


@BASES
def test_the_exit_is_first_and_needs_no_script(client: FlaskClient, base: str) -> None:
    """The first focusable element leads away without a referrer; from a frame the whole page is
    left.
    """
    for page in (
        get(client, base),
        send(client, {"postcode": "1000"}, base),
        send(client, {"centre": "payoke"}, f"{base.rstrip('/')}/print"),
    ):
        body = page.all("body")[0]
        first = next(node for tag in ("a", "button", "input", "summary") for node in body.all(tag))
        assert first.attributes["href"] == "https://www.wikipedia.org/"
        assert "noreferrer" in first.attributes["rel"]
        assert first.attributes.get("target") == ("_top" if base == "/embed" else None)
        assert isinstance(body.inside[1], Node)
        exit_link, emergency, *_ = body.inside[1].all("a")
        assert exit_link == first
        assert emergency.attributes["href"] == "tel:112"


def test_the_exit_leads_where_the_setting_says_and_nowhere_else(tmp_path: Path) -> None:
    """The target is the setting's; no address that comes with a request changes it."""
    app = app_of(
        tmp_path,
        [made_up_centre(1)],
        datetime(2026, 11, 3, 10, tzinfo=UTC),
        of_features={"exit_url": "https://weather.example/"},
    )
    for name in ("exit", "exit_url", "exit-target", "exit_target", "target", "url", "next"):
        page = get(app.test_client(), f"/embed?{name}=https://evil.example/")
        assert "evil.example" not in str(page.root)
        assert page.all("a")[0].attributes["href"] == "https://weather.example/"


@BASES
def test_a_page_has_no_script_or_style_within_and_nothing_from_elsewhere(
    client: FlaskClient, base: str
) -> None:
    """A page loads only files of this server, so that the policy can forbid everything else."""
    for path in ("/static/exit.js", "/static/page.js", "/static/finder.css"):
        assert client.get(path).status_code == 200
    for page in (get(client, base), send(client, {"postcode": "1000"}, base)):
        assert page.all("style") == []
        for node in (*page.all("script"), *page.all("link"), *page.all("img"), *page.all("iframe")):
            loaded = node.attributes.get("src") or node.attributes["href"]
            assert loaded.startswith(("/static/", "data:")) or node.attributes["rel"] == "alternate"
            assert node.text == ""
        every = re.findall(r'\s(on[a-z]+|style)="', client.get(base).text)
        assert every == []


def test_title_and_icon_tell_nothing(client: FlaskClient) -> None:
    """The title is the neutral one on every page, and the icon has no word and no sign of help."""
    for page in (get(client, "/?lang=en"), send(client, {"postcode": "1000", "lang": "en"})):
        assert page.all("title")[0].text == "Addresses nearby"
        (icon,) = page.all("link", rel="icon")
        assert icon.attributes["href"].startswith("data:image/svg+xml,")
        # A space is not valid in an address.
        assert not re.search("text|title|image/png| ", icon.attributes["href"][5:])


def test_a_page_says_that_an_address_is_hidden(tmp_path: Path) -> None:
    """But not on neutral paper: an office has no secret address."""
    secret = made_up_centre(1, address_visibility="hidden")
    client = app_of(tmp_path, [secret], NOON).test_client()
    for page in (
        send(client, {"postcode": "1000", "lang": "en"}),
        send(client, {"centre": secret["id"], "lang": "en"}, "/print"),
    ):
        assert words("en")["address.hidden"] in page.text
    neutral = send(client, {"centre": secret["id"], "lang": "en", "neutral": "on"}, "/print")
    assert words("en")["address.hidden"] not in neutral.text
