"""/hsds: the directory as HSDS 3.0, with the shipped data and with many centres."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory
from directory_api.domain.geo.geometry import Point
from directory_api.domain.model.records import Centre
from directory_api.features import create_app
from directory_api.hsds.catalogue import (
    AT_LOCATIONS,
    KINDS,
    ORGANIZATIONS,
    SERVICES,
    TERMS,
    Catalogue,
    Selection,
)
from directory_api.hsds.objects import DetailLevel
from directory_api.hsds.parts import taxonomy_identity, term_identity
from directory_api.search.gazetteer import Gazetteer
from directory_api.search.nearest import geodesic_m
from directory_api.search.snapshot import Snapshot
from tests.support import fast_yaml
from tests.support.api_client import OPENAPI_YAML, ApiClient, problem
from tests.support.api_client import faults as places
from tests.support.ci import IN_CI
from tests.support.hsds_standard import OUR_PARAMETERS, PARAMETERS, faults, nested
from tests.support.records import directory_of, load, made_up_centre, shipped_records

COUNT = 1000 if IN_CI else 300
STATUSES = ("active", "active", "active", "temporarily_closed", "closed")
COVERAGES: tuple[list[str], ...] = ([], ["BE"], ["BE-BRU"], ["BE-VAN", "LU"])
VISIBILITIES = ("public", "public", "locality", "hidden", "public", "public", "public")
SINGLES = {
    "services": "service",
    "organizations": "organization",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
WITH_FULL = ("services", "organizations", "service_at_locations")


def varied(number: int) -> dict[str, Any]:
    """A made-up centre that differs from its neighbours in all that lists ask for."""
    return made_up_centre(
        number,
        status=STATUSES[number % 5],
        coverage=COVERAGES[number % 4],
        address_visibility=VISIBILITIES[number % 7],
        audiences=["victims"] if number % 3 else ["children", "professionals"],
        phones=[{"number": "+3225116464", "kind": "main"}],
        **(
            {"opening_hours": "Mo-Fr 09:00-17:00", "timezone": "Europe/Brussels"}
            if number % 2
            else {}
        ),
    )


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """A directory of many made-up centres, a fifth of which are closed for good."""
    return directory_of(
        tmp_path_factory.mktemp("made-up"), [varied(number) for number in range(COUNT)]
    )


@pytest.fixture(scope="module")
def many(made_up: Directory) -> FlaskClient:
    """A client of it."""
    return create_app(made_up).test_client()


def walk(client: FlaskClient, kind: str, query: str = "") -> Iterator[dict[str, Any]]:
    """The pages of a list, one after the other."""
    number, is_last = 1, False
    while not is_last:
        response = client.get(f"/hsds/{kind}?page={number}{query}")
        assert response.status_code == 200
        page: dict[str, Any] = response.get_json()
        assert page["page_number"] == number
        yield page
        number, is_last = number + 1, page["last_page"]


def contents(client: FlaskClient, kind: str, query: str = "") -> list[dict[str, Any]]:
    """All objects of a list."""
    return [one for page in walk(client, kind, f"&per_page=100{query}") for one in page["contents"]]


def test_every_address_takes_the_parameters_of_the_standard() -> None:
    """openapi.yaml has each operation and parameter of the standard, docs/hsds.md those of each
    list.
    """
    paths = fast_yaml.load(OPENAPI_YAML.read_text(encoding="utf-8"))["paths"]
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


@pytest.mark.parametrize("kind", WITH_FULL)
def test_a_list_can_be_had_whole(api: ApiClient, kind: str) -> None:
    """With full=true a list holds each object as its own address does."""
    page = api.get(f"/hsds/{kind}?full=true").get_json()
    assert list(faults(f"{kind} page full", page)) == []
    for one in page["contents"]:
        alone = api.get(f"/hsds/{kind}/{one['id']}").get_json()
        assert {
            name: value for name, value in alone.items() if name not in ("revision", "helplines")
        } == one


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [17, 83, 100])
def test_paging_through_everything_meets_each_object_once(
    many: FlaskClient, kind: str, size: int
) -> None:
    """With many centres the pages have each listed object once, count correctly, and are
    valid.
    """
    pages = list(walk(many, kind, f"&per_page={size}"))
    assert [fault for page in pages for fault in faults(f"{kind} page", page)] == []
    met = [one["id"] for page in pages for one in page["contents"]]
    centres, lines = COUNT * 4 // 5, len(shipped_records()["helplines"])
    wanted = {SERVICES: centres + lines, "organizations": centres + 1, AT_LOCATIONS: centres}
    assert len(set(met)) == len(met) == wanted.get(kind, len(met))
    assert {page["total_items"] for page in pages} == {len(met)}
    assert {page["total_pages"] for page in pages} == {len(pages)}
    assert all(page["size"] == len(page["contents"]) for page in pages)
    assert [page["first_page"] for page in pages] == [number == 0 for number in range(len(pages))]


@pytest.mark.parametrize("kind", WITH_FULL)
def test_many_whole_objects_are_as_the_standard_has_them(many: FlaskClient, kind: str) -> None:
    """Lists of many centres contain nothing unknown to HSDS 3.0, and everything it
    requires.
    """
    for page in walk(many, kind, "&per_page=100&full=true"):
        assert list(faults(f"{kind} page full", page)) == []


def test_a_page_behind_the_last_is_empty(api: ApiClient) -> None:
    """A page that does not exist is an empty last page."""
    page = api.get("/hsds/services?page=999999999&per_page=100").get_json()
    assert (page["empty"], page["last_page"], page["size"], page["contents"]) == (True, True, 0, [])


def test_nothing_found_is_an_empty_first_page(api: ApiClient) -> None:
    """A list without objects has no pages, and its first is its last."""
    page = api.get(f"/hsds/services?organization_id={NOBODY}&minimal=true").get_json()
    assert (page["total_items"], page["total_pages"], page["empty"]) == (0, 0, True)
    assert (page["first_page"], page["last_page"]) == (True, True)


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
    assert body["helplines"] == shipped_records()["helplines"]
    assert body["revision"] == "1"


def test_helplines_are_services_of_who_publishes_them(api: ApiClient) -> None:
    """Each helpline is a service of the publisher's organization, with its number as it is
    dialled.
    """
    publisher = api.get("/hsds/organizations?search=directory").get_json()["contents"][0]
    page = api.get(f"/hsds/services?full=true&organization_id={publisher['id']}").get_json()
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


def test_minimal_tells_ids_and_times_of_all(many: FlaskClient) -> None:
    """minimal=true returns all services on one page, with id and modified_date; with per_page in
    pages.
    """
    page = many.get("/hsds/services?minimal=true").get_json()
    assert (page["total_pages"], page["size"]) == (1, page["total_items"])
    assert {frozenset(one) for one in page["contents"]} == {
        frozenset({"id", "name", "status", "modified_date"})
    }
    assert [one["id"] for one in page["contents"]] == [
        one["id"] for one in contents(many, SERVICES)
    ]
    assert many.get("/hsds/services?minimal=true&page=2").get_json()["empty"] is True
    assert many.get("/hsds/services?minimal=true&per_page=10").get_json()["size"] == 10


LISTED = [record for record in map(varied, range(COUNT)) if record["status"] != "closed"]
NOBODY = "00000000-0000-5000-8000-000000000000"
LEGAL, MEDICAL = (
    f"taxonomy_term_id={term_identity('services', code)}" for code in ("legal", "medical")
)
CHILDREN, VICTIMS = (
    f"taxonomy_term_id={term_identity('audiences', code)}" for code in ("children", "victims")
)
FILTERS: dict[str, Callable[[dict[str, Any]], bool]] = {
    LEGAL: lambda one: "legal" in one["services"],
    CHILDREN: lambda one: "children" in one["audiences"],
    f"taxonomy_id={taxonomy_identity('audiences')}": lambda one: True,
    f"{MEDICAL}&search=enee+12": lambda one: "medical" in one["services"] and _begins(one, "12"),
    f"{VICTIMS}&taxonomy_id={taxonomy_identity('services')}": lambda one: (
        "victims" in one["audiences"]
    ),
    f"{VICTIMS}&taxonomy_id={NOBODY}": lambda one: False,
    "modified_after=2099-01-01T00:00:00Z": lambda one: False,
    "modified_after=2000-01-01T00:00:00Z&search=brussel": lambda one: True,
    "modified_after=2099-01-01": lambda one: False,
    "modified_after=1970-01-01&search=brussel": lambda one: True,
    "modified_after=0001-01-01T00:00:00Z&search=brussel": lambda one: True,
    "modified_after=9999-12-31": lambda one: False,
    LEGAL.upper().replace("TAXONOMY_TERM_ID", "taxonomy_term_id"): lambda one: (
        "legal" in one["services"]
    ),
    "modified_after=2000-01-01&search=brussel": lambda one: True,
}


def _begins(record: dict[str, Any], start: str) -> bool:
    return any(
        word.startswith(start) for word in (*record["name"].split(), *record["id"].split("-"))
    )


@pytest.mark.parametrize("kind", [SERVICES, AT_LOCATIONS])
@pytest.mark.parametrize("query", FILTERS)
def test_filters_must_all_hold(many: FlaskClient, kind: str, query: str) -> None:
    """The list with filters is the list without, looked through one by one."""
    found = contents(many, kind, f"&{query}")
    names = [one["service"]["name"] if kind == AT_LOCATIONS else one["name"] for one in found]
    assert names == [one["name"] for one in LISTED if FILTERS[query](one)]


@pytest.mark.parametrize("kind", [SERVICES, AT_LOCATIONS])
def test_an_organization_has_its_own_services(many: FlaskClient, kind: str) -> None:
    """organization_id returns the one service of a centre; a search for another name finds
    nothing.
    """
    organization = contents(many, "organizations")[7]
    (found,) = contents(many, kind, f"&organization_id={organization['id']}")
    assert found.get("service", found)["organization_id"] == organization["id"]
    assert contents(many, kind, f"&organization_id={organization['id']}&search=antwerpen") == []


def test_what_changed_is_found_by_when(tmp_path: Path) -> None:
    """modified_after gives what was changed at that time or later: after an edit the one record."""
    directory = directory_of(tmp_path, [made_up_centre(1), made_up_centre(2)])
    api = ApiClient(create_app(directory))
    before = {
        one["id"]: one["last_modified"] for one in api.get("/hsds/services").get_json()["contents"]
    }
    load(directory, tmp_path, [made_up_centre(1), made_up_centre(2, name="Renamed")])
    after = {one["id"]: one for one in api.get("/hsds/services").get_json()["contents"]}
    (changed,) = [one for one in after.values() if one["last_modified"] != before[one["id"]]]
    assert changed["name"] == "Renamed"
    at = datetime.fromisoformat(changed["last_modified"])
    assert at > max(map(datetime.fromisoformat, before.values()))
    for when, found in ((at, [changed]), (at + timedelta(milliseconds=1), [])):
        query = {
            "modified_after": when.astimezone(UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z")
        }
        assert api.get("/hsds/services", query_string=query).get_json()["contents"] == found
        at_locations = api.get("/hsds/service_at_locations", query_string=query).get_json()[
            "contents"
        ]
        assert [one["service"]["name"] for one in at_locations] == [one["name"] for one in found]


def test_a_day_alone_is_its_beginning_in_utc(many: FlaskClient) -> None:
    """A date means its midnight in UTC; the day after, nothing of today is found."""
    last = max(
        datetime.fromisoformat(one["last_modified"])
        for one in contents(many, SERVICES)
        if one["last_modified"]
    )
    today, tomorrow = (
        f"&modified_after={day:%Y-%m-%d}" for day in (last, last + timedelta(days=1))
    )
    assert contents(many, SERVICES, today) == contents(many, SERVICES, f"{today}T00:00Z") != []
    assert (
        contents(many, SERVICES, tomorrow) == contents(many, SERVICES, f"{tomorrow}T00:00Z") == []
    )


def test_what_nobody_knows_the_time_of_may_have_changed(directory: Directory) -> None:
    """A service without a known time has no last_modified, and passes modified_after."""
    records = {one["id"]: one for one in shipped_records()["centres"]}
    contents = {"directory": {"directory": {"publisher": "Publisher"}}, "centre": records}
    snapshot = Snapshot(1, contents, Gazetteer(()))
    catalogue = Catalogue(directory.finder, snapshot)
    long_after = Selection(modified_after=datetime(2099, 1, 1, tzinfo=UTC))
    found = catalogue.page(SERVICES, long_after, DetailLevel.BRIEF, 1, 100)["contents"]
    assert len(found) == len(records)
    assert not any("last_modified" in one for one in found)


def test_objects_without_terms_match_no_term(directory: Directory) -> None:
    """An organization has no terms, and no object has a term that does not exist."""
    catalogue = Catalogue(directory.finder, directory.finder.snapshot)
    term = next(catalogue.entries(TERMS)).id
    assert catalogue.page(SERVICES, Selection(taxonomy_term_id=term), DetailLevel.BRIEF, 1, 9)[
        "contents"
    ]
    for kind, selection in (
        (ORGANIZATIONS, Selection(taxonomy_term_id=term)),
        (SERVICES, Selection(taxonomy_term_id="nowhere")),
        (TERMS, Selection(taxonomy_term_id=term)),
    ):
        assert catalogue.page(kind, selection, DetailLevel.BRIEF, 1, 9)["contents"] == []


def test_pages_together_are_the_whole_list(directory: Directory) -> None:
    """Centres and helplines, also where a page has some of both."""
    catalogue = Catalogue(directory.finder, directory.finder.snapshot)
    whole = catalogue.page(SERVICES, Selection(), DetailLevel.BRIEF, 1, None)["contents"]
    pages = [
        catalogue.page(SERVICES, Selection(), DetailLevel.BRIEF, number, 2)["contents"]
        for number in range(1, len(whole) // 2 + 2)
    ]
    assert [each for page in pages for each in page] == whole
    assert len(whole) == len(directory.finder.snapshot.centres) + len(
        directory.finder.snapshot.helplines
    )


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
    load(first, one, [made_up_centre(1, email="info@pag-asa.be"), made_up_centre(2)])
    assert ids(first) == before


def test_a_closed_centre_can_be_read_but_is_not_listed(
    many: FlaskClient, made_up: Directory
) -> None:
    """The service of a permanently closed centre is inactive, can be read by its id, and is not
    listed.
    """
    catalogue = Catalogue(made_up.finder, made_up.finder.snapshot)
    closed = [one for one in catalogue.snapshot.centres if one.status == "closed"]
    assert closed
    for kind in (SERVICES, "organizations", AT_LOCATIONS):
        listed = {one["id"] for one in contents(many, kind)}
        mine = [entry.id for entry in catalogue.entries(kind) if entry.centre in closed[:3]]
        assert len(mine) == 3
        assert not listed & set(mine)
        for identity in mine:
            made = many.get(f"/hsds/{kind}/{identity}").get_json()
            assert {one["status"] for one in nested(made) if "status" in one} == {"inactive"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("identity", ["nobody", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_id_is_a_problem(api: ApiClient, kind: str, identity: str) -> None:
    """An id of nothing is 404, and the problem says which list has them all."""
    assert (
        f"/hsds/{kind}"
        in problem(api.get(f"/hsds/{kind}/{identity}"), 404, "object-unknown")["detail"]
    )


def test_terms_are_found_by_taxonomy_and_words(api: ApiClient) -> None:
    """taxonomy_id, search in any language, top_only and parent_id: terms have no parents or
    children.
    """

    def codes(query: str) -> list[str]:
        return [
            one["code"] for one in api.get(f"/hsds/taxonomy_terms?{query}").get_json()["contents"]
        ]

    assert codes(f"taxonomy_id={taxonomy_identity('audiences')}") == [
        "victims",
        "children",
        "professionals",
    ]
    assert codes("search=juridische") == ["legal"]
    assert codes(f"search=juridische&taxonomy_id={taxonomy_identity('audiences')}") == []
    assert codes("top_only=true") == codes("") == codes("top_only=false")
    assert codes(f"parent_id={term_identity('services', 'legal')}") == []
    assert [
        one["name"] for one in api.get("/hsds/taxonomies?search=audience").get_json()["contents"]
    ] == ["Audiences"]


def _serving(made_up: Directory, code: str, reach: float | None) -> list[tuple[str, int]]:
    """Name and distance of the centres that serve a postcode, by brute force."""
    place = made_up.finder.place(code, "BE")
    area = {"BE", place.subdivision}

    def serves(centre: Centre) -> bool:
        return centre.status == "active" and (
            not centre.coverage or bool(area & set(centre.coverage))
        )

    found = [
        (geodesic_m(place.point, centre.location.point), centre)
        for centre in made_up.finder.snapshot.listed
        if centre.location and serves(centre)
    ]
    # Ties are those to the millimetre, as in a nearest answer.
    found.sort(key=lambda hit: (round(hit[0], 3), hit[1].id))
    return [
        (centre.name, round(distance))
        for distance, centre in found
        if reach is None or distance <= reach
    ]


@pytest.mark.parametrize("code", ["1000", "2000", "4000"])
@pytest.mark.parametrize("reach", [None, 5_000, 90_000])
def test_a_postcode_gets_the_brute_force_answer(
    many: FlaskClient, made_up: Directory, code: str, reach: int | None
) -> None:
    """Over all pages, a postcode finds the centres that serve it, nearest first, within the
    proximity.
    """
    proximity = f"&proximity={reach}" if reach else ""
    found = contents(many, AT_LOCATIONS, f"&postcode={code}{proximity}")
    wanted = _serving(made_up, code, reach)
    assert [(one["service"]["name"], one["distance_m"]) for one in found] == wanted
    first = many.get(f"/hsds/service_at_locations?postcode={code}{proximity}&per_page=7").get_json()
    assert first["total_items"] == len(wanted)
    assert first["contents"] == found[:7]
    assert first["origin"]["postcode"] == code


def test_a_postcode_and_filters_must_all_hold(many: FlaskClient, made_up: Directory) -> None:
    """With a filter beside the postcode only what passes both is found, and counted."""
    query = f"&{LEGAL}"
    legal = {one["name"] for one in LISTED if "legal" in one["services"]}
    wanted = [name for name, _ in _serving(made_up, "1000", 8_000) if name in legal]
    for proximity in ("&proximity=8000", ""):
        found = contents(many, AT_LOCATIONS, f"&postcode=1000{query}{proximity}")
        assert [one["service"]["name"] for one in found][: len(wanted)] == wanted
        total = many.get(f"/hsds/service_at_locations?postcode=1000{query}{proximity}").get_json()[
            "total_items"
        ]
        assert total == len(found)


def test_a_whole_object_can_be_near(api: ApiClient) -> None:
    """full=true with a postcode tells each object whole, with its distance."""
    page = api.get("/hsds/service_at_locations?postcode=B-4000&country=be&full=true").get_json()
    assert list(faults("service_at_locations page full", page)) == []
    assert page["contents"][0]["service"]["name"] == "Sürya"


def test_a_town_is_understood_where_all_of_its_postcodes_have_one_answer(api: ApiClient) -> None:
    """By the rule of /v1/nearest; a distance that reaches another centre from some is asked."""
    page = api.get("/hsds/service_at_locations?postcode=luik&full=true").get_json()
    assert (page["origin"]["kind"], page["origin"]["place"]) == ("place", "Liège")
    assert page["contents"][0]["service"]["name"] == "Sürya"
    near = api.get("/hsds/service_at_locations?postcode=Luik&proximity=3000")
    problem(near, 400, "postcode-malformed")


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("postcode=9999", 404, "postcode-unknown"),
        ("postcode=x", 400, "postcode-malformed"),
        ("postcode=1234AB&proximity=10", 422, "postcode-foreign"),
        ("postcode=1000&country=ZZ", 422, "country-unsupported"),
    ],
)
def test_a_wrong_postcode_is_the_same_problem_as_anywhere(
    api: ApiClient, query: str, status: int, kind: str
) -> None:
    """A postcode that is none is told as by /v1/nearest."""
    place = "&".join(part for part in query.split("&") if "proximity" not in part)
    mine, theirs = api.get(f"/hsds/service_at_locations?{query}"), api.get(f"/v1/nearest?{place}")
    assert problem(mine, status, kind) == theirs.get_json()


# Of the made-up centres, near the middle of Brussels.
LAT, LON = 50.8467, 4.3525


@pytest.mark.parametrize("reach", [None, 5_000, 90_000])
def test_a_coordinate_gets_the_brute_force_answer(
    many: FlaskClient, made_up: Directory, reach: int | None
) -> None:
    """Over all pages, a coordinate finds every open centre within the proximity, nearest first:
    the area in which it lies is not known.
    """
    wanted = [
        (geodesic_m(Point(LAT, LON), centre.location.point), centre)
        for centre in made_up.finder.snapshot.listed
        if centre.location and centre.status == "active"
    ]
    wanted.sort(key=lambda hit: (round(hit[0], 3), hit[1].id))
    near = [(c.name, round(d)) for d, c in wanted if reach is None or d <= reach]
    proximity = f"&proximity={reach}" if reach else ""
    met = contents(many, AT_LOCATIONS, f"&latitude={LAT}&longitude={LON}{proximity}")
    assert [(one["service"]["name"], one["distance_m"]) for one in met] == near
    page = many.get(f"/hsds/service_at_locations?latitude={LAT}&longitude={LON}{proximity}")
    origin = page.get_json()["origin"]
    assert (origin["kind"], origin["lat"], origin["lon"]) == ("coordinate", LAT, LON)
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("language", "count"), [("en", 1), ("nl-BE", 2), ("sw", 0)])
def test_services_are_filtered_by_language(api: ApiClient, language: str, count: int) -> None:
    """With and without a place or words, as by /v1/centres."""
    wanted = {
        one["name"] for one in api.get(f"/v1/centres?language={language}").get_json()["centres"]
    }
    assert len(wanted) == count
    for query in ("", "&postcode=1000", "&latitude=50.85&longitude=4.35"):
        page = api.get(f"/hsds/service_at_locations?language={language}{query}").get_json()
        assert {one["service"]["name"] for one in page["contents"]} == wanted
    page = api.get(f"/hsds/service_at_locations?language={language}&search=payoke").get_json()
    assert {one["service"]["name"] for one in page["contents"]} == wanted & {"Payoke"}


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
            "service_at_locations?taxonomy_term_id=legal&taxonomy_id=services&organization_id=payoke",
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


@pytest.mark.parametrize("kind", KINDS)
def test_lines_are_the_pages_without_pages(many: FlaskClient, kind: str) -> None:
    """format=ndjson returns every object once, each on a line with the helplines, as in the
    pages.
    """
    answer = many.get(f"/hsds/{kind}?format=ndjson")
    assert answer.content_type == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert all(line.pop("helplines") and line.pop("revision") for line in lines)
    assert lines == contents(many, kind)
    assert many.get(f"/hsds/{kind}?format=json").content_type == "application/json"


def test_lines_are_filtered_and_ordered_like_pages(api: ApiClient) -> None:
    """With a postcode the lines go by distance, and are kept nowhere."""
    answer = api.get("/hsds/service_at_locations?postcode=4000&format=ndjson")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["service"]["name"] for line in lines] == ["Sürya", "PAG-ASA", "Payoke"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_words_of_a_search_are_kept_nowhere(api: ApiClient) -> None:
    """A search may be for the name of somebody's town, so its answer is no-store and noindex."""
    headers = api.get("/hsds/services?search=liège").headers
    assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex")


def test_a_place_outside_the_coverage_is_told_whom_to_call(api: ApiClient) -> None:
    """As in /v1/nearest; the helplines are those of the directory's countries."""
    for place in ({"postcode": "59000", "country": "FR"}, {"postcode": "L-1111"}):
        answer = api.post("/hsds/service_at_locations", json=place).get_json()
        nearest = api.post("/v1/nearest", json=place).get_json()
        assert (answer["outside_coverage"], answer["notice"]) == (True, nearest["notice"])
    inside = api.post("/hsds/service_at_locations", json={"postcode": "4000"}).get_json()
    assert not {"outside_coverage", "notice"} & inside.keys()


def test_a_preferred_language_names_the_closest_service_in_it(api: ApiClient) -> None:
    """The list is the same; a filter, a reach and another page concern it as they concern that."""
    path = "/hsds/service_at_locations?postcode=4000"
    plain = api.get(path).get_json()
    preferring = api.get(f"{path}&prefer_language=ar,en,fr").get_json()
    assert preferring.pop("preferred") == plain["contents"][0]
    assert preferring.pop("preferred_language") == "fr"
    assert preferring == plain
    english = api.get(f"{path}&prefer_language=en&per_page=1&full=true").get_json()
    assert english["contents"][0]["id"] == plain["contents"][0]["id"]
    assert english["preferred"]["service"]["organization"]["name"] == "Payoke"
    assert english["preferred"]["distance_m"] > 100_000
    assert english["preferred_language"] == "en"
    for query in ("prefer_language=ar", "prefer_language=en&proximity=5000"):
        assert (
            not {"preferred", "preferred_language"} & api.get(f"{path}&{query}").get_json().keys()
        )
    posted = {"postcode": "4000", "prefer_language": "en"}
    answer = api.post("/hsds/service_at_locations", json=posted).get_json()
    assert answer["preferred_language"] == "en"


def test_a_preferred_language_needs_a_place(api: ApiClient) -> None:
    """As `proximity` does; a language that does not exist is a fault."""
    path = "/hsds/service_at_locations"
    refused = api.get(f"{path}?prefer_language=en&proximity=100").get_json()
    assert places(refused) == ["prefer_language", "proximity"]
    assert api.get(f"{path}?postcode=4000&prefer_language=xx").status_code == 400


def test_filters_do_not_hide_the_closest_service(api: ApiClient) -> None:
    """The closest of all is beside the page, if it is not the first of the list."""
    path = "/hsds/service_at_locations?postcode=4000"
    plain = api.get(path).get_json()
    assert "closest" not in plain
    assert "closest" not in api.get(f"{path}&page=2&per_page=1").get_json()
    for query in ("language=en", "proximity=100", "search=payoke", "language=en&page=2"):
        assert api.get(f"{path}&{query}").get_json()["closest"] == plain["contents"][0], query
    full = api.get(f"{path}&language=en&full=true").get_json()["closest"]
    assert full["service"]["organization"]["name"] == "Sürya"
    assert "closest" not in api.get("/hsds/service_at_locations?language=en").get_json()
