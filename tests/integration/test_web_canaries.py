"""Canaries: marked places and addresses in every route; no log line or metric may contain them."""

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from directory_api.bootstrap import Directory
from directory_api.config import shipped
from directory_api.domain.query import Coordinate, NearestAnswer, NearestQuery, Postcode
from directory_api.features import create_app
from directory_api.search.snapshot import Snapshot
from directory_api.services.finder import Finder
from tests.support.api_client import OPENAPI_YAML, ApiClient

# A real code, an unknown one, a point, a place, an id, and callers; no other number or word of ours
# looks like them.
POSTCODE, UNKNOWN, CRASH, LAT, LON, CRASH_LAT = (
    "9881",
    "9379",
    "9688",
    "50.918273",
    "4.647382",
    "50.13579",
)
PLACE, METHOD = "Canarydorp", "CANARYVERB"
ADDRESS, FORWARDED, AGENT = "203.0.113.199", "198.51.100.188", "CanaryAgent"
MARKS = [
    POSTCODE,
    UNKNOWN,
    CRASH,
    LAT,
    LON,
    CRASH_LAT,
    PLACE,
    METHOD,
    ADDRESS,
    FORWARDED,
    AGENT,
    "Bellem",
    "918273",
]
# A mark within a longer number, such as a time of day, is not a mark.
MARKED = re.compile(
    "|".join(rf"(?<![0-9]){re.escape(mark)}(?![0-9])" for mark in MARKS), re.IGNORECASE
)
PLACES: list[dict[str, Any]] = [
    {"postcode": POSTCODE},
    {"postcode": UNKNOWN},
    {"postcode": PLACE},
    {"postcode": POSTCODE, "limit": 3},
    {"lat": LAT, "lon": LON},
    {"lat": LAT, "lon": LON, "limit": 3},
    {"lat": LAT, "lon": f"{LON}x"},
    {"lat": LAT},
    {"postcode": POSTCODE, "lat": LAT},
    {"postcode": POSTCODE, "country": PLACE},
    {"postcode": POSTCODE, PLACE: LAT},
    {"postcode": POSTCODE, LAT: PLACE},
    {"lat": CRASH_LAT, "lon": LON},
    {"lat": CRASH_LAT, "lon": LON, "limit": 1},
]


class CanaryFinder(Finder):
    """A finder that crashes at one latitude and one postcode, with the place in the error's
    text.
    """

    def nearest(self, query: NearestQuery, snapshot: Snapshot | None = None) -> NearestAnswer:
        """Crash at one latitude and one postcode."""
        if isinstance(query.place, Postcode) and query.place.text == CRASH:
            raise RuntimeError(f"{query.place.text} {PLACE}")
        if isinstance(query.place, Coordinate) and str(query.place.lat) == CRASH_LAT:
            raise RuntimeError(f"{query.place.lat} {query.place.lon} {PLACE}")
        return super().nearest(query, snapshot)


def _observed(directory: Directory, rate_limit: str = "") -> Flask:
    """An app over a finder that crashes now and then."""
    finder = CanaryFinder(directory.live, "BE", shipped("data") / "centres.json", 180)
    settings = replace(directory.settings, rate_limit=rate_limit, trusted_proxies=1)
    return create_app(replace(directory, finder=finder, settings=settings))


def _templates(app: Flask) -> list[str]:
    return sorted({rule.rule for rule in app.url_map.iter_rules()})


def _send_canaries(app: Flask) -> int:
    """Send marks in path, query, body, headers and method of every route; returns the number of
    requests.
    """
    client = app.test_client()
    sent = 0

    def send(method: str, path: str, **options: Any) -> None:
        nonlocal sent
        headers = {
            "X-Forwarded-For": FORWARDED,
            "User-Agent": AGENT,
            "Referer": f"https://{PLACE}.example/{POSTCODE}",
        }
        headers |= {
            "X-Request-Id": POSTCODE,
            "Cookie": f"place={PLACE}",
            **options.pop("headers", {}),
        }
        client.open(
            path, method=method, headers=headers, environ_base={"REMOTE_ADDR": ADDRESS}, **options
        )
        sent += 1

    for template in _templates(app):
        for mark in (
            POSTCODE,
            UNKNOWN,
            PLACE,
            f"{LAT},{LON}",
            quote("\x1b[31m" + PLACE),
            "%ED%A0%80" + PLACE,
        ):
            path = re.sub("<[^>]*>", mark, template)
            for method in ("GET", "POST", METHOD):
                send(method, f"{path}?postcode={mark}&{PLACE}={POSTCODE}", json={"postcode": mark})
        send("HEAD", f"{template}?q={PLACE}")
        send("OPTIONS", f"{template}?q={PLACE}", headers={"Origin": f"https://{PLACE}.example"})
    for place in PLACES:
        send("GET", "/v1/nearest", query_string=place)
        send("POST", "/v1/nearest", json=place)
        send("POST", "/v1/nearest/batch", json={"origins": [place]})
    for base in ("/", "/embed"):
        for typed in (POSTCODE, UNKNOWN, PLACE, CRASH, ""):
            send("POST", base, data={"postcode": typed, "country": "BE", "lang": PLACE})
        send("POST", base, data={"postcode": POSTCODE, "service": PLACE, PLACE: POSTCODE})
        send("POST", base, data={"postcode": PLACE * 900})
        send("GET", f"{base}?postcode={POSTCODE}&lang={PLACE}&service={PLACE}")
        for path in ("/print", "/contact"):
            send(
                "POST",
                f"{base.rstrip('/')}{path}",
                data={"centre": PLACE, "contact": PLACE, "postcode": POSTCODE},
            )
    send(
        "GET", f"/oembed?url=https://{PLACE}.example/{POSTCODE}&format={PLACE}&maxwidth={POSTCODE}"
    )
    send("GET", f"/partners?lang={PLACE}")
    send("GET", f"/v1/postcodes?prefix={PLACE}")
    send("GET", f"/v1/postcodes?prefix={POSTCODE}")
    send("GET", f"/v1/centres?q={PLACE}&cursor={PLACE}")
    send("GET", f"/hsds/service_at_locations?postcode={POSTCODE}&proximity=5000&search={PLACE}")
    send("GET", f"/hsds/service_at_locations?postcode={UNKNOWN}&proximity={PLACE}&page={POSTCODE}")
    send("GET", f"/{PLACE}/{POSTCODE}")
    for body in (
        f'{{"postcode": "{POSTCODE}"',
        f'"{PLACE}"',
        f'{{"{PLACE}": {LAT}}}',
        PLACE * 9000,
    ):
        send("POST", "/v1/nearest", data=body, content_type="application/json")
    send("POST", "/v1/nearest", data=f"postcode={POSTCODE}", content_type=f"text/{PLACE}")
    send("GET", "/v1/centres", headers={"If-None-Match": f'"{PLACE}"'})
    return sent


def test_no_canary_is_in_a_log_line_or_a_metric(
    directory: Directory, capfd: pytest.CaptureFixture[str]
) -> None:
    """No place, address, header or method is logged or counted, also in crashes and refusals."""
    sent, metrics = 0, ""
    for rate_limit in ("", "5/hour"):
        app = _observed(directory, rate_limit)
        sent += _send_canaries(app)
        metrics += app.test_client().get("/metrics").text
    out, err = capfd.readouterr()
    lines = [json.loads(line) for line in err.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert out == ""
    assert len(requests) == sent + 2  # and the two for /metrics
    assert {200, 400, 404, 405, 429, 500} <= {line["status"] for line in requests}
    assert {line["route"] for line in lines if line["event"] == "crash"} == {
        *("/", "/embed", "/v1/nearest", "/v1/nearest/batch")
    }
    assert MARKED.findall(err) == []
    assert MARKED.findall(metrics) == []


def test_the_canaries_would_be_seen(api: ApiClient) -> None:
    """The marks are found where they are allowed, in an answer to their sender, and nowhere by
    chance.
    """
    answer = api.get(f"/v1/postcodes/BE/{POSTCODE}").text
    assert {"Bellem", POSTCODE} <= set(MARKED.findall(answer))
    assert MARKED.findall(OPENAPI_YAML.read_text(encoding="utf-8")) == []


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


def test_metrics_have_few_series_whatever_is_asked(directory: Directory) -> None:
    """Routes are counted by template and unknown methods as one, so that no caller can fill the
    memory.
    """
    api = ApiClient(create_app(directory))
    for number in range(30):
        api.get(f"/v1/centres/{number}")
        api.get(f"/{number}")
        api.open(f"VERB{number}", "/v1/")
    metrics = api.get("/metrics").text
    assert set(re.findall(r'requests_total\{.*?route="(.*?)"', metrics)) == {
        "/v1/centres/<id>",
        "unmatched",
    }
    assert 'method="other"' in metrics
