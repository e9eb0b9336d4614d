"""The filters of the lists of /hsds: terms, words, organizations and times."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.features.hsds.catalogue import (
    AT_LOCATIONS,
    ORGANIZATIONS,
    SERVICES,
    TERMS,
    Catalogue,
    Selection,
)
from directory_api.features.hsds.objects import DetailLevel
from directory_api.features.hsds.parts import taxonomy_identity, term_identity
from directory_api.features.hsds.routes import catalogue_of
from directory_api.live.editions import Edition
from directory_api.place.gazetteer import Gazetteer
from directory_api.search.snapshot import Snapshot
from directory_api.web.app import create_app
from tests.features.hsds.lists import LEGAL, LISTED, MEDICAL, NOBODY, contents
from tests.support.api_client import ApiClient
from tests.support.moments import NOW
from tests.support.records import directory_of, load, made_up_centre, shipped_records
from tests.support.write_side import Clock

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
    clock = Clock(NOW)
    directory = directory_of(tmp_path, [made_up_centre(1), made_up_centre(2)], clock)
    api = ApiClient(create_app(directory))
    before = {
        one["id"]: one["last_modified"] for one in api.get("/hsds/services").get_json()["contents"]
    }
    clock.pass_by(timedelta(milliseconds=1))
    load(directory, [made_up_centre(1), made_up_centre(2, name="Renamed")])
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


def test_what_nobody_knows_the_time_of_may_have_changed(edition: Edition) -> None:
    """A service without a known time has no last_modified, and passes modified_after."""
    records = {one["id"]: one for one in shipped_records()["centres"]}
    contents = {"directory": {"directory": {"publisher": "Publisher"}}, "centre": records}
    snapshot = Snapshot(1, contents, Gazetteer(()))
    catalogue = Catalogue(snapshot, edition.helplines)
    long_after = Selection(modified_after=datetime(2099, 1, 1, tzinfo=UTC))
    found = catalogue.page(SERVICES, long_after, DetailLevel.BRIEF, 1, 100)["contents"]
    assert len(found) == len(records)
    assert not any("last_modified" in one for one in found)


def test_objects_without_terms_match_no_term(edition: Edition) -> None:
    """An organization has no terms, and no object has a term that does not exist."""
    catalogue = catalogue_of(edition)
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


@pytest.mark.parametrize(("language", "count"), [("en", 2), ("nl-BE", 2), ("sw", 0)])
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


def test_words_of_a_search_are_kept_nowhere(api: ApiClient) -> None:
    """A search may be for the name of a visitor's town, so its answer is no-store and noindex."""
    headers = api.get("/hsds/services?search=liège").headers
    assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex")
