"""Simplified boundaries, for the map and to tell the country of a position
(place/whereabouts.py).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from directory_api.place.geometry import Area, Ring

# No point of the original boundary is farther than this from the simplified one (degrees of
# latitude, about 450 m).
COARSENESS_DEGREES = 0.004
# Coordinates are rounded to this many decimals: about 100 m.
DECIMALS = 3
# How far the line of an outline may be from the border: 450 m of simplification, 60 m of rounding,
# and the error of the boundary itself. Of Belgium's 2,780 named places 3 are outside the shipped
# one, by up to 0.6 km.
MARGIN_M = 1200

# Longitude and latitude in degrees.
LonLat = tuple[float, float]
_Edge = tuple[LonLat, LonLat]


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a country (ISO 3166-1), whose line is at most `margin_m` metres from the
    border.

    A ring is not closed; its points are (lon, lat) in degrees. Outer rings turn to the left, holes
    to the right: a point is inside if the rings turn around it. Only if the outline `is_exact` is a
    point well inside it certainly in the country; else the outline has parts of others, too.
    """

    country: str
    rings: tuple[Ring, ...]
    margin_m: int = MARGIN_M
    is_exact: bool = True


@lru_cache(maxsize=64)
def outline_of(country: str, area: Area) -> Outline:
    """Return the outline of a country of which the boundary is stored, without the borders of its
    parts, such as provinces.

    Lines are simplified with the Ramer-Douglas-Peucker algorithm. A ring smaller than the
    coarseness becomes two points, which still show that a boundary is near.
    """
    rings = tuple(map(_simplify, _dissolved(area)))
    return Outline(country, rings, is_exact=not area.is_approximate)


def _dissolved(area: Area) -> list[Ring]:
    """Return the rings of an area without the lines that two of its parts share."""
    edges: dict[_Edge, int] = {}
    for polygon in area.polygons:
        for ring, is_left in ((polygon.outer, True), *((hole, False) for hole in polygon.holes)):
            points = ring[:-1] if ring[0] == ring[-1] else ring
            turned = points if (_turn(points) > 0) == is_left else points[::-1]
            for start, end in pairwise((*turned, turned[0])):
                # The other part has the same line in the other direction.
                if edges.get((end, start)):
                    edges[end, start] -= 1
                else:
                    edges[start, end] = edges.get((start, end), 0) + 1
    following: dict[LonLat, list[LonLat]] = {}
    for (start, end), count in edges.items():
        following.setdefault(start, []).extend([end] * count)
    rings: list[Ring] = []
    for first, ends in following.items():
        while ends:
            traced, point = [first], ends.pop()
            while point != first:
                traced.append(point)
                point = following[point].pop()
            rings.append(tuple(traced))
    return rings


def _turn(ring: Sequence[LonLat]) -> float:
    """Return twice the area of a ring in square degrees; more than 0 if it turns to the left."""
    return sum(
        lon1 * lat2 - lon2 * lat1 for (lon1, lat1), (lon2, lat2) in pairwise((*ring, ring[0]))
    )


def _simplify(ring: Ring) -> Ring:
    points = ring[:-1] if ring[0] == ring[-1] else ring
    far = max(
        range(len(points)),
        key=lambda number: distance_from_line(points[number], points[0], points[0]),
    )
    closed = (*points, points[0])
    indexes = sorted(
        {
            0,
            far,
            *indexes_between(closed, 0, far, COARSENESS_DEGREES),
            *indexes_between(closed, far, len(points), COARSENESS_DEGREES),
        }
        - {len(points)}
    )
    return tuple(
        (round(points[number][0], DECIMALS), round(points[number][1], DECIMALS))
        for number in indexes
    )


def indexes_between(points: Sequence[LonLat], start: int, end: int, tolerance: float) -> list[int]:
    """Return the indexes of the points to keep between two others.

    No other point is farther than the tolerance (degrees of latitude) from the lines between them.
    """
    indexes: list[int] = []
    stretches = [(start, end)]
    while stretches:
        first, last = stretches.pop()
        inner = range(first + 1, last)
        far = max(
            inner,
            key=lambda number: distance_from_line(points[number], points[first], points[last]),
            default=None,
        )
        if (
            far is not None
            and distance_from_line(points[far], points[first], points[last]) > tolerance
        ):
            indexes.append(far)
            stretches += [(first, far), (far, last)]
    return indexes


def distance_from_line(point: LonLat, start: LonLat, end: LonLat) -> float:
    """Return the distance of a point from the line between two others, in degrees of latitude."""
    shrink = math.cos(math.radians(point[1]))
    east, north = (end[0] - start[0]) * shrink, end[1] - start[1]
    to_east, to_north = (point[0] - start[0]) * shrink, point[1] - start[1]
    length = east * east + north * north
    along = max(0.0, min(1.0, (to_east * east + to_north * north) / length)) if length else 0.0
    return math.hypot(to_east - along * east, to_north - along * north)
