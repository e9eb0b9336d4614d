"""Simplified country boundaries, to tell whether a position is far outside a country."""

import math
from collections.abc import Sequence
from functools import lru_cache

from directory_api.domain.geo.polygon import Area, Ring

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
    kept = sorted(
        {0, far, *_between(closed, 0, far), *_between(closed, far, len(points))} - {len(points)}
    )
    return tuple(
        (round(points[number][0], DECIMALS), round(points[number][1], DECIMALS)) for number in kept
    )


def _between(points: Sequence[_Point], start: int, end: int) -> list[int]:
    """Return the indexes of the points to keep between two others."""
    kept: list[int] = []
    stretches = [(start, end)]
    while stretches:
        first, last = stretches.pop()
        inner = range(first + 1, last)
        far = max(
            inner,
            key=lambda number: _apart(points[number], points[first], points[last]),
            default=None,
        )
        if (
            far is not None
            and _apart(points[far], points[first], points[last]) > COARSENESS_DEGREES
        ):
            kept.append(far)
            stretches += [(first, far), (far, last)]
    return kept


def _apart(point: _Point, one: _Point, other: _Point) -> float:
    """Return the distance of a point from the line between two others, in degrees of latitude."""
    shrink = math.cos(math.radians(point[1]))
    east, north = (other[0] - one[0]) * shrink, other[1] - one[1]
    to_east, to_north = (point[0] - one[0]) * shrink, point[1] - one[1]
    length = east * east + north * north
    along = max(0.0, min(1.0, (to_east * east + to_north * north) / length)) if length else 0.0
    return math.hypot(to_east - along * east, to_north - along * north)
