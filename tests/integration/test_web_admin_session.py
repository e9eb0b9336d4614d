"""Signing in at /admin: the cookie, guesses, forms of other sites, and what a page may load."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from directory_api.features import create_app
from directory_api.services.tokens import Tokens
from directory_api.storage.sqlite.tokens import SqliteAccess
from directory_api.web.admin.session import COOKIE, FORM_BYTES
from tests.support.html_browser import HERE, ORIGIN, Browser, Page, browser_of
from tests.support.write_side import Office, office_at, token_of_old

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
    "/helplines/be-112/remove",
    "/add/centres",
    "/add/helplines",
    "/changes",
    "/proposals",
    "/proposals/1-1",
    "/upload",
    "/report",
    "/nowhere",
]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with tokens of five people."""
    return office_at(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that no test changes."""
    return office_at(tmp_path_factory.mktemp("shared"))


def _routes(app: Flask, method: str) -> Iterator[str]:
    """The address of each admin route with a method, for a record that is there."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin") and method in (rule.methods or ()):
            path = re.sub(r"<any[^>]*>", "centres", rule.rule).replace("<path:_rest>", "no/where")
            yield path.replace("<id>", "pag-asa")


def test_a_token_opens_a_session_in_a_cookie_for_this_host_alone(office: Office) -> None:
    """The cookie is Secure, HttpOnly, SameSite=Strict, for the whole host, and ends with the browser."""
    response = office.app.test_client().post(
        "/admin/sign-in",
        data={"token": f" {office.secrets['anna']}\n"},
        headers=HERE,
        base_url=ORIGIN,
    )
    name, *attributes = re.split("; |=", response.headers["Set-Cookie"])
    assert (response.status_code, name, response.data) == (303, "__Host-maintainer", b"")
    assert sorted(attributes[1:]) == ["/", "HttpOnly", "Path", "SameSite", "Secure", "Strict"]
    assert office.secrets["anna"] not in str(response.headers)


def test_who_is_signed_in_is_named_and_may_sign_out(office: Office) -> None:
    """The pages name whoever is signed in; after signing out the cookie is gone and the old one opens nothing."""
    browser = browser_of(office, "anna")
    page = browser.get("/")
    assert "Signed in as anna" in page.text
    session = browser.session
    assert "Sign in" in browser.send(page, "/sign-out").text
    assert browser.session == ""
    again = office.app.test_client()
    again.set_cookie(COOKIE, session, secure=True)
    assert again.get("/admin/", base_url=ORIGIN).headers["Location"] == "/admin/sign-in"


def test_signing_in_anew_ends_the_session_before(office: Office) -> None:
    """A browser has one session: the one before opens nothing any more."""
    browser = browser_of(office, "anna")
    before = browser.session
    browser.sign_in(office.secrets["bert"])
    assert "Signed in as bert" in browser.get("/").text
    browser.client.set_cookie(COOKIE, before, secure=True)
    assert browser.get("/").path == "/admin/sign-in"


@pytest.mark.parametrize("kind", ["unknown", "empty", "revoked", "expired"])
def test_a_token_that_opens_nothing_gets_one_sentence(office: Office, kind: str) -> None:
    """Unknown, absent, revoked and expired tokens are refused by the same page, which repeats none of them."""
    secrets = {
        "unknown": "directory_unknown-canary",
        "empty": "",
        "revoked": office.secrets["anna"],
    }
    anna = next(token for token in office.directory.tokens.list() if token.name == "anna")
    office.directory.tokens.revoke(anna.id)
    secret = secrets[kind] if kind in secrets else token_of_old(office, "old")
    browser = Browser(office.app)
    page = browser.sign_in(secret)
    assert (page.status, browser.session) == (401, "")
    assert page.headers["WWW-Authenticate"] == "Bearer"
    assert page.beside("token").endswith(
        "This token opens nothing now. Check that you have copied all of it, or ask for a new one."
    )
    assert ("value", secret) not in [
        pair for _, found in page.elements for pair in found.items() if secret
    ]


def test_a_session_ends_with_its_token_and_after_eight_hours(office: Office) -> None:
    """A revoked token opens no page from then on; a session of nine hours ago neither."""
    browser = browser_of(office, "anna")
    anna = next(token for token in office.directory.tokens.list() if token.name == "anna")
    office.directory.tokens.revoke(anna.id)
    assert browser.get("/").path == "/admin/sign-in"
    then = Tokens(SqliteAccess(office.path), lambda: datetime.now(UTC) - timedelta(hours=9))
    session, _ = then.sign_in(office.secrets["bert"])
    browser.client.set_cookie(COOKIE, session, secure=True)
    assert browser.get("/").path == "/admin/sign-in"


def test_who_keeps_guessing_has_to_wait(office: Office) -> None:
    """After ten wrong tokens a minute a page says how long to wait; a good token still opens."""
    browser = Browser(office.app)
    statuses = [browser.sign_in(f"directory_guess-{number}").status for number in range(11)]
    assert statuses == [401] * 10 + [429]
    page = browser.sign_in("directory_guess")
    assert page.status == 429
    assert f"Wait {page.headers['Retry-After']} seconds" in page.text
    assert 1 <= int(page.headers["Retry-After"]) <= 60
    assert browser.sign_in(office.secrets["anna"]).status == 200


def test_guesses_over_the_api_and_here_are_counted_together(office: Office) -> None:
    """It is one door with two handles."""
    browser = Browser(office.app)
    for number in range(10):
        office.send(
            "GET", "/v1/proposals", by=None, headers={"Authorization": f"Bearer directory_{number}"}
        )
    assert browser.sign_in("directory_guess").status == 429


def test_a_browser_that_keeps_no_cookie_is_told_why(shared: Office) -> None:
    """Where signing in leads back to the sign-in page, it says that the browser did not keep the cookie."""
    told = Browser(shared.app).get("/?welcome=yes")
    assert told.path == "/admin/sign-in"
    assert "did not keep the sign-in" in told.text
    assert "did not keep the sign-in" not in Browser(shared.app).get("/").text


def test_without_a_session_everything_leads_to_the_sign_in_page(shared: Office) -> None:
    """Each route, by GET and by POST, redirects (303) and changes nothing, also with a cookie that opens nothing."""
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
                open_to_all = path == "/admin/sign-in" or path.startswith("/admin/style-")
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
def test_a_form_of_another_site_does_nothing(shared: Office, headers: dict[str, str]) -> None:
    """A POST that does not say that it comes from here is refused by a page (403) on each route, signed in or not."""
    browser = browser_of(shared, "dora")
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
        assert "did not come from these pages" in page.text
        assert "Set-Cookie" not in page.headers
    assert shared.everything() == before


@pytest.mark.parametrize("headers", [HERE, {"Origin": ORIGIN}, {"Origin": "http://localhost"}])
def test_a_form_of_this_site_is_taken(shared: Office, headers: dict[str, str]) -> None:
    """Fetch Metadata decides; where a browser sends none, Origin against Host, whatever scheme a proxy left us."""
    browser = browser_of(shared)
    assert (
        browser.post(
            "/admin/centres/pag-asa/edit", {"name": "Typed", "revision": "1"}, headers
        ).status
        == 200
    )


@pytest.mark.parametrize("path", [*PAGES, "/sign-in"])
def test_a_page_loads_nothing_from_elsewhere_and_runs_no_script(shared: Office, path: str) -> None:
    """No script, no inline style, no address of another host, one h1, a language, and headers that hold it so."""
    page = browser_of(shared, "dora").get(path)
    _hold(page)
    assert page.status == (404 if path in ("/nowhere", "/proposals/1-1") else 200)


def _hold(page: Page) -> None:
    tags = [tag for tag, _ in page.elements]
    assert tags.count("h1") == 1
    assert not {"script", "style", "iframe", "img", "object"} & set(tags)
    assert page.elements[0] == ("html", {"lang": "en"})
    for _, found in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in found)
        for name in ("href", "src", "action", "formaction"):
            assert re.match(r"/admin|#|data:,$", found.get(name, "#")), found
    assert page.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
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
        if tag in ("input", "select", "textarea") and found.get("type") not in (
            "hidden",
            "checkbox",
        ):
            assert found["id"] in labelled
    assert {link[1:] for link in page.links if link.startswith("#")} <= identities


def test_the_stylesheet_has_its_hash_in_its_name(shared: Office) -> None:
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


def test_no_page_holds_a_token_or_a_session(shared: Office) -> None:
    """Whatever is opened and sent: no secret is in a page, in a header but the one cookie, or in an address."""
    browser = browser_of(shared, "dora")
    for path in PAGES:
        browser.get(path)
    page = browser.get("/centres/pag-asa/edit")
    browser.send(page, "/review", name="Renamed")
    cookies = [text for text in browser.seen if browser.session in text]
    assert cookies == []  # of the answers that were shown; the one that sets it is a redirect
    for secret in shared.secrets.values():
        assert [text for text in browser.seen if secret in text] == []


def test_a_form_may_not_be_endless(shared: Office) -> None:
    """What is larger than a record can be is refused by a page (413)."""
    browser = browser_of(shared)
    page = browser.post("/admin/centres/pag-asa/review", {"name": "x" * FORM_BYTES})
    assert (page.status, page.text.count("That is too large")) == (413, 2)


def test_while_the_store_is_away_pages_say_so(office: Office) -> None:
    """Reading and signing in answer 503 with a page and when to come back; sent again, nothing is lost."""
    browser = browser_of(office)
    office.path.rename(office.path.with_suffix(".away"))
    for page in (browser.get("/"), browser.sign_in(office.secrets["anna"])):
        assert (page.status, page.headers["Retry-After"]) == (503, "5")
        assert "database cannot be reached" in page.text
    assert "what you typed is sent again" in page.text
    office.path.with_suffix(".away").rename(office.path)
    assert browser.get("/").status == 200


def test_a_crash_is_a_page_too(tmp_path: Path) -> None:
    """A bug answers 500 with a page that shows nothing of it."""
    office = office_at(tmp_path)

    class InvalidWorkbook:
        def contents(self) -> None:
            raise RuntimeError("canary")

    from dataclasses import replace

    app = create_app(replace(office.directory, overview=InvalidWorkbook()))  # type: ignore[arg-type]  # made to crash
    browser = Browser(app)
    page = browser.sign_in(office.secrets["anna"])
    assert (page.status, "canary" in page.html) == (500, False)
    assert "Something went wrong here" in page.text


def test_the_rate_limit_is_a_page_too(tmp_path: Path) -> None:
    """Too many requests are refused before the pages are reached, by a plain page that says how long to wait."""
    office = office_at(tmp_path, rate_limit="1/hour")
    client = office.app.test_client()
    client.get("/admin/sign-in")
    response = client.get("/admin/sign-in")
    assert (response.status_code, response.mimetype) == (429, "text/html")
    assert f"Wait {response.headers['Retry-After']} seconds, then reload this page" in response.text
    assert response.headers["Referrer-Policy"] == "same-origin"
