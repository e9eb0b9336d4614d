"""Everything below a path, such as /help: no link leads out of it, and each is found."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from directory_api.bootstrap import Directory
from directory_api.features.desk.admin.pages.session import COOKIE
from directory_api.features.mcp.local_client import LocalClient
from directory_api.web.app import create_app
from directory_api.web.wsgi.application import Application
from tests.support.api_client import OPENAPI_FILES, as_it_is_written
from tests.support.crawler import Crawl, Fetched, crawl
from tests.support.maintainer_app import MaintainerApp
from tests.support.moments import EXAMPLES_AT
from tests.support.rules import adapter

NEEDS = ("desk", "mcp")

ORIGIN = "https://localhost"
PREFIX = "/help"
# Errors and answers that no page links to.
MORE = (
    *("/embed", "/partners", "/v1/changes.atom", "/v1/bundle", "/hsds/services"),
    *("/v1/centres?limit=1", "/v1/centres.geojson", "/v1/nearest.geojson?postcode=1000"),
    f"/oembed?url={ORIGIN}{PREFIX}/embed?lang=nl",
)
REFUSED = (
    *("/v1/nearest?postcode=10", "/v1/bundle/XX", "/v1/nearest?postcode=1000&country=FR"),
    *("/nowhere", "/v1/nowhere", "/embed/nowhere"),
)


def app_of(directory: Directory, **settings: Any) -> Application:
    """An app whose settings differ from those of the directory."""
    changed = replace(directory, settings=replace(directory.settings, **settings))
    return create_app(changed, now=lambda: EXAMPLES_AT)


@pytest.fixture(scope="module")
def prefixed(directory: Directory) -> FlaskClient:
    """A client of an app below /help, which sends whole paths."""
    return app_of(directory, url_prefix=PREFIX).test_client()


@pytest.fixture(scope="module")
def forwarded(directory: Directory) -> FlaskClient:
    """A client of an app whose proxies name the prefix."""
    return app_of(directory, url_prefix="forwarded", trusted_proxies=1).test_client()


def ask(
    client: FlaskClient, path: str, headers: Mapping[str, str] | None = None, **rest: Any
) -> Fetched:
    """Send a whole path, as a server receives it. The moment of an answer (Date) is left out."""
    reply = client.open(path, base_url=ORIGIN, headers=headers, **rest)
    named = {name.lower(): value for name, value in reply.headers.items() if name != "Date"}
    # A workbook is no text.
    return Fetched(reply.status_code, named, reply.get_data().decode(errors="replace"))


def stripped(client: FlaskClient, path: str, **rest: Any) -> Fetched:
    """Send a path as a proxy that removes the prefix, and says so."""
    below = path.removeprefix(PREFIX) or "/"
    return ask(client, below, {"X-Forwarded-Prefix": PREFIX}, **rest)


def mounted(client: FlaskClient, path: str) -> Fetched:
    """Send a path as a server that mounts the app below the prefix."""
    reply = client.get(path.removeprefix(PREFIX) or "/", base_url=f"{ORIGIN}{PREFIX}")
    named = {name.lower(): value for name, value in reply.headers.items()}
    # A workbook is no text.
    return Fetched(reply.status_code, named, reply.get_data().decode(errors="replace"))


def crawled(fetch: Any) -> Crawl:
    """Follow every link from the pages and the API."""
    starts = [f"{PREFIX}{path}" for path in ("/", "/v1/", *MORE, *REFUSED)]
    return crawl(fetch, ORIGIN, PREFIX, starts)


def without_starts(missing: list[str]) -> list[str]:
    """What is missing, but for the starts, some of which are errors."""
    return [each for each in missing if not each.startswith("the start")]


@pytest.mark.parametrize("way", ["setting", "header", "mounted", "mounted and set"])
def test_no_link_leads_out_of_the_prefix(
    way: str, prefixed: FlaskClient, forwarded: FlaskClient, client: FlaskClient
) -> None:
    """Pages, forms, scripts, snippets, JSON, headers, the feed and openapi.yaml; all are found."""
    fetch = {
        "setting": partial(ask, prefixed),
        "header": partial(stripped, forwarded),
        "mounted": partial(mounted, client),
        "mounted and set": partial(mounted, prefixed),
    }[way]
    seen = crawled(fetch)
    assert (seen.outside, without_starts(seen.missing)) == ([], [])
    refused = [each for each in seen.missing if each.startswith("the start")]
    assert len(refused) == len(REFUSED)
    below = {path.removeprefix(PREFIX).partition("?")[0] for path in seen.followed}
    assert {
        *(
            "/static/page.js",
            "/static/finder.css",
            "/docs/reference.css",
            "/docs/reference.js",
            *("/openapi.yaml", "/openapi-hsds.yaml", "/docs/editing"),
        ),
        *("/problems", "/docs", "/hsds/", "/v1/centres/pag-asa", "/v1/helplines/be-112"),
        *("/oembed", "/embed/nearest-centre.js", "/v1/bundle"),
    } <= below
    assert {f"{PREFIX}{path}" for path in ("/", "/print", "/contact", "/embed/print")} <= seen.forms


def test_the_crawl_finds_what_leads_out(client: FlaskClient) -> None:
    """Without a prefix every link is outside /help."""
    seen = crawl(partial(ask, client), ORIGIN, PREFIX, ["/", "/v1/", "/docs"])
    assert "/ -> /static/page.js" in seen.outside
    assert "/v1/ -> /v1/bundle" in seen.outside
    assert "/docs -> /openapi.yaml" in seen.outside


def below_admin(maintainer_app: MaintainerApp) -> FlaskClient:
    """A client that is signed in below /help."""
    app = app_of(maintainer_app.directory, url_prefix=PREFIX)
    client = app.test_client()
    reply = client.post(
        f"{PREFIX}/admin/sign-in",
        base_url=ORIGIN,
        data={"token": maintainer_app.secrets["dora"]},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert reply.headers["Location"] == f"{PREFIX}/admin/?welcome=yes"
    # Other sites of the host do not receive the session.
    cookie = reply.headers["Set-Cookie"]
    assert cookie.startswith("__Secure-maintainer=")
    assert {"Secure", "HttpOnly", f"Path={PREFIX}/admin", "SameSite=Strict"} <= {
        part.strip() for part in cookie.split(";")
    }
    return client


def test_no_page_of_maintainers_leads_out_of_the_prefix(maintainer_app: MaintainerApp) -> None:
    """All links of all pages of /admin, and the target of each form has a route."""
    client = below_admin(maintainer_app)
    seen = crawl(partial(ask, client), ORIGIN, PREFIX, [f"{PREFIX}/admin/"])
    # The last emergency number cannot be removed, as the page says.
    kept = f"{PREFIX}/admin/helplines/be-112"
    assert (seen.outside, seen.missing) == ([], [f"{kept} -> {kept}/remove: 422"])
    assert f"{PREFIX}/admin/centres/pag-asa/edit" in seen.followed
    assert len(seen.forms) > 5
    routes = adapter(client.application, "/admin")
    for target in seen.forms:
        try:
            endpoint, _ = routes.match(target.removeprefix(PREFIX), "POST")
        except (HTTPException, RequestRedirect) as error:
            pytest.fail(f"{target}: {error}")
        assert endpoint != "admin.unknown_address", target


def test_signing_out_below_the_prefix_forgets_the_session(maintainer_app: MaintainerApp) -> None:
    """The redirect and the removed cookie have the prefix, and the session ends."""
    client = below_admin(maintainer_app)
    reply = client.post(
        f"{PREFIX}/admin/sign-out", base_url=ORIGIN, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert reply.headers["Location"] == f"{PREFIX}/admin/sign-in"
    assert f"Path={PREFIX}/admin" in reply.headers["Set-Cookie"]
    again = ask(client, f"{PREFIX}/admin/")
    assert (again.status, again.headers["location"]) == (303, f"{PREFIX}/admin/sign-in")


def test_the_cookie_of_a_host_of_its_own_stays_as_it_is(maintainer_app: MaintainerApp) -> None:
    """__Host-, which no other host can set, needs the path /."""
    reply = maintainer_app.app.test_client().post(
        "/admin/sign-in",
        base_url=ORIGIN,
        data={"token": maintainer_app.secrets["dora"]},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert reply.headers["Set-Cookie"].startswith(f"{COOKIE}=")
    assert "Path=/;" in f"{reply.headers['Set-Cookie']};"


def test_a_new_record_is_at_a_path_below_the_prefix(maintainer_app: MaintainerApp) -> None:
    """Location of a 201."""
    app = app_of(maintainer_app.directory, url_prefix=PREFIX)
    line = {
        "id": "new-line",
        "kind": "national_line",
        "number": "+3225110000",
        "name": {"en": "New line"},
        "countries": ["BE"],
        "sources": ["flyer"],
    }
    reply = app.test_client().post(
        f"{PREFIX}/v1/records/helplines",
        base_url=ORIGIN,
        json=line,
        headers={"Authorization": f"Bearer {maintainer_app.secrets['anna']}"},
    )
    assert reply.status_code == 201, reply.text
    assert reply.headers["Location"] == f"{PREFIX}/v1/records/helplines/new-line"


@pytest.mark.parametrize(
    "path", ["/", "/v1/", "/v1/nearest?postcode=1000", "/helpers", "/helping/v1/", "//help/v1/"]
)
def test_nothing_is_outside_the_prefix(prefixed: FlaskClient, path: str) -> None:
    """404 with the helplines, for programs and for people."""
    reply = ask(prefixed, path)
    assert (reply.status, json.loads(reply.body)["helplines"][0]["number"]) == (404, "112")
    assert json.loads(reply.body)["type"] == f"{PREFIX}/problems#not-found"
    page = ask(prefixed, path, {"Accept": "text/html"})
    assert page.status == 404
    assert "tel:112" in page.body
    assert f'href="{PREFIX}/static/finder.css"' in page.body


def test_monitors_ask_the_server_itself_as_before(prefixed: FlaskClient) -> None:
    """A health check of a container must not fail because of the setting."""
    statuses = [ask(prefixed, f"{prefix}/metrics").status for prefix in ("", PREFIX)]
    assert statuses == [200, 200]


@pytest.mark.parametrize("path", [PREFIX, f"{PREFIX}/"])
def test_the_prefix_itself_is_the_page_for_visitors(prefixed: FlaskClient, path: str) -> None:
    """With or without / at its end, and without a redirect."""
    reply = ask(prefixed, path, {"Accept": "text/html"})
    assert (reply.status, 'name="postcode"' in reply.body) == (200, True)
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/nearest?postcode=1000",
        "/v1/nearest?lat=50.85&lon=4.35",
        "/v1/nearest.json?postcode=1000",
        "/v1/centres/pag-asa.vcf",
        "/v1/centres.csv",
        "/hsds/services.json",
    ],
)
def test_answers_below_the_prefix_are_those_without(
    prefixed: FlaskClient, client: FlaskClient, path: str
) -> None:
    """On the fast path and with the ending of a format, headers included; but for the address of
    the sources, and the length.
    """
    below, root = ask(prefixed, f"{PREFIX}{path}"), ask(client, path)
    assert below.body.replace(PREFIX, "") == root.body
    named = [
        {name: value for name, value in each.headers.items() if name != "content-length"}
        for each in (below, root)
    ]
    assert (below.status, named[0]) == (root.status, named[1])


def test_the_fast_path_answers_below_the_prefix(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flask is not asked."""
    app = app_of(directory, url_prefix=PREFIX)
    client = app.test_client()
    stored = ask(client, f"{PREFIX}/v1/nearest?postcode=1000")
    monkeypatch.setattr(app, "full_dispatch_request", lambda: pytest.fail("Flask was asked"))
    assert ask(client, f"{PREFIX}/v1/nearest?postcode=1000") == stored
    assert ask(client, f"{PREFIX}/v1/nearest?lat=50.85&lon=4.35").status == 200


def test_the_log_has_neither_the_prefix_nor_a_path_outside_it(
    prefixed: FlaskClient, forwarded: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Routes as without a prefix; what is outside is unmatched."""
    ask(prefixed, f"{PREFIX}/v1/nearest?postcode=9688")
    ask(prefixed, f"{PREFIX}/v1/centres/pag-asa")
    ask(prefixed, "/9688/v1/nearest?postcode=9688")
    ask(forwarded, "/v1/centres/pag-asa", {"X-Forwarded-Prefix": "/9688"})
    logged = capsys.readouterr().err
    routes = [json.loads(line)["route"] for line in logged.splitlines()]
    assert routes == ["/v1/nearest", "/v1/centres/<id>", "unmatched", "/v1/centres/<id>"]
    assert not {"9688", PREFIX} & set(logged.replace('"', " ").split())
    metrics = ask(prefixed, f"{PREFIX}/metrics").body
    # As a word: the seconds have many digits.
    assert not re.search(r"\b9688\b", metrics)
    assert f'"{PREFIX}/' not in metrics


def test_the_rate_limit_counts_below_the_prefix(directory: Directory) -> None:
    """What monitors and the refused page need is not counted; its links have the prefix."""
    client = app_of(directory, url_prefix=PREFIX, rate_limit="2/minute").test_client()
    for path in ("/readyz", "/static/finder.css", "/static/exit.js"):
        assert "ratelimit" not in ask(client, f"{PREFIX}{path}").headers
    statuses = [ask(client, path).status for path in (f"{PREFIX}/v1/", "/v1/", f"{PREFIX}/v1/")]
    assert statuses == [200, 404, 429]
    page = ask(client, f"{PREFIX}/", {"Accept": "text/html"})
    assert (page.status, f'href="{PREFIX}/static/finder.css"' in page.body) == (429, True)


def test_a_crash_outside_flask_is_a_problem_below_the_prefix(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its type can be opened."""
    app = app_of(directory, url_prefix=PREFIX)
    monkeypatch.setattr(
        "directory_api.web.http.negotiation.FormatSuffixMiddleware.__call__", _crash
    )
    reply = ask(app.test_client(), f"{PREFIX}/v1/nearest")
    assert (reply.status, json.loads(reply.body)["type"]) == (
        500,
        f"{PREFIX}/problems#internal-error",
    )


def _crash(*_: object) -> bytes:
    raise RuntimeError


def test_openapi_says_where_its_paths_begin(prefixed: FlaskClient, client: FlaskClient) -> None:
    """`servers` has the prefix, and all else is the committed file."""
    for path in OPENAPI_FILES:
        name, in_json = path.name, f"{path.stem}.json"
        document = yaml.safe_load(ask(prefixed, f"{PREFIX}/{name}").body)
        committed = as_it_is_written(path)
        assert document == {**committed, "servers": [{"url": PREFIX}]}
        assert ask(client, f"/{name}").body == path.read_text(encoding="utf-8")
        assert json.loads(ask(prefixed, f"{PREFIX}/{in_json}").body) == document
        assert json.loads(ask(client, f"/{in_json}").body) == committed


FORWARDED = {"url_prefix": "forwarded", "trusted_proxies": 1}


@pytest.mark.parametrize(
    ("settings", "value", "prefix"),
    [
        # The nearest proxy has the last word.
        *((FORWARDED, value, "/help") for value in ("/help", "/help/", "/evil, /help")),
        (FORWARDED, "/evil,/help/ ", "/help"),
        # What is no path would lead to another host, or out of an attribute.
        *((FORWARDED, value, "") for value in ("help", "/help/../admin", "/h%65lp", "/help;x")),
        *((FORWARDED, value, "") for value in ("/help.json", "/", "/help?x", "/help,")),
        *((FORWARDED, value, "") for value in ("//example.org", "https://x", "/a" * 9)),
        *((FORWARDED, value, "") for value in ('/help"><script>', f"/{'x' * 65}")),
        # Without the setting: a caller can write the header, and many proxies pass it on.
        ({}, "/evil", ""),
        ({"trusted_proxies": 1}, "/evil", ""),
        ({"url_prefix": PREFIX}, "/evil", PREFIX),
    ],
)
def test_the_header_of_a_proxy_is_the_prefix_only_if_it_is_a_path_and_expected(
    directory: Directory, settings: Mapping[str, Any], value: str, prefix: str
) -> None:
    """Whoever asks can write it, too."""
    client = app_of(directory, **settings).test_client()
    path = f"{settings.get('url_prefix', '')}/v1/".removeprefix("forwarded")
    reply = ask(client, path, {"X-Forwarded-Prefix": value})
    assert json.loads(reply.body)["links"]["bundle"] == f"{prefix}/v1/bundle"


def test_cached_answers_have_the_prefix_of_their_request(directory: Directory) -> None:
    """Also after another one, and after more than are cached."""
    client = app_of(directory, url_prefix="forwarded", trusted_proxies=1).test_client()
    for prefix in ("/a", "", "/b", "/c", "/d", "/e", "/a", "/e", ""):
        sent = {"X-Forwarded-Prefix": prefix}
        postcodes = json.loads(ask(client, "/v1/bundle", sent).body)["postcodes"]
        assert postcodes.startswith(f"{prefix}/v1/bundle/BE/postcodes/")
        reply = ask(client, "/docs", sent)
        assert f'href="{prefix}/openapi.yaml"' in reply.body
        assert ("On this server every path below begins" in reply.body) == bool(prefix)


def test_assistants_ask_below_the_prefix(directory: Directory) -> None:
    """The MCP server sends its questions to the app in the same process."""
    api = LocalClient(app_of(directory, url_prefix=PREFIX))
    succeeded, answer = api.request("GET", "/v1/nearest", {"postcode": "1000"}, {})
    assert (succeeded, len(answer["results"])) == (True, 3)
