"""Each filter leaves out the centres that do not pass it, on each way to a centre."""

from dataclasses import fields
from typing import Any

import pytest

from directory_api.search.query import Filters
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.filters import ASKED, CENTRES, PLACE
from tests.support.records import directory_of


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> ApiClient:
    """Two centres, of which the farther one passes every filter."""
    directory = directory_of(tmp_path_factory.mktemp("filters"), CENTRES)
    return ApiClient(create_app(directory))


@pytest.mark.parametrize("name", [each.name for each in fields(Filters)])
def test_each_filter_leaves_out_who_does_not_pass_it(two: ApiClient, name: str) -> None:
    parameter, value = ASKED[name]
    asked = {parameter: value}
    body = {**PLACE, **asked}
    answers: list[list[dict[str, Any]]] = [
        two.get("/v1/centres", query_string=asked).get_json()["centres"],
        two.get(f"/v1/nearest?lat=50.8&lon=4.3&{parameter}={value}").get_json()["results"],
        two.get(f"/v1/nearest?{parameter}={value}&lon=4.3&lat=50.8").get_json()["results"],
        two.post("/v1/nearest", json=body).get_json()["results"],
    ]
    for found in answers:
        matching = [each["id"] for each in found if "does_not_match" not in each]
        assert matching == ["made-up-002"]
    batch = two.post("/v1/nearest/batch", json={"places": [PLACE], **asked}).get_json()
    (answer,) = batch["answers"]
    assert answer["left_out"] == {parameter: 1}
    # The closest is there nevertheless, and says so.
    closest, other = answer["results"]
    assert (closest["id"], closest["does_not_match"]) == ("made-up-001", [parameter])
    assert (other["id"], "does_not_match" in other) == ("made-up-002", False)


def test_without_a_filter_both_are_found(two: ApiClient) -> None:
    assert len(two.get("/v1/nearest", query_string=PLACE).get_json()["results"]) == 2
