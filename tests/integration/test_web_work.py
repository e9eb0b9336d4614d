"""How much work requests are, counted in calls: one caller may not occupy a server."""

from typing import Any

import pytest

from directory_api.live.editions import Edition
from directory_api.place.geometry import corners
from directory_api.place.place_names import PlaceNames
from directory_api.search.centre_index import CentreIndex
from directory_api.search.snapshot import Snapshot
from directory_api.text.normalize import similar_name
from tests.support.api_client import ApiClient
from tests.support.calls import counting

# Luxembourg has 788 postcodes.
TOWN = {"place": "Luxembourg", "country": "LU"}
FILTERS = {"speaks": "fr", "service": "legal", "prefer_speaks": "ar,fr"}


@pytest.mark.parametrize("place", [TOWN, {"place": "Luksembourch", "country": "LU"}], ids=str)
def test_equal_places_of_a_batch_are_searched_once(api: ApiClient, place: dict[str, Any]) -> None:
    """Whether they are found or refused; each has its answer."""
    with counting(Edition.nearest) as calls:
        batch = api.post("/v1/nearest/batch", json={"places": [place] * 100})
    assert calls == {"Edition.nearest": 1}
    answers = batch.get_json()["answers"]
    assert len(answers) == 100
    assert len({str(answer).replace(f"/{n}/", "/") for n, answer in enumerate(answers)}) == 1


def test_a_town_is_searched_from_the_corners_of_its_hull(api: ApiClient) -> None:
    """Not from each of its postcodes, also with filters."""
    for options in ({}, FILTERS):
        with counting(Snapshot.nearest) as calls:
            assert api.post("/v1/nearest", json={**TOWN, **options}).status_code == 200
        assert calls["Snapshot.nearest"] <= 30


def test_what_depends_on_the_postcodes_alone_is_computed_once(api: ApiClient) -> None:
    """The outermost places of a town, and what its name is the name of."""
    again = {**TOWN, "place": "LUXEMBOURG"}
    api.post("/v1/nearest", json=TOWN)
    work = (corners, PlaceNames._find_whole, PlaceNames._find_sharing)
    with counting(*work) as calls:
        assert api.post("/v1/nearest", json=again).status_code == 200
    assert sum(calls.values()) == 0


def test_the_filters_of_a_batch_are_read_once(api: ApiClient) -> None:
    """Not for each of its places."""
    origins = [{"lat": 50 + number / 100, "lon": 4.5} for number in range(100)]
    with counting(CentreIndex._filter, CentreIndex._passing) as calls:
        batch = api.post("/v1/nearest/batch", json={"places": origins, **FILTERS})
    assert batch.status_code == 200
    assert sum(calls.values()) <= 4


def test_few_unknown_names_of_a_batch_are_compared_with_the_known_ones(api: ApiClient) -> None:
    """However many there are; each origin is refused."""
    origins = [{f"place{number}": 1 for number in range(40)}] * 100
    with counting(similar_name) as calls:
        answers = api.post("/v1/nearest/batch", json={"places": origins}).get_json()["answers"]
    assert {answer["problem"]["status"] for answer in answers} == {400}
    assert calls["similar_name"] <= 20
