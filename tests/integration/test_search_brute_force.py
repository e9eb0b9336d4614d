"""Whole answers of the search, against a scan of all centres with geopy's geodesics.

With every case these are 5,760 random searches. The scan leaves out only what cannot be in an
answer, by great circles: geopy would take half a second for 10,000 centres.
"""

import math
import random
from bisect import insort
from collections.abc import Callable, Iterator, Sequence
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
    NearestAnswer,
    NearestQuery,
    Origin,
    Result,
    is_same_language,
)
from directory_api.search.snapshot import Snapshot
from tests.support.amount import some, tried
from tests.support.records import made_up_centre

Spot = tuple[float, float]
# A distance to the millimetre, and the id.
Rank = tuple[float, str]
NOWHERE = Coordinate(0.0, 0.0)
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

    def centre(self, identity: str) -> Centre:
        """The centre with an id."""
        return self._centres[identity]

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
        and (filters.speaks is None or _speaks(centre, filters.speaks))
        and (opening is None or (centre.status == "active" and centre.open_hours in opening.open))
    )


def _speaks(centre: Centre, language: str) -> bool:
    return any(is_same_language(spoken.code, language) for spoken in centre.languages)


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
    """Order, distances, ties, all that may be the closest, and what filters leave out."""
    snapshot = _snapshot(spots, count)
    for query, origin in _queries(spots, count, tried(320)):
        answer = snapshot.nearest(query, origin)
        _check(answer, snapshot, query, origin)


def _check(answer: NearestAnswer, snapshot: Snapshot, query: NearestQuery, origin: Origin) -> None:
    scan = Scan(snapshot, origin.point)
    filters, opening = query.filters, query.filters.opening

    def is_open(centre: Centre) -> bool:
        return centre.status == "active"

    def passes(centre: Centre) -> bool:
        return is_open(centre) and _passes(centre, filters, opening)

    def is_spoken(centre: Centre) -> bool:
        return passes(centre) and any(_speaks(centre, tag) for tag in query.prefer_speaks)

    closest, first = _may_be_closest(scan, is_open, origin), _may_be_closest(scan, passes, origin)
    reason = "closest" if len(closest) == 1 else "maybe_closest"
    why = {identity: [reason] for identity in closest}
    near = [identity for _, identity in scan.ranked(passes, query.limit)[: query.limit]]
    for identity in dict.fromkeys([*near, *first]):
        why.setdefault(identity, ["near"])
    for _, identity in scan.ranked(is_spoken, 1)[:1] if query.prefer_speaks else ():
        wanted = (tag for tag in query.prefer_speaks if _speaks(scan.centre(identity), tag))
        why[identity] = [*why.get(identity, []), f"speaks:{next(wanted)}"]
    results = [each for each in answer.results if each.centre.status == "active"]
    assert {each.published.id: [*each.shown_because] for each in results} == why
    assert answer.certain == (len(closest) == 1)
    _check_distances(results, scan)
    for each in results:
        alone = _each_filter(filters)
        assert each.does_not_match == tuple(
            name for name, one in alone.items() if not _passes(each.centre, one, one.opening)
        )
    is_filtered = filters != Filters()
    assert answer.left_out == (_left_out(snapshot, filters) if is_filtered else None)
    unknown = opening and Opening(opening.unknown, frozenset())
    assert answer.hours_unknown == (
        sum(_passes(each, filters, unknown) for each in snapshot.listed) if unknown else None
    )
    is_full = len(near) >= query.limit
    reach = scan.metres(scan.centre(near[-1])) + 0.001 if is_full else math.inf
    closed = scan.ranked(
        lambda each: each.status == "temporarily_closed" and _passes(each, filters, opening),
        query.limit,
        reach,
    )
    # They follow the open ones.
    assert [(each.published.id, each.shown_because) for each in answer.results[len(results) :]] == [
        (identity, ("temporarily_closed",)) for _, identity in closed[: query.limit]
    ]


def _may_be_closest(scan: Scan, passes: Callable[[Centre], bool], origin: Origin) -> list[str]:
    """The ids of the centres of which each may be the closest, nearest first."""
    ranked = scan.ranked(passes, 1)
    if not ranked:
        return []
    first = scan.centre(ranked[0][1])
    # Distances are compared to the millimetre.
    gap = scan.metres(first) + 2 * origin.accuracy_m + _blur_m(first) + 0.001
    within = [(each, scan.centre(each)) for _, each in scan.ranked(passes, 10**9, gap + 6000)]
    may = [each for each, centre in within if scan.metres(centre) <= gap + _blur_m(centre)]
    return may[:NEAREST_MOST]


def _check_distances(results: Sequence[Result], scan: Scan) -> None:
    """Their order, and which of them tie."""
    exact = [(round(scan.metres(each.centre), 3), each.published.id) for each in results]
    assert exact == sorted(exact)
    distances = [metres for metres, _ in exact]
    for each, (metres, identity) in zip(results, exact, strict=True):
        assert abs(each.distance_m - scan.metres(each.centre)) < 0.0006
        assert round(each.distance_m) == round(scan.metres(each.centre))
        # One that is not shown may be as far.
        as_far = scan.ranked(lambda other: other.status == "active", 10**9, metres + 0.01)
        others = [other for far, other in as_far if far == metres and other != identity]
        assert each.tied <= bool(others)
        assert each.tied >= (distances.count(metres) > 1)


def _each_filter(filters: Filters) -> dict[str, Filters]:
    """The filters that are set, each alone, by its name in requests."""
    alone = {
        "service": Filters(service=filters.service),
        "audience": Filters(audience=filters.audience),
        "speaks": Filters(speaks=filters.speaks),
        "open_at": Filters(opening=filters.opening),
    }
    return {name: one for name, one in alone.items() if one != Filters()}


def _left_out(snapshot: Snapshot, filters: Filters) -> dict[str, int]:
    return {
        name: sum(
            each.status == "active" and not _passes(each, one, one.opening)
            for each in snapshot.centres
        )
        for name, one in _each_filter(filters).items()
    }


def _blur_m(centre: Centre) -> float:
    assert centre.location
    return centre.location.blur_m
