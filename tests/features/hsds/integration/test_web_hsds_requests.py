"""Requests to /hsds: parameters in the URL or in a body, and their faults."""

from typing import Any

import pytest

from directory_api.features.hsds.catalogue import AT_LOCATIONS, SERVICES
from directory_api.features.hsds.parts import term_identity
from tests.support.api_client import ApiClient, problem
from tests.support.api_client import faults as places

TWINS: tuple[tuple[str, dict[str, Any]], ...] = (
    (SERVICES, {"minimal": True, "search": "payoke"}),
    (SERVICES, {"full": True, "per_page": 2, "page": 2}),
    (SERVICES, {"taxonomy_term_id": term_identity("services", "legal"), "format": "ndjson"}),
    ("organizations", {"full": True, "full_service": False}),
    (AT_LOCATIONS, {"search": "surya"}),
    (AT_LOCATIONS, {"postcode": "4000 Liège", "country": "BE", "proximity": 20_000}),
    (AT_LOCATIONS, {"latitude": 50.63, "longitude": 5.57, "language": "fr", "full": True}),
    ("taxonomies", {}),
    ("taxonomy_terms", {"search": "legal", "top_only": True}),
)


@pytest.mark.parametrize(("kind", "body"), TWINS)
def test_a_post_is_answered_like_the_get(api: ApiClient, kind: str, body: dict[str, Any]) -> None:
    """The parameters in the body have the names and the answer of those in the URL; the answer is
    kept nowhere.
    """
    query = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in body.items()
    }
    posted = api.post(f"/hsds/{kind}", json=body)
    assert posted.data == api.get(f"/hsds/{kind}", query_string=query).data
    assert (posted.status_code, posted.headers["Cache-Control"]) == (200, "no-store")


def test_the_faults_of_a_body_have_pointers(api: ApiClient) -> None:
    """Each fault of a POST is at its JSON pointer; a text is not a flag."""
    refused = api.post("/hsds/service_at_locations", json={"full": 1, "latitude": 91, "page": 0})
    assert places(problem(refused, 400, "request-invalid")) == [
        "/full",
        "/latitude",
        "/longitude",
        "/page",
    ]
    listed = problem(api.post("/hsds/service_at_locations", json=[]), 400, "request-invalid")
    assert listed["errors"][0]["detail"] == "The value must be a JSON object."


IDS = ("organization_id", "taxonomy_id", "taxonomy_term_id")


@pytest.mark.parametrize(
    ("query", "where"),
    [
        (
            "services?page=0&per_page=101&format=xml&full=yes",
            ["format", "full", "page", "per_page"],
        ),
        ("services?minimal=true&full=true", ["minimal"]),
        ("services?modified_after=now", ["modified_after"]),
        ("services?modified_after=2026-11-02T14:00:00", ["modified_after"]),
        ("services?modified_after=2026-02-30", ["modified_after"]),
        ("services?modified_after=0000-01-01", ["modified_after"]),
        ("services?modified_after=0001-01-01T00:00:00%2B01:00", ["modified_after"]),
        ("services?modified_after=9999-12-31T23:59:59-01:00", ["modified_after"]),
        ("services?taxonomy_term_id=legal&taxonomy_id=services&organization_id=payoke", [*IDS]),
        (
            "service_at_locations?taxonomy_term_id=legal&taxonomy_id=services"
            "&organization_id=payoke",
            [*IDS],
        ),
        ("taxonomy_terms?taxonomy_id=services&parent_id=x", ["parent_id", "taxonomy_id"]),
        ("services?postcode=1000", [""]),
        ("service_at_locations?proximity=5&country=BE", ["country", "proximity"]),
        ("service_at_locations?latitude=50&country=BE", ["country", "longitude"]),
        ("service_at_locations?longitude=5&postcode=1000", ["postcode"]),
        ("service_at_locations?latitude=91&longitude=x", ["latitude", "longitude"]),
        ("service_at_locations?language=dutch!", ["language"]),
        ("service_at_locations?proximity=near&postcode=1000", ["proximity"]),
        ("service_at_locations?proximity=near", ["proximity", "proximity"]),
        ("service_at_locations?minimal=true", [""]),
        ("organizations?organization_id=x", [""]),
        ("taxonomies?full=true", [""]),
        ("taxonomy_terms?top_only=1", ["top_only"]),
    ],
)
def test_a_wrong_parameter_is_named(api: ApiClient, query: str, where: list[str]) -> None:
    """Each parameter that is invalid, or unknown to the standard there, is a separate fault.

    The name of an unknown one is not repeated: it may be a place.
    """
    assert places(problem(api.get(f"/hsds/{query}"), 400, "request-invalid")) == where
