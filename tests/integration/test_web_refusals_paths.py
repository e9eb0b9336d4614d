"""Unknown paths, wrong methods, and bytes that are not UTF-8 are problems."""

import pytest
from flask import Flask

from tests.support.api_client import ApiClient, problem
from tests.support.refusals import MARK, assert_untold

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
    assert_untold(response.text, (MARK,))


@pytest.mark.parametrize("identity", [MARK, "PAG-ASA", "..", "%00", "a" * 10_000])
def test_an_unknown_centre_is_a_problem_of_its_own(api: ApiClient, identity: str) -> None:
    """An id that no centre has is centre-unknown, and the id is not repeated."""
    response = api.get(f"/v1/centres/{identity}")
    problem(response, 404, "centre-unknown")
    assert_untold(response.text, (MARK, "PAG-ASA"))


@pytest.mark.parametrize("path", ["/v1/nearest?postcode=1000", "/v1/centres.csv", "/", "/nowhere"])
def test_a_method_is_only_known_as_it_is_spelled(app: Flask, path: str) -> None:
    """RFC 9110, section 9.1: `get` is not GET. It is refused as any other word, whatever is
    stored.
    """
    client = app.test_client()
    for _ in range(2):
        refused = [
            client.open(path, environ_overrides={"REQUEST_METHOD": method})
            for method in ("FOO", "get", "Get", "head", "options", "post")
        ]
        assert {response.status_code for response in refused} in ({404}, {405})
        assert all("112" in response.text for response in refused)
        client.get(path)
