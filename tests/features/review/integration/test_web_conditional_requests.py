"""Repeated requests of proposals and decisions."""

from typing import Any

from werkzeug.test import TestResponse

from tests.support.api_client import problem
from tests.support.maintainer_app import MaintainerApp
from tests.support.records import made_up_centre


def _again(maintainer_app: MaintainerApp, **request: Any) -> tuple[TestResponse, TestResponse]:
    """The same request twice."""
    return maintainer_app.send(**request), maintainer_app.send(**request)


def _post(path: str, key: str, match: str = "", **rest: Any) -> dict[str, Any]:
    headers = {"Idempotency-Key": key} | ({"If-Match": match} if match else {})
    return {"method": "POST", "path": path, "headers": headers, **rest}


def test_what_waits_is_proposed_once(review_app: MaintainerApp) -> None:
    """A repeated create that waits answers 202 with the same proposal and no Location."""
    first, second = _again(review_app, **_post("/v1/centres", "k", json=made_up_centre(1)))
    assert (first.status_code, second.status_code, first.data) == (202, 202, second.data)
    assert "Location" not in first.headers
    assert len(review_app.send("GET", "/v1/proposals").get_json()["proposals"]) == 1


def test_a_decision_is_made_once(review_app: MaintainerApp) -> None:
    """Approve and reject can be repeated with their key; without it the proposal no longer
    exists.
    """
    for verb in ("approve", "reject"):
        review_app.send("POST", "/v1/centres", json=made_up_centre(1 if verb == "approve" else 2))
        (waits,) = review_app.send("GET", "/v1/proposals").get_json()["proposals"]
        path = f"/v1/proposals/{waits['id']}/{verb}"
        first, second = _again(review_app, **_post(path, verb, by="bert"))
        assert (
            (first.status_code, first.data)
            == (second.status_code, second.data)
            == (200, first.data)
        )
        problem(review_app.send("POST", path, by="bert"), 404, "proposal-unknown")
