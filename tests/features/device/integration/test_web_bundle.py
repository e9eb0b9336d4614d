"""/v1/bundle: two forms of the same file, each with its own ETag and digest."""

import base64
import gzip
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory_api.features.device import as_bundle, offline
from directory_api.features.device import bundle as bundle_route
from directory_api.hours import timetable
from directory_api.live import stale
from directory_api.web.app import create_app
from directory_api.web.http import negotiation
from tests.support.added_postcodes import add_postcodes
from tests.support.api_client import ApiClient, problem
from tests.support.calls import counting
from tests.support.moments import EXAMPLES_AT
from tests.support.records import directory_of, load, made_up_centre
from tests.support.write_side import Clock

ZIPPED = {"Accept-Encoding": "gzip"}


def _digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def test_the_directorys_own_country_and_its_name_are_the_same(api: ApiClient) -> None:
    """/v1/bundle is the bundle of the country that is set, whichever way its code is written."""
    own = api.get("/v1/bundle")
    assert own.get_json()["country"] == "BE"
    for path in ("/v1/bundle/BE", "/v1/bundle/be", "/v1/bundle/"):
        assert api.get(path).data == own.data
    assert api.get("/v1/").get_json()["links"]["bundle"] == "/v1/bundle"


@pytest.mark.parametrize("country", ["XX", "GB", "9881", "%20"])
def test_a_country_without_postcodes_is_told_which_have_some(api: ApiClient, country: str) -> None:
    """The problem for another country lists those with a bundle and does not repeat the input."""
    response = api.get(f"/v1/bundle/{country}")
    body = problem(response, 404, "bundle-unknown")
    assert [found["href"] for found in body["did_you_mean"]] == ["/v1/bundle/BE"]
    assert country not in body["detail"]


def test_a_country_with_postcodes_near_the_border_leads_to_these(api: ApiClient) -> None:
    """The directory knows some postcodes of it, so it does not say that it has none."""
    body = problem(api.get("/v1/bundle/NL"), 404, "bundle-unknown")
    assert "only its postcodes near the border" in body["detail"]
    assert [found["href"] for found in body["did_you_mean"]] == [
        "/v1/bundle/names/NL",
        "/v1/bundle/BE",
    ]
    assert api.get(body["did_you_mean"][0]["href"]).status_code == 200


# Without the extra `brotli`, gzip is the best.
BEST = "br" if negotiation.BROTLI else "gzip"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br", BEST),
        ("gzip, deflate, br;q=0.9", "gzip"),
        ("*", BEST),
        (None, None),
        ("", None),
        ("br", "br" if negotiation.BROTLI else None),
        ("gzip;q=0", None),
        ("identity, gzip;q=0.5, br;q=0.5", None),
    ],
)
def test_who_takes_a_compressed_form_gets_it(
    api: ApiClient, accepted: str | None, coding: str | None
) -> None:
    """The smallest form that is accepted is sent; Vary says that the answer depends on that."""
    headers = {} if accepted is None else {"Accept-Encoding": accepted}
    response = api.open("HEAD", "/v1/bundle", headers=headers)
    assert response.headers.get("Content-Encoding") == coding
    assert response.headers["Vary"] == "Accept-Encoding"
    most = {"br": 23_000, "gzip": 26_500}
    assert int(response.headers["Content-Length"]) < most.get(coding or "", 100_000)


@pytest.mark.skipif(not negotiation.BROTLI, reason="needs the extra brotli")
@pytest.mark.parametrize(
    "path", ["/", "/v1/bundle", "/docs", "/embed/words/ar.json", "/static/page.js"]
)
def test_brotli_is_the_same_file_in_fewer_bytes(client: FlaskClient, path: str) -> None:
    """Pages, their files and the bundle, with an ETag of their own."""
    plain, zipped, smallest = (
        client.get(path, headers={"Accept-Encoding": coding})
        for coding in ("identity", "gzip", "br")
    )
    assert negotiation.BROTLI.decompress(smallest.data) == plain.data
    assert len(smallest.data) < len(zipped.data)
    tags = {each.headers.get("ETag") for each in (plain, zipped, smallest)}
    assert len(tags) == (1 if path == "/" else 3)
    if "Repr-Digest" in smallest.headers:
        assert smallest.headers["Repr-Digest"] == _digest(smallest.data)


# Not through `ask`: the reader of openapi.yaml does not unpack. It reads the plain form, and the
# two are compared.
def _both(client: FlaskClient) -> tuple[TestResponse, TestResponse]:
    return client.get("/v1/bundle"), client.get("/v1/bundle", headers=ZIPPED)


def test_both_forms_are_the_same_file(client: FlaskClient) -> None:
    """The compressed form contains the plain one; the digests are of the sent bytes and of the
    JSON.
    """
    plain, zipped = _both(client)
    assert gzip.decompress(zipped.data) == plain.data
    for response in (plain, zipped):
        assert response.content_type == "application/json"
        assert response.headers["Repr-Digest"] == _digest(response.data)
        assert response.headers["Unencoded-Digest"] == _digest(plain.data)
        assert {"Repr-Digest", "Unencoded-Digest"} <= set(
            response.headers["Access-Control-Expose-Headers"].split(", ")
        )
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert plain.headers["ETag"] == f'"{hashlib.sha256(plain.data).hexdigest()}"'


def test_each_form_has_its_own_etag(client: FlaskClient) -> None:
    """304 is for who has that form; who has the other one gets the file."""
    plain, zipped = _both(client)
    tags = [response.headers["ETag"] for response in (plain, zipped)]
    for asked, headers in enumerate(({}, ZIPPED)):
        statuses = [
            client.get("/v1/bundle", headers={**headers, "If-None-Match": tag}).status_code
            for tag in tags
        ]
        assert statuses == [304 if asked == had else 200 for had in range(2)]
    again = client.get("/v1/bundle", headers={**ZIPPED, "If-None-Match": tags[1]})
    assert (again.data, again.headers["ETag"], again.headers["Vary"]) == (
        b"",
        tags[1],
        "Accept-Encoding",
    )


def test_a_write_header_is_no_condition_here(api: ApiClient) -> None:
    """If-Match, which is for writing, does not turn the answer into an empty 412."""
    assert api.get("/v1/bundle", headers={"If-Match": '"other"'}).status_code == 200


def test_a_cache_looks_again_soon_and_goes_on_for_a_week(api: ApiClient) -> None:
    """Fresh for five minutes; only while the server is away the old one serves."""
    control = api.get("/v1/bundle").headers["Cache-Control"]
    assert control == "public, max-age=300, stale-if-error=604800"


def test_all_day_it_is_the_same_and_a_change_or_midnight_ends_it(tmp_path: Path) -> None:
    """The ETag stays while centres open and close, and changes with the day and the revision."""
    clock = Clock()
    clock.now = EXAMPLES_AT.replace(hour=0)
    directory = directory_of(
        tmp_path, [made_up_centre(1, opening_hours="09:00-17:00", timezone="Europe/Brussels")]
    )
    api = ApiClient(create_app(directory, now=clock))
    tags = []
    for hours in (0, 10, 23, 24):
        clock.now = EXAMPLES_AT.replace(hour=0) + timedelta(hours=hours)
        tags.append(api.get("/v1/bundle").headers["ETag"])
    assert tags[0] == tags[1] == tags[2] != tags[3]
    load(directory, [made_up_centre(1, name="Renamed")])
    renamed = api.get("/v1/bundle")
    assert renamed.headers["ETag"] not in tags
    assert [centre["name"] for centre in renamed.get_json()["centres"]] == ["Renamed"]


def test_the_hours_of_a_day_and_a_bundle_of_a_revision_are_computed_once(tmp_path: Path) -> None:
    """In a large directory they take seconds; a centre opens or closes every few minutes."""
    clock = Clock()
    clock.now = EXAMPLES_AT.replace(hour=0)
    two = [
        made_up_centre(number, opening_hours=f"{7 + number}:00-17:00", timezone="Europe/Brussels")
        for number in (1, 2)
    ]
    directory = directory_of(tmp_path, two)
    api = ApiClient(create_app(directory, now=clock))

    def computed() -> tuple[int, int]:
        with counting(as_bundle.centre, timetable.intervals) as calls:
            assert api.get("/v1/bundle").status_code == 200
        return calls["centre"], calls["intervals"]

    api.get("/v1/nearest?lat=50.8&lon=4.4")  # the opening states of the day
    assert computed() == (2, 2)
    clock.now += timedelta(hours=10)
    api.get("/v1/nearest?lat=50.8&lon=4.4")
    assert computed() == (0, 0)
    load(directory, [two[0], {**two[1], "name": "Renamed"}])
    api.get("/v1/nearest?lat=50.8&lon=4.4")
    assert computed() == (2, 0)


def test_while_a_bundle_is_made_the_last_one_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that it must not be kept, since the next one may be there in a second. Before the
    first one, the answer is that there will be one; the thread is free in both cases.
    """
    monkeypatch.setattr(stale, "PATIENCE_SECONDS", 0.0)
    directory = directory_of(tmp_path, [made_up_centre(1)])
    app = create_app(directory)
    inner: list[tuple[int, str, str | None]] = []

    def asked_meanwhile(*given: Any) -> bytes:
        with ThreadPoolExecutor(1) as threads:
            response = threads.submit(app.test_client().get, "/v1/bundle").result(60)
        revision = response.get_json().get("revision", "")
        inner.append((response.status_code, revision, response.headers["Cache-Control"]))
        if response.status_code == 503:
            assert "being made" in problem(response, 503, "busy")["detail"]
            assert response.headers["Retry-After"] == "5"
        return as_bundle.as_bundle(*given)

    monkeypatch.setattr(bundle_route, "as_bundle", asked_meanwhile)
    api = ApiClient(app)
    first = api.get("/v1/bundle").get_json()["revision"]
    load(directory, [made_up_centre(1, name="Renamed")])
    renamed = api.get("/v1/bundle")
    assert [status for status, _, _ in inner] == [503, 200]
    assert inner[1][1:] == (first, "no-cache")
    assert renamed.get_json()["revision"] > first
    assert api.get("/v1/bundle").data == renamed.data


def test_a_closed_centre_is_in_no_bundle(tmp_path: Path) -> None:
    """The centres are those of the list: all but those that are closed for good."""
    centres = [
        made_up_centre(1, status="closed"),
        made_up_centre(2, status="temporarily_closed"),
        made_up_centre(3),
    ]
    api = ApiClient(create_app(directory_of(tmp_path, centres)))
    assert [(c["id"], c["status"]) for c in api.get("/v1/bundle").get_json()["centres"]] == [
        ("made-up-002", "temporarily_closed"),
        ("made-up-003", "active"),
    ]


def test_a_country_without_centres_has_a_bundle_with_those_of_the_others(tmp_path: Path) -> None:
    """With its postcodes it has all centres, and its own helplines; it is not covered."""
    directory = directory_of(tmp_path, [made_up_centre(1)], country="NL")
    add_postcodes(directory.writer, "NL", ("1012", "Amsterdam", 52.3730, 4.8936))
    api = ApiClient(create_app(directory))
    bundle = api.get("/v1/bundle").get_json()
    assert (bundle["country"], bundle["emergency"]) == ("NL", ["112"])
    assert api.get(bundle["postcodes"]).get_json()["postcodes"]["codes"] == ["01012"]
    assert [centre["id"] for centre in bundle["centres"]] == ["made-up-001"]
    lines = api.get("/v1/helplines?country=NL").get_json()["helplines"]
    # A bundle has a short list: without the lines for some people of the own country.
    assert [line["id"] for line in bundle["helplines"]] == [
        line["id"] for line in lines if line["kind"] != "other_line"
    ]
    abroad = {line["countries"][0] for line in bundle["helplines_abroad"]}
    assert abroad == {"BE", "DE", "FR", "LU"}
    assert bundle["coverage"]["countries"] == ["BE"]
    assert bundle["coverage"]["outlines"][0]["country"] == "BE"
    body = problem(api.get("/v1/bundle/GB"), 404, "bundle-unknown")
    assert [found["label"][-3:] for found in body["did_you_mean"]] == ["BE.", "NL."]


def test_the_postcodes_have_an_address_that_changes_with_them(tmp_path: Path) -> None:
    """It has the beginning of the SHA-256 of their JSON, may be kept for ever, and is the same
    after a change of a record.
    """
    directory = directory_of(tmp_path, [made_up_centre(1)])
    api = ApiClient(create_app(directory))
    address = api.get("/v1/bundle").get_json()["postcodes"]
    table = api.get(address)
    digest = hashlib.sha256(table.data).hexdigest()
    assert address == f"/v1/bundle/BE/postcodes/{digest[:16]}.json"
    assert table.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    load(directory, [made_up_centre(1, name="Renamed")])
    assert api.get("/v1/bundle").get_json()["postcodes"] == address
    add_postcodes(directory.writer, "BE", ("1000", "Brussel", 50.8466, 4.3528))
    assert api.get("/v1/bundle").get_json()["postcodes"] != address
    # A device that has the bundle from before gets the present ones, and asks again.
    present = api.get(address)
    assert present.get_json()["postcodes"]["codes"] == ["01000"]
    assert present.headers["Cache-Control"] == "no-cache"


def test_there_is_a_table_for_each_country_with_a_bundle(api: ApiClient) -> None:
    """Whichever the hash, and however the code of the country is written."""
    for path in ("/v1/bundle/BE/postcodes/0", "/v1/bundle/be/postcodes/FFFF.json"):
        assert api.get(path).get_json()["country"] == "BE"
    body = problem(api.get("/v1/bundle/NL/postcodes/0.json"), 404, "bundle-unknown")
    assert body["did_you_mean"][0]["href"] == "/v1/bundle/names/NL"


def test_a_directory_that_is_too_large_for_a_device_names_the_alternatives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The problem has the helplines, as every answer has."""
    directory = directory_of(tmp_path, list(map(made_up_centre, range(3))))
    api = ApiClient(create_app(directory, now=lambda: EXAMPLES_AT))
    monkeypatch.setattr(offline, "MOST_BYTES", 1_000)
    for path in ("/v1/bundle", "/v1/bundle/BE"):
        refused = problem(api.get(path), 404, "directory-too-large")
        assert [each["href"] for each in refused["did_you_mean"]] == ["/v1/nearest", "/v1/centres"]
        assert refused["helplines"]
