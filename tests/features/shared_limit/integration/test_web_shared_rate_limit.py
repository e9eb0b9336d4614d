"""The rate limit of several servers, counted in Valkey: shared, never in the way, no address."""

import json
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from directory_api.bootstrap import Directory
from directory_api.web.app import create_app
from directory_api.web.middleware.kept_counts import DAY_SECONDS
from tests.support.api_client import ApiClient, problem
from tests.support.servers import eventually
from tests.support.valkey import Valkey, serving_valkey

ADDRESS = "203.0.113.77"
KEY = b"directory-api:key-of-callers"
PATH = "/v1/nearest?postcode=9688"
# Longer than the servers wait before they try again.
AGAIN_SECONDS = 30.0


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A server of its own."""
    with serving_valkey(tmp_path) as server:
        yield server


def _server(directory: Directory, valkey: Valkey, rate_limit: str = "3/hour") -> Flask:
    settings = replace(
        directory.settings, rate_limit=rate_limit, of_features={"rate_limit_store": valkey.url}
    )
    return create_app(replace(directory, settings=settings))


def _status(app: Flask, address: str = ADDRESS, **headers: str) -> int:
    client = ApiClient(app)
    return client.get(
        PATH if not headers else "/v1/centres/payoke/history",
        environ_base={"REMOTE_ADDR": address},
        headers=headers,
    ).status_code


def _left(app: Flask) -> str:
    """Return what the header says, without the seconds."""
    response = app.test_client().get(PATH, environ_base={"REMOTE_ADDR": ADDRESS})
    return response.headers["RateLimit"].partition(";t=")[0]


def _shared(app: Flask) -> bool:
    metrics = app.test_client().get("/metrics").text
    (value,) = re.findall(r"^directory_rate_limit_shared (.+)$", metrics, re.MULTILINE)
    return float(value) == 1.0


def test_two_servers_share_a_limit(directory: Directory, valkey: Valkey) -> None:
    """What one has counted is used up at the other; another caller has a limit of their own."""
    first, second = _server(directory, valkey), _server(directory, valkey)
    assert [_status(first), _status(second), _status(first)] == [200, 200, 200]
    refused = ApiClient(second).get(PATH, environ_base={"REMOTE_ADDR": ADDRESS})
    problem(refused, 429, "too-many-requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["RateLimit"] == f'"default";r=0;t={refused.headers["Retry-After"]}'
    assert _status(second, "203.0.113.78") == 200


def test_each_place_of_a_batch_counts_at_every_server(directory: Directory, valkey: Valkey) -> None:
    """A batch is counted in Valkey, too."""
    first, second = _server(directory, valkey, "5/hour"), _server(directory, valkey, "5/hour")
    four = {"origins": [{"postcode": "1000"}] * 4}
    batch = ApiClient(first).post(
        "/v1/nearest/batch", json=four, environ_base={"REMOTE_ADDR": ADDRESS}
    )
    assert (batch.status_code, _left(second)) == (200, '"default";r=0')


def test_refused_tokens_are_counted_apart_from_requests(
    directory: Directory, valkey: Valkey
) -> None:
    """Ten guesses in a minute at two servers together, though the rate is that of requests."""
    servers = [_server(directory, valkey, "10/minute") for _ in range(2)]
    wrong = {"Authorization": "Bearer wrong"}
    statuses = [_status(servers[number % 2], **wrong) for number in range(11)]
    assert statuses == [401] * 10 + [429]
    generous = [_server(directory, valkey, "") for _ in range(2)]
    assert [_status(app, **wrong) for app in generous] == [429, 429]


def test_nothing_but_hashes_counts_and_their_key_is_stored(
    directory: Directory, valkey: Valkey
) -> None:
    """All of it expires: the counts with their window, the key of the hashes within a day."""
    app = _server(directory, valkey, "3/minute")
    for address in (ADDRESS, "2001:db8:77::77"):
        _status(app, address)
        _status(app, address, Authorization="Bearer wrong")
    content = dict(valkey.content())
    key, seconds = content.pop(KEY)
    assert (len(key), 0 < seconds <= DAY_SECONDS) == (32, True)
    counts = re.compile(rb"directory-api:(requests:3|guesses:10)/minute:[0-9a-f]{32}")
    kinds = [match[1] for name in content if (match := counts.fullmatch(name))]
    assert (sorted(kinds), len(content)) == ([b"guesses:10"] * 2 + [b"requests:3"] * 2, 4)
    assert {value for value, _ in content.values()} == {b"1", b"2"}
    assert all(0 < seconds <= 60 for _, seconds in content.values())
    stored = b" ".join([*content, *(value for value, _ in content.values()), key])
    for secret in (ADDRESS, "203.0.113", "2001:db8", "9688", "wrong", "payoke"):
        assert secret.encode() not in stored


def test_without_valkey_requests_are_answered_and_counted_in_memory(
    directory: Directory, valkey: Valkey, capfd: pytest.CaptureFixture[str]
) -> None:
    """Killed: each server counts for itself, and says so; back: they share again. The log names
    no host.
    """
    first, second = _server(directory, valkey), _server(directory, valkey)
    assert [_status(first), _left(second)] == [200, '"default";r=1']
    assert [_shared(first), _shared(second)] == [True, True]
    valkey.kill()
    # The request that notices it still has the name by which Valkey counted.
    assert [_status(first) for _ in range(5)] == [200] * 4 + [429]
    assert (_shared(first), _status(second)) == (False, 200)
    valkey.start()
    eventually(AGAIN_SECONDS, lambda: _shared(first) and _shared(second))
    assert [_left(first), _left(second)] == ['"default";r=2', '"default";r=1']
    err = capfd.readouterr().err
    lines = [json.loads(line) for line in err.splitlines()]
    changes = [line["shared"] for line in lines if line["event"] == "rate_limit"]
    assert sorted(changes) == [False] * 2 + [True] * 4
    assert {frozenset(line) for line in lines if line["event"] == "rate_limit"} == {
        frozenset({"event", "shared", "at"})
    }
    assert str(valkey.port) not in err
    assert "127.0.0.1" not in err


@pytest.mark.nightly
def test_a_valkey_that_hangs_delays_a_request_once(directory: Directory, valkey: Valkey) -> None:
    """A stopped process takes connections and never answers."""
    app = _server(directory, valkey, "600/minute")
    assert _status(app) == 200
    valkey.send(signal.SIGSTOP)
    started = time.monotonic()
    assert _status(app) == 200
    assert time.monotonic() - started < 1.0
    started = time.monotonic()
    assert [_status(app) for _ in range(20)] == [200] * 20
    assert time.monotonic() - started < 20 * 0.1
    assert not _shared(app)


def test_a_server_starts_without_valkey(directory: Directory, tmp_path: Path) -> None:
    """It counts in memory, and shares the counts as soon as it can."""
    valkey = Valkey(tmp_path)
    app = _server(directory, valkey)
    assert (_left(app), _left(app), _shared(app)) == ('"default";r=2', '"default";r=1', False)


def test_a_valkey_that_refuses_is_as_good_as_none(directory: Directory, tmp_path: Path) -> None:
    """For example one that wants a password."""
    with serving_valkey(tmp_path, "--requirepass", "secret") as valkey:
        app = _server(directory, valkey)
        assert (_left(app), _left(app), _shared(app)) == ('"default";r=2', '"default";r=1', False)


def test_another_key_is_in_force_at_all_servers_within_seconds(
    directory: Directory, valkey: Valkey
) -> None:
    """After a day, or when Valkey has lost its content without a failure that a server noticed."""
    first, second = (_server(directory, valkey, "600/hour") for _ in range(2))
    assert [_left(first), _left(second)] == ['"default";r=599', '"default";r=598']
    old, _ = valkey.content()[KEY]
    valkey.forget()

    def share_another_key() -> bool:
        """Whether another key is in force, and the second counts on from the first."""
        left = [int(_left(app).rpartition("=")[2]) for app in (first, second)]
        return valkey.content().get(KEY, (old, 0))[0] != old and left[1] == left[0] - 1

    eventually(AGAIN_SECONDS, share_another_key)
