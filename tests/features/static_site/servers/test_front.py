"""nginx in front of the server, as deploy/nginx.conf says: helplines, limits, and no place."""

import os
import re
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from directory_api.text.translations import languages
from tests.support.servers import ASK_SECONDS, SERVE, free_port, serving
from tests.support.static_hosts import Host, front

NEEDS = ("pages",)

POSTCODE = "9688"


@pytest.fixture(scope="module")
def alone(published_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The front while the server is away."""
    folder = tmp_path_factory.mktemp("alone")
    with front(published_folder, folder, free_port()) as host:
        yield host


@pytest.fixture(scope="module")
def front_of_server(
    published_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    """The front of a server that runs."""
    folder = tmp_path_factory.mktemp("front")
    with (
        serving(SERVE, folder, trusted_proxies="1", rate_limit="") as served,
        front(published_folder, folder, served.port) as host,
    ):
        yield host


def test_without_the_server_the_helplines_are_given_and_no_place_is_written(alone: Host) -> None:
    """503 with 112; neither the postcode nor the caller is in any file of nginx."""
    reply = alone.ask(f"/v1/nearest?postcode={POSTCODE}")
    assert (reply.status, reply.headers["content-type"]) == (
        503,
        "application/problem+json; charset=utf-8",
    )
    assert reply.json()["helplines"][0]["number"] == "112"
    assert reply.headers["cache-control"] == "no-store"
    written = b"".join(path.read_bytes() for path in alone.folder.rglob("*log*") if path.is_file())
    assert POSTCODE.encode() not in written
    assert b"127.0.0.1" not in written


@pytest.mark.parametrize(
    ("path", "status"), [("/", 503), (f"/v1/nearest?postcode={POSTCODE}", 503), ("/metrics", 403)]
)
def test_112_is_given_without_the_files_of_the_pages(
    tmp_path: Path, path: str, status: int
) -> None:
    """The operator has published none, or named another folder."""
    with front(tmp_path / "missing", tmp_path, free_port()) as host:
        for accept in ("*/*", BROWSER):
            reply = host.ask(path, Accept=accept)
            assert (reply.status, reply.headers["cache-control"]) == (status, "no-store")
            assert b"112" in reply.body


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_a_browser_gets_a_page_in_its_language_when_the_server_is_killed(
    published_folder: Path, tmp_path: Path
) -> None:
    """With 112 to tap and the exit; what a program asks for is JSON, as before."""
    with (
        serving(SERVE, tmp_path, trusted_proxies="1", rate_limit="") as served,
        front(published_folder, tmp_path, served.port) as host,
    ):
        assert host.ask("/", Accept=BROWSER).status == 200
        os.killpg(served.process.pid, signal.SIGKILL)
        served.process.wait()
        reply = host.ask("/", Accept=BROWSER, Accept_Language="ar-MA,ar;q=0.9")
        page = reply.body.decode()
        assert (reply.status, reply.headers["content-type"]) == (503, "text/html; charset=utf-8")
        assert '<html lang="ar" dir="rtl">' in page
        assert 'href="tel:112"' in page
        assert "data-exit" in page
        assert (reply.headers["cache-control"], reply.headers["referrer-policy"]) == (
            "no-store",
            "no-referrer",
        )
        for url, accepted in (("/", "*/*"), ("/v1/nearest?postcode=1000", BROWSER)):
            assert host.ask(url, Accept=accepted).json()["status"] == 503


@pytest.mark.parametrize(("method", "status", "taken"), [("GET", 200, 2), ("POST", 503, 1)])
def test_a_request_that_an_ended_worker_lost_is_sent_again_if_it_only_reads(
    published_folder: Path, tmp_path: Path, method: str, status: int, taken: int
) -> None:
    """The first connection ends without an answer, as one of a killed worker does."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor() as pool:
        listener.settimeout(ASK_SECONDS)

        def answer() -> int:
            for number in range(1, taken + 1):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(4096)
                    if number == 2:
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            return number

        connections = pool.submit(answer)
        with front(published_folder, tmp_path, listener.getsockname()[1]) as host:
            assert host.ask("/livez", method).status == status
        assert connections.result() == taken


def test_a_server_that_hangs_is_waited_for_once(published_folder: Path, tmp_path: Path) -> None:
    """Here for a second. Then the helplines are shown."""
    limits = {"proxy_read_timeout 30s": "proxy_read_timeout 1s"}
    limits["next_upstream_timeout 20s"] = "next_upstream_timeout 500ms"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with front(published_folder, tmp_path, port, changes=limits) as host:
            assert host.ask("/livez").status == 503
        listener.setblocking(False)
        listener.accept()[0].close()
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_the_page_of_an_outage_is_in_each_language(alone: Host) -> None:
    """In the language of the address, else the first one of the browser that has a page; also in a
    frame and for a form.
    """
    for language in languages():
        primary = language.tag.partition("-")[0]
        for url, accepted in (
            ("/", f"{primary}-XX,{primary};q=0.9,en;q=0.8"),
            ("/", f"eo, {primary};q=0.5"),
            (f"/embed?lang={language.tag}&service=legal", "en"),
        ):
            reply = alone.ask(url, Accept=BROWSER, Accept_Language=accepted)
            assert (reply.status, f'lang="{language.tag}"' in reply.body.decode()) == (503, True)
    for method, language_asked in (("GET", ""), ("GET", "eo"), ("POST", "../../fr")):
        reply = alone.ask("/", method, Accept=BROWSER, Accept_Language=language_asked)
        assert (reply.status, '<html lang="en"' in reply.body.decode()) == (503, True)


def test_the_page_of_an_outage_needs_no_other_file(published_folder: Path) -> None:
    """Nothing of the dead server is loaded: style and script are in the page."""
    for path in (published_folder / "problems").glob("page*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r'<link rel="stylesheet|<script src|<img|@import|url\(', text)
        assert re.findall(r'href="(/[^"]*)"', text) == []


@pytest.mark.parametrize(
    "path", ["/metrics", "//metrics", "/metrics/", "/metrics%2f", "/x/../metrics/", "/%6detrics/"]
)
def test_no_way_of_writing_its_address_leads_to_the_counts(
    front_of_server: Host, path: str
) -> None:
    """They show when help is looked for. The server answers some of these."""
    reply = front_of_server.ask_raw(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    )
    assert (reply.status, reply.json()["helplines"][0]["number"]) == (403, "112")


@pytest.mark.parametrize("path", ["/problems/503.json", "/problems/503.en.html"])
def test_a_page_of_an_error_that_is_opened_itself_has_the_helplines(
    front_of_server: Host, path: str
) -> None:
    """404, in JSON and as a page, and not nginx's own page."""
    reply = front_of_server.ask(path)
    assert (reply.status, reply.json()["status"]) == (404, 404)
    assert reply.json()["helplines"][0]["number"] == "112"
    reply = front_of_server.ask(path, Accept=BROWSER)
    assert (reply.status, 'href="tel:112"' in reply.body.decode()) == (404, True)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
    ],
    ids=["address", "header", "malformed", "body"],
)
def test_what_nginx_refuses_has_the_helplines(alone: Host, sent: bytes, status: int) -> None:
    """Errors that the server never sees."""
    reply = alone.ask_raw(sent)
    assert (reply.status, reply.json()["status"]) == (status, status)
    assert reply.json()["helplines"][0]["number"] == "112"


def test_too_many_requests_are_refused_with_the_helplines(
    published_folder: Path, tmp_path: Path
) -> None:
    """After a burst; the address of the caller is in no file."""
    with front(
        published_folder, tmp_path, free_port(), changes={"rate=20r/s": "rate=1r/m"}
    ) as host:
        replies = [host.ask("/v1/nearest?postcode=1000") for _ in range(210)]
        assert {reply.status for reply in replies} == {429, 503}
        assert replies[0].status == 503  # the server is away
        assert replies[-1].status == 429
        assert replies[-1].json()["helplines"][0]["number"] == "112"
        response = host.ask("/", Accept=BROWSER, Accept_Language="nl")
        assert (response.status, '<html lang="nl"' in response.body.decode()) == (429, True)
        written = b"".join(path.read_bytes() for path in tmp_path.rglob("*log*") if path.is_file())
        assert b"127.0.0.1" not in written


def test_without_encryption_nothing_is_answered(published_folder: Path, tmp_path: Path) -> None:
    """On port 80 there is the way to https, which no browser keeps, and the challenge of a
    certificate authority.
    """
    challenge = tmp_path / "acme/.well-known/acme-challenge/to-ken_1"
    challenge.parent.mkdir(parents=True)
    challenge.write_text("proof", encoding="utf-8")
    changes = {
        "if ($scheme = http)": "if ($scheme = http)",
        "root /var/www/acme;": f"root {tmp_path}/acme;",
    }
    with front(published_folder, tmp_path, free_port(), changes=changes) as host:
        reply = host.ask("/v1/nearest?postcode=1000")
        assert (reply.status, reply.headers["location"]) == (
            301,
            "https://help.example.org/v1/nearest?postcode=1000",
        )
        assert reply.headers["cache-control"] == "no-store"
        reply = host.ask("/.well-known/acme-challenge/to-ken_1")
        assert (reply.status, reply.headers["content-type"], reply.body) == (
            200,
            "text/plain",
            b"proof",
        )
        reply = host.ask("/.well-known/acme-challenge/other")
        assert (reply.status, reply.json()["helplines"][0]["number"]) == (503, "112")
