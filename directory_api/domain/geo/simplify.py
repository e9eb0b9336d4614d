"""A country's boundary with few points: enough to tell that a position lies far outside it."""

import math
from collections.abc import Sequence
from functools import lru_cache

from directory_api.domain.geo.polygon import Area, Ring

# No point of the drawn boundary lies farther than this from the simplified one (degrees of latitude, about 2.2 km).
COARSENESS_DEGREES = 0.02
# Numbers are written with this many decimals: about 100 m.
DECIMALS = 3
# Nearer than this to a line of the simplified boundary nobody can tell: 2.2 km that it may be off, 1.1 km that Area
# gives to people at the border, 0.1 km of rounding, and some for measuring with a flat map.
MARGIN_M = 4000

Outline = tuple[tuple[Ring, ...], ...]
_Point = tuple[float, float]


@lru_cache(maxsize=64)
def simplified(area: Area) -> Outline:
    """The polygons of an area, each its outer ring and its holes, as (lon, lat) in degrees, not closed.

    Lines are simplified by Ramer, Douglas and Peucker. Farther than MARGIN_M from each line a position is inside
    exactly where Area.contains says so: what moves a line by less cannot sweep over it. A ring that is smaller than
    that ends as two points, and still says that something is near.
    """
    return tuple(tuple(map(_simplify, (polygon.outer, *polygon.holes))) for polygon in area.polygons)


def _simplify(ring: Ring) -> Ring:
    points = ring[:-1] if ring[0] == ring[-1] else ring
    far = max(range(len(points)), key=lambda number: _apart(points[number], points[0], points[0]))
    closed = (*points, points[0])
    kept = sorted({0, far, *_between(closed, 0, far), *_between(closed, far, len(points))} - {len(points)})
    return tuple((round(points[number][0], DECIMALS), round(points[number][1], DECIMALS)) for number in kept)


def _between(points: Sequence[_Point], start: int, end: int) -> list[int]:
    """Which points to keep between two that are kept."""
    kept: list[int] = []
    stretches = [(start, end)]
    while stretches:
        first, last = stretches.pop()
        inner = range(first + 1, last)
        far = max(inner, key=lambda number: _apart(points[number], points[first], points[last]), default=None)
        if far is not None and _apart(points[far], points[first], points[last]) > COARSENESS_DEGREES:
            kept.append(far)
            stretches += [(first, far), (far, last)]
    return kept


def _apart(point: _Point, one: _Point, other: _Point) -> float:
    """How far a point lies from the line between two others, in degrees of latitude."""
    shrink = math.cos(math.radians(point[1]))
    east, north = (other[0] - one[0]) * shrink, other[1] - one[1]
    to_east, to_north = (point[0] - one[0]) * shrink, point[1] - one[1]
    length = east * east + north * north
    along = max(0.0, min(1.0, (to_east * east + to_north * north) / length)) if length else 0.0
    return math.hypot(to_east - along * east, to_north - along * north)
