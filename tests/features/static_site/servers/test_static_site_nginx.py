"""A published folder behind nginx answers as the server does."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from directory_api.answer.registry import FORMATS
from directory_api.bootstrap import Directory
from directory_api.features.device import as_atom
from directory_api.features.pages import headers
from directory_api.features.reference.page_headers import PAGE
from directory_api.web.app import create_app
from directory_api.web.http.negotiation import FormatSuffixMiddleware
from directory_api.web.http.static_file import StaticFile
from directory_api.web.wsgi.application import Application
from tests.support.api_client import hold_against_contract
from tests.support.published import MIDNIGHT
from tests.support.servers import STARTS, ending, started
from tests.support.static_hosts import SAME, Host, as_response, nginx, without_script

NEEDS = ("device", "formats", "pages", "reference")


@pytest.fixture(scope="module")
def server(directory: Directory) -> Client:
    """The server whose answers the files are."""
    app = create_app(directory, now=lambda: MIDNIGHT, static_site=True)
    return Client(partial(Application.wsgi_app, app))


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


def test_nginx_answers_as_the_server_does(
    host: Host, server: Client, every: list[StaticFile]
) -> None:
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
        same = without_script(told.headers)
        for name in SAME:
            assert same.get(name) == live.headers.get(name), (each.url, name)
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
    ("url", "headers"),
    [
        ("/embed/", headers.EMBED),
        ("/embed/index.html", headers.EMBED),
        ("/partners/", headers.PARTNERS),
        ("/index.html", headers.FINDER),
        ("/problems/", PAGE),
        ("/docs/index.html", PAGE),
    ],
)
def test_nginx_gives_a_page_its_headers_however_it_is_asked_for(
    host: Host, url: str, headers: dict[str, str]
) -> None:
    """With a slash, or by the name of its file, a page has the policy of a page."""
    told = host.ask(url)
    assert told.status == 200
    same = without_script(told.headers)
    for name in headers.keys() - {"Vary"}:
        assert same[name.lower()] == headers[name]


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


def test_nginx_gives_a_file_whole(host: Host, folder: Path) -> None:
    """Parts of a file are never given: they would be taken for all of it."""
    told = host.ask("/v1/centres.json", Range="bytes=0-9")
    assert (told.status, told.body) == (200, (folder / "v1/centres.json").read_bytes())


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
    """A person who looks at the device sees the names of files."""
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
    assert len(zipped.body) < len(host.ask("/v1/bundle.json").body) / 2
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
