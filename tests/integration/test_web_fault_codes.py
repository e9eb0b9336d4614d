"""Each fault of a problem has a code, and a problem with one fault says it in its detail."""

from typing import Any

import pytest

from directory_api.web.http.fault_codes import FaultCode
from tests.support.api_client import ApiClient, problem
from tests.support.servers import ROOT

QUERIES = {
    "": "missing",
    "lat=50.85": "missing",
    "postcode=1000&postcode=2000": "repeated",
    "postcode=1000&lat=50.85&lon=4.35": "conflict",
    "postcode=1000&postcod=2000": "name-unknown",
    "postcode=1000&limit=0": "value-invalid",
    "postcode=1000&language=xx": "language-unknown",
    "postcode=1000&language=jp": "language-unknown",
    "postcode=1000&fields=nome": "member-unknown",
    "postcode=1000&format=text&fields=id": "conflict",
    "lat=100&lon=4.35": "coordinates-exchanged",
}
BODIES: dict[str, tuple[Any, str]] = {
    "null": ({"postcode": None}, "null"),
    "a number": ({"postcode": 1000}, "type-wrong"),
    "a list": ([], "type-wrong"),
    "an unknown member": ({"postcode": "1000", "postcod": 1}, "name-unknown"),
}


@pytest.mark.parametrize("query", QUERIES)
def test_each_fault_of_a_query_has_a_code(api: ApiClient, query: str) -> None:
    body = problem(api.get(f"/v1/nearest?{query}"), 400, "request-invalid")
    assert [fault["code"] for fault in body["errors"]] == [QUERIES[query]]


@pytest.mark.parametrize("name", BODIES)
def test_each_fault_of_a_body_has_a_code(api: ApiClient, name: str) -> None:
    sent, code = BODIES[name]
    body = problem(api.post("/v1/nearest", json=sent), 400, "request-invalid")
    assert code in {fault["code"] for fault in body["errors"]}


def test_the_only_fault_is_the_detail_with_its_place(api: ApiClient) -> None:
    """A program that shows only `detail` shows what is wrong; with several, how many there are."""
    one = problem(api.get("/v1/nearest?postcode=1000&limit=0"), 400, "request-invalid")
    assert one["detail"] == "limit: Use a whole number from 1 to 50."
    sent = {"postcode": "1000", "limit": 0}
    one = problem(api.post("/v1/nearest", json=sent), 400, "request-invalid")
    assert one["detail"] == "limit: Use a whole number from 1 to 50."
    two = problem(api.get("/v1/nearest?limit=0"), 400, "request-invalid")
    assert two["detail"] == "There are 2 errors in the request."


def test_the_fault_of_a_place_has_the_code_of_its_problem(api: ApiClient) -> None:
    query = problem(api.get("/v1/nearest?postcode=9999"), 404, "postcode-unknown")
    assert [fault["code"] for fault in query["errors"]] == ["postcode-unknown"]
    sent = {"origins": [{"postcode": "9999"}, {"postcode": "1000", "lat": 1, "lon": 1}]}
    answers = api.post("/v1/nearest/batch", json=sent).get_json()["answers"]
    codes = [[fault["code"] for fault in answer["problem"]["errors"]] for answer in answers]
    assert codes == [["postcode-unknown"], ["conflict"]]


def test_the_page_of_problems_explains_each_code() -> None:
    page = (ROOT / "docs/problems.md").read_text(encoding="utf-8")
    assert [code for code in FaultCode if f"`{code}`" not in page] == []
