"""The counts of requests: without locks, complete, in the words of Prometheus."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from directory_api.features.operations.metrics.exposition import RequestCollector
from directory_api.shared_counters import SharedCounters
from directory_api.web.middleware.request_log import COUNTERS, Meters
from directory_api.web.wsgi import log
from directory_api.web.wsgi.application import Application


def _samples(meters: Meters) -> dict[tuple[str, str, str], float]:
    """The value of each sample, by its name, route, and status or bucket."""
    registry = CollectorRegistry()
    registry.register(RequestCollector(meters))
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {
        (
            sample.name,
            sample.labels.get("route", ""),
            sample.labels.get("status") or sample.labels.get("le", ""),
        ): sample.value
        for family in families
        for sample in family.samples
    }


def test_answers_of_many_threads_are_all_counted() -> None:
    """Also those that come while others are added up."""
    meters = Meters()
    series = meters.series("GET", "/v1/nearest", 200)

    def answer(number: int) -> None:
        for _ in range(1_000):
            series.count(0.001)
        if number % 2:
            _samples(meters)

    with ThreadPoolExecutor(8) as threads:
        [*threads.map(answer, range(8))]
    samples = _samples(meters)
    assert samples["directory_requests_total", "/v1/nearest", "200"] == 8_000
    assert samples["directory_request_seconds_count", "/v1/nearest", ""] == 8_000
    assert samples["directory_request_seconds_sum", "/v1/nearest", ""] == pytest.approx(8.0)


def test_a_histogram_has_all_methods_and_statuses_of_a_route() -> None:
    """A bucket counts what took at most as long as its name says."""
    meters = Meters()
    for method, status, seconds in (
        ("GET", 200, 0.0005),
        ("GET", 404, 0.0006),
        ("POST", 200, 0.4),
        ("POST", 200, 60.0),
    ):
        meters.series(method, "/v1/nearest", status).count(seconds)
    meters.series("GET", "unmatched", 404).count(0.2)
    samples = _samples(meters)
    name = "directory_request_seconds_bucket"
    buckets = {
        le: n for (each, route, le), n in samples.items() if (each, route) == (name, "/v1/nearest")
    }
    assert buckets == {
        "0.0005": 1,
        "0.001": 2,
        "0.0025": 2,
        "0.005": 2,
        "0.01": 2,
        "0.05": 2,
        "0.1": 2,
        "0.5": 3,
        "1.0": 3,
        "5.0": 3,
        "+Inf": 4,
    }
    assert samples["directory_request_seconds_sum", "unmatched", ""] == 0.2
    assert samples["directory_requests_total", "/v1/nearest", "404"] == 1


def test_a_method_a_route_and_a_status_have_one_series() -> None:
    """Each is found again."""
    meters = Meters()
    assert meters.series("GET", "/", 200) is meters.series("GET", "/", 200)
    assert meters.series("GET", "/", 200) is not meters.series("GET", "/", 304)


def test_each_worker_gives_the_sum_of_all_also_of_those_that_ended() -> None:
    """A worker that is started again goes on in the slot of the one before."""
    shared = SharedCounters(2, COUNTERS)
    first, second = Meters(shared, 0), Meters(shared, 1)
    first.series("GET", "/", 200).count(0.25)
    second.series("GET", "/", 200).count(0.5)
    second.series("GET", "/docs", 200).count(0.5)
    for meters in (first, second):
        meters.fold()
    again = Meters(shared, 0)
    again.series("GET", "/", 200).count(0.25)
    again.fold()
    for meters in (again, second):
        samples = _samples(meters)
        assert samples["directory_requests_total", "/", "200"] == 3
        assert samples["directory_request_seconds_sum", "/", ""] == 1.0
        assert samples["directory_requests_total", "/docs", "200"] == 1


def test_requests_are_counted_also_when_there_is_no_room_for_their_labels() -> None:
    """A route may be too long, and there may be too many of them."""
    meters = Meters()
    meters.series("GET", "/" + "a" * 200, 200).count(0.1)
    for number in range(600):
        meters.series("GET", f"/{number}", 200).count(0.1)
    samples = _samples(meters)
    counted = [count for (name, *_), count in samples.items() if name == "directory_requests_total"]
    assert sum(counted) == 601
    assert samples["directory_requests_total", "other", "other"] == 601 - 511 + 1


def test_there_is_room_for_the_labels_of_every_route(app: Application) -> None:
    """Of the pages for maintainers and of HSDS, too."""
    routes = [rule.rule for part in app.every_part() for rule in part.url_map.iter_rules()]
    assert len(routes) > 50
    assert max(len(f"OPTIONS {route} 200") for route in routes) <= 128


def test_a_line_is_json_whatever_the_route() -> None:
    """With milliseconds, and the time in UTC."""
    line = Meters().series("GET", '/v1/"<id>', 200).line(0.001_234_5)
    members = json.loads(line)
    moment = members.pop("at")
    assert members == {
        "event": "request",
        "method": "GET",
        "route": '/v1/"<id>',
        "status": 200,
        "ms": 1.234,
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment)
    assert line.endswith("}\n")


def test_the_time_of_a_line_is_that_of_its_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made once for lines of the same one."""
    now = 1_767_225_599_999_999_999
    monkeypatch.setattr("time.time_ns", lambda: now)
    first = log.moment()
    assert first == "2025-12-31T23:59:59.999Z"
    assert log.moment() is first
    now += 1
    assert log.moment() == "2026-01-01T00:00:00.000Z"
