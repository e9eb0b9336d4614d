"""Whether the first centre of an answer is certainly the closest, against every other centre."""

import random
from typing import Any

import pytest

from directory_api.change.change import Contents
from directory_api.place.distance import geodesic_m
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.search.query import NEAREST_MOST, Coordinate, Filters, NearestQuery, Origin
from directory_api.search.snapshot import Snapshot
from tests.support.amount import tried
from tests.support.records import made_up_centre

NOWHERE = Coordinate(0.0, 0.0, 0, 0)
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


def _rivals(snapshot: Snapshot, query: NearestQuery, origin: Origin) -> list[tuple[float, str]]:
    """The centres that pass the filters and may be closer than the nearest of them, which is the
    first, by their distances.
    """
    service = query.filters.service
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
            chance.choice([None, None, 2_000.0, 20_000.0]),
        )
        answer = snapshot.nearest(query, origin)
        _check(answer, _rivals(snapshot, query, origin), query)


def _check(answer: Any, rivals: list[tuple[float, str]], query: NearestQuery) -> None:
    most = query.max_distance_m
    if not answer.hits:
        assert answer.certain
        assert most is not None or not rivals
        return
    ids = [hit.published.id for hit in answer.hits]
    assert ids[0] == rivals[0][1]
    assert answer.certain == (len(rivals) == 1)
    # The centre that may be closer is in the answer, unless it is beyond the maximum.
    if not answer.certain and (most is None or rivals[1][0] <= most) and len(ids) < NEAREST_MOST:
        assert answer.rival.published.id == rivals[1][1]
        assert answer.rival in answer.hits
    else:
        assert answer.rival is None or len(ids) == NEAREST_MOST
    assert len(ids) <= max(query.limit, NEAREST_MOST)
    if answer.certain:
        assert len(ids) <= query.limit


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
    assert [hit.published.id for hit in answer.hits] == ["near", "far", "hidden"]
    assert not answer.certain
    assert answer.rival is answer.hits[2]
