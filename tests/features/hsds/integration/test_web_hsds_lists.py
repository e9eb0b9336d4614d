"""The lists of /hsds, and what no list has."""

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory
from directory_api.features.hsds import parts
from directory_api.features.hsds.catalogue import AT_LOCATIONS, KINDS, ORGANIZATIONS, SERVICES
from tests.features.hsds.standard import faults as faults_of
from tests.features.hsds.standard import nested
from tests.support.api_client import ApiClient, faults, problem
from tests.support.hsds_lists import contents
from tests.support.records import shipped_records
from tests.support.varied_centres import COUNT

OF_CENTRES = {
    SERVICES: "service",
    ORGANIZATIONS: "organization",
    AT_LOCATIONS: "service_at_location",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_is_one_page_with_each_object_once(many: FlaskClient, kind: str) -> None:
    """As the standard has a page, also of many centres."""
    page = many.get(f"/hsds/{kind}").get_json()
    assert list(faults_of(f"{kind} page", page)) == []
    met = [one["id"] for one in page["contents"]]
    centres, lines = COUNT * 4 // 5, len(shipped_records()["helplines"])
    wanted = {SERVICES: centres + lines, ORGANIZATIONS: centres + 1, AT_LOCATIONS: centres}
    assert len(set(met)) == len(met) == wanted.get(kind, len(met))
    assert page["total_items"] == page["size"] == len(met)
    assert (page["total_pages"], page["page_number"]) == (1, 1)
    assert (page["first_page"], page["last_page"], page["empty"]) == (True, True, False)


def test_a_closed_centre_can_be_read_but_is_not_listed(
    many: FlaskClient, made_up: Directory
) -> None:
    """The service of a permanently closed centre is inactive, can be read by its id, and is not
    listed.
    """
    closed = [one for one in made_up.live.snapshot.centres if one.status == "closed"]
    assert closed
    for kind, name in OF_CENTRES.items():
        listed = {one["id"] for one in contents(many, kind)}
        for centre in closed[:3]:
            identity = parts.identity(name, "centre", centre.id)
            assert identity not in listed
            made = many.get(f"/hsds/{kind}/{identity}").get_json()
            assert {one["status"] for one in nested(made) if "status" in one} == {"inactive"}


def test_a_list_is_read_again_only_after_a_change(api: ApiClient) -> None:
    """A cache may keep it, and asks whether it is still the same."""
    response = api.get("/hsds/services")
    assert response.headers["Cache-Control"].startswith("public, max-age=60")
    again = api.get("/hsds/services", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("query", ["postcode=1000", "latitude=50.8&longitude=4.3", "search=Gent"])
def test_no_place_is_searched_here(api: ApiClient, query: str) -> None:
    """/v1/nearest is for that; the refusal does not repeat it."""
    for kind in KINDS:
        body = problem(api.get(f"/hsds/{kind}?{query}"), 400, "request-invalid")
        assert faults(body) == [""] * query.count("=")
        assert query.partition("=")[2] not in str(body["errors"])
    assert problem(api.post("/hsds/services", json={}), 405, "method-not-allowed")
