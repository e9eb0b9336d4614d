"""A published folder behind nginx refuses what only a server can answer, with the helplines."""

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from directory_api.features.pages import headers
from tests.support.api_client import PROBLEM_JSON
from tests.support.static_hosts import Host, without_script

NEEDS = ("pages",)


@pytest.fixture(scope="module")
def folder(published_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the published folder, to which tests add files that no host may show."""
    copied: Path = shutil.copytree(published_folder, tmp_path_factory.mktemp("hosted") / "folder")
    return copied


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
    "url", ["/v1/nearest/BE", "/v1/nearest/", "/v1/nearest/BE/", "/v1/postcodes/BE/beginning"]
)
def test_nginx_repeats_no_place_and_lists_no_folder(host: Host, url: str) -> None:
    """A folder is no answer, and no redirect carries what stands behind a question mark."""
    for asked in (url, f"{url}?postcode=9881"):
        told = host.ask(asked)
        assert told.status in (404, 501)
        assert "location" not in told.headers
        assert json.loads(told.body)["helplines"]


def test_nginx_refuses_a_version_that_is_gone_with_the_helplines(host: Host) -> None:
    """What nginx refuses by itself is a problem, too; it then hangs up without a word."""
    with closing(host.connected_again()) as asker:
        told = asker.ask("/v1/centres.json", If_Match='"other"')
    assert (told.status, bool(json.loads(told.body)["helplines"])) == (412, True)


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
        ("/", "ar", headers.FINDER),
        ("/print", "nl", headers.FINDER),
        ("/embed", "fr", headers.EMBED),
        ("/embed/contact", "zh-Hans", headers.EMBED),
        ("/", "eo", headers.FINDER),
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
    policy = without_script(told.headers)["content-security-policy"]
    assert policy == headers["Content-Security-Policy"]
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
    expected = headers.EMBED if url.startswith("/embed") else headers.FINDER
    policy = without_script(told.headers)["content-security-policy"]
    assert policy == expected["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nginx_refuses_what_would_send_a_place(host: Host, method: str) -> None:
    """Nothing is taken; the problem has the helplines."""
    told = host.ask("/v1/nearest", method)
    assert (told.status, told.headers["allow"]) == (405, "GET, HEAD")
    assert json.loads(told.body)["helplines"]
