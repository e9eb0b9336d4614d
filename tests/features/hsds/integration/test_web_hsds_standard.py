"""/hsds as the standard HSDS 3.0 has it: parameters, objects and ids, and the helplines."""

import re
from pathlib import Path

import pytest

from directory_api.bootstrap import Directory
from directory_api.features.hsds.catalogue import KINDS
from directory_api.features.hsds.parts import taxonomy_identity, term_identity
from directory_api.web.app import create_app
from tests.features.hsds.lists import contents
from tests.features.hsds.standard import OUR_PARAMETERS, PARAMETERS, faults
from tests.support.api_client import OPENAPI_YAML, ApiClient, problem
from tests.support.openapi_document import COMMITTED
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


def test_every_address_takes_the_parameters_of_the_standard() -> None:
    """openapi.yaml has each operation and parameter of the standard, docs/hsds.md those of each
    list.
    """
    paths = COMMITTED["paths"]
    guide = (OPENAPI_YAML.parent / "docs/hsds.md").read_text(encoding="utf-8")
    for path, wanted in PARAMETERS.items():
        operation = paths[f"/hsds{path}"]["get"]
        taken = {
            one["name"]
            for one in (*operation["parameters"], *paths[f"/hsds{path}"].get("parameters", []))
        }
        assert taken - OUR_PARAMETERS == wanted, path
        row = re.search(rf"^\| `/hsds{re.escape(path)}` \|(.*)\|$", guide, re.MULTILINE)
        assert "{" in path or (row and set(re.findall("`([a-z_]+)`", row[1])) == taken), path


def test_the_start_tells_version_and_description(api: ApiClient) -> None:
    """/hsds/ has the version of HSDS, its description and that of the API; /hsds is the same."""
    body = api.get("/hsds/").get_json()
    assert list(faults("about", body)) == []
    assert body["openapi_url"] == "http://localhost/openapi.json"
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
            "/hsds/service_at_locations?postcode=1000",
        ),
        f"/hsds/taxonomies/{taxonomy_identity('services')}",
        f"/hsds/taxonomy_terms/{term_identity('services', 'legal')}",
        "/hsds/services?search=nothing-at-all",
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
    publisher = api.get("/hsds/organizations?search=directory").get_json()["contents"][0]
    services = f"/hsds/services?full=true&per_page=50&organization_id={publisher['id']}"
    page = api.get(services).get_json()
    numbers = [phone["number"] for one in page["contents"] for phone in one.get("phones", [])]
    assert numbers == [
        line["number"] for line in shipped_records()["helplines"] if "number" in line
    ]
    whole = api.get(f"/hsds/organizations/{publisher['id']}?full_service=true").get_json()
    assert [one["id"] for one in whole["services"]] == [one["id"] for one in page["contents"]]


def test_an_organization_tells_its_services_by_name_or_whole(api: ApiClient) -> None:
    """full_service=true gives whole services, of one organization and in the list;
    otherwise names.
    """
    for service in ("", "&full_service=true"):
        for one in api.get(f"/hsds/organizations?full=true{service}").get_json()["contents"]:
            alone = api.get(f"/hsds/organizations/{one['id']}?{service.strip('&')}").get_json()
            assert one["services"] == alone["services"]
            assert ("last_modified" in one["services"][0]) is bool(service)


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
