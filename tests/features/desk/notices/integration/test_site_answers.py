"""Which web sites count as dead, asked over real connections."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from directory_api.features.desk.notices import links
from directory_api.features.desk.notices.links import answers
from tests.support.servers import free_port


class _Site(BaseHTTPRequestHandler):
    """Answers with the status that is the path, such as /404?a=b."""

    def do_GET(self) -> None:
        """Answer."""
        path, _, query = self.path.partition("?")
        self.send_response(int(path[1:]) if query == "a=b" else 404)
        # The site of another host, which must not be asked.
        self.send_header("Location", "https://127.0.0.1:1/404")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Print nothing."""


@pytest.fixture
def site(encrypted: ssl.SSLContext) -> Iterator[str]:
    """A web site on this machine."""
    with HTTPServer(("127.0.0.1", 0), _Site) as server:
        server.socket = encrypted.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_site_is_dead_if_its_page_is_not_there_or_it_fails(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that refuses programs is not; a redirection is an answer, and is not followed."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    statuses = (200, 301, 302, 401, 403, 404, 410, 429, 500, 503)
    dead = [status for status in statuses if not answers(f"{site}/{status}?a=b")]
    assert dead == [404, 410, 500, 503]


def test_a_site_that_sends_a_byte_now_and_then_is_dead(
    encrypted: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes in time, the answer does not: after 6 s instead of 1."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    monkeypatch.setattr(links, "_SITE_SECONDS", 1.0, raising=False)

    def send_slowly(listening: socket.socket) -> None:
        answer = b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 36 + b"\r\n\r\n"
        with (
            encrypted.wrap_socket(listening.accept()[0], server_side=True) as connection,
            suppress(OSError),
        ):
            for byte in answer:
                connection.sendall(bytes([byte]))
                time.sleep(0.1)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        sender = threading.Thread(target=send_slowly, args=[listening])
        sender.start()
        assert not answers(f"https://127.0.0.1:{listening.getsockname()[1]}/")
        sender.join()


def test_a_site_without_a_valid_certificate_or_without_a_server_is_dead(site: str) -> None:
    """A browser would warn of the first one."""
    assert not answers(f"{site}/200?a=b")
    assert not answers(f"https://127.0.0.1:{free_port()}/")
