"""Unknown names of parameters and members: their position, and what may be meant."""

import json
from typing import Any

import pytest

from tests.support.api_client import ApiClient, problem
from tests.support.refusals import MARK, assert_untold


@pytest.mark.parametrize(
    ("path", "sent", "meant"),
    [
        ("/v1/nearest", "lng", "lon"),
        ("/v1/nearest", "long", "lon"),
        ("/v1/nearest", "longitude", "lon"),
        ("/v1/nearest", "latitude", "lat"),
        ("/v1/nearest", "zip", "postcode"),
        ("/v1/nearest", "postal_code", "postcode"),
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
        detail = f"The name is unknown. Did you mean {meant}?"
        assert {place: where, "detail": detail, "code": "name-unknown"} in told
        assert_untold(response.text, (MARK,))


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
    assert_untold(response.text, (MARK, "antwerpen"))


def test_an_unknown_member_of_an_origin_is_told_by_its_position(api: ApiClient) -> None:
    """The pointer is that of its object."""
    origins = [{"postcode": "1000"}, {"country": "BE", "postcode": "1000", "antwerpen": MARK}]
    body = json.dumps({"origins": origins})
    response = api.post("/v1/nearest/batch", data=body, content_type="application/json")
    refused = response.get_json()["answers"][1]["problem"]
    (fault,) = refused["errors"]
    assert fault["pointer"] == "/origins/1"
    assert fault["detail"].endswith(" It is member 3 of the object.")
    assert_untold(json.dumps(refused), (MARK, "antwerpen"))


IN_BODY = {
    "/v1/nearest": {"postcode": "1000"},
    "/v1/nearest/batch": {"origins": [{"postcode": "1000"}]},
}


@pytest.mark.parametrize("path", IN_BODY)
def test_a_query_beside_a_body_is_refused(api: ApiClient, path: str) -> None:
    """It was ignored: the answer was not the one that was requested. No value is repeated."""
    body = IN_BODY[path]
    assert api.post(path, json=body).status_code == 200
    response = api.post(f"{path}?limit={MARK}&antwerpen=1&limits=2", json=body)
    told = problem(response, 400, "request-invalid")["errors"]
    assert [each.get("parameter") for each in told] == ["limit", None, "limits"]
    assert told[0]["detail"].startswith("Send this in the JSON body")
    assert told[1]["detail"].endswith(" It is parameter 2 of the query.")
    assert told[2]["detail"] == "The name is unknown. Did you mean limit?"
    assert_untold(response.text, (MARK, "antwerpen"))
