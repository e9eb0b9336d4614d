"""Whole answers of the search, against a scan of all centres with geopy's geodesics.

With every case these are 5,760 random searches. The scan leaves out only what cannot be in an
answer, by great circles: geopy would take half a second for 10,000 centres.
"""

import math
import random
from bisect import insort
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from geopy.distance import geodesic

from directory_api.change.change import Contents
from directory_api.hours.timetable import HoursKey, Opening
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.record.records import Centre
from directory_api.search.query import (
    NEAREST_MOST,
    Coordinate,
    Filters,
    Hit,
    NearestAnswer,
    NearestQuery,
    Origin,
    speaks,
)
from directory_api.search.snapshot import Snapshot
from tests.support.amount import some, tried
from tests.support.records import made_up_centre

Spot = tuple[float, float]
# A distance to the millimetre, and the id.
Rank = tuple[float, str]
NOWHERE = Coordinate(0.0, 0.0, 0, 0)
# A great circle on a sphere with the smallest radius of curvature, a(1 - e²), is no longer than the
# geodesic between points with the same geographic coordinates.
LEAST_RADIUS_M = 6_378_137.0 * (1 - 0.00669437999014)
PRECISIONS = ("exact", "street", "postcode", "municipality")
HOURS = ("Mo-Fr 09:00-17:00", "Sa 10:00-12:00", None)
KEYS = [HoursKey(hours, "Europe/Brussels", "BE") for hours in HOURS]
OPENING = Opening(frozenset(KEYS[:1]), frozenset(KEYS[2:]))
SPECIAL = [(90.0, 0.0), (-90.0, 0.0), (0.0, 0.0), (0.0, 180.0), (0.0, -180.0), (50.0, -180.0)]


def _globe(chance: random.Random) -> Spot:
    return math.degrees(math.asin(chance.uniform(-1, 1))), chance.uniform(-180, 180)


def _belgium(chance: random.Random) -> Spot:
    return chance.uniform(49.5, 51.5), chance.uniform(2.5, 6.4)


def _poles(chance: random.Random) -> Spot:
    return chance.choice([1, -1]) * (90 - abs(chance.gauss(0, 1))), chance.uniform(-180, 180)


def _antimeridian(chance: random.Random) -> Spot:
    return chance.uniform(-80, 80), math.remainder(180 + chance.gauss(0, 0.5), 360)


def _ties(chance: random.Random) -> Spot:
    """Many at one point, and mirrored on the equator and on a meridian."""
    return chance.choice([-2, -1, 0, 1, 2]) * 0.5, chance.choice([-2, -1, 0, 1, 2]) * 0.5


def _mixed(chance: random.Random) -> Spot:
    kinds = [_globe, _belgium, _belgium, _poles, _antimeridian, _ties]
    return chance.choice([*(kind(chance) for kind in kinds), *SPECIAL])


@cache
def _snapshot(spots: Callable[[random.Random], Spot], count: int) -> Snapshot:
    chance = random.Random(count)
    records = {}
    for number in range(count):
        lat, lon = spots(chance)
        record = made_up_centre(
            number,
            id=f"c{chance.randrange(10**6):06}-{number}",
            status=chance.choice([*["active"] * 8, "temporarily_closed", "closed"]),
            location={
                "lat": round(lat, 5),
                "lon": round(lon, 5),
                "precision": chance.choice(["exact", *PRECISIONS]),
            },
            languages=[{"code": chance.choice(["nl", "nl-BE", "fr", "ar", "en"])}],
            services=chance.sample(["legal", "medical", "accommodation"], 2),
            audiences=[chance.choice(["adults", "children"])],
            opening_hours=chance.choice(HOURS),
            timezone="Europe/Brussels",
        )
        records[record["id"]] = {name: each for name, each in record.items() if each is not None}
    contents: Contents = {"directory": {"directory": {}}, "centre": records}
    return Snapshot(1, contents, Gazetteer(()))


class Scan:
    """All centres of a snapshot, from one origin."""

    def __init__(self, snapshot: Snapshot, origin: Point) -> None:
        self._origin = (origin.lat, origin.lon)
        self._metres: dict[Point, float] = {}
        start = _vector(origin)
        self._by_least = sorted(
            (2 * math.asin(min(1.0, math.dist(start, vector) / 2)) * LEAST_RADIUS_M, identity)
            for identity, vector in _vectors(snapshot)
        )
        self._centres = snapshot.by_id

    def metres(self, centre: Centre) -> float:
        """The distance by geopy."""
        assert centre.location
        point = centre.location.point
        if point not in self._metres:
            self._metres[point] = geodesic(self._origin, (point.lat, point.lon)).meters
        return self._metres[point]

    def ranked(
        self, passes: Callable[[Centre], bool], count: int, most: float = math.inf
    ) -> list[Rank]:
        """At least the first so many centres, up to a distance, and those that tie with them."""
        found: list[Rank] = []
        last = math.inf
        for least, identity in self._by_least:
            if least > min(most, last) + 0.01:
                break
            centre = self._centres[identity]
            if passes(centre) and self.metres(centre) <= most:
                insort(found, (round(self.metres(centre), 3), identity))
                if len(found) >= count:
                    last = found[count - 1][0]
        return found


@cache
def _vectors(snapshot: Snapshot) -> list[tuple[str, Spot | Any]]:
    return [(each.id, _vector(each.location.point)) for each in snapshot.centres if each.location]


def _vector(point: Point) -> tuple[float, float, float]:
    lat, lon = math.radians(point.lat), math.radians(point.lon)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _passes(centre: Centre, filters: Filters, opening: Opening | None) -> bool:
    return (
        (filters.service is None or filters.service in centre.services)
        and (filters.audience is None or filters.audience in centre.audiences)
        and (filters.language is None or _speaks(centre, filters.language))
        and (opening is None or (centre.status == "active" and centre.open_hours in opening.open))
    )


def _speaks(centre: Centre, language: str) -> bool:
    return any(speaks(spoken.code, language) for spoken in centre.languages)


def _queries(
    spots: Callable[[random.Random], Spot], count: int, searches: int
) -> Iterator[tuple[NearestQuery, Origin]]:
    chance = random.Random(count + 1)
    for number in range(searches):
        lat, lon = chance.choice([spots, spots, spots, _mixed])(chance)
        point = Point(*(SPECIAL[number // 20 % len(SPECIAL)] if number % 20 == 0 else (lat, lon)))
        filters = Filters(
            chance.choice([None, None, "nl", "ar", "xx"]),
            chance.choice([None, None, "legal"]),
            chance.choice([None, None, "children"]),
            chance.choice([None, None, OPENING]),
        )
        query = NearestQuery(
            NOWHERE,
            chance.choice([filters, Filters()]),
            chance.choice([1, 2, 3, 3, 10, NEAREST_MOST]),
            chance.choice([None, None, 1_000.0, 50_000.0, 2_000_000.0]),
            chance.choice([(), (), ("ar",), ("xx", "fr-CH"), ("nl-BE", "en")]),
        )
        yield query, Origin(point, chance.choice([0, 5, 700, 3000, 12_000]))


@pytest.mark.parametrize("count", [3, 1_000, 10_000])
@pytest.mark.parametrize(
    "spots", some([_mixed, _globe, _belgium, _poles, _antimeridian, _ties], one_of=6)
)
def test_an_answer_is_that_of_a_scan_of_all_centres(
    spots: Callable[[random.Random], Spot], count: int
) -> None:
    """Order, distances, ties, certainty, what filters leave out, and what is named beside."""
    snapshot = _snapshot(spots, count)
    for query, origin in _queries(spots, count, tried(320)):
        answer = snapshot.nearest(query, origin)
        _check(answer, snapshot, query, origin)


def _check(answer: NearestAnswer, snapshot: Snapshot, query: NearestQuery, origin: Origin) -> None:
    scan = Scan(snapshot, origin.point)
    filters, opening = query.filters, query.filters.opening
    most = math.inf if query.max_distance_m is None else query.max_distance_m

    def passes(centre: Centre) -> bool:
        return centre.status == "active" and _passes(centre, filters, opening)

    _check_hits(answer, scan, passes, query, origin)
    is_filtered = filters != Filters()
    first = answer.hits[0].published.id if answer.hits else None
    closest = scan.ranked(lambda each: each.status == "active", 1)[:1]
    assert _ids(answer.closest) == [
        identity
        for _, identity in closest
        if identity != first and (is_filtered or not answer.hits)
    ]
    assert answer.left_out == (_left_out(snapshot, filters) if is_filtered else None)
    unknown = opening and Opening(opening.unknown, frozenset())
    assert answer.hours_unknown == (
        sum(_passes(each, filters, unknown) for each in snapshot.listed) if unknown else None
    )
    _check_preferred(answer, scan, passes, query)
    enough = len(answer.hits) >= query.limit
    reach = answer.hits[-1].distance_m + 0.001 if enough else most
    closed = scan.ranked(
        lambda each: each.status == "temporarily_closed" and _passes(each, filters, opening),
        query.limit,
        reach,
    )
    assert [hit.published.id for hit in answer.temporarily_closed] == [
        identity for _, identity in closed[: query.limit]
    ]


def _check_hits(
    answer: NearestAnswer,
    scan: Scan,
    passes: Callable[[Centre], bool],
    query: NearestQuery,
    origin: Origin,
) -> None:
    most = math.inf if query.max_distance_m is None else query.max_distance_m
    ranked = scan.ranked(passes, NEAREST_MOST + 1, most)
    count = max(query.limit, 2)
    if ranked:
        first = scan._centres[ranked[0][1]]
        gap = ranked[0][0] + 2 * origin.accuracy_m + _blur_m(first)
        rivals = [
            rank
            for rank in scan.ranked(passes, 10**9, gap + 6000)
            if rank[1] != first.id and rank[0] <= gap + _blur_m(scan._centres[rank[1]])
        ]
        assert answer.certain == (not rivals)
        if not rivals:
            count = query.limit
        elif rivals[0][0] <= most:
            places = [number for number, each in enumerate(ranked, 1) if each == rivals[0]]
            count = min(max(count, *places, 0), NEAREST_MOST) if places else NEAREST_MOST
            assert (answer.rival is None) == (not places or places[0] > NEAREST_MOST)
    else:
        assert answer.certain
    found = [(round(hit.distance_m, 3), hit.published.id) for hit in answer.hits]
    # The answer ends with the rival, or with those that tie with it.
    assert len(found) >= min(count, len(ranked))
    assert all(entry[0] <= ranked[count - 1][0] + 0.002 for entry in found[count:])
    assert [identity for _, identity in found] == [identity for _, identity in ranked[: len(found)]]
    for number, hit in enumerate(answer.hits):
        metres = scan.metres(hit.centre)
        assert abs(hit.distance_m - metres) < 0.0006
        assert round(hit.distance_m) == round(metres)
        others = [*ranked[max(0, number - 1) : number], *ranked[number + 1 : number + 2]]
        assert hit.tied == any(each[0] == ranked[number][0] for each in others)


def _check_preferred(
    answer: NearestAnswer, scan: Scan, passes: Callable[[Centre], bool], query: NearestQuery
) -> None:
    wanted = query.prefer_languages
    most = math.inf if query.max_distance_m is None else query.max_distance_m
    speaking = scan.ranked(
        lambda each: passes(each) and any(_speaks(each, tag) for tag in wanted), 1, most
    )
    if not speaking:
        assert answer.preferred is None
        return
    assert answer.preferred
    centre = scan._centres[speaking[0][1]]
    assert answer.preferred.hit.published.id == centre.id
    assert answer.preferred.language == next(tag for tag in wanted if _speaks(centre, tag))
    ids = [hit.published.id for hit in answer.hits]
    assert answer.preferred.rank == (ids.index(centre.id) + 1 if centre.id in ids else None)


def _left_out(snapshot: Snapshot, filters: Filters) -> dict[str, int]:
    alone = {
        "audience": Filters(audience=filters.audience),
        "language": Filters(language=filters.language),
        "open_at": Filters(opening=filters.opening),
        "service": Filters(service=filters.service),
    }
    return {
        name: sum(
            each.status == "active" and not _passes(each, one, one.opening)
            for each in snapshot.centres
        )
        for name, one in alone.items()
        if one != Filters()
    }


def _ids(hit: Hit | None) -> list[str]:
    return [hit.published.id] if hit else []


def _blur_m(centre: Centre) -> float:
    assert centre.location
    return centre.location.blur_m
