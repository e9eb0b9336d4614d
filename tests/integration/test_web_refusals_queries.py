"""Faulty queries: a problem names every fault, without what was sent."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from directory_api.bootstrap import Directory
from directory_api.web.app import create_app
from directory_api.web.middleware.body_limit import MOST_BODIES
from tests.support.api_client import ApiClient, faults, problem
from tests.support.moments import EXAMPLES_AT
from tests.support.refusals import MARK, assert_untold


@dataclass(frozen=True)
class Refused:
    """A query that is refused: where its faults are, and what must not come back."""

    query: str
    places: tuple[str, ...]
    path: str = "/v1/nearest"
    secrets: tuple[str, ...] = (MARK,)


FAULTY_QUERIES = {
    "nothing": Refused("", ("postcode",)),
    "an unknown parameter": Refused(f"postcode=1000&postcod={MARK}", ("postcod",)),
    "an unknown parameter whose name may be a place": Refused(f"postcode=1000&{MARK}=1", ("",)),
    "a doubled parameter": Refused(f"postcode=1000&postcode={MARK}", ("postcode",)),
    "a doubled parameter and another fault": Refused(f"lat=1&lat=2&lon={MARK}", ("lat", "lon")),
    "a parameter doubled beside its own fault": Refused(
        "lat=91&lat=92&lon=1", ("lat", "lat"), secrets=("91", "92")
    ),
    "postcode and point": Refused(
        "postcode=1234&lat=50.87654&lon=4.3", ("postcode",), secrets=("50.87654", "1234")
    ),
    "postcode and half a point": Refused(
        "postcode=1234&lat=50.87654", ("postcode",), secrets=("50.87654", "1234")
    ),
    "lat without lon": Refused("lat=50.87654", ("lon",), secrets=("50.87654",)),
    "lon without lat": Refused("lon=4.98765", ("lat",), secrets=("4.98765",)),
    "lat beyond the pole": Refused("lat=91&lon=4", ("lat",), secrets=("91",)),
    "lon beyond the antimeridian": Refused("lat=50&lon=181", ("lon",), secrets=("181",)),
    "both out of range": Refused("lat=-90.5&lon=-180.5", ("lat", "lon"), secrets=("90.5", "180.5")),
    "a comma": Refused("lat=50,85&lon=4,35", ("lat", "lon"), secrets=("50,85", "4,35")),
    "both numbers in lat": Refused("lat=50.87,4.35", ("lat", "lon"), secrets=("50.87",)),
    "not a number": Refused("lat=NaN&lon=inf", ("lat", "lon"), secrets=("NaN", "inf")),
    "an exponent": Refused("lat=5.1e1&lon=1e999999999", ("lat", "lon"), secrets=("5.1e1", "1e9")),
    "Arabic-Indic digits": Refused(
        f"lat={quote('٥٠')}&lon={quote('٤')}", ("lat", "lon"), secrets=("٥٠", "٤")
    ),
    "an empty coordinate": Refused("lat=&lon=", ("lat", "lon"), secrets=()),
    "a NUL in a coordinate": Refused(
        "lat=50%00&lon=4%00", ("lat", "lon"), secrets=("\0", "\\u0000")
    ),
    "10,000 digits": Refused(f"lat={'7' * 10_000}&lon=4", ("lat",), secrets=("7777",)),
    "10,000 characters in every word": Refused(
        f"postcode=1000&country={'Q' * 10_000}&language={'Q' * 10_000}"
        f"&service={'Q' * 10_000}&limit={'9' * 10_000}",
        ("country", "language", "limit", "service"),
        secrets=("QQQ", "999"),
    ),
    "limit 0": Refused("postcode=1000&limit=0", ("limit",), secrets=()),
    "limit -1": Refused("postcode=1000&limit=-1", ("limit",), secrets=()),
    "limit 51": Refused("postcode=1000&limit=51", ("limit",), secrets=("51",)),
    "half a limit": Refused("postcode=1000&limit=1.5", ("limit",), secrets=("1.5",)),
    "Arabic-Indic limit": Refused(f"postcode=1000&limit={quote('٣')}", ("limit",), secrets=("٣",)),
    "farther than the Earth": Refused(
        "postcode=1000&max_distance_m=20004001", ("max_distance_m",), secrets=()
    ),
    "everything at once": Refused(
        f"lat=91&lon=x{MARK}&limit=0&country={MARK}&language={MARK}!&service={MARK}"
        f"&audience={MARK}&max_distance_m=0&r=1",
        ("", "audience", "country", "language", "lat", "limit", "lon", "max_distance_m", "service"),
    ),
    "a surrogate in a coordinate": Refused(
        "lat=%ED%A0%80&lon=4", ("lat",), secrets=("\ud800", "\\ud800")
    ),
    "a page of 101": Refused("limit=101", ("limit",), "/v1/centres", secrets=("101:",)),
    "words without end": Refused(f"q={'Q' * 10_000}", ("q",), "/v1/centres", secrets=("QQQ",)),
    "a prefix without end": Refused(
        f"prefix={'Q' * 10_000}", ("prefix",), "/v1/postcodes", secrets=("QQQ",)
    ),
    "no prefix": Refused("limit=51", ("limit", "prefix"), "/v1/postcodes", secrets=("51",)),
    "a country of three letters": Refused(
        "country=QQQ", ("country",), "/v1/helplines", secrets=("QQQ",)
    ),
}


@pytest.mark.parametrize("name", FAULTY_QUERIES)
def test_a_faulty_query_is_told_all_its_faults(api: ApiClient, name: str) -> None:
    """A faulty query is a 400 problem that names each fault's place and repeats no input."""
    case = FAULTY_QUERIES[name]
    response = api.get(f"{case.path}?{case.query}")
    body = problem(response, 400, "request-invalid")
    assert faults(body) == list(case.places)
    assert_untold(response.text, case.secrets)


@pytest.mark.needs("device")
@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/v1/nearest?postcode=1000", "country", "BE"),
        ("/v1/nearest?postcode=1000", "lang", "nl"),
        ("/v1/centres?limit=1", "language", "nl"),
        ("/v1/helplines?", "country", "BE"),
        ("/v1/changes?since=0", "store", "a1"),
    ],
)
def test_a_line_feed_ends_no_word(api: ApiClient, path: str, name: str, value: str) -> None:
    """A word followed by a line feed is refused, although a pattern's `$` would match it."""
    response = api.get(f"{path}&{name}={value}%0A")
    assert faults(problem(response, 400, "request-invalid")) == [name]


SHARED = (
    ("GET", "/v1/nearest?postcode=1000&limit=1", None),
    ("GET", "/v1/nearest?lat=50.85&lon=4.35&limit=3&language=nl", None),
    ("GET", "/v1/nearest?postcode=1000&postcode=2000&limit=0&limt=2", None),
    ("GET", "/v1/nearest?lat=91", None),
    ("POST", "/v1/nearest", {"postcode": "1000", "limit": 2}),
    ("POST", "/v1/nearest", {"lat": 50.85, "lon": "x", "limit": 21}),
    ("POST", "/v1/nearest/batch", {"origins": [{"postcode": "1000"}, {"lat": 50, "lon": 4}]}),
    ("POST", "/v1/nearest/batch", {"origins": [{"postcode": "1000"}, {"lat": 91}], "limit": 0}),
)


def test_requests_share_a_schema_and_nothing_else(directory: Directory) -> None:
    """In any order and concurrently, each request is answered as by a fresh app."""

    def answer(app: Flask, method: str, path: str, body: Any) -> tuple[int, bytes]:
        # Each thread is a caller of its own.
        caller = {"REMOTE_ADDR": f"thread {threading.get_ident()}"}
        response = app.test_client().open(path, method=method, json=body, environ_base=caller)
        return response.status_code, response.get_data()

    def app() -> Flask:
        return create_app(directory, now=lambda: EXAMPLES_AT, log_requests=False)

    alone = {request: answer(app(), *SHARED[request]) for request in range(len(SHARED))}
    assert {status for status, _ in alone.values()} == {200, 400}
    shared, order = app(), random.Random(3).choices(range(len(SHARED)), k=400)
    with ThreadPoolExecutor(MOST_BODIES) as pool:
        answers = list(pool.map(lambda request: answer(shared, *SHARED[request]), order))
    assert answers == [alone[request] for request in order]
