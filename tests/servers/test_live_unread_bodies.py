"""A request that is refused before its body was read: its sender gets the answer, and is told
whether the connection goes on.
"""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing, nullcontext, suppress
from pathlib import Path

import pytest

from tests.support.servers import GUNICORN, SERVE, Served, serving

SERVERS = {"granian": SERVE, "gunicorn": GUNICORN}
# Less than what every route takes, and more than a server reads with the header.
BODY = b'{"postcode": "%s"}' % (b"0" * 60_000)
# Requests that are refused by the address, by the token and by the type.
REFUSED = {
    404: ("POST", "/v1/nowhere"),
    401: ("PUT", "/v1/records/centres/surya"),
    415: ("POST", "/v1/nearest"),
}


@pytest.fixture(scope="module", params=SERVERS)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Each server, started once."""
    folder = tmp_path_factory.mktemp(request.param)
    with serving(SERVERS[request.param], folder, rate_limit="") as running:
        yield running


def _sent(connection: socket.socket, method: str, path: str, *, pause: float = 0.0) -> None:
    """Send a request in ten parts. Raises ConnectionError if the server does not take all."""
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
    connection.sendall(f"{head}Content-Length: {len(BODY)}\r\n\r\n".encode())
    part = len(BODY) // 10 + 1
    for start in range(0, len(BODY), part):
        time.sleep(pause)
        connection.sendall(BODY[start : start + part])


def _answer(connection: socket.socket) -> tuple[http.client.HTTPResponse, bytes]:
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response, response.read()


def _check(
    served: Served,
    status: int,
    method: str,
    path: str,
    pause: float = 0.0,
    *,
    may_end: bool = False,
) -> None:
    """Check that the whole request is taken and answered with the helplines, and that the
    connection takes another one unless the answer has said that it ends; `may_end` if it may end
    before the whole request is sent.
    """
    address = ("127.0.0.1", served.port)
    with closing(socket.create_connection(address, timeout=20.0)) as connection:
        with suppress(ConnectionError) if may_end else nullcontext():
            _sent(connection, method, path, pause=pause)
        response, body = _answer(connection)
        assert response.status == status
        assert json.loads(body)["helplines"][0]["number"] == "112"
        if response.headers.get("Connection") != "close":
            connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            assert _answer(connection)[0].status == 200


@pytest.mark.parametrize("pause", [0.0, 0.05])
@pytest.mark.parametrize("status", REFUSED)
def test_a_sender_who_is_refused_gets_the_answer(served: Served, status: int, pause: float) -> None:
    """Also one who sends the body slowly, and reads only when all of it is sent."""
    _check(served, status, *REFUSED[status], pause)


@pytest.mark.parametrize("server", SERVERS)
def test_a_sender_beyond_the_rate_limit_gets_the_answer(tmp_path: Path, server: str) -> None:
    """The rate limit is checked before the body, which is not read: its sender would hold a place
    of others.
    """
    with serving(SERVERS[server], tmp_path, rate_limit="1/hour") as served:
        assert served.ask("/v1/languages").status == 200
        for pause in (0.0, 0.05):
            _check(served, 429, "POST", "/v1/nearest", pause, may_end=True)


def test_a_body_that_was_read_leaves_the_connection_open(served: Served) -> None:
    """An answer to a body is no reason to end a connection."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20.0)
    with closing(connection):
        for _ in range(2):
            connection.request(
                "POST",
                "/v1/nearest",
                b'{"postcode": "1000"}',
                {"Content-Type": "application/json"},
            )
            response = connection.getresponse()
            assert (response.status, response.headers.get("Connection", "keep-alive")) == (
                200,
                "keep-alive",
            )
            response.read()
