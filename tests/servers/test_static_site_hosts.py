"""A published folder on web hosts: nginx answers like the server, a plain host has what is
needed.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.datastructures import Headers
from werkzeug.test import Client, EnvironBuilder, TestResponse

from directory_api.bootstrap import Directory
from directory_api.features import FEATURES, create_app
from directory_api.formats import as_atom
from directory_api.formats.registry import FORMATS
from directory_api.i18n.translations import words
from directory_api.static_site import routes
from directory_api.static_site.routes import Address
from directory_api.web.http import responses
from directory_api.web.http.application import Application
from directory_api.web.http.negotiation import FormatSuffixMiddleware
from tests.support.api_client import PROBLEM_JSON, hold_against_contract
from tests.support.browser import Heard, axe_violations
from tests.support.servers import STARTS, Reply, ending, started
from tests.support.static_hosts import Host, nginx, plain

MIDNIGHT = datetime(2026, 11, 3, tzinfo=UTC)
# The same on a host as on the server. A host has an ETag of its own, and its Vary holds what it
# compresses by itself.
SAME = (
    *("content-security-policy", "referrer-policy", "x-content-type-options", "x-robots-tag"),
    *("access-control-allow-origin", "cross-origin-resource-policy", "cross-origin-opener-policy"),
)


@pytest.fixture(scope="module")
def folder(published_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the published folder, to which tests add files that no host may show."""
    copied: Path = shutil.copytree(published_folder, tmp_path_factory.mktemp("hosted") / "folder")
    return copied


@pytest.fixture(scope="module")
def host(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The folder behind nginx."""
    with nginx(folder, tmp_path_factory.mktemp("nginx")) as running:
        yield running


@pytest.fixture(scope="module")
def server(directory: Directory) -> Client:
    """The server whose answers the files are."""
    app = create_app(directory, now=lambda: MIDNIGHT, static_site=True)
    return Client(partial(Application.wsgi_app, app))


@pytest.fixture(scope="module")
def every(directory: Directory) -> list[Address]:
    """Every address with a file; of the many postcodes each fiftieth."""
    found = list(routes.every(directory.finder, has_origin=True, features=FEATURES))
    many = [each for each in found if "postcode" in each.url]
    return [each for each in found if "postcode" not in each.url] + many[::50]


def as_response(url: str, reply: Reply) -> TestResponse:
    """A host's answer, to be held against openapi.yaml, without the headers that are its own."""
    request = EnvironBuilder(url).get_request()
    headers = Headers(
        [each for each in reply.headers.items() if each[0] in ("content-type", *SAME)]
    )
    return TestResponse(iter([reply.body]), f"{reply.status} X", headers, request)


def test_a_port_that_somebody_else_took_is_no_failure() -> None:
    """A process that ends before it is ready is started again on another port, and not for ever."""
    ports: list[int] = []

    def start(port: int) -> subprocess.Popen[bytes]:
        ports.append(port)
        stays = "import signal; signal.pause()"
        return subprocess.Popen([sys.executable, "-c", stays if len(ports) == STARTS else ""])

    process, port = started(start, lambda *_: len(ports) == STARTS)
    with ending(process):
        assert (port, len(ports)) == (ports[-1], STARTS)
    with pytest.raises(AssertionError, match="before it was ready: taken"):
        started(start, lambda *_: False, lambda: "taken")


def test_nginx_answers_as_the_server_does(host: Host, server: Client, every: list[Address]) -> None:
    """At the server's URLs: the same body, type and security headers, as openapi.yaml says."""
    for each in every:
        told, live = host.ask(each.url), server.get(each.url, base_url="https://help.example.org")
        if each.accept != "*/*" and each.accept != "application/json":
            continue  # by Accept a folder cannot choose; see the next test
        assert told.status == 200, each.url
        feed = each.url == as_atom.PATH  # its links are whole in a folder
        assert told.body == (
            as_atom.at("https://help.example.org", live.data) if feed else live.data
        ), each.url
        assert told.headers["content-type"].partition(";")[0] == live.mimetype, each.url
        for name in SAME:
            assert told.headers.get(name) == live.headers.get(name), (each.url, name)
        kept = [
            headers.get("cache-control", "").partition(",")[0]
            for headers in (told.headers, live.headers)
        ]
        # How long is the host's own. /hsds/ and the feed name the host that was asked: a folder has
        # one, the server any.
        expected = {"/hsds/": ["public", "no-store"], as_atom.PATH: ["public", "private"]}
        assert kept == expected.get(each.url, [kept[1]] * 2), each.url
        hold_against_contract(as_response(each.url, told))


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_nginx_gives_every_format(host: Host, folder: Path, each: Any) -> None:
    """By the ending, and by `format`."""
    for path in ("v1/centres", "v1/centres/payoke"):
        file = (folder / f"{path}.{each.ending}").read_bytes()
        for url in (f"/{path}.{each.ending}", f"/{path}?format={each.name}"):
            told = host.ask(url)
            assert (told.status, told.body) == (200, file)
            assert told.headers["content-type"].partition(";")[0] == each.media_type


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("/v1/nearest?postcode=9999", "postcode-unknown"),
        ("/v1/nearest?postcode=9999&country=BE", "postcode-unknown"),
        ("/v1/nearest?country=FR&postcode=1000", "country-unsupported"),
        ("/v1/nearest?postcode=1000&country=fr", "country-unsupported"),
        ("/v1/postcodes?country=fr&prefix=10", "country-unsupported"),
        ("/v1/postcodes/FR/1000", "country-unsupported"),
        ("/v1/postcodes/fr/1000", "country-unsupported"),
        ("/v1/postcodes/be/9999", "postcode-unknown"),
        ("/v1/bundle/FR", "bundle-unknown"),
        ("/v1/nearest/BE/9999.json", "postcode-unknown"),
        ("/v1/nearest", "postcode-unknown"),
        ("/v1/postcodes/BE/9999", "postcode-unknown"),
        ("/v1/centres/nobody", "centre-unknown"),
        ("/v1/centres/nobody.vcf", "centre-unknown"),
        ("/v1/helplines/nobody", "not-found"),
        ("/v1/nowhere", "not-found"),
        ("/v1/nearest?postcode=../../v1/bundle", "server-needed"),
        ("/v1/nearest?lat=50.85&lon=4.35", "server-needed"),
        ("/v1/nearest?postcode=B-1000", "server-needed"),
        ("/v1/nearest?postcode=2000&service=legal", "server-needed"),
        ("/v1/nearest?postcode=2000&%73ervice=legal", "server-needed"),
        ("/v1/nearest?postcode=2000&postcode=4000", "server-needed"),
        ("/v1/nearest?postcode=2000&country=", "server-needed"),
        ("/v1/nearest?postcode=2000&country=FRA", "server-needed"),
        ("/v1/nearest?postcode=2000&format=text", "server-needed"),
        ("/v1/nearest?postcode=2000&limit=1", "server-needed"),
        ("/v1/centres?q=surya", "server-needed"),
        ("/v1/centres?open_at=now", "server-needed"),
        ("/v1/centres?postcode=4000", "server-needed"),
        ("/v1/centres?format=xml", "server-needed"),
        ("/v1/centres?format=text&lang=nl", "server-needed"),
        ("/v1/helplines?country=FR", "server-needed"),
        ("/v1/postcodes?prefix=Bru", "server-needed"),
        ("/v1/postcodes?prefix=1000", "server-needed"),
        ("/v1/postcodes?prefix=li%C3%A8", "server-needed"),
        ("/hsds/services?search=x", "server-needed"),
        ("/hsds/services?page=2", "server-needed"),
        ("/hsds/service_at_locations?postcode=4000", "server-needed"),
        ("/v1/../../etc/passwd", ""),
    ],
)
def test_nginx_refuses_what_only_a_server_can_answer(host: Host, url: str, kind: str) -> None:
    """A problem with the helplines, not cached; never the answer to another request."""
    told = host.ask(url)
    if not kind:
        assert told.status == 400
        return
    assert told.headers["content-type"].partition(";")[0] == PROBLEM_JSON
    problem = json.loads(told.body)
    assert problem["type"] == f"/problems#{kind}"
    assert told.status == problem["status"]
    assert problem["helplines"]
    assert told.headers["cache-control"] == "no-store"
    assert told.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "url", ["/.git/config", "/v1/.0123456789abcdef.new", "/nginx.conf", "/_headers", "/.htaccess"]
)
def test_nginx_shows_nothing_but_the_directory(host: Host, folder: Path, url: str) -> None:
    """Visitors cannot read hidden files of the folder, or the files for hosts."""
    path = folder / url[1:]
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text("canary", encoding="utf-8")
    assert host.ask(url).status == 404


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("/embed/", responses.EMBED),
        ("/embed/index.html", responses.EMBED),
        ("/partners/", responses.PARTNERS),
        ("/index.html", responses.FINDER),
        ("/problems/", responses.PAGE),
        ("/docs/index.html", responses.PAGE),
    ],
)
def test_nginx_gives_a_page_its_headers_however_it_is_asked_for(
    host: Host, url: str, headers: dict[str, str]
) -> None:
    """With a slash, or by the name of its file, a page has the policy of a page."""
    told = host.ask(url)
    assert told.status == 200
    for name in headers.keys() - {"Vary"}:
        assert told.headers[name.lower()] == headers[name]


@pytest.mark.parametrize(
    "url", ["/v1/nearest/BE", "/v1/nearest/", "/v1/nearest/BE/", "/v1/postcodes/BE/beginning"]
)
def test_nginx_repeats_no_place_and_lists_no_folder(host: Host, url: str) -> None:
    """A folder is no answer, and no redirect carries what stands behind a question mark."""
    for asked in (url, f"{url}?postcode=9881"):
        told = host.ask(asked)
        assert told.status in (404, 501)
        assert "location" not in told.headers
        assert json.loads(told.body)["helplines"]


@pytest.mark.parametrize(
    "url",
    [
        *(
            "/v1/postcodes/be/1000",
            "/v1/postcodes/Be/1000.json",
            "/v1/bundle/be",
            "/v1/bundle/be.json",
        ),
        *("/v1/nearest?postcode=1000&country=be", "/v1/nearest?country=bE&postcode=1000"),
        "/v1/postcodes?country=be&prefix=0Z",
    ],
)
def test_nginx_takes_a_country_in_small_letters(host: Host, server: Client, url: str) -> None:
    """As the server does, with its answer."""
    told = host.ask(url)
    live = Client(FormatSuffixMiddleware(server.application)).get(url)
    assert (told.status, live.status_code, told.body) == (200, 200, live.data)


@pytest.mark.parametrize(
    ("url", "accepted", "varies"),
    [
        ("/v1/centres", "*/*", True),
        ("/v1/centres", "text/csv", True),
        ("/v1/centres/payoke", "application/json", True),
        ("/v1/centres/payoke", "text/vcard", True),
        ("/v1/nearest?postcode=2000", "*/*", True),
        ("/v1/nearest?postcode=2000", "text/plain", True),
        ("/v1/centres.csv", "*/*", False),
        ("/v1/helplines", "*/*", False),
        ("/v1/bundle", "*/*", False),
    ],
)
def test_nginx_says_where_accept_decides(host: Host, url: str, accepted: str, varies: bool) -> None:
    """A cache must not give one caller's 200 or 406 to the other (RFC 9110, section 12.5.5)."""
    named = host.ask(url, Accept=accepted).headers.get("vary", "").split(", ")
    assert ("Accept" in named) is varies


def test_nginx_refuses_a_version_that_is_gone_with_the_helplines(host: Host) -> None:
    """What nginx refuses by itself is a problem, too; it then hangs up without a word."""
    with closing(host.anew()) as asker:
        told = asker.ask("/v1/centres.json", If_Match='"other"')
    assert (told.status, bool(json.loads(told.body)["helplines"])) == (412, True)


def test_nginx_gives_the_changes_that_a_bundle_names(host: Host, folder: Path) -> None:
    """A device that synchronises sends the link of its revision and the id of the store."""
    named = json.loads((folder / "v1/bundle.json").read_bytes())["changes"]
    reply = host.ask(named)
    assert (reply.status, reply.body) == (200, (folder / "v1/changes.json").read_bytes()), named


def test_nginx_gives_a_file_whole(host: Host, folder: Path) -> None:
    """Parts of a file are never given: they would be taken for all of it."""
    told = host.ask("/v1/centres.json", Range="bytes=0-9")
    assert (told.status, told.body) == (200, (folder / "v1/centres.json").read_bytes())


LONG = "Content-Length: 2000000\r\n\r\n"
BROKEN = "Transfer-Encoding: chunked\r\n\r\nZZ\r\n"
RAW = {
    "a long body that is not read": ("GET /v1/centres.json HTTP/1.1", LONG, 413),
    "a long body for one postcode": ("GET /v1/nearest?postcode=2000 HTTP/1.1", LONG, 413),
    "a long body for a centre": ("GET /v1/centres/payoke HTTP/1.1", LONG, 413),
    "a long body for a page": ("GET / HTTP/1.1", LONG, 413),
    "a long body that is sent": ("POST /v1/nearest HTTP/1.1", LONG, 405),
    "a broken body": ("GET /v1/centres.json HTTP/1.1", BROKEN, 400),
    "a broken body for one postcode": ("GET /v1/nearest?postcode=2000 HTTP/1.1", BROKEN, 400),
    "a broken body where nothing is": ("GET /nowhere HTTP/1.1", BROKEN, 400),
    "a broken body that is sent": ("POST /v1/nearest HTTP/1.1", BROKEN, 400),
    "a broken body that a form sends": ("POST / HTTP/1.1\r\nAccept: text/html", BROKEN, 400),
    "a broken body that is refused": ("GET /v1/nearest?lat=1&lon=2 HTTP/1.1", BROKEN, 400),
    "a long header": ("GET / HTTP/1.1", f"X-Long: {'x' * 9000}\r\n\r\n", 400),
    "a long address": (f"GET /{'x' * 9000} HTTP/1.1", "\r\n", 414),
    "a version of HTTP to come": ("GET / HTTP/9.9", "\r\n", 505),
    "no HTTP": ("\x16\x03\x01", "\r\n", 400),
    "a method of its own": ("TRACE / HTTP/1.1", "\r\n", 405),
}


@pytest.mark.parametrize("case", RAW)
def test_nginx_refuses_the_impolite_with_the_helplines(host: Host, case: str) -> None:
    """Refusals by nginx itself, before or after it reads the URL, are problems with the
    helplines.
    """
    line, rest, status = RAW[case]
    told = host.ask_raw(f"{line}\r\nHost: help.example.org\r\n{rest}".encode("latin-1"))
    assert (told.status, told.headers["content-type"].partition(";")[0]) == (status, PROBLEM_JSON)
    problem = json.loads(told.body)
    assert (problem["status"], bool(problem["helplines"])) == (status, True)
    assert told.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("url", "tag", "headers"),
    [
        ("/", "ar", responses.FINDER),
        ("/print", "nl", responses.FINDER),
        ("/embed", "fr", responses.EMBED),
        ("/embed/contact", "zh-Hans", responses.EMBED),
        ("/", "eo", responses.FINDER),
    ],
)
def test_nginx_gives_a_page_to_who_sent_a_form(
    host: Host, url: str, tag: str, headers: dict[str, str]
) -> None:
    """Refused in the visitor's language, with helplines and exit; in a partner's frame it is
    allowed.
    """
    told = host.ask(url, "POST", Accept="text/html,*/*;q=0.8", Accept_Language=tag)
    page = told.body.decode()
    assert (told.status, told.headers["allow"]) == (405, "GET, HEAD")
    assert f'<html lang="{"en" if tag == "eo" else tag}"' in page
    assert "tel:112" in page
    assert "data-exit" in page
    assert told.headers["content-security-policy"] == headers["Content-Security-Policy"]
    assert told.headers["cache-control"] == "no-store"
    assert json.loads(host.ask(url, "POST", Accept="*/*").body)["helplines"]


@pytest.mark.parametrize(
    "accepted", ["text/csv", "application/geo+json", "text/plain;q=0.5, text/html"]
)
def test_nginx_does_not_give_json_to_who_does_not_take_it(host: Host, accepted: str) -> None:
    """A folder cannot choose by Accept: it refuses, and names the endings; an ending has chosen."""
    told = host.ask("/v1/centres", Accept=accepted)
    assert (told.status, json.loads(told.body)["type"]) == (406, "/problems#format-refused")
    assert ".vcf" in json.loads(told.body)["detail"]
    for url in ("/v1/centres.csv", "/v1/centres?format=csv", "/v1/helplines"):
        assert host.ask(url, Accept=accepted).status == 200
    for anything in ("*/*", "text/html, */*;q=0.1", "application/json", "application/*"):
        assert host.ask("/v1/centres", Accept=anything).status == 200


@pytest.mark.parametrize("url", ["/nowhere", "/print", "/contact", "/embed/nowhere"])
def test_nginx_shows_a_page_where_nothing_is(host: Host, url: str) -> None:
    """Outside the API a visitor gets helplines and exit in their language, also in a frame."""
    told = host.ask(url, Accept_Language="nl")
    assert (told.status, told.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "tel:112" in told.body.decode()
    assert '<html lang="nl"' in told.body.decode()
    headers = responses.EMBED if url.startswith("/embed") else responses.FINDER
    assert told.headers["content-security-policy"] == headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("/v1/centres.csv", "list.csv"),
        ("/v1/centres/payoke.vcf", "contact.vcf"),
        ("/v1/centres/payoke?format=vcard", "contact.vcf"),
        ("/v1/centres/payoke", None),
    ],
)
def test_nginx_saves_under_a_name_that_tells_nothing(
    host: Host, url: str, name: str | None
) -> None:
    """Whoever looks at the device sees the names of files."""
    expected = f'attachment; filename="{name}"' if name else None
    assert host.ask(url).headers.get("content-disposition") == expected


def test_nginx_lists_nothing_where_nothing_begins_so(host: Host, server: Client) -> None:
    """An empty list, as the server has it, and not an error."""
    told = host.ask("/v1/postcodes?country=BE&prefix=0Z")
    assert (told.status, told.body) == (200, server.get("/v1/postcodes?country=BE&prefix=0Z").data)


def test_nginx_takes_the_ending_of_a_nearest_answer(host: Host) -> None:
    """/v1/nearest.json is the address that a server takes, too."""
    told, again = (host.ask(f"/v1/nearest{ending}?postcode=2000") for ending in ("", ".json"))
    assert (told.status, told.body) == (200, again.body)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nginx_refuses_what_would_send_a_place(host: Host, method: str) -> None:
    """Nothing is taken; the problem has the helplines."""
    told = host.ask("/v1/nearest", method)
    assert (told.status, told.headers["allow"]) == (405, "GET, HEAD")
    assert json.loads(told.body)["helplines"]


@pytest.mark.parametrize(
    ("url", "accepted", "tag"),
    [
        ("/", "nl-BE,nl;q=0.9", "nl"),
        ("/embed", "zh-CN", "zh-Hans"),
        ("/?lang=ar", "nl", "ar"),
        ("/embed?lang=sr-Latn", "", "sr-Latn"),
        ("/", "xx", "en"),
        ("/", "ku, ar;q=0.8", "ar"),
        ("/", "lb,de;q=0.9,en;q=0.5", "de"),
        ("/?lang=nl-BE", "", "nl"),
        ("/?lang=FR", "", "fr"),
        ("/?lang=xx", "fr-BE,fr", "fr"),
        ("/?lang=../v1/index", "", "en"),
    ],
)
def test_nginx_speaks_the_visitors_language(host: Host, url: str, accepted: str, tag: str) -> None:
    """By the address, else by the browser, else English."""
    told = host.ask(url, Accept_Language=accepted)
    assert f'<html lang="{tag}"' in told.body.decode()
    assert "Accept-Language" in told.headers["vary"]


def test_nginx_writes_nothing_of_who_asked(folder: Path, tmp_path: Path) -> None:
    """No place and no address comes into its logs, whatever its other settings say."""
    with nginx(folder, tmp_path) as running:
        for url in (
            "/v1/nearest?postcode=9881",
            "/v1/nearest/BE/9882.json",
            "/9883",
            "/v1/nearest?postcode=%00",
        ):
            running.ask(url)
    logs = {path.name: path.read_text() for path in tmp_path.glob("*.log")}
    assert logs == {"access.log": "", "error.log": ""}


def test_nginx_compresses_and_does_not_send_twice(host: Host) -> None:
    """The bundle comes compressed, and not again for who has it."""
    zipped = host.ask("/v1/bundle.json", Accept_Encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert len(zipped.body) < 25_000
    assert (
        host.ask(
            "/v1/bundle.json", If_None_Match=host.ask("/v1/bundle.json").headers["etag"]
        ).status
        == 304
    )


def test_a_host_shows_no_old_number_while_there_is_a_new_one(host: Host, folder: Path) -> None:
    """Where stale-while-revalidate is, a browser shows once more what it has kept."""
    for url in ("/v1/bundle.json", "/v1/bundle/BE.json", "/v1/centres.json", "/v1/helplines"):
        assert host.ask(url).headers["cache-control"] == "public, max-age=60, stale-if-error=604800"
    assert "stale-while-revalidate" not in (folder / "_headers").read_text(encoding="utf-8")


def test_a_plain_host_has_the_same_files(
    folder: Path, tmp_path: Path, every: list[Address]
) -> None:
    """python -m http.server serves every file by its path; the API's JSON is as
    openapi.yaml says.
    """
    with plain(folder, tmp_path) as running:
        for each in every:
            told = running.ask(f"/{each.path}")
            assert told.status == 200
            assert told.body == (folder / each.path).read_bytes()
            if each.path.endswith(".json") and each.path.startswith(("v1/", "hsds/")):
                headers = {"content-type": "application/json"}  # the others are the host's
                hold_against_contract(as_response(each.url, Reply(told.status, headers, told.body)))


@pytest.mark.parametrize("page", ["/", "/embed/", "/index.ar.html"])
def test_a_visitor_finds_the_closest_centre_without_a_server(
    browser: Browser, folder: Path, tmp_path: Path, page: str
) -> None:
    """On a plain host: the search runs on the device, without later requests or other hosts."""
    with plain(folder, tmp_path) as running:
        context = browser.new_context(locale="nl")
        opened = context.new_page()
        heard = Heard.of(opened)
        opened.goto(f"{running.origin}{page}")
        opened.wait_for_selector(".search.enhanced")
        asked = len(heard.requests)
        opened.fill("#postcode", "2000")
        opened.keyboard.press("Enter")
        expect(opened.locator("article h3").first).to_have_text("1 Payoke")
        assert len(heard.requests) == asked
        assert {request.url.split("/")[2] for request in heard.requests} == {
            running.origin.split("/")[2]
        }
        assert heard.console == []
        assert opened.locator("article[data-centre]").count() == 3
        opened.click("#origin > summary")
        opened.locator(".filters summary").click()
        opened.select_option("#service", "legal")
        expect(opened.locator(".chosen")).to_contain_text(": ")
        assert axe_violations(opened) == []
        context.close()


@pytest.mark.parametrize(
    ("locale", "tag"), [("nl-BE", "nl"), ("zh-TW", "zh-Hans"), ("eo", "en"), ("en-GB", "en")]
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


def test_a_choice_in_the_address_of_a_frame_is_kept(
    browser: Browser, folder: Path, tmp_path: Path
) -> None:
    """A partner's frame with filters shows those centres, and says so, also on a plain host."""
    with plain(folder, tmp_path) as running:
        context = browser.new_context(locale="nl")
        opened = context.new_page()
        opened.goto(f"{running.origin}/embed/?service=legal")
        opened.wait_for_url("**/embed/index.nl.html?service=legal")
        opened.wait_for_selector(".search.enhanced")
        opened.fill("#postcode", "2000")
        opened.keyboard.press("Enter")
        expect(opened.locator(".chosen")).to_contain_text(words("nl")["service.legal"])
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
        states = opened.locator("article .state").all_inner_texts()
        assert states == ["", *[words("nl")["open.unknown"]] * 2]
        duties = opened.locator("article .duty").all_inner_texts()
        assert duties == [words("nl")["service.emergency-duty"]]
        hours = opened.locator("article dd").first.inner_text().replace("\N{THIN SPACE}", " ")
        assert hours == "maandag – vrijdag: 09:00 – 17:00\nGesloten op feestdagen"
        opened.locator(".languages summary").click()
        opened.locator("a[hreflang=ar]").click()
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
        if path in ("/nginx.conf", "/_headers"):
            continue
        assert len(fits) == 1, path
        # Some hosts take the .html away, and some the index, too.
        for other in (path.removesuffix(".html"), path.removesuffix("index.html")):
            assert len([pattern for pattern in rules if _fits(pattern, other)]) == 1, other
    assert len(rules) < 100
    assert rules["/embed/index*"].items() >= responses.EMBED.items()
    assert rules["/index*"].items() >= responses.FINDER.items()
    assert rules["/v1/nearest/*"]["Cache-Control"] == "no-store"


def _fits(pattern: str, path: str) -> bool:
    """Whether a pattern of a _headers file fits: `*` for anything, `:file` for one part."""
    if pattern.endswith("*"):
        return path.startswith(pattern[:-1])
    if ":file" in pattern:
        folder = pattern.removesuffix(":file")
        return path.startswith(folder) and "/" not in path[len(folder) :]
    return path == pattern
