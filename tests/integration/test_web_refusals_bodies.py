"""Faulty bodies of requests: a problem points to each fault, without what was sent."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.api_client import ApiClient, faults, problem
from tests.support.refusals import MARK, assert_untold


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
    assert_untold(response.text, (MARK, "8675309", "8.675309", "7777", "8888", "999999999"))


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
