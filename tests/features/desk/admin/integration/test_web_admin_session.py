"""Signing in at /admin: the cookie, forms of other sites, and what a page may load."""

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask

from directory_api.edit.tokens import Tokens
from directory_api.features.desk.admin.pages.session import COOKIE, FORM_BYTES
from directory_api.store.sql.store import Store
from directory_api.store.state import StoreState
from directory_api.web.app import create_app
from tests.support.api_client import problem
from tests.support.html_browser import HERE, ORIGIN, Browser, Page, signed_in_browser
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app, expired_token
from tests.support.moments import NOW
from tests.support.rules import rules
from tests.support.sqlite_stores import sqlite_access
from tests.support.write_side import unwritable

PAGES = [
    "/",
    "/?q=liege",
    "/?q=nothing-like-it",
    "/centres/pag-asa",
    "/centres/pag-asa/edit",
    "/centres/pag-asa/confirm",
    "/centres/pag-asa/remove",
    "/centres/pag-asa/history",
    "/helplines/be-112",
    "/helplines/be-112/edit",
    "/helplines/be-112/history",
    "/helplines/be-trafficking-line/remove",
    "/add/centres",
    "/add/helplines",
    "/changes",
    "/proposals/1-1",
    "/upload",
    "/todo",
    "/nowhere",
]


@pytest.fixture
def maintainer_app(tmp_path: Path) -> MaintainerApp:
    """An app with the tokens of five people."""
    return create_maintainer_app(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> MaintainerApp:
    """An app that no test changes."""
    return create_maintainer_app(tmp_path_factory.mktemp("shared"))


def _routes(app: Flask, method: str) -> Iterator[str]:
    """The address of each admin route with a method, for a record that is there."""
    for rule in rules(app):
        # Another way to sign in is for those who have not.
        is_open = re.match(r"/admin/passkeys/(options|use|first|link|register|.*\.js)", rule.rule)
        if rule.rule.startswith("/admin") and method in (rule.methods or ()) and not is_open:
            path = re.sub(r"<any[^>]*>", "centres", rule.rule).replace("<path:_rest>", "no/where")
            yield path.replace("<id>", "pag-asa")


def test_a_token_opens_a_session_in_a_cookie_for_this_host_alone(
    maintainer_app: MaintainerApp,
) -> None:
    """The cookie is Secure, HttpOnly, SameSite=Strict, for the whole host, and ends with the
    browser.
    """
    response = maintainer_app.app.test_client().post(
        "/admin/sign-in",
        data={"token": f" {maintainer_app.secrets['anna']}\n"},
        headers=HERE,
        base_url=ORIGIN,
    )
    name, *attributes = re.split("; |=", response.headers["Set-Cookie"])
    assert (response.status_code, name, response.data) == (303, "__Host-maintainer", b"")
    assert sorted(attributes[1:]) == ["/", "HttpOnly", "Path", "SameSite", "Secure", "Strict"]
    assert maintainer_app.secrets["anna"] not in str(response.headers)


def test_who_is_signed_in_is_named_and_may_sign_out(maintainer_app: MaintainerApp) -> None:
    """The pages name the signed-in person; after signing out the cookie is removed and invalid."""
    browser = signed_in_browser(maintainer_app, "anna")
    page = browser.get("/")
    assert "Signed in as anna" in page.text
    session = browser.session
    assert "Sign in" in browser.send(page, "/sign-out").text
    assert browser.session == ""
    again = maintainer_app.app.test_client()
    again.set_cookie(COOKIE, session, secure=True)
    assert again.get("/admin/", base_url=ORIGIN).headers["Location"] == "/admin/sign-in"


def test_signing_in_anew_ends_the_session_before(maintainer_app: MaintainerApp) -> None:
    """A browser has one session: the one before opens nothing any more."""
    browser = signed_in_browser(maintainer_app, "anna")
    before = browser.session
    browser.sign_in(maintainer_app.secrets["bert"])
    assert "Signed in as bert" in browser.get("/").text
    browser.client.set_cookie(COOKIE, before, secure=True)
    assert browser.get("/").path == "/admin/sign-in"


@pytest.mark.parametrize("kind", ["unknown", "empty", "revoked", "expired"])
def test_a_token_that_opens_nothing_gets_one_sentence(
    maintainer_app: MaintainerApp, kind: str
) -> None:
    """Unknown, absent, revoked and expired tokens get the same page, which repeats none of them."""
    secrets = {
        "unknown": "directory_unknown-canary",
        "empty": "",
        "revoked": maintainer_app.secrets["anna"],
    }
    anna = next(token for token in maintainer_app.directory.tokens.list() if token.name == "anna")
    maintainer_app.directory.tokens.revoke(anna.id)
    secret = secrets[kind] if kind in secrets else expired_token(maintainer_app, "old")
    browser = Browser(maintainer_app.app)
    page = browser.sign_in(secret)
    assert (page.status, browser.session) == (401, "")
    assert page.headers["WWW-Authenticate"] == "Bearer"
    assert page.beside("token").endswith(
        "This token is not valid. Check that you have copied all of it, or ask the operator for a "
        "new one."
    )
    assert ("value", secret) not in [
        pair for _, found in page.elements for pair in found.items() if secret
    ]


def test_a_session_ends_with_its_token_and_after_eight_hours(maintainer_app: MaintainerApp) -> None:
    """A revoked token opens no page from then on; a session of nine hours ago neither."""
    browser = signed_in_browser(maintainer_app, "anna")
    anna = next(token for token in maintainer_app.directory.tokens.list() if token.name == "anna")
    maintainer_app.directory.tokens.revoke(anna.id)
    assert browser.get("/").path == "/admin/sign-in"
    access = sqlite_access(maintainer_app.path)
    then = Tokens(access, lambda: NOW - timedelta(hours=9))
    session, _ = then.sign_in(maintainer_app.secrets["bert"])
    browser.client.set_cookie(COOKIE, session, secure=True)
    assert browser.get("/").path == "/admin/sign-in"


def test_a_browser_that_keeps_no_cookie_is_told_why(shared: MaintainerApp) -> None:
    """If signing in returns to the sign-in page, it says that the browser did not keep the
    cookie.
    """
    told = Browser(shared.app).get("/?welcome=yes")
    assert told.path == "/admin/sign-in"
    assert "did not store the sign-in cookie" in told.text
    assert "did not store the sign-in cookie" not in Browser(shared.app).get("/").text


def test_without_a_session_everything_leads_to_the_sign_in_page(shared: MaintainerApp) -> None:
    """Each route redirects (303) for GET and POST and changes nothing, also with an invalid
    cookie. Where a form of a record was sent, the page to sign in keeps it.
    """
    before = shared.everything()
    tried = 0
    for cookie in ("", "guessed"):
        client = shared.app.test_client()
        if cookie:
            client.set_cookie(COOKIE, cookie, secure=True)
        for method in ("GET", "POST"):
            for path in _routes(shared.app, method):
                response = client.open(
                    path, method=method, headers=HERE, base_url=ORIGIN, data={"reason": "x"}
                )
                open_to_all = path in ("/admin/sign-in", "/admin/language") or re.match(
                    r"/admin/\w+-[0-9a-f]{16}\.", path
                )
                is_kept = method == "POST" and re.search(
                    r"/(centres|sources)/pag-asa/(edit|review|save)$"
                    r"|/(add/centres|sources/add)(/review|/save)?$",
                    path,
                )
                if is_kept:
                    assert response.status_code == 401
                    assert f'name="return_to" value="{path}"' in response.text
                else:
                    assert open_to_all or (response.status_code, response.headers["Location"]) == (
                        303,
                        "/admin/sign-in",
                    )
                tried += 1
    assert tried > 60
    assert shared.everything() == before


FOREIGN = [
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": ORIGIN},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "null"},
    {"Origin": "https://localhost.example.org"},
    {"Origin": "https://localhost:444"},
    {"Referer": f"{ORIGIN}/admin/"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_of_another_site_does_nothing(
    shared: MaintainerApp, headers: dict[str, str]
) -> None:
    """A POST from another site gets a page (403) on each route, signed in or not."""
    browser = signed_in_browser(shared, "dora")
    before = shared.everything()
    data = {
        "reason": "x",
        "how": "x",
        "revision": "1",
        "to": "1",
        "token": shared.secrets["anna"],
        "name": "Y",
    }
    for path in _routes(shared.app, "POST"):
        page = browser.post(path, data, headers)
        assert (page.status, page.headers["Content-Type"]) == (403, "text/html; charset=utf-8"), (
            path
        )
        assert "was sent from another site" in page.text
        assert "Set-Cookie" not in page.headers
    assert shared.everything() == before


@pytest.mark.parametrize("headers", [HERE, {"Origin": ORIGIN}, {"Origin": "http://localhost"}])
def test_a_form_of_this_site_is_taken(shared: MaintainerApp, headers: dict[str, str]) -> None:
    """Fetch Metadata decides; without it Origin against Host, whatever scheme the proxy uses."""
    browser = signed_in_browser(shared)
    assert (
        browser.post(
            "/admin/centres/pag-asa/edit", {"name": "Typed", "revision": "1"}, headers
        ).status
        == 200
    )


@pytest.mark.parametrize("path", [*PAGES, "/sign-in"])
def test_a_page_loads_nothing_from_elsewhere_and_runs_no_script(
    shared: MaintainerApp, path: str
) -> None:
    """No script, no inline style, no other host, one h1, a language, and matching headers. Another
    way to sign in may have one script, a file of this host.
    """
    page = signed_in_browser(shared, "dora").get(path)
    _hold(page)
    assert page.status == (404 if path in ("/nowhere", "/proposals/1-1") else 200)


def _hold(page: Page) -> None:
    tags = [tag for tag, _ in page.elements]
    assert tags.count("h1") == 1
    assert not {"style", "iframe", "img", "object"} & set(tags)
    scripts = [found["src"] for tag, found in page.elements if tag == "script"]
    of_file = r"/admin/[a-z/]+-[0-9a-f]{16}\.js"
    assert all(re.fullmatch(of_file, source) for source in scripts)
    assert page.elements[0] == ("html", {"lang": "en"})
    for tag, found in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in found)
        for name in ("src", "action", "formaction"):
            assert re.match(r"/admin|#", found.get(name, "#")), found
        # A card has the links of the visitors' pages.
        of_card = "|mailto:|geo:|https://" if tag == "a" else "|/static/finder.css$"
        assert re.match(rf"/admin|#|data:,$|tel:{of_card}", found.get("href", "#")), found
    assert page.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in page.headers
    identities = [found["id"] for _, found in page.elements if "id" in found]
    assert len(identities) == len(set(identities))
    _hold_labels(page, set(identities))


def _hold_labels(page: Page, identities: set[str]) -> None:
    """Each field that shows has a label, and whatever is pointed at is there."""
    labelled = {found["for"] for tag, found in page.elements if tag == "label" and "for" in found}
    assert labelled <= identities
    for tag, found in page.elements:
        pointed = " ".join(
            found.get(name, "") for name in ("aria-describedby", "aria-labelledby")
        ).split()
        assert set(pointed) <= identities
        if found.get("type") == "image":
            assert found["alt"]
        elif tag in ("input", "select", "textarea") and found.get("type") not in (
            "hidden",
            "checkbox",
            "radio",  # a choice, within its label
        ):
            assert found["id"] in labelled
    assert {link[1:] for link in page.links if link.startswith("#")} <= identities


def test_the_stylesheet_has_its_hash_in_its_name(shared: MaintainerApp) -> None:
    """It may be kept for ever, and is given out without a session; it names no other address."""
    page = Browser(shared.app).get("/sign-in")
    address = next(
        found["href"]
        for tag, found in page.elements
        if tag == "link" and found["rel"] == "stylesheet"
    )
    response = shared.app.test_client().get(address)
    assert re.fullmatch(r"/admin/style-[0-9a-f]{16}\.css", address)
    assert (response.status_code, response.mimetype) == (200, "text/css")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "url(" not in response.text
    assert "@import" not in response.text


def test_no_page_holds_a_token_or_a_session(shared: MaintainerApp) -> None:
    """No page, header except the cookie, or URL contains a secret."""
    browser = signed_in_browser(shared, "dora")
    for path in PAGES:
        browser.get(path)
    page = browser.get("/centres/pag-asa/edit")
    browser.send(page, "/review", name="Renamed")
    cookies = [text for text in browser.seen if browser.session in text]
    assert cookies == []  # of the answers that were shown; the one that sets it is a redirect
    for secret in shared.secrets.values():
        assert [text for text in browser.seen if secret in text] == []


def test_a_form_may_not_be_endless(shared: MaintainerApp) -> None:
    """What is larger than a record can be is refused by a page (413)."""
    browser = signed_in_browser(shared)
    page = browser.post("/admin/centres/pag-asa/review", {"name": "x" * FORM_BYTES})
    assert (page.status, page.text.count("This is too large")) == (413, 2)


@pytest.mark.sqlite_file
def test_while_the_store_is_away_pages_say_so(maintainer_app: MaintainerApp) -> None:
    """Reading and signing in answer 503 with a page and Retry-After; repeated later, nothing is
    lost.
    """
    browser = signed_in_browser(maintainer_app)
    maintainer_app.path.rename(maintainer_app.path.with_suffix(".away"))
    for page in (browser.get("/"), browser.sign_in(maintainer_app.secrets["anna"])):
        assert (page.status, page.headers["Retry-After"]) == (503, "5")
        assert "database cannot be reached" in page.text
    assert "sends what you typed again" in page.text
    maintainer_app.path.with_suffix(".away").rename(maintainer_app.path)
    assert browser.get("/").status == 200


@pytest.mark.sqlite_file
def test_while_the_store_may_only_be_read_pages_tell_the_operator() -> None:
    """Waiting does not help, so nobody is told to wait; what was typed is still there."""
    with TemporaryDirectory() as name:  # those above `tmp_path` are private to one user
        maintainer_app = create_maintainer_app(Path(name))
        # What a first edit imports is not readable by every user.
        assert maintainer_app.patch(name="PAG-ASA vzw").status_code == 200
        browser = signed_in_browser(maintainer_app)
        form = browser.get("/centres/pag-asa/edit")
        review = browser.send(form, "/review", name="Renamed")
        secret = maintainer_app.secrets["anna"]
        assert browser.sign_in(secret).status == 200
        with unwritable(maintainer_app.path.parent):
            signing_in = browser.sign_in(secret)
            saving = browser.send(review, "/save", reason="a letter")
            refused = maintainer_app.patch(name="Renamed")
        for page in (signing_in, saving):
            assert page.status == 503
            assert "can be read, but not changed now" in page.text
            assert "tell the operator" in page.text
            assert "Wait a moment" not in page.text
        assert "The directory cannot be changed now" in signing_in.text
        assert "Renamed" in saving.text
        problem(refused, 503, "not-writable")


def test_a_crash_is_a_page_too(tmp_path: Path) -> None:
    """A bug answers 500 with a page that shows nothing of it."""
    maintainer_app = create_maintainer_app(tmp_path)

    class Crashing(Store):
        def records(self) -> StoreState:
            raise RuntimeError("canary")

    directory = maintainer_app.directory
    writer = copy(directory.writer)
    writer.store = Crashing(directory.stores.engine)
    app = create_app(replace(directory, writer=writer))
    browser = Browser(app)
    page = browser.sign_in(maintainer_app.secrets["anna"])
    assert (page.status, "canary" in page.html) == (500, False)
    assert "Something went wrong on the server" in page.text
    # A page with the menu, which has no number of what there is to do.
    assert 'href="/admin/todo"' in page.html
    assert "badge" not in page.html


def test_the_rate_limit_is_a_page_too(tmp_path: Path) -> None:
    """Too many requests get a plain page that says how long to wait."""
    maintainer_app = create_maintainer_app(tmp_path, rate_limit="1/hour")
    client = maintainer_app.app.test_client()
    client.get("/admin/sign-in")
    response = client.get("/admin/sign-in")
    assert (response.status_code, response.mimetype) == (429, "text/html")
    assert f"Wait {response.headers['Retry-After']} seconds, then reload this page" in response.text
    assert response.headers["Referrer-Policy"] == "same-origin"
