"""/hsds as the standard HSDS 3.0 has it: objects and ids, and the helplines."""

from pathlib import Path

import pytest

from directory_api.bootstrap import Directory
from directory_api.features.hsds.catalogue import KINDS
from directory_api.features.hsds.parts import taxonomy_identity, term_identity
from directory_api.web.app import create_app
from tests.features.hsds.standard import faults
from tests.support.api_client import ApiClient, problem
from tests.support.hsds_lists import contents
from tests.support.records import (
    belgian_helplines,
    directory_of,
    load,
    made_up_centre,
    shipped_records,
)

SINGLES = {
    "services": "service",
    "organizations": "organization",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}


def test_the_start_tells_version_and_description(api: ApiClient) -> None:
    """/hsds/ has the version of HSDS, its description and that of the API; /hsds is the same."""
    body = api.get("/hsds/").get_json()
    assert list(faults("about", body)) == []
    assert body["openapi_url"] == "http://localhost/openapi-hsds.json"
    assert api.get("/hsds").get_json() == body
    # It names the host that was asked, which a shared cache may not tell from another's.
    assert api.get("/hsds/").headers["Cache-Control"] == "no-store"
    assert "Location" not in api.get("/hsds?postcode=1000").headers


@pytest.mark.parametrize("kind", KINDS)
def test_each_shipped_object_is_as_the_standard_has_it(api: ApiClient, kind: str) -> None:
    """Each list, and each of its objects by its id, is what HSDS 3.0 and openapi.yaml say."""
    page = api.get(f"/hsds/{kind}").get_json()
    assert list(faults(f"{kind} page", page)) == []
    assert page["contents"]
    for one in page["contents"]:
        assert list(faults(SINGLES[kind], api.get(f"/hsds/{kind}/{one['id']}").get_json())) == []


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/hsds/",
            *(f"/hsds/{kind}" for kind in KINDS),
        ),
        f"/hsds/taxonomies/{taxonomy_identity('services')}",
        f"/hsds/taxonomy_terms/{term_identity('services', 'legal')}",
    ],
)
def test_every_answer_carries_the_helplines(api: ApiClient, path: str) -> None:
    """Every answer has the helplines, in the order to try them, and the revision it came from."""
    body = api.get(path).get_json()
    assert body["helplines"] == belgian_helplines()
    assert body["revision"] == "1"


def test_helplines_are_services_of_who_publishes_them(api: ApiClient) -> None:
    """Each helpline is a service of the publisher's organization, with its number as it is
    dialled.
    """
    publisher = api.get("/hsds/organizations").get_json()["contents"][-1]
    whole = api.get(f"/hsds/organizations/{publisher['id']}").get_json()
    services = [api.get(f"/hsds/services/{each['id']}").get_json() for each in whole["services"]]
    assert {each["organization"]["id"] for each in services} == {publisher["id"]}
    numbers = [phone["number"] for one in services for phone in one.get("phones", [])]
    assert numbers == [
        line["number"] for line in shipped_records()["helplines"] if "number" in line
    ]


def test_ids_stay_the_same_over_revisions_and_servers(tmp_path: Path) -> None:
    """Another database with other members has the same ids for the same centres and terms."""

    def ids(directory: Directory) -> dict[str, list[str]]:
        client = create_app(directory).test_client()
        return {kind: [one["id"] for one in contents(client, kind)] for kind in KINDS}

    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    first = directory_of(one, [made_up_centre(1), made_up_centre(2)])
    before = ids(first)
    assert ids(directory_of(other, [made_up_centre(2, name="Other"), made_up_centre(1)])) == before
    load(first, [made_up_centre(1, email="info@pag-asa.be"), made_up_centre(2)])
    assert ids(first) == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("identity", ["nobody", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_id_is_a_problem(api: ApiClient, kind: str, identity: str) -> None:
    """An id of nothing is 404, and the problem says which list has them all."""
    assert (
        f"/hsds/{kind}"
        in problem(api.get(f"/hsds/{kind}/{identity}"), 404, "object-unknown")["detail"]
    )
