"""The counts of requests: complete, in the words of Prometheus."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from directory_api.web.middleware.request_log import series_of
from directory_api.web.wsgi.metrics import REGISTRY


def _samples() -> dict[tuple[str, str, str], float]:
    """The value of each sample, by its name, route, and status or bucket."""
    families = text_string_to_metric_families(generate_latest(REGISTRY).decode())
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
    series = series_of("GET", "/many", 200)

    def answer(number: int) -> None:
        for _ in range(1_000):
            series.count(0.25)
        if number % 2:
            _samples()

    with ThreadPoolExecutor(8) as threads:
        [*threads.map(answer, range(8))]
    samples = _samples()
    assert samples["directory_requests_total", "/many", "200"] == 8_000
    assert samples["directory_request_seconds_count", "/many", ""] == 8_000
    assert samples["directory_request_seconds_sum", "/many", ""] == 2_000


def test_a_histogram_has_all_methods_and_statuses_of_a_route() -> None:
    """A bucket counts what took at most as long as its name says."""
    for method, status, seconds in (
        ("GET", 200, 0.0005),
        ("GET", 404, 0.0006),
        ("POST", 200, 0.4),
        ("POST", 200, 60.0),
    ):
        series_of(method, "/some", status).count(seconds)
    samples = _samples()
    name = "directory_request_seconds_bucket"
    buckets = {
        le: n for (each, route, le), n in samples.items() if (each, route) == (name, "/some")
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
    assert samples["directory_requests_total", "/some", "404"] == 1


def test_a_line_is_json_whatever_the_route() -> None:
    """With milliseconds, and the time in UTC."""
    members = json.loads(series_of("GET", '/v1/"<id>', 200).line(0.001_234_5))
    at = members.pop("at")
    assert members == {
        "event": "request",
        "method": "GET",
        "route": '/v1/"<id>',
        "status": 200,
        "ms": 1.234,
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", at)
