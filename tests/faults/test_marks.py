"""Places, addresses of callers, and addresses that are hidden: what is written and told."""

import hashlib
import http.client
import json
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.web.app import create_app
from tests.faults.outcome import Outcome, Size, fault
from tests.faults.small_site import publish_small_site
from tests.support.canaries import (
    AGENT,
    CRASH,
    CRASHING,
    LOOPBACK,
    MARKED,
    MARKED_IN_DATA,
    PLACE,
    Canary,
    canaries,
    routes_of,
)
from tests.support.servers import ASK_SECONDS, Served, eventually, serving
from tests.support.static_hosts import Host, front

NEEDS = ("pages", "static_site")

CANARY_SERVER = ("tests.faults.canary_server", "serve", "--port", "{port}")
# What ends a server's patience or breaks a rule of HTTP, with marks in each part.
MALFORMED = (
    f"GET /v1/nearest?postcode={CRASH} HTTP/9.9\r\nHost: x\r\n\r\n",
    f"GET /v1/nearest?postcode={CRASH}\r\n\r\n",
    f"GET /v1/nearest?postcode={CRASH}&x={'a' * 9000} HTTP/1.1\r\nHost: x\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: {PLACE}\r\nX-Long: {PLACE * 900}\r\n\r\n",
    f"GET / HTTP/1.1\r\n{PLACE} no colon\r\n\r\n",
    f"GET /{PLACE} HTTP/1.1\r\nHost: {PLACE} {AGENT}\r\n\r\n",
    f"POST /v1/nearest HTTP/1.1\r\nHost: x\r\nContent-Length: {PLACE}\r\n\r\n",
    f"POST /v1/nearest HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{PLACE}",
    f"POST /v1/nearest HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{PLACE}\r\n",
    f"\x16\x03\x01{PLACE}",
)
DATA = ("directory.db", "directory.db.last-good.json")


@fault(
    "marked places and IP addresses in requests to every route, and in crashes: direct, through "
    "nginx, and while the server is away",
    "no mark in standard error, metrics, nginx's files, the database or its snapshot",
)
def test_marked_places_and_callers_are_written_nowhere(outcome: Outcome, size: Size) -> None:
    """Marked requests straight to a server, through nginx, and through nginx without the server."""
    settings = [{"rate_limit": ""}, {"rate_limit": "5/hour"}][: size.of(1, 2)]
    for setting in settings:
        with TemporaryDirectory() as name:
            _marks_everywhere(outcome, Path(name), setting)


def _marks_everywhere(outcome: Outcome, folder: Path, setting: Mapping[str, str]) -> None:
    (folder / "nginx").mkdir()
    with (
        serving(CANARY_SERVER, folder, ("/readyz", 200), trusted_proxies="1", **setting) as served,
        front(publish_small_site(folder / "site"), folder / "nginx", served.port) as host,
    ):
        routes = _routes(folder)
        eventually(ASK_SECONDS, (folder / DATA[1]).exists)
        before = _data(folder)
        for port in (served.port, _port(host)):
            outcome.tries += _send_all(port, routes)
        outcome.tries += 1
        _hold_a_body(outcome, host)
        metrics = served.ask("/metrics").body.decode()
        outcome.expect(not MARKED.search(metrics), "leaked", "a mark in the metrics")
        assert _crashed(served) == CRASHING or setting["rate_limit"], "not all routes crashed"
        served.stop()
        outcome.tries += _send_all(_port(host), routes)
        with closing(host.connected_again()) as away:
            assert away.ask("/").status == 503
        outcome.expect(_data(folder) == before, "leaked", "the database or its snapshot changed")
        _look_through(outcome, folder)


def _routes(folder: Path) -> list[str]:
    settings = Settings(database_url=f"sqlite:///{folder / DATA[0]}")
    return routes_of(create_app(open_directory(settings)))


def _port(host: Host) -> int:
    return int(host.origin.rpartition(":")[2])


def _data(folder: Path) -> list[str]:
    """The digests of the files with the records; reads write nothing."""
    return [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in DATA]


def _crashed(served: Served) -> set[str]:
    lines = (json.loads(line) for line in served.logged().splitlines() if line.startswith("{"))
    return {line["route"] for line in lines if line["event"] == "crash"}


def _send_all(port: int, routes: list[str]) -> int:
    """Send every canary and all malformed requests; returns their number."""
    sent = 0
    with closing(_connection(port)) as connection:
        for canary in canaries(routes):
            _send(connection, canary)
            sent += 1
    for text in MALFORMED:
        _send_malformed(port, text.encode("latin-1"))
    return sent + len(MALFORMED)


def _connection(port: int) -> http.client.HTTPConnection:
    """A connection from an address that no other program uses."""
    return http.client.HTTPConnection(
        "127.0.0.1", port, timeout=ASK_SECONDS, source_address=(LOOPBACK, 0)
    )


def _send(connection: http.client.HTTPConnection, canary: Canary) -> None:
    try:
        connection.request(canary.method, canary.target, canary.body, dict(canary.headers))
        connection.getresponse().read()
    except (http.client.HTTPException, ConnectionError):
        connection.close()  # the server has closed it; the next request opens another


def _send_malformed(port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), 0.2, (LOOPBACK, 0)) as connection:
        try:
            connection.sendall(sent)
            connection.recv(65536)
        except (TimeoutError, ConnectionError):
            pass  # some of them are answered only after a longer wait


def _hold_a_body(outcome: Outcome, host: Host) -> None:
    """The longest body with places, of which the last byte is held back: nginx has it meanwhile."""
    body = json.dumps({"places": [{"postcode": PLACE}], "x": "x" * 65_000}).encode()[:65_536]
    head = f"POST /v1/nearest/batch HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    address = ("127.0.0.1", _port(host))
    with socket.create_connection(address, ASK_SECONDS, (LOOPBACK, 0)) as connection:
        connection.sendall(head.encode() + body[:-1])
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            written = [path for path in _files(host.folder / "client_body") if path.is_file()]
            if written:
                outcome.breach("leaked", "a body in a file of nginx")
                break
            time.sleep(0.05)
        connection.sendall(body[-1:])
        connection.recv(65536)


def _look_through(outcome: Outcome, folder: Path) -> None:
    """Look for marks in every file that the server and nginx have written."""
    for path in _files(folder):
        if folder / "site" in path.parents or path.name in ("pid", "nginx.conf"):
            continue
        pattern = MARKED_IN_DATA if path.name.startswith(DATA[0]) else MARKED
        for mark in set(pattern.findall(path.read_bytes().decode("latin-1"))):
            what = "an address" if mark == LOOPBACK else "a mark"
            outcome.breach("leaked", f"{what} in {path.relative_to(folder)}")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
