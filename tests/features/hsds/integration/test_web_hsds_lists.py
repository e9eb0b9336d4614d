"""The lists of /hsds and their pages, whole objects and lines."""

import json

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory
from directory_api.features.hsds.catalogue import (
    AT_LOCATIONS,
    KINDS,
    SERVICES,
    Selection,
)
from directory_api.features.hsds.objects import DetailLevel
from directory_api.features.hsds.routes import catalogue_of
from directory_api.live.editions import Edition
from tests.features.hsds.lists import NOBODY, contents, walk
from tests.features.hsds.standard import faults, nested
from tests.support.api_client import ApiClient
from tests.support.records import shipped_records
from tests.support.varied_centres import COUNT

WITH_FULL = ("services", "organizations", "service_at_locations")


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


def test_pages_together_are_the_whole_list(directory: Directory, edition: Edition) -> None:
    """Centres and helplines, also where a page has some of both."""
    catalogue = catalogue_of(edition)
    whole = catalogue.page(SERVICES, Selection(), DetailLevel.BRIEF, 1, None)["contents"]
    pages = [
        catalogue.page(SERVICES, Selection(), DetailLevel.BRIEF, number, 2)["contents"]
        for number in range(1, len(whole) // 2 + 2)
    ]
    assert [each for page in pages for each in page] == whole
    assert len(whole) == len(directory.live.snapshot.centres) + len(
        directory.live.snapshot.helplines
    )


def test_a_closed_centre_can_be_read_but_is_not_listed(
    many: FlaskClient, made_up: Directory
) -> None:
    """The service of a permanently closed centre is inactive, can be read by its id, and is not
    listed.
    """
    catalogue = catalogue_of(made_up.editions(made_up.clock).current())
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
