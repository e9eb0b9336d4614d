"""Whether the first centre of an answer is certainly the closest, against every other centre."""

import random

import pytest

from directory_api.change.change import Contents
from directory_api.place.distance import geodesic_m
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.search.query import (
    NEAREST_MOST,
    NO_FILTERS,
    Coordinate,
    Filters,
    NearestAnswer,
    NearestQuery,
    Origin,
)
from directory_api.search.snapshot import Snapshot
from tests.support.amount import tried
from tests.support.records import made_up_centre

NOWHERE = Coordinate(0.0, 0.0)
PRECISIONS = ("exact", "street", "postcode", "municipality")
# The services of a made-up centre repeat.
FILTERED = Filters(service="legal")


def _directory(chance: random.Random) -> Snapshot:
    """Centres as near to each other as their precisions, some of them at one point."""
    width = chance.choice([0.02, 0.2, 2.0])
    count = chance.choice([1, 2, 3, 5, 30, 200])
    exact = chance.choice([0, 3, 30])
    records = {}
    for number in range(count):
        lat, lon = 50.8 + chance.uniform(0, width), 4.3 + chance.uniform(0, width)
        precision = chance.choice([*PRECISIONS, *["exact"] * exact])
        location = {"lat": round(lat, 3), "lon": round(lon, 3), "precision": precision}
        record = made_up_centre(number, location=location)
        records[record["id"]] = record
    return Snapshot(1, {"directory": {"directory": {}}, "centre": records}, Gazetteer(()))


def _rivals(snapshot: Snapshot, filters: Filters, origin: Origin) -> list[tuple[float, str]]:
    """The centres that pass the filters and may be closer than the nearest of them, which is the
    first, by their distances.
    """
    service = filters.service
    passing = sorted(
        (round(geodesic_m(origin.point, centre.location.point), 3), centre.id, centre.location)
        for centre in snapshot.listed
        if centre.location and (service is None or service in centre.services)
    )
    return [
        (metres, identity)
        for metres, identity, location in passing
        if identity == passing[0][1]
        or metres - passing[0][0] <= 2 * origin.accuracy_m + passing[0][2].blur_m + location.blur_m
    ]


@pytest.mark.parametrize("seed", range(tried(60)))
def test_an_answer_is_certain_only_if_no_centre_at_all_may_be_closer(seed: int) -> None:
    """A hidden centre may be farther by its point than two others, and yet be the closest."""
    chance = random.Random(seed)
    snapshot = _directory(chance)
    for _ in range(30):
        point = Point(50.8 + chance.uniform(-0.1, 0.3), 4.3 + chance.uniform(-0.1, 0.3))
        origin = Origin(point, chance.choice([0, 5, 60, 3000, 12_000]))
        query = NearestQuery(
            NOWHERE,
            chance.choice([Filters(), FILTERED]),
            chance.randint(1, 5),
        )
        answer = snapshot.nearest(query, origin)
        _check(answer, snapshot, query, origin)


def _check(answer: NearestAnswer, snapshot: Snapshot, query: NearestQuery, origin: Origin) -> None:
    """All that may be the closest are named, whatever the limit and the filters; and all that may
    be the first of those that pass the filters are shown.
    """
    closest = [identity for _, identity in _rivals(snapshot, NO_FILTERS, origin)]
    assert answer.certain == (len(closest) == 1)
    reason = "closest" if answer.certain else "maybe_closest"
    named = [each.published.id for each in answer.results if reason in each.shown_because]
    assert named == closest[:NEAREST_MOST]
    first = [identity for _, identity in _rivals(snapshot, query.filters, origin)]
    assert {each.published.id for each in answer.matching}.issuperset(first[:NEAREST_MOST])


def test_a_hidden_third_centre_that_may_be_the_closest_is_in_the_answer() -> None:
    """Two centres are known exactly; the third is somewhere in its municipality."""
    points = {"near": (50.81, "exact"), "far": (50.85, "exact"), "hidden": (50.86, "municipality")}
    records = {
        identity: made_up_centre(
            1, id=identity, location={"lat": lat, "lon": 4.3, "precision": precision}
        )
        for identity, (lat, precision) in points.items()
    }
    contents: Contents = {"directory": {"directory": {}}, "centre": records}
    snapshot = Snapshot(1, contents, Gazetteer(()))
    answer = snapshot.nearest(NearestQuery(NOWHERE, limit=1), Origin(Point(50.8, 4.3), 5))
    # Of `far` it is known that it is not closer than `near`.
    assert [each.published.id for each in answer.results] == ["near", "hidden"]
    assert {each.shown_because for each in answer.results} == {("maybe_closest",)}


def test_three_that_may_be_the_closest_are_all_named_whatever_the_limit() -> None:
    """From a wide postcode between them; one of them does not pass the filter."""
    records = {
        f"c{number}": made_up_centre(
            number,
            id=f"c{number}",
            location={"lat": 50.8, "lon": 4.3 + number / 100, "precision": "exact"},
        )
        for number in range(3)
    }
    contents: Contents = {"directory": {"directory": {}}, "centre": records}
    snapshot = Snapshot(1, contents, Gazetteer(()))
    answer = snapshot.nearest(
        NearestQuery(NOWHERE, FILTERED, limit=1), Origin(Point(50.8, 4.31), 3000)
    )
    assert [each.published.id for each in answer.undecided] == ["c1", "c0", "c2"]
    assert [each.does_not_match for each in answer.results] == [("service",), (), ("service",)]
    assert not answer.certain
