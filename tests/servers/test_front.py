"""nginx in front of the server, as deploy/nginx.conf says: helplines, limits, and no place."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.support.forking import serving_forked
from tests.support.servers import SERVE, free_port
from tests.support.static_hosts import Host, front

POSTCODE = "9688"


@pytest.fixture(scope="module")
def alone(published_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The front while the server is away."""
    folder = tmp_path_factory.mktemp("alone")
    with front(published_folder, folder, free_port()) as host:
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


def test_nobody_reads_through_nginx_how_much_is_asked(alone: Host) -> None:
    """The counts of /metrics would tell a stranger when help is looked for."""
    reply = alone.ask("/metrics")
    assert (reply.status, reply.json()["status"]) == (403, 403)
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
        written = b"".join(path.read_bytes() for path in tmp_path.rglob("*log*") if path.is_file())
        assert b"127.0.0.1" not in written


@pytest.mark.serial
def test_silent_sockets_do_not_stop_the_service_behind_nginx(tmp_path: Path) -> None:
    """With 1,030 of them, and 30 who hold back half a body, a request is answered at once.

    Nothing is sent from the published folder, which is empty.
    """
    for name in ("nginx", "published"):
        (tmp_path / name).mkdir()
    with (
        serving_forked(SERVE, tmp_path, trusted_proxies="1", rate_limit="") as served,
        front(tmp_path / "published", tmp_path / "nginx", served.port) as host,
        ExitStack() as sockets,
    ):
        address = ("127.0.0.1", int(host.origin.rpartition(":")[2]))
        half = b"POST /v1/nearest HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"
        for number in range(1060):
            connection = socket.create_connection(address, 10.0)
            sockets.enter_context(closing(connection))
            if number >= 1030:
                connection.sendall(half)
        started = time.monotonic()
        reply = host.ask("/v1/nearest?postcode=1000")
        assert (reply.status, len(reply.json()["results"])) == (200, 3)
        assert time.monotonic() - started < 2.0
