"""Answers before Flask, stored or made there: the same bytes and headers as from Flask's routes."""

import gzip
import random
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from itertools import permutations
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory_api.bootstrap import Directory
from directory_api.features.response_cache.coordinates import ACCEPTED
from directory_api.web.app import create_app
from tests.support.amount import some
from tests.support.api_client import ApiClient
from tests.support.records import directory_of, load, made_up_centre

VERIFIED = {"verified": {"on": "2026-01-10", "by": "test", "how": "by phone"}}


# The route answers a request with this header, in JSON.
ROUTED = {"Accept": "application/json;q=0.9"}
GZIPPED = ({"Accept-Encoding": "gzip"}, {"Accept-Encoding": "gzip", **ROUTED})


def _seen(response: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    return response.status_code, sorted(response.headers.items()), response.data


def test_every_postcode_has_one_answer_on_both_ways(app: Flask, directory: Directory) -> None:
    """Each Belgian code has the same bytes and headers from Flask and from the cache."""
    client = app.test_client()
    codes = list(directory.live.snapshot.gazetteer.country("BE").codes)
    assert len(codes) == 1149
    for code in some(codes):
        made = _seen(client.get(f"/v1/nearest?country=BE&postcode={code}"))
        assert made == _seen(client.get(f"/v1/nearest?country=BE&postcode={code}")), code
        assert made == _seen(client.get(f"/v1/nearest?postcode={code}&country=BE")), code


def test_coordinates_have_one_answer_on_both_ways(api: ApiClient) -> None:
    """Coordinates near and far have the same bytes and headers on the short way and from Flask."""
    chance = random.Random(3)
    points = [
        ("0", "0"),
        ("-0", "-0.0"),
        ("89.999", "99.999"),
        ("-89", "-99"),
        ("50.850000000000001", "4.35"),
        ("5", "07"),
    ]
    points += [
        (f"{chance.uniform(49, 52):.{d}f}", f"{chance.uniform(2, 7):.{d}f}")
        for d in range(1, 12)
        for _ in range(9)
    ]
    for lat, lon in points:
        routed = _seen(api.get(f"/v1/nearest?lat={lat}&lon={lon}", headers=ROUTED))
        assert _seen(api.get(f"/v1/nearest?lat={lat}&lon={lon}")) == routed, (lat, lon)
        assert _seen(api.get(f"/v1/nearest?lon={lon}&lat={lat}")) == routed, (lat, lon)


def test_a_place_in_a_body_has_one_answer_on_both_ways(directory: Directory) -> None:
    """A coordinate, and a postcode that a GET has asked for; whatever else, from the route."""
    app = create_app(directory)
    reached: list[str] = []
    app.before_request(lambda: reached.append(request.full_path))
    client = app.test_client()
    quick = ['{"lat": 50.85, "lon": 4.35}', '{"lat":-0.5,"lon":99.25}', ' {"lat": 5, "lon": 0} ',
             '{"postcode": "1000"}']  # fmt: skip
    others = ['{"lat": 05, "lon": 4}', '{"lat": -0, "lon": 4}', '{"lat": 5, "lon": -0}',
              '{"postcode": "2000"}', '{"lat": 50.85}', '{"lat": 95, "lon": 4}', "{}", "[1]",
              '{"lat": 50.85, "lon": 4.35, "limit": 2}', '{"postcode": "9999"}', "nonsense",
              '{"lat": "50.85", "lon": "4.35"}', '{"lat": 5e1, "lon": 4}']  # fmt: skip
    client.get("/v1/nearest?postcode=1000")
    assert client.post("/v1/nearest.json", json={"lat": 50.85, "lon": 4.35}).status_code == 404
    for body in (*quick, *others):
        send = partial(client.post, "/v1/nearest", data=body, content_type="application/json")
        send()
        before = len(reached)
        answer = send()
        assert len(reached) - before == (body in others), body
        assert _seen(answer) == _seen(send(headers=ROUTED)), body


def test_a_body_that_comes_in_parts_is_read_to_its_end(app: Flask) -> None:
    """Each read of the server may return less than it was asked for."""

    class Slowly(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 3))

    for body in (b'{"lat": 50.85, "lon": 4.35}', b'{"lat": 50.85, "lon": 4.35, "limit": 1}'):
        answer = app.test_client().post(
            "/v1/nearest",
            input_stream=Slowly(body),
            content_length=len(body),
            content_type="application/json",
        )
        assert answer.status_code == 200
        assert answer.get_json()["origin"]["lon"] == 4.35


def test_a_compressed_answer_has_the_same_content_on_both_ways(client: FlaskClient) -> None:
    """The short way compresses more quickly, and so less."""
    ways = (client.get("/v1/nearest?lat=50.85&lon=4.35", headers=headers) for headers in GZIPPED)
    short, routed = (_seen(way) for way in ways)
    assert gzip.decompress(short[2]) == gzip.decompress(routed[2])
    assert [name for name, _ in short[1]] == [name for name, _ in routed[1]]
    sent = client.post(
        "/v1/nearest",
        data='{"lat": 50.85, "lon": 4.35}',
        content_type="application/json",
        headers=GZIPPED[0],
    )
    assert _seen(sent) == short


def test_the_same_answer_is_given_to_get_and_to_post(client: FlaskClient) -> None:
    """The answer to a postcode is stored once for both."""
    for place in ({"lat": 50.85, "lon": 4.35}, {"postcode": "1000"}):
        got = client.get("/v1/nearest", query_string=place)
        assert _seen(client.post("/v1/nearest", json=place)) == _seen(got)


def test_options_of_a_coordinate_have_one_answer_on_both_ways(directory: Directory) -> None:
    """Alone, together and in another order; those that are refused, too."""
    app = create_app(directory)
    reached: list[str] = []
    app.before_request(lambda: reached.append(request.full_path))
    client = app.test_client()
    quick = ["limit=1", "limit=10", "max_distance_m=40000", "language=nl&limit=2", "limit=2",
             "service=legal&audience=victims&language=nl", "max_distance_m=1", "&", ""]  # fmt: skip
    others = ["limit=0", "limit=1&limit=2", "limit=", "limit", "language=xx-", "service=food",
              "lat=1", "postcode=1000", "lang=nl", "format=json", "open_at=now",
              "language=nl-BE", "limits=3", f"limit={'0' * 100}3"]  # fmt: skip
    for options in (*quick, *others):
        before = len(reached)
        answer = client.get(f"/v1/nearest?lat=50.85&lon=4.35&{options}")
        assert len(reached) - before == (options in others), options
        routed = client.get(f"/v1/nearest?lat=50.85&lon=4.35&{options}", headers=ROUTED)
        assert _seen(answer) == _seen(routed), options


@pytest.mark.parametrize(
    "order", [*permutations(("lat=50.85", "lon=4.35", "limit=2", "language=nl"))], ids="&".join
)
def test_parameters_in_any_order_have_one_answer(
    directory: Directory, order: tuple[str, ...]
) -> None:
    """Flask is not reached, and the bytes are its."""
    app = create_app(directory)
    reached: list[str] = []
    app.before_request(lambda: reached.append(request.full_path))
    client = app.test_client()
    address = f"/v1/nearest?{'&'.join(order)}"
    answer = client.get(address)
    assert reached == []
    assert _seen(answer) == _seen(client.get(address, headers=ROUTED))


def test_refused_postcodes_have_one_problem_on_both_ways(api: ApiClient) -> None:
    """Refused codes, and coordinates that need Flask, are the same with and without a limit."""
    for query in ("postcode=9999", "postcode=0999", "postcode=1005", "postcode=59000",
                  "postcode=1000&country=FR",
                  "lat=99&lon=4", "lat=50&lon=181", "postcode=1000&country=be",
                  "lat=90&lon=180"):  # fmt: skip
        assert _seen(api.get(f"/v1/nearest?{query}")) == _seen(
            api.get(f"/v1/nearest?{query}&limit=3")
        ), query


@pytest.mark.parametrize("accept", sorted(ACCEPTED))
def test_what_asks_for_json_at_first_sight_gets_it_on_both_ways(
    api: ApiClient, accept: str
) -> None:
    """Each header that the fast path accepts has the same bytes and headers from Flask."""
    headers = {"Accept": accept, "Accept-Language": "fr"}
    for query, other in (
        ("postcode=1000", "postcode=1000&limit=3"),
        ("lat=50.85&lon=4.35", "lat=50%2E85&lon=4.35"),
    ):
        short = _seen(api.get(f"/v1/nearest?{query}", headers=headers))
        assert short == _seen(api.get(f"/v1/nearest?{other}", headers=headers))
        assert dict(short[1])["Content-Type"] == "application/json"


def test_only_coordinates_take_the_short_way(directory: Directory) -> None:
    """A GET of a coordinate never reaches Flask; every other request does, the first time."""
    app = create_app(directory)
    asked: list[str] = []
    app.before_request(lambda: asked.append(f"{request.method} {request.full_path}"))
    client = app.test_client()
    for path in (
        "/v1/nearest?lat=50.85&lon=4.35",
        "/v1/nearest?lat=-5&lon=-9",
        "/v1/nearest?lon=4&lat=50",
        "/v1/nearest.json?lat=50.85&lon=4.35",
    ):
        assert client.get(path).status_code == 200
    assert client.get("/v1/nearest.json?lat=5&lon=4", headers={"Accept": "text/html"}).is_json
    assert asked == []
    others = ["GET /v1/nearest?", "HEAD /v1/nearest?lat=50.85&lon=4.35",
              "POST /v1/nearest?lat=50.85&lon=4.35", "GET /v1/?",
              "GET /v1/centres?lat=50.85&lon=4.35",
              "GET /v1/nearest?postcode=1000",
              "GET /v1/nearest?lat=50.85&lon=4.35&lang=nl",
              "GET /v1/nearest?lat=50.85&lon=181"]  # fmt: skip
    for other in others:
        method, path = other.split(" ")
        client.open(path, method=method)
    for accept in ("text/plain", "application/json;q=0.1", "text/html"):
        others.append("GET /v1/nearest?lat=50.85&lon=4.35")
        client.get("/v1/nearest?lat=50.85&lon=4.35", headers={"Accept": accept})
    assert asked == others


def test_an_answer_changes_with_the_revision(tmp_path: Path) -> None:
    """After a load the kept answer of a postcode is gone, on both ways."""
    directory = directory_of(tmp_path, [made_up_centre(1)])
    api = ApiClient(create_app(directory))
    paths = (
        "/v1/nearest?postcode=1000",
        "/v1/nearest?postcode=1000&limit=3",
        "/v1/nearest?lat=50.85&lon=4.35",
    )
    for path in paths:
        assert api.get(path).get_json()["results"][0]["centre"]["name"] == "Centre Énée 1"
    revision = load(directory, [made_up_centre(1, name="Renamed")])
    for path in paths:
        body = api.get(path).get_json()
        assert (body["revision"], body["results"][0]["centre"]["name"]) == (
            str(revision),
            "Renamed",
        )


def test_an_answer_changes_with_the_day(tmp_path: Path) -> None:
    """Freshness follows the calendar on both ways and in the directory, without a new revision."""
    moment = datetime(2026, 1, 11, 9, tzinfo=UTC)
    api = ApiClient(
        create_app(directory_of(tmp_path, [made_up_centre(1, **VERIFIED)]), now=lambda: moment)
    )

    def freshness() -> set[str]:
        hits = [
            api.get(f"/v1/nearest?postcode=1000{more}").get_json()["results"][0]
            for more in ("", "&limit=3")
        ]
        return {
            *(hit["centre"]["freshness"] for hit in hits),
            api.get("/v1/centres/made-up-001").get_json()["freshness"],
        }

    assert freshness() == {"fresh"}
    moment = datetime(2036, 1, 11, 9, tzinfo=UTC)
    assert freshness() == {"stale"}


def test_how_long_a_record_is_fresh_is_a_setting(tmp_path: Path) -> None:
    """With DIRECTORY_FRESH_DAYS=10, a record confirmed 11 days ago is due, in the API and the
    metric.
    """
    directory = directory_of(tmp_path, [made_up_centre(1, **VERIFIED)], fresh_days=10)
    api = ApiClient(create_app(directory, now=lambda: datetime(2026, 1, 21, tzinfo=UTC)))
    assert api.get("/v1/centres/made-up-001").get_json()["freshness"] == "due"
    assert 'directory_centres{confirmation="due"} 1.0' in api.get("/metrics").text
