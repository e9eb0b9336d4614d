"""Simplified boundaries: for devices, which learn whether a position is far outside a country, and
for the map.
"""

import math
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import pairwise

from directory_api.place.geometry import Area, Ring

# No point of the original boundary is farther than this from the simplified one (degrees of
# latitude, about 2.2 km).
COARSENESS_DEGREES = 0.02
# Coordinates are rounded to this many decimals: about 100 m.
DECIMALS = 3
# Within this distance of the simplified boundary the answer is uncertain: 2.2 km of simplification,
# 1.1 km of tolerance in Area, 0.1 km of rounding, and the rest for the error of planar distances.
MARGIN_M = 4000

Outline = tuple[tuple[Ring, ...], ...]
_Point = tuple[float, float]


@lru_cache(maxsize=64)
def simplified(area: Area) -> Outline:
    """Return the polygons of an area: an outer ring and holes each, as (lon, lat) in degrees.

    Rings are not closed. Lines are simplified with the Ramer-Douglas-Peucker algorithm. Farther
    than MARGIN_M from every line, a position is inside exactly if Area.contains returns True,
    because no line moves by more than that. A ring smaller than that becomes two points, which
    still show that a boundary is near.
    """
    return tuple(
        tuple(map(_simplify, (polygon.outer, *polygon.holes))) for polygon in area.polygons
    )


def _simplify(ring: Ring) -> Ring:
    points = ring[:-1] if ring[0] == ring[-1] else ring
    far = max(range(len(points)), key=lambda number: _apart(points[number], points[0], points[0]))
    closed = (*points, points[0])
    indexes = sorted(
        {
            0,
            far,
            *_between(closed, 0, far, COARSENESS_DEGREES),
            *_between(closed, far, len(points), COARSENESS_DEGREES),
        }
        - {len(points)}
    )
    return tuple(
        (round(points[number][0], DECIMALS), round(points[number][1], DECIMALS))
        for number in indexes
    )


def _between(points: Sequence[_Point], start: int, end: int, tolerance: float) -> list[int]:
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
            key=lambda number: _apart(points[number], points[first], points[last]),
            default=None,
        )
        if far is not None and _apart(points[far], points[first], points[last]) > tolerance:
            indexes.append(far)
            stretches += [(first, far), (far, last)]
    return indexes


def simplified_alike(rings: Sequence[Ring], tolerance: float) -> list[Ring]:
    """Return closed rings with fewer points; a border that two rings share stays the same in both.

    No line moves by more than the tolerance (degrees of latitude).
    """
    neighbours: dict[_Point, set[_Point]] = {}
    for ring in rings:
        for one, other in pairwise(ring):
            neighbours.setdefault(one, set()).add(other)
            neighbours.setdefault(other, set()).add(one)
    # Where more than two lines meet, a shared border begins or ends.
    ends = {point for point, others in neighbours.items() if len(others) != 2}
    return [_simplify_borders(ring, ends, tolerance) for ring in rings]


def _simplify_borders(ring: Ring, ends: Collection[_Point], tolerance: float) -> Ring:
    points = ring[:-1]
    first = next((number for number, point in enumerate(points) if point in ends), None)
    # A ring without ends, such as an enclave, begins at the same point as the hole around it.
    start = points.index(min(points)) if first is None else first
    turned = (*points[start:], *points[:start], points[start])
    cuts = [0, *(n for n in range(1, len(points)) if turned[n] in ends), len(points)]
    borders = (
        _simplify_border(turned[one : other + 1], tolerance) for one, other in pairwise(cuts)
    )
    return (turned[0], *(point for border in borders for point in border[1:]))


def _simplify_border(border: Ring, tolerance: float) -> Ring:
    """Return the same points for the border in either direction."""
    reverse = border[::-1]
    points, last = min(border, reverse), len(border) - 1
    far = max(range(last), key=lambda number: _apart(points[number], points[0], points[0]))
    middle = far if points[0] == points[-1] else 0
    inner = {
        middle,
        *_between(points, 0, middle, tolerance),
        *_between(points, middle, last, tolerance),
    }
    short = tuple(points[number] for number in sorted({0, *inner, last}))
    return short if points == border else short[::-1]


def _apart(point: _Point, start: _Point, end: _Point) -> float:
    """Return the distance of a point from the line between two others, in degrees of latitude."""
    shrink = math.cos(math.radians(point[1]))
    east, north = (end[0] - start[0]) * shrink, end[1] - start[1]
    to_east, to_north = (point[0] - start[0]) * shrink, point[1] - start[1]
    length = east * east + north * north
    along = max(0.0, min(1.0, (to_east * east + to_north * north) / length)) if length else 0.0
    return math.hypot(to_east - along * east, to_north - along * north)
