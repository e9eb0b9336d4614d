"""Canaries: marked places and addresses in every route; no log line or metric may contain them."""

import json
import re
from dataclasses import replace
from itertools import islice

import pytest
from flask import Flask

from directory_api.bootstrap import Directory
from directory_api.web.app import create_app
from directory_api.web.middleware.request_log import METHODS
from tests.support.amount import EVERY_CASE
from tests.support.api_client import OPENAPI_FILES, ApiClient
from tests.support.canaries import (
    ADDRESS,
    CRASHING,
    MARKED,
    POSTCODE,
    CanarySnapshot,
    canaries,
    routes_of,
)
from tests.support.crashing import with_bug


def _observed(directory: Directory, rate_limit: str = "") -> Flask:
    """An app that crashes now and then."""
    settings = replace(directory.settings, rate_limit=rate_limit, trusted_proxies=1)
    return create_app(replace(with_bug(directory, CanarySnapshot), settings=settings))


def _send_canaries(app: Flask, step: int = 1) -> int:
    """Send all canaries, or one of `step`; returns the number of requests."""
    client = app.test_client()
    sent = 0
    for canary in islice(canaries(routes_of(app)), 0, None, step):
        client.open(
            canary.target,
            method=canary.method,
            data=canary.body,
            headers=dict(canary.headers),
            environ_base={"REMOTE_ADDR": ADDRESS},
        )
        sent += 1
    return sent


@pytest.mark.needs("operations")
def test_no_canary_is_in_a_log_line_or_a_metric(
    directory: Directory, capfd: pytest.CaptureFixture[str]
) -> None:
    """No place, address, header or method is logged or counted, also in crashes and refusals."""
    sent, metrics = 0, ""
    # Nearly all requests over the limit are refused alike; CI tries each.
    for rate_limit, step in (("", 1), ("5/hour", 1 if EVERY_CASE else 7)):
        app = _observed(directory, rate_limit)
        sent += _send_canaries(app, step)
        metrics += app.test_client().get("/metrics").text
    out, err = capfd.readouterr()
    lines = [json.loads(line) for line in err.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert out == ""
    assert len(requests) == sent + 2  # and the two for /metrics
    assert {200, 400, 404, 405, 429, 500} <= {line["status"] for line in requests}
    assert {line["route"] for line in lines if line["event"] == "crash"} == CRASHING
    assert MARKED.findall(err) == []
    assert MARKED.findall(metrics) == []


def test_the_canaries_would_be_seen(api: ApiClient) -> None:
    """The marks are found where they are allowed, in an answer to their sender, and nowhere by
    chance.
    """
    answer = api.get(f"/v1/postcodes/BE/{POSTCODE}").text
    assert {"Bellem", POSTCODE} <= set(MARKED.findall(answer))
    assert [path for path in OPENAPI_FILES if MARKED.search(path.read_text(encoding="utf-8"))] == []


def test_a_log_line_is_one_json_object_a_request(
    directory: Directory, capfd: pytest.CaptureFixture[str]
) -> None:
    """One line with time, event, method, route template, status and milliseconds, and
    nothing else.
    """
    api = ApiClient(_observed(directory))
    for path in ("/v1/postcodes/BE/9881", "/v1/nearest?postcode=9881", "/nowhere/9881"):
        api.get(path)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("/v1/postcodes/<country>/<code>", 200),
        ("/v1/nearest", 200),
        ("unmatched", 404),
    ]
    for line in lines:
        assert set(line) == {"event", "method", "route", "status", "ms", "at"}
        assert (line["event"], line["method"]) == ("request", "GET")
        assert 0 < line["ms"] < 5000


def _requests_counted(api: ApiClient) -> set[tuple[str, str, str]]:
    """Return the method, the route and the rest of each line with requests in /metrics."""
    pattern = r'requests_total\{method="(.*?)",route="((?:[^"\\]|\\.)*)"(.*)'
    return {
        (method, route.replace('\\"', '"'), rest)
        for method, route, rest in re.findall(pattern, api.get("/metrics").text)
    }


@pytest.mark.needs("operations")
def test_metrics_have_few_series_whatever_is_asked(directory: Directory) -> None:
    """Routes are counted by template and unknown methods as one, so that no caller can fill the
    memory.
    """
    app = create_app(directory)
    api = ApiClient(app)
    # The applications of this process count together.
    before = _requests_counted(api)
    for number in range(30):
        api.get(f"/v1/centres/{number}")
        api.get(f"/{number}")
        api.open(f"VERB{number}", "/v1/")
    changed = _requests_counted(api) - before
    labels = {(method, route) for method, route, _ in changed}
    assert {("GET", "/v1/centres/<id>"), ("GET", "unmatched"), ("other", "unmatched")} <= labels
    assert {method for method, _ in labels} <= {*METHODS, "other"}
    rules = {rule.rule for part in app.every_part() for rule in part.url_map.iter_rules()}
    assert {route for _, route in labels} <= {*rules, "unmatched"}
