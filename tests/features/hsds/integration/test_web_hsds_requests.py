"""The parameters of /hsds, and their faults."""

import pytest

from tests.support.api_client import ApiClient, problem
from tests.support.api_client import faults as places

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


def test_a_list_is_asked_for_by_get_only(api: ApiClient) -> None:
    """By POST, 31 bytes got 810 kB that no cache keeps."""
    refused = api.post("/hsds/service_at_locations", json={"per_page": 100, "full": True})
    assert problem(refused, 405, "method-not-allowed")
    assert "POST" not in refused.headers["Allow"]
