"""The services of /hsds near a postcode or a coordinate, nearest first."""

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory
from directory_api.features.hsds.catalogue import AT_LOCATIONS
from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import Point
from directory_api.record.records import Centre
from tests.features.hsds.lists import LEGAL, LISTED, contents
from tests.features.hsds.standard import faults
from tests.support.api_client import ApiClient, problem
from tests.support.api_client import faults as places


def _serving(made_up: Directory, code: str, reach: float | None) -> list[tuple[str, int]]:
    """Name and distance of the centres that serve a postcode, by brute force."""
    place = made_up.live.snapshot.gazetteer.resolve(code, "BE")
    area = {"BE", place.subdivision}

    def serves(centre: Centre) -> bool:
        return centre.status == "active" and (
            not centre.coverage or bool(area & set(centre.coverage))
        )

    found = [
        (geodesic_m(place.point, centre.location.point), centre)
        for centre in made_up.live.snapshot.listed
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
    """By the rule of /v1/nearest; a distance is that from its middle."""
    page = api.get("/hsds/service_at_locations?postcode=luik&full=true").get_json()
    assert (page["origin"]["kind"], page["origin"]["place"]) == ("place", "Liège")
    assert page["contents"][0]["service"]["name"] == "Sürya"
    near = api.get("/hsds/service_at_locations?postcode=Luik&proximity=3000").get_json()
    assert near["origin"] == page["origin"]


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
    """A malformed postcode is reported as by /v1/nearest."""
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
        for centre in made_up.live.snapshot.listed
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


def test_a_place_outside_the_coverage_is_told_whom_to_call(api: ApiClient) -> None:
    """As in /v1/nearest; the helplines are those of the directory's countries."""
    for place in ({"postcode": "59000", "country": "FR"}, {"postcode": "L-1111"}):
        answer = api.get("/hsds/service_at_locations", query_string=place).get_json()
        nearest = api.post("/v1/nearest", json=place).get_json()
        assert (answer["outside_coverage"], answer["notice"]) == (True, nearest["notice"])
    inside = api.get("/hsds/service_at_locations?postcode=4000").get_json()
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
    assert english["preferred"]["service"]["organization"]["name"] == "PAG-ASA"
    assert english["preferred"]["distance_m"] > 80_000
    assert english["preferred_language"] == "en"
    for query in ("prefer_language=ar", "prefer_language=en&proximity=5000"):
        assert (
            not {"preferred", "preferred_language"} & api.get(f"{path}&{query}").get_json().keys()
        )


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
