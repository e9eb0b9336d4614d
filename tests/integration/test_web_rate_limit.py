"""The rate limit: who is counted, what is said, what is kept."""

import inspect
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import TooManyRequests
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import EnvironBuilder

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.web.app import create_app
from directory_api.web.middleware.rate_limit import (
    MOST_AT_ONCE,
    THREADS,
    IgnoredProxyMiddleware,
    RateLimiter,
    RateLimitMiddleware,
)
from directory_api.web.wsgi.metrics import IGNORED_PROXIES
from tests.support.api_client import ApiClient, error_renderer, problem

NEEDS = ("device",)

PATH = "/v1/nearest?postcode=1000"


def _app(database: Path, rate: str, **settings: Any) -> Flask:
    directory = open_directory(
        Settings(database_url=f"sqlite:///{database}", rate_limit=rate, **settings)
    )
    directory.prepare()
    return create_app(directory)


def _status(
    api: ApiClient, address: str = "203.0.113.7", forwarded: str | None = None, path: str = PATH
) -> int:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return api.get(path, environ_base={"REMOTE_ADDR": address}, headers=headers).status_code


def test_one_too_many_is_told_when_to_come_back(loaded_database: Path) -> None:
    """The request over the limit is a 429 problem with Retry-After, RateLimit, RateLimit-Policy and
    CORS.
    """
    api = ApiClient(_app(loaded_database, "3/hour"))
    assert [_status(api) for _ in range(3)] == [200, 200, 200]
    response = api.get(PATH, environ_base={"REMOTE_ADDR": "203.0.113.7"})
    problem(response, 429, "too-many-requests")
    assert 1 <= int(response.headers["Retry-After"]) <= 3600
    assert response.headers["RateLimit-Policy"] == '"default";q=3;w=3600'
    assert response.headers["RateLimit"] == f'"default";r=0;t={response.headers["Retry-After"]}'
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Length"] == str(len(response.data))


def test_each_place_of_a_batch_counts(loaded_database: Path) -> None:
    """A batch does not avoid the limit: each place is a request, and all are answered or none."""
    api = ApiClient(_app(loaded_database, "5/hour"))

    def batch(places: int) -> Any:
        return api.post("/v1/nearest/batch", json={"places": [{"postcode": "1000"}] * places})

    first = batch(4)
    assert (first.status_code, len(first.get_json()["answers"])) == (200, 4)
    assert first.headers["RateLimit"].startswith('"default";r=1;')
    refused = batch(2)
    problem(refused, 429, "too-many-requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["RateLimit"].startswith('"default";r=0;')


def test_a_preflight_is_never_refused(loaded_database: Path) -> None:
    """A script can read a refusal and its helplines only if its preflight was answered."""
    app = _app(loaded_database, "1/hour")
    api = ApiClient(app)
    assert [_status(api), _status(api)] == [200, 429]
    partner = {"Origin": "https://partner.example"}
    preflight = app.test_client().options(
        "/v1/nearest", headers=partner, environ_base={"REMOTE_ADDR": "203.0.113.7"}
    )
    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Origin"]) == (200, "*")


@pytest.mark.parametrize("path", [PATH, "/v1/", "/v1/centres/nobody", "/nowhere"])
def test_every_answer_says_how_much_is_left(loaded_database: Path, path: str) -> None:
    """An admitted answer, good or bad, counts down in RateLimit and has no Retry-After."""
    api = ApiClient(_app(loaded_database, "600/minute"))
    left = []
    for _ in range(3):
        headers = api.get(path).headers
        found = re.fullmatch(r'"default";r=(\d+);t=(\d+)', headers["RateLimit"])
        assert found
        assert 1 <= int(found[2]) <= 60
        assert "Retry-After" not in headers
        left.append(int(found[1]))
    assert left == [599, 598, 597]


def test_without_a_limit_nothing_is_said(api: ApiClient) -> None:
    """An empty DIRECTORY_RATE_LIMIT counts no requests and announces nothing."""
    assert "RateLimit" not in api.get(PATH).headers


def test_probes_and_what_a_finder_loads_do_not_spend_the_limit(loaded_database: Path) -> None:
    """They are answered over the limit, and not counted: a script behind a shared address cannot
    take the helplines from everyone there.
    """
    api = ApiClient(_app(loaded_database, "2/hour"))
    files = ("/static/exit.js", "/static/finder.css", "/embed/nearest-centre.js")
    for path in ("/livez", "/readyz", "/metrics", *files, "/v1/helplines", "/v1/bundle/BE"):
        assert [_status(api, path=path) for _ in range(3)] == [200, 200, 200]
    assert [_status(api) for _ in range(3)] == [200, 200, 429]
    for path in ("/livez", "/readyz", "/metrics", "/v1/helplines", "/v1/bundle/BE"):
        assert _status(api, path=path) == 200


def test_a_caller_cannot_load_without_end(loaded_database: Path) -> None:
    """Ten times as often as the limit, and not at the cost of others, of searches or of probes."""
    api = ApiClient(_app(loaded_database, "1/hour"))
    assert [_status(api, path="/v1/helplines") for _ in range(11)] == [200] * 10 + [429]
    refused = api.get("/v1/bundle/BE", environ_base={"REMOTE_ADDR": "203.0.113.7"})
    problem(refused, 429, "too-many-requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert _status(api) == _status(api, path="/readyz") == 200
    assert _status(api, address="203.0.113.8", path="/v1/bundle/BE") == 200


# The trusted proxies, then requests: the address of the connection, X-Forwarded-For, and the status
# with one request an hour.
CALLERS: dict[str, tuple[int, list[tuple[str, str | None, int]]]] = {
    "another address has a limit of its own": (
        0,
        [("203.0.113.7", None, 200), ("203.0.113.7", None, 429), ("203.0.113.8", None, 200)],
    ),
    "a header that anybody can write counts for nothing": (
        0,
        [("203.0.113.7", "198.51.100.1", 200), ("203.0.113.7", "198.51.100.2", 429)],
    ),
    "a proxy names the caller by the last address": (
        1,
        [
            ("10.0.0.1", "198.51.100.1", 200),
            ("10.0.0.1", "198.51.100.2", 200),
            ("10.0.0.1", "198.51.100.99, 198.51.100.1", 429),
            ("10.0.0.2", "198.51.100.77,198.51.100.2", 429),
        ],
    ),
    "two proxies name the caller by the last but one": (
        2,
        [
            ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.9.9.9", 200),
            ("10.0.0.1", "198.51.100.1, 10.8.8.8", 429),
        ],
    ),
    "fewer addresses than proxies are ignored": (
        2,
        [("10.0.0.3", "198.51.100.5", 200), ("10.0.0.3", "198.51.100.6", 429)],
    ),
    "who comes round the proxy is counted by the connection": (
        1,
        [("203.0.113.7", None, 200), ("203.0.113.7", None, 429), ("203.0.113.8", None, 200)],
    ),
    "a Unix socket names no address, and is one caller": (0, [("", None, 200), ("", None, 429)]),
    "an IPv6 network of 64 bits is one caller": (
        0,
        [
            ("2001:db8:1:2::1", None, 200),
            ("2001:0db8:0001:0002:ffff::9", None, 429),
            ("2001:db8:1:3::1", None, 200),
        ],
    ),
    "callers of IPv4 over IPv6 are told apart": (
        0,
        [
            ("::ffff:192.0.2.1", None, 200),
            ("::ffff:192.0.2.2", None, 200),
            ("::ffff:192.0.2.1", None, 429),
            ("192.0.2.1", None, 429),
        ],
    ),
    "a port and brackets make no other caller": (
        1,
        [
            ("10.0.0.1", "192.0.2.1:4711", 200),
            ("10.0.0.1", "192.0.2.1:4712", 429),
            ("10.0.0.1", "::ffff:192.0.2.1", 429),
            ("10.0.0.1", "[2001:db8::1]:1", 200),
            ("10.0.0.1", "[2001:db8::2]:2", 429),
            ("10.0.0.1", "2001:db8::ffff", 429),
        ],
    ),
}


@pytest.mark.parametrize("name", CALLERS)
def test_a_caller_is_one_however_written_and_no_other(directory: Directory, name: str) -> None:
    proxies, requests = CALLERS[name]
    api, _ = _limiter(directory, rate="1/hour", proxies=proxies)
    for number, (address, forwarded, status) in enumerate(requests):
        assert _status(api, address, forwarded) == status, number


@pytest.mark.parametrize("proxies", [0, 1])
def test_the_setting_says_how_many_proxies_are_trusted(loaded_database: Path, proxies: int) -> None:
    api = ApiClient(_app(loaded_database, "1/hour", trusted_proxies=proxies))
    statuses = [_status(api, forwarded=f"198.51.100.{number}") for number in (1, 2)]
    assert statuses == [200, 200 if proxies else 429]


class Clock:
    """Stands where time.monotonic does."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The seconds."""
        return self.now


def _limiter(
    directory: Directory, clock: Clock | None = None, *, rate: str = "5/hour", proxies: int = 1
) -> tuple[ApiClient, RateLimiter]:
    app = create_app(directory)
    limiter = RateLimiter(rate, clock or Clock())
    limited = RateLimitMiddleware(app.wsgi_app, error_renderer(app).refuse, limiter)
    app.wsgi_app = ProxyFix(limited, x_for=proxies)  # type: ignore[method-assign]  # Flask's documented way to add a layer
    return ApiClient(app), limiter


class Nested:
    """An application that asks itself again, in the same thread, while it answers; so each request
    is in work while the next one comes.
    """

    def __init__(self, rate: str) -> None:
        self._through = RateLimitMiddleware(self._answer, self._refuse, RateLimiter(rate))
        self._deeper = 0
        # The most that were in work at the same time, and the wait of who was refused.
        self.in_work, self.waits = 0, list[int | None]()

    def ask(self, address: str, nested: int) -> None:
        """Ask, and while that is answered ask so many times more, each within the one before."""
        self._deeper = nested
        environ = EnvironBuilder("/", environ_base={"REMOTE_ADDR": address}).get_environ()
        self._through(environ, lambda *_: lambda _: None)

    def _answer(self, environ: Any, _start: Any) -> list[bytes]:
        depth = sum(frame.function == "_answer" for frame in inspect.stack())
        self.in_work = max(self.in_work, depth)
        if self._deeper:
            self.ask(environ["REMOTE_ADDR"], self._deeper - 1)
        return []

    def _refuse(self, error: Any, environ: Any, start_response: Any) -> list[bytes]:
        self.waits.append(error.retry_after)
        return []


def test_one_caller_leaves_threads_for_others() -> None:
    """Who has spent a tenth of the limit has only so many requests in work in a process; one that
    is answered makes place for the next.
    """
    nested = Nested("200/hour")
    nested.ask("203.0.113.7", 9)
    assert (nested.in_work, nested.waits) == (10, [])
    for _ in range(10):
        nested.ask("203.0.113.7", 0)
    nested.in_work = 0
    for number in (1, 2):
        nested.ask("203.0.113.7", 9)
        assert (nested.in_work, nested.waits) == (MOST_AT_ONCE, [1] * number)
    nested.in_work = 0
    nested.ask("203.0.113.8", 9)
    assert nested.in_work == 10
    assert MOST_AT_ONCE < THREADS


def _texts(thing: object, seen: set[int]) -> Iterator[str]:
    """Every text that can be reached from a thing."""
    if id(thing) in seen or isinstance(thing, type):
        return
    seen.add(id(thing))
    if isinstance(thing, str | bytes | int | float):
        yield str(thing)
    elif isinstance(thing, dict):
        for pair in thing.items():
            yield from (text for part in pair for text in _texts(part, seen))
    elif isinstance(thing, list | tuple | set | frozenset):
        yield from (text for part in thing for text in _texts(part, seen))
    elif hasattr(thing, "__dict__"):
        yield from _texts(vars(thing), seen)


def test_no_address_is_kept(directory: Directory) -> None:
    """The limiter keeps hashes of the callers, with a key of the process."""
    api, limiter = _limiter(directory)
    for address in ("203.0.113.77", "2001:db8:77::77"):
        _status(api, address)
    _status(api, "198.51.100.77", forwarded="192.0.2.77")
    assert len(limiter._spent) == 3
    # Any three numbers of an address; a moment in seconds has two.
    kept = _texts(vars(limiter), set())
    assert not [text for text in kept if re.search(r"\d+\.\d+\.\d+|2001:db8", text)]


def test_a_window_is_the_same_for_all_callers(directory: Directory) -> None:
    """When it is over, everybody has a whole limit again, and nothing is kept of it."""
    clock = Clock()
    api, limiter = _limiter(directory, clock)
    assert [_status(api, f"203.0.113.{number}") for number in range(9)] == [200] * 9
    clock.now = 3_599.6
    assert [_status(api) for _ in range(5)] == [200] * 4 + [429]
    assert len(limiter._spent) == 9
    clock.now = 3_600.0
    response = api.get(PATH, environ_base={"REMOTE_ADDR": "203.0.113.7"})
    assert (response.status_code, response.headers["RateLimit"]) == (200, '"default";r=4;t=3600')
    assert len(limiter._spent) == 1
    assert not limiter._at_work


def test_no_request_of_many_threads_is_counted_twice_or_left_out() -> None:
    """Of 600 admitted requests, each thread gets those that it counted."""
    limiter = RateLimiter("600/minute", Clock())

    def send(_: int) -> list[bool]:
        waits: list[int] = []
        for _ in range(100):
            waits.append(limiter.begin(7))
            if not waits[-1]:
                limiter.end(7)
        return [wait != 60 for wait in waits]

    with ThreadPoolExecutor(8) as threads:
        admitted = sum(sum(each) for each in threads.map(send, range(8)))
    assert admitted == 600


def test_who_is_charged_too_much_is_told_when_to_come_back() -> None:
    """The seconds to wait are those of the window."""
    limiter = RateLimiter("2/minute", Clock())
    environ = {"REMOTE_ADDR": "203.0.113.77"}
    limiter.charge(environ, 2)
    with pytest.raises(TooManyRequests) as refused:
        limiter.charge(environ, 1)
    assert refused.value.retry_after == 60
    limiter.charge({"REMOTE_ADDR": "203.0.113.78"}, 1)


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("127.0.0.1", "203.0.113.7", True),
        ("10.0.0.8", "203.0.113.7", True),
        # Anybody can write the header.
        ("93.184.215.14", "203.0.113.7", False),
        ("127.0.0.1", None, False),
        ("", "203.0.113.7", False),
    ],
)
def test_a_proxy_that_is_not_listened_to_is_counted(
    peer: str, forwarded: str | None, counted: bool
) -> None:
    """One on this machine or its network, without its address: then all callers are one."""

    def number() -> float:
        (metric,) = IGNORED_PROXIES.collect()
        return metric.samples[0].value

    before = number()
    named = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    app = IgnoredProxyMiddleware(lambda *_: [])
    app({"REMOTE_ADDR": peer, **named}, lambda *_: lambda _: None)
    assert number() - before == counted
