"""Refused requests: a problem that names every fault, with the helplines, and without the input."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from flask import Flask
from werkzeug.exceptions import ImATeapot

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings, shipped
from directory_api.domain.query import NearestAnswer, NearestQuery
from directory_api.features import create_app
from directory_api.search.snapshot import Snapshot
from directory_api.services.finder import Finder
from directory_api.web.openapi.spec import EXAMPLES_AT
from tests.support.api_client import ApiClient, faults, problem
from tests.support.batches import answers_of
from tests.support.records import NEIGHBOURS

# Nobody's postcode and nobody's point: where one of these is repeated, the server has told on
# somebody.
MARK = "8675309marker"


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
        f"lat=91&lon=x{MARK}&limit=0&country={MARK}&language={MARK}!&service={MARK}&audience={MARK}&max_distance_m=0&r=1",
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
    _assert_untold(response.text, case.secrets)


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/v1/nearest?postcode=1000", "country", "BE"),
        ("/v1/nearest?postcode=1000", "lang", "nl"),
        ("/v1/centres?limit=1", "language", "nl"),
        ("/v1/helplines?", "country", "BE"),
        ("/v1/changes?since=0", "store", "a1"),
        ("/hsds/service_at_locations?postcode=1000", "country", "BE"),
    ],
)
def test_a_line_feed_ends_no_word(api: ApiClient, path: str, name: str, value: str) -> None:
    """A word followed by a line feed is refused, although a pattern's `$` would match it."""
    response = api.get(f"{path}&{name}={value}%0A")
    assert faults(problem(response, 400, "request-invalid")) == [name]


@pytest.mark.parametrize(
    ("path", "sent", "meant"),
    [
        ("/v1/nearest", "lng", "lon"),
        ("/v1/nearest", "long", "lon"),
        ("/v1/nearest", "longitude", "lon"),
        ("/v1/nearest", "latitude", "lat"),
        ("/v1/nearest", "zip", "postcode"),
        ("/v1/nearest", "postal_code", "postcode"),
        ("/hsds/service_at_locations", "lat", "latitude"),
        ("/hsds/service_at_locations", "lng", "longitude"),
        ("/hsds/service_at_locations", "zipcode", "postcode"),
    ],
)
def test_the_name_of_another_api_leads_to_ours(
    api: ApiClient, path: str, sent: str, meant: str
) -> None:
    """In a query and in a body; the value is not repeated."""
    query = api.get(f"{path}?{sent}={MARK}")
    body = api.post(path, json={sent: MARK})
    for response, place in ((query, "parameter"), (body, "pointer")):
        told = problem(response, 400, "request-invalid")["errors"]
        where = sent if place == "parameter" else f"/{sent}"
        assert {place: where, "detail": f"The name is unknown. Did you mean {meant}?"} in told
        _assert_untold(response.text, (MARK,))


BAD_PLACES = {
    "postcode-malformed": {"postcode": "x"},
    "postcode-unknown": {"postcode": "9999"},
    "postcode-not-residential": {"postcode": "1005"},
    "postcode-foreign": {"postcode": "1234AB"},
    "country-unsupported": {"postcode": "1000", "country": "ZZ"},
}


@pytest.mark.parametrize("kind", BAD_PLACES)
def test_a_place_that_is_refused_is_a_fault_with_its_place(api: ApiClient, kind: str) -> None:
    """`errors` names the parameter, or points into the body, also within a batch; the path of a
    postcode has other names.
    """
    place = BAD_PLACES[kind]
    member = "country" if kind == "country-unsupported" else "postcode"
    answers = [
        (api.get("/v1/nearest", query_string=place), {"parameter": member}),
        (api.post("/v1/nearest", json=place), {"pointer": f"/{member}"}),
        (api.get("/hsds/service_at_locations", query_string=place), {"parameter": member}),
        (api.post("/hsds/service_at_locations", json=place), {"pointer": f"/{member}"}),
        (
            api.get(f"/v1/postcodes/{place.get('country', 'BE')}/{place['postcode']}"),
            {"parameter": "country" if member == "country" else "code"},
        ),
    ]
    for response, where in answers:
        told = response.get_json()
        assert told["code"] == kind
        assert told["errors"] == [{**where, "detail": told["detail"]}]
    batch = api.post("/v1/nearest/batch", json={"origins": [{"postcode": "1000"}, place]})
    told = batch.get_json()["answers"][1]
    assert told["errors"] == [{"pointer": f"/origins/1/{member}", "detail": told["detail"]}]


def test_a_prefix_in_a_country_without_postcodes_is_a_fault_of_the_country(api: ApiClient) -> None:
    """The parameter to correct is `country`."""
    response = api.get("/v1/postcodes?country=ZZ&prefix=1")
    assert faults(problem(response, 422, "country-unsupported")) == ["country"]


PARAMETERLESS = [
    "/v1/",
    "/v1/centres/surya",
    "/v1/languages",
    "/v1/services",
    "/v1/postcodes/BE/1000",
    "/livez",
    "/readyz",
    "/v1/helplines",
    "/v1/centres",
    "/v1/postcodes?prefix=1",
]


@pytest.mark.parametrize("path", PARAMETERLESS)
def test_no_route_takes_a_parameter_that_it_does_not_know(api: ApiClient, path: str) -> None:
    """An unknown parameter is a fault on every route, without its value and name: it may be the
    name of a town.
    """
    response = api.get(f"{path}{'&' if '?' in path else '?'}antwerpen={MARK}")
    assert faults(problem(response, 400, "request-invalid")) == [""]
    _assert_untold(response.text, (MARK, "antwerpen"))


def test_a_misspelt_parameter_is_told_the_right_one(api: ApiClient) -> None:
    """The fault of `languag` asks whether `language` was meant; others get the list, and say by
    their place in the query which one is wrong.
    """
    body = problem(api.get("/v1/nearest?postcode=1000&languag=nl&xyz=1"), 400, "request-invalid")
    hints = {fault.get("parameter"): fault["detail"] for fault in body["errors"]}
    assert hints["languag"] == "The name is unknown. Did you mean language?"
    assert hints[None].startswith("The name is unknown. Use one of: ")
    assert hints[None].endswith(" It is parameter 3 of the query.")


def test_names_differ_from_ours_by_capitals_only_in_the_hint(api: ApiClient) -> None:
    """They are recognised, also those of another API, and not repeated."""
    body = problem(api.get("/v1/nearest?POSTCODE=1000&Lng=4"), 400, "request-invalid")
    hints = [fault["detail"].split("? ")[0] for fault in body["errors"]]
    assert {f"The name is unknown. Did you mean {name}" for name in ("postcode", "lon")} < {*hints}


UNKNOWN_MEMBERS = [
    ("/v1/nearest", {"postcode": "1000", "antwerpen": MARK}, "", 2),
    ("/v1/nearest", {"antwerpen/~gent": MARK, "postcode": "1000"}, "", 1),
    ("/v1/nearest/batch", {"limit": 1, "origins": [], "lang": "nl", "antwerpen": 1}, "", 4),
    ("/hsds/services", {"antwerpen": MARK}, "", 1),
]


@pytest.mark.parametrize(("path", "body", "pointer", "number"), UNKNOWN_MEMBERS)
def test_an_unknown_member_is_told_by_its_position(
    api: ApiClient, path: str, body: dict[str, Any], pointer: str, number: int
) -> None:
    """Its name may be that of a town, so it is not repeated."""
    response = api.post(path, data=json.dumps(body), content_type="application/json")
    told = problem(response, 400, "request-invalid")["errors"]
    (unknown,) = [each for each in told if each["detail"].startswith("The name is unknown.")]
    assert unknown["pointer"] == pointer
    assert unknown["detail"].endswith(f" It is member {number} of the object.")
    _assert_untold(response.text, (MARK, "antwerpen"))


def test_an_unknown_member_of_an_origin_is_told_by_its_position(api: ApiClient) -> None:
    """The pointer is that of its object."""
    origins = [{"postcode": "1000"}, {"country": "BE", "postcode": "1000", "antwerpen": MARK}]
    body = json.dumps({"origins": origins})
    response = api.post("/v1/nearest/batch", data=body, content_type="application/json")
    (fault,) = response.get_json()["answers"][1]["errors"]
    assert fault["pointer"] == "/origins/1"
    assert fault["detail"].endswith(" It is member 3 of the object.")
    _assert_untold(response.text, (MARK, "antwerpen"))


IN_BODY = {
    "/v1/nearest": {"postcode": "1000"},
    "/v1/nearest/batch": {"origins": [{"postcode": "1000"}]},
    "/hsds/services": {},
    "/hsds/service_at_locations": {"postcode": "1000"},
}


@pytest.mark.parametrize("path", IN_BODY)
def test_a_query_beside_a_body_is_refused(api: ApiClient, path: str) -> None:
    """It was ignored: the answer was not the one that was requested. No value is repeated."""
    body = IN_BODY[path]
    known = "page" if path.startswith("/hsds") else "limit"
    assert api.post(path, json=body).status_code == 200
    response = api.post(f"{path}?{known}={MARK}&antwerpen=1&{known}s=2", json=body)
    told = problem(response, 400, "request-invalid")["errors"]
    assert [each.get("parameter") for each in told] == [known, None, f"{known}s"]
    assert told[0]["detail"].startswith("Send this in the JSON body")
    assert told[1]["detail"].endswith(" It is parameter 2 of the query.")
    assert told[2]["detail"] == f"The name is unknown. Did you mean {known}?"
    _assert_untold(response.text, (MARK, "antwerpen"))


WRONG_POSTCODES = {
    "9999": (404, "postcode-unknown"),
    "0999": (400, "postcode-malformed"),
    "": (400, "postcode-malformed"),
    "Nowhereville": (400, "postcode-malformed"),
    "1012 AB": (422, "postcode-foreign"),
    "75001": (422, "postcode-foreign"),
    "1005": (422, "postcode-not-residential"),
    "Q" * 10_000: (400, "postcode-malformed"),
    "\0": (400, "postcode-malformed"),
    "1\x000\x0000": (400, "postcode-malformed"),
    "<script>alert(1)</script>": (400, "postcode-malformed"),
}


@pytest.mark.parametrize("typed", WRONG_POSTCODES)
def test_each_kind_of_wrong_postcode_is_a_problem_of_its_own(api: ApiClient, typed: str) -> None:
    """Unknown, malformed, foreign and institutional postcodes have different types on each
    route.
    """
    status, kind = WRONG_POSTCODES[typed]
    responses = (
        api.get("/v1/nearest", query_string={"postcode": typed}),
        api.post("/v1/nearest", json={"postcode": typed}),
    )
    for response in responses:
        body = problem(response, status, kind)
        _assert_untold(
            body["detail"] + body["title"] + str(body["errors"]), (typed,) if typed else ()
        )
    batch = api.post("/v1/nearest/batch", json={"origins": [{"postcode": typed}]}).get_json()
    assert answers_of(batch) == [responses[1].get_json()]


def test_a_country_without_postcodes_is_a_problem_of_its_own(api: ApiClient) -> None:
    """country=ES is country-unsupported on each route that takes a postcode's country, with the
    countries that have postcodes, the directory's own first.
    """
    for path in (
        "/v1/nearest?postcode=1000&country=ES",
        "/v1/postcodes?country=ES&prefix=1",
        "/v1/postcodes/ES/1000",
    ):
        body = problem(api.get(path), 422, "country-unsupported")
        countries = [suggestion["country"] for suggestion in body["suggestions"]]
        assert countries == ["BE", "DE", "FR", "LU", "NL"]


def test_a_wrong_postcode_in_the_path_is_the_same_problem(api: ApiClient) -> None:
    """/v1/postcodes/BE/9999 is postcode-unknown, with suggestions."""
    body = problem(api.get("/v1/postcodes/BE/9999"), 404, "postcode-unknown")
    assert all(suggestion["detail"] for suggestion in body["suggestions"])
    assert body["suggestions"][0]["country"] == "BE"


SURROGATES = ["%ED%A0%80", "%ED%BF%BF1000", "%FF%FE", "%C0%80", "1000%ED%A0%80"]


@pytest.mark.parametrize("sent", SURROGATES)
def test_what_is_no_utf_8_is_refused_everywhere(api: ApiClient, sent: str) -> None:
    """Bytes that are not UTF-8, and lone surrogates, are a 4xx problem in a query and in a path."""
    for path in (
        f"/v1/nearest?postcode={sent}",
        f"/v1/postcodes/BE/{sent}",
        f"/v1/centres/{sent}",
        f"/{sent}",
    ):
        response = api.get(path)
        assert response.status_code in (400, 404), path
        assert response.get_json()["helplines"]


@dataclass(frozen=True)
class RefusedBody:
    """A body that is refused: status, problem, where its faults are."""

    body: bytes | str
    places: tuple[str, ...] = ()
    status: int = 400
    kind: str = "request-invalid"
    content_type: str = "application/json"
    path: str = "/v1/nearest"


def _batch(*origins: Any, **members: Any) -> str:
    return json.dumps({"origins": list(origins), **members})


FAULTY_BODIES = {
    "nothing": RefusedBody(b""),
    "broken JSON": RefusedBody(f'{{"postcode": "{MARK}"'),
    "JSON with a comment": RefusedBody(f'{{"postcode": "{MARK}"}} // x'),
    "single quotes": RefusedBody(f"{{'postcode': '{MARK}'}}"),
    "40 KB of brackets": RefusedBody(b"[" * 40_000),
    "30 closed brackets": RefusedBody(b"[" * 30 + b"]" * 30),
    "not UTF-8": RefusedBody(b'{"postcode": "\xff"}'),
    "a lone surrogate": RefusedBody(r'{"postcode": "\ud800"}'),
    "a lone surrogate as a name": RefusedBody(r'{"\udfff": "1000"}'),
    "a name twice": RefusedBody(f'{{"postcode": "1000", "postcode": "{MARK}"}}'),
    "NaN": RefusedBody(b'{"lat": NaN, "lon": 4}'),
    "5,000 digits": RefusedBody(b'{"lat": ' + b"7" * 5_000 + b', "lon": 4}'),
    "an array": RefusedBody(f'["{MARK}"]', ("",)),
    "a string": RefusedBody(f'"{MARK}"', ("",)),
    "null": RefusedBody(b"null", ("",)),
    "an empty object": RefusedBody(b"{}", ("/postcode",)),
    "null members": RefusedBody(
        b'{"lat": null, "lon": null, "limit": null}', ("/lat", "/limit", "/lon")
    ),
    "booleans": RefusedBody(
        b'{"lat": true, "lon": false, "limit": true}', ("/lat", "/limit", "/lon")
    ),
    "a number as postcode": RefusedBody(
        b'{"postcode": 8675309, "country": 8675309}', ("/country", "/postcode")
    ),
    "a list as postcode": RefusedBody(f'{{"postcode": ["{MARK}"]}}', ("/postcode",)),
    "an object as lat": RefusedBody(f'{{"lat": {{"{MARK}": 1}}, "lon": 4}}', ("/lat",)),
    "a huge exponent": RefusedBody(b'{"lat": 1e999999999, "lon": -1e999999999}', ("/lat", "/lon")),
    "a huge limit": RefusedBody(b'{"postcode": "1000", "limit": 1e999999999}', ("/limit",)),
    "half a limit": RefusedBody(b'{"postcode": "1000", "limit": 1.5}', ("/limit",)),
    "out of range": RefusedBody(b'{"lat": 91, "lon": 181}', ("/lat", "/lon")),
    "postcode and point": RefusedBody(
        f'{{"postcode": "{MARK}", "lat": 50, "lon": 4}}', ("/postcode",)
    ),
    "half a point": RefusedBody(b'{"lon": 8.675309}', ("/lat",)),
    "an unknown member": RefusedBody(f'{{"postcode": "1000", "antwerpen": "{MARK}"}}', ("",)),
    "an unknown member whose name may be a place": RefusedBody(
        f'{{"postcode": "1000", "{MARK}": 1}}', ("",)
    ),
    "70 KB": RefusedBody(b'{"postcode": "' + b"8" * 70_000 + b'"}', (), 413, "too-large"),
    "a form": RefusedBody(
        f"postcode={MARK}", (), 415, "media-type-unsupported", "application/x-www-form-urlencoded"
    ),
    "text": RefusedBody(b'{"postcode": "1000"}', (), 415, "media-type-unsupported", "text/plain"),
    "no content type": RefusedBody(b'{"postcode": "1000"}', (), 415, "media-type-unsupported", ""),
    "a batch of nothing": RefusedBody("{}", ("/origins",), path="/v1/nearest/batch"),
    "a batch of no origins": RefusedBody(_batch(), ("/origins",), path="/v1/nearest/batch"),
    "a batch of 101": RefusedBody(
        _batch(*[{"postcode": "1000"}] * 101), ("/origins",), path="/v1/nearest/batch"
    ),
    "a batch that is an object": RefusedBody(
        f'{{"origins": {{"{MARK}": 1}}}}', ("/origins",), path="/v1/nearest/batch"
    ),
    "a batch of strings": RefusedBody(
        _batch(MARK, None), ("/origins/0", "/origins/1"), path="/v1/nearest/batch"
    ),
    "a batch with faults in three origins": RefusedBody(
        _batch(
            {"postcode": "1000"},
            {"lat": 91, "lon": 181},
            {},
            {"postcode": "1000", MARK: 1},
            limit=0,
        ),
        ("/limit", "/origins/1/lat", "/origins/1/lon", "/origins/2/postcode", "/origins/3"),
        path="/v1/nearest/batch",
    ),
    "a batch with a filter in an origin": RefusedBody(
        _batch({"postcode": "1000", "language": "nl"}, limit=0),
        ("/limit", "/origins/0"),
        path="/v1/nearest/batch",
    ),
}


@pytest.mark.parametrize("name", FAULTY_BODIES)
def test_a_faulty_body_is_told_all_its_faults(api: ApiClient, name: str) -> None:
    """A faulty body is a 4xx problem that points to each fault and repeats no input."""
    case = FAULTY_BODIES[name]
    response = api.post(case.path, data=case.body, content_type=case.content_type)
    body = problem(response, case.status, case.kind)
    assert faults(body) == list(case.places)
    _assert_untold(response.text, (MARK, "8675309", "8.675309", "7777", "8888", "999999999"))


def test_a_body_that_claims_to_be_endless_is_refused_unread(api: ApiClient) -> None:
    """A Content-Length of a gigabyte is 413 before a byte is read."""
    response = api.post(
        "/v1/nearest",
        data=b"{}",
        content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": "1000000000"},
    )
    problem(response, 413, "too-large")


def test_json_may_name_its_charset(api: ApiClient) -> None:
    """`application/json; charset=utf-8` is JSON, with or without a byte order mark."""
    for body in (b'{"postcode": "1000"}', b'\xef\xbb\xbf{"postcode": "1000"}'):
        assert (
            api.post(
                "/v1/nearest", data=body, content_type="application/json; charset=utf-8"
            ).status_code
            == 200
        )


def test_a_get_ignores_a_body(api: ApiClient) -> None:
    """A body with a GET changes nothing about its answer."""
    bare = api.get("/v1/nearest?postcode=1000&limit=1")
    assert api.get("/v1/nearest?postcode=1000&limit=1", data=b"[[[[").data == bare.data


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/v1/nearest/x",
        f"/v1/{MARK}",
        "/v1//nearest",
        f"/v1/postcodes/BE/{MARK}/x",
        "/docs/x",
    ],
)
def test_nothing_here_is_a_problem(api: ApiClient, path: str) -> None:
    """An address where nothing is, is a 404 problem without a redirect and without the address."""
    response = api.get(path)
    problem(response, 404, "not-found")
    _assert_untold(response.text, (MARK,))


@pytest.mark.parametrize("identity", [MARK, "PAG-ASA", "..", "%00", "a" * 10_000])
def test_an_unknown_centre_is_a_problem_of_its_own(api: ApiClient, identity: str) -> None:
    """An id that no centre has is centre-unknown, and the id is not repeated."""
    response = api.get(f"/v1/centres/{identity}")
    problem(response, 404, "centre-unknown")
    _assert_untold(response.text, (MARK, "PAG-ASA"))


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/nearest", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("PUT", "/v1/services", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/v1/nearest/batch", {"OPTIONS", "POST"}),
        ("POST", "/livez", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/docs", {"GET", "HEAD", "OPTIONS"}),
        (MARK.upper(), "/v1/", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    api: ApiClient, method: str, path: str, allowed: set[str]
) -> None:
    """A method that an address does not take is a 405 problem with Allow."""
    response = api.open(method, path)
    problem(response, 405, "method-not-allowed")
    assert set(response.headers["Allow"].split(", ")) == allowed
    _assert_untold(response.text, (MARK, MARK.upper()))


class CrashingFinder(Finder):
    """A finder with a bug, whose text holds what was asked."""

    def nearest(self, query: NearestQuery, snapshot: Snapshot | None = None) -> NearestAnswer:
        """Crash."""
        raise RuntimeError(f"no way to {query.place}")

    def languages(self, snapshot: Snapshot | None = None) -> dict[str, int]:
        """Crash as well."""
        raise KeyError(MARK)


@pytest.fixture
def crashing(directory: Directory) -> Flask:
    """An app over a finder that crashes."""
    finder = CrashingFinder(directory.live, NEIGHBOURS, "BE", shipped("data") / "centres.json", 180)
    return create_app(replace(directory, finder=finder))


@pytest.mark.parametrize("query", ["postcode=1000", "lat=50.5&lon=4.5", "postcode=1000&limit=1"])
def test_a_crash_is_a_problem_too(crashing: Flask, query: str) -> None:
    """A bug in the finder is a 500 problem with helplines and security headers, on both paths."""
    response = ApiClient(crashing).get(f"/v1/nearest?{query}")
    problem(response, 500, "internal-error")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def _logged(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capfd.readouterr().err.splitlines()]


def test_a_crash_is_logged_by_class_and_place_in_the_code_only(
    crashing: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    """The log line of a crash has the error's class, the route and frames, and not its text."""
    ApiClient(crashing).get("/v1/languages")
    lines = _logged(capfd)
    crash = next(line for line in lines if line["event"] == "crash")
    assert (crash["error"], crash["route"]) == ("KeyError", "/v1/languages")
    assert crash["frames"][-1].startswith("test_web_refusals.py:")
    assert MARK not in str(lines)
    assert [line["status"] for line in lines if line["event"] == "request"] == [500]


def test_a_crash_before_any_route_is_a_problem_as_well(
    directory: Directory, capfd: pytest.CaptureFixture[str]
) -> None:
    """A bug in what runs before the routes is a 500 problem, logged without a route."""
    app = create_app(directory)

    def bug() -> None:
        raise ZeroDivisionError

    app.before_request_funcs.setdefault(None, []).append(bug)
    problem(ApiClient(app).get("/nowhere"), 500, "internal-error")
    assert next(line for line in _logged(capfd) if line["event"] == "crash")["route"] is None


def test_a_status_without_a_row_of_its_own_is_still_a_problem(directory: Directory) -> None:
    """A status that the table does not know is a request-refused problem that keeps the status."""
    app = create_app(directory)

    def teapot() -> None:
        raise ImATeapot

    app.before_request_funcs.setdefault(None, []).append(teapot)
    problem(ApiClient(app).get("/v1/"), 418, "request-refused")


def test_before_the_first_load_every_read_says_try_again(tmp_path: Any) -> None:
    """Without a snapshot reads are 503 problems with Retry-After and shipped helplines; /livez
    answers.
    """
    api = ApiClient(
        create_app(open_directory(Settings(database_url=f"sqlite:///{tmp_path}/none.db")))
    )
    for path in (
        "/v1/nearest?postcode=1000",
        "/v1/",
        "/v1/centres",
        "/readyz",
        "/v1/postcodes?prefix=1",
    ):
        response = api.get(path)
        problem(response, 503, "not-ready")
        assert response.headers["Retry-After"] == "5"
    assert api.get("/livez").status_code == 200
    problem(api.get("/nowhere"), 404, "not-found")


def _assert_untold(text: str, secrets: tuple[str, ...]) -> None:
    spellings = {
        spelling
        for secret in secrets
        for spelling in (secret, _quoted(quote, secret), _quoted(quote_plus, secret))
    }
    assert not [spelling for spelling in spellings if spelling and spelling in text]


def _quoted(how: Any, secret: str) -> str:
    return str(how(secret, errors="replace"))


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
        response = app.test_client().open(path, method=method, json=body)
        return response.status_code, response.get_data()

    def app() -> Flask:
        return create_app(directory, now=lambda: EXAMPLES_AT, log_requests=False)

    alone = {request: answer(app(), *SHARED[request]) for request in range(len(SHARED))}
    assert {status for status, _ in alone.values()} == {200, 400}
    shared, order = app(), random.Random(3).choices(range(len(SHARED)), k=400)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda request: answer(shared, *SHARED[request]), order))
    assert answers == [alone[request] for request in order]
