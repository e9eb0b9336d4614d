"""Exact nearest-neighbour search by WGS84 geodesic.

The index is a tree of earth-centred points (point_tree.py). It finds the points with the shortest
chords, the straight lines through the ellipsoid, and a few more: a chord is never longer than the
geodesic, and by Schur's theorem the geodesic is never longer than the arc of the smallest circle of
curvature over the same chord. So no centre outside that reach can be among the nearest. Their
geodesics then decide. There are three ways to a geodesic, from quick to always right:

- `arc_m`: the circular arc that has the chord between two points and the curvature of the ellipsoid
  in the middle of it (Euler's and Meusnier's theorems). It takes 0.6 us. Its error grows with the
  fifth power of the distance: 0.01 mm at 200 km, in 20,000 random pairs.
- `vincenty_m`: Vincenty's inverse formula (Survey Review 23, 1975). It takes 4 us, is within
  0.1 mm, and does not converge between nearly opposite points.
- `geodesic_m`: Karney's algorithm (J. Geodesy 87, 2013) by geopy. It takes 40 us and is accurate to
  15 nm.

`distance_m` takes the quickest one that is within 0.1 mm. Where so little would decide something,
`geodesic_m` does.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from heapq import heappush, heapreplace
from itertools import islice
from operator import itemgetter
from typing import Any

from directory_api.domain.geo.geometry import FLATTENING, SEMI_MAJOR_M, Point, earth_centred
from directory_api.domain.model.published import PublishedCentre
from directory_api.domain.query import Hit
from directory_api.search.point_tree import (
    Branch,
    Node,
    Site,
    Vector,
    built,
    site_at,
    with_centre,
    without_centre,
)

# Returns whether the centre with this id is admitted.
Admit = Callable[[str], bool]
ById = Mapping[str, PublishedCentre]
# The id of a centre and its point.
Located = tuple[str, Point]

# More than the largest error of `distance_m`, in metres (Vincenty claims half a millimetre).
ERROR_M = 0.0005
_SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING)
_EQUATORIAL, _POLAR = SEMI_MAJOR_M**-2, _SEMI_MINOR_M**-2
_EQUATORIAL_2, _POLAR_2 = SEMI_MAJOR_M**-4, _SEMI_MINOR_M**-4
# Up to this square of the chord the arc serves.
_ARC_REACH_M2 = 200_000**2
# Beyond this difference of longitude (radians) Vincenty's formula may converge slowly, or to a
# wrong distance.
_NEARLY_OPPOSITE = 3.0
_MOST_ROUNDS = 5
# In radians; 0.006 mm on the ground.
_CONVERGED = 1e-12
# Distances are compared to the millimetre; below it, rounding errors would decide the order.
_DIGITS = 3
_SLACK_M = 0.001
_CLOSE_M = _SLACK_M + 2 * ERROR_M
_first = itemgetter(0)
# The square of the longest geodesic over a chord c is at most c² + c⁴ times this: with the smallest
# radius of curvature r = b²/a and x = c / 2r it is c² (asin x / x)², and that factor is at most
# 1 + (π²/4 - 1) x².
_SMALLEST_RADIUS_M = SEMI_MAJOR_M * (1 - FLATTENING) ** 2
_LONGER = (math.pi**2 / 4 - 1) / (2 * _SMALLEST_RADIUS_M) ** 2


class NearestIndex:
    """An index of centres by their points. Immutable."""

    def __init__(self, places: Iterable[Located]) -> None:
        by_point = defaultdict[Point, list[str]](list)
        for identity, point in places:
            by_point[point].append(identity)
        self._root = built([site_at(point, ids) for point, ids in by_point.items()])

    def __bool__(self) -> bool:
        return self._root != ()

    def changed(self, removed: Iterable[Located], added: Iterable[Located]) -> "NearestIndex":
        """Return the index without some of its centres and with others."""
        index = NearestIndex(())
        index._root = self._root
        for place in removed:
            index._root = without_centre(index._root, *place)
        for place in added:
            index._root = with_centre(index._root, *place)
        return index

    def nearest(
        self,
        centres: ById,
        origin: Point,
        limit: int,
        admit: Admit | None = None,
        max_distance_m: float | None = None,
    ) -> list[Hit]:
        """Return the nearest admitted centres, at most `limit`, by distance, then id.

        Ties to the millimetre are marked, also with centres beyond the limit. `centres` has at
        least those of the index.
        """
        return _ranked(centres, origin, self._root, limit, admit, max_distance_m)


class FewCentres:
    """Some centres, of which the nearest are found by looking at each. Immutable."""

    def __init__(self, centres: Iterable[PublishedCentre]) -> None:
        self._by_id = {centre.id: centre for centre in centres}
        self._sites = tuple(
            Site(earth_centred(centre.point), centre.point, (centre.id,))
            for centre in self._by_id.values()
            if centre.point is not None
        )

    def nearest(self, origin: Point, limit: int, max_distance_m: float | None = None) -> list[Hit]:
        """Return the nearest of them, as NearestIndex.nearest does."""
        return _ranked(self._by_id, origin, self._sites, limit, None, max_distance_m)


def closest_point(node: Node, origin: Point, reach_m: float) -> tuple[float, Point] | None:
    """Return the distance in metres of the closest point of a tree, within 0.1 mm, and the point;
    None if none is within reach.
    """
    place = earth_centred(origin)
    return min(
        (
            (distance_m(origin, site.point, place, site.at), site.point)
            for site, _ in _search(node, place, 1, None, reach_m**2)
        ),
        default=None,
    )


def _ranked(
    centres: ById,
    origin: Point,
    node: Node,
    limit: int,
    admit: Admit | None,
    max_distance_m: float | None,
) -> list[Hit]:
    """Return the nearest centres of a tree by distance to the millimetre, then id."""
    farthest = math.inf if max_distance_m is None else max_distance_m
    place = earth_centred(origin)
    near = _search(node, place, limit, admit, (farthest + _SLACK_M) ** 2)
    entries = [(distance_m(origin, site.point, place, site.at), site, each) for site, each in near]
    entries.sort(key=_first)
    hits: list[Hit] = []
    previous = -math.inf
    for metres, _, there in entries:
        # Whether the error of a distance could decide: an order, a tie, the maximum, or how it is
        # rounded to a metre. Centres at one point are one site.
        if (
            len(there) > 1
            or metres - previous < _CLOSE_M
            or abs(metres - farthest) < _CLOSE_M
            or abs(metres % 1 - 0.5) < ERROR_M
        ):
            return _ranked_exactly(centres, origin, entries, limit, farthest)
        if metres <= farthest:
            hits.append(Hit(centres[there[0]], metres))
        previous = metres
    return hits[:limit]


def _ranked_exactly(
    centres: ById,
    origin: Point,
    entries: Iterable[tuple[float, Site, Sequence[str]]],
    limit: int,
    farthest: float,
) -> list[Hit]:
    """Return the nearest centres of some sites by Karney's distance to the millimetre, then id."""
    rows = [
        (round(metres, _DIGITS), identity, metres)
        for _, site, ids in entries
        for metres in [geodesic_m(origin, site.point)]
        if metres <= farthest
        for identity in ids
    ]
    rows.sort()
    # Ties are neighbours now. Nothing is as far as infinity.
    rounded = [math.inf, *(row[0] for row in rows[: limit + 1]), math.inf]
    return [
        Hit(centres[identity], metres, at in (rounded[number], rounded[number + 2]))
        for number, (at, identity, metres) in enumerate(rows[:limit])
    ]


def _search(  # noqa: C901  # the inner loop of every search: a call costs as much as a site
    node: Node,
    origin: tuple[float, float, float],
    limit: int,
    admit: Admit | None,
    reach: float,
) -> list[tuple[Site, Sequence[str]]]:
    """Return the sites within reach, a squared chord, that may have one of the nearest centres.

    Of many centres at one point those that are first by id, one more than the limit.
    """
    x, y, z = origin
    near: list[tuple[float, Site, Sequence[str]]] = []
    # The negated squares of the shortest chords.
    shortest: list[float] = []
    waiting: list[tuple[float, Node]] = [(0.0, node)]
    while waiting:
        least, node = waiting.pop()
        if least > reach:
            continue
        while node.__class__ is Branch:
            axis, at, less, more = node
            beyond = origin[axis] - at
            node, other = (less, more) if beyond < 0 else (more, less)
            beyond *= beyond
            if beyond <= reach:
                waiting.append((beyond, other))
        for site in node:
            (u, v, w), _, there = site
            u -= x
            v -= y
            w -= z
            squared = u * u + v * v + w * w
            if squared > reach:
                continue
            if admit is not None:
                there = tuple(islice(filter(admit, there), limit + 1))
            elif len(there) > limit:
                there = there[: limit + 1]
            if not there:
                continue
            near.append((squared, site, there))
            for _ in there:
                if len(shortest) < limit:
                    heappush(shortest, -squared)
                elif squared < -shortest[0]:
                    heapreplace(shortest, -squared)
                else:
                    break
            if len(shortest) == limit:
                longest = -shortest[0]
                metres = math.sqrt(longest + longest * longest * _LONGER) + _SLACK_M
                reach = min(reach, metres * metres)
    return [(site, there) for squared, site, there in near if squared <= reach]


def distance_m(start: Point, end: Point, one: Vector, other: Vector) -> float:
    """Return the geodesic distance in metres, within 0.1 mm.

    The vectors are the same points, earth-centred and in metres.
    """
    metres = arc_m(one, other)
    if metres is None:
        metres = vincenty_m(start, end)
    return geodesic_m(start, end) if metres is None else metres


def geodesic_m(start: Point, end: Point) -> float:
    """Return the WGS84 geodesic distance in metres, accurate to 15 nm."""
    return float(_karney().measure((start.lat, start.lon), (end.lat, end.lon)) * 1000)


@cache
def _karney() -> Any:
    # Imported here: most answers need no geodesic, and the import takes 20 ms.
    from geopy.distance import geodesic

    return geodesic(0)


def arc_m(one: Vector, other: Vector) -> float | None:
    """Return the length in metres of the arc between two earth-centred points on the ellipsoid;
    None beyond the reach of the formula.
    """
    x, y, z = one
    u, v, w = other
    east, north, up = u - x, v - y, w - z
    along = east * east + north * north
    up *= up
    squared = along + up
    if squared > _ARC_REACH_M2:
        return None
    if not squared:
        return 0.0
    # The sums are twice the middle of the chord; the factor does not change the curvature.
    x += u
    y += v
    z += w
    ring = x * x + y * y
    height = z * z
    # The normal curvature of x²/a² + y²/a² + z²/b² = 1 in the direction of the chord.
    curvature = (
        (along * _EQUATORIAL + up * _POLAR)
        / squared
        * math.sqrt(
            (ring * _EQUATORIAL + height * _POLAR) / (ring * _EQUATORIAL_2 + height * _POLAR_2)
        )
    )
    return 2 / curvature * math.asin(curvature * math.sqrt(squared) / 2)


def vincenty_m(start: Point, end: Point) -> float | None:
    """Return the geodesic distance in metres; None where the formula may not converge."""
    longitude = math.radians(end.lon - start.lon)
    longitude = math.remainder(longitude, math.tau)
    if abs(longitude) > _NEARLY_OPPOSITE:
        return None
    one = math.atan((1 - FLATTENING) * math.tan(math.radians(start.lat)))
    other = math.atan((1 - FLATTENING) * math.tan(math.radians(end.lat)))
    sin_one, cos_one, sin_other, cos_other = (
        math.sin(one),
        math.cos(one),
        math.sin(other),
        math.cos(other),
    )
    # The longitude on the auxiliary sphere; the names follow Vincenty's paper from here.
    lambda_ = longitude
    for _ in range(_MOST_ROUNDS):
        sin_lambda, cos_lambda = math.sin(lambda_), math.cos(lambda_)
        across = cos_one * sin_other - sin_one * cos_other * cos_lambda
        sin_sigma = math.sqrt((cos_other * sin_lambda) ** 2 + across * across)
        cos_sigma = sin_one * sin_other + cos_one * cos_other * cos_lambda
        sigma = math.atan2(sin_sigma, cos_sigma)
        sin_alpha = cos_one * cos_other * sin_lambda / sin_sigma if sin_sigma else 0.0
        cos2_alpha = 1 - sin_alpha * sin_alpha
        # On the equator there is no midpoint of the arc to speak of.
        middle = cos_sigma - 2 * sin_one * sin_other / cos2_alpha if cos2_alpha > 1e-12 else 0.0
        c = FLATTENING / 16 * cos2_alpha * (4 + FLATTENING * (4 - 3 * cos2_alpha))
        twice = 2 * middle * middle - 1
        previous = lambda_
        lambda_ = longitude + (1 - c) * FLATTENING * sin_alpha * (
            sigma + c * sin_sigma * (middle + c * cos_sigma * twice)
        )
        if abs(lambda_ - previous) < _CONVERGED:
            break
    else:
        return None
    u2 = cos2_alpha * (SEMI_MAJOR_M**2 / _SEMI_MINOR_M**2 - 1)
    a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    b = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
    correction = middle + b / 4 * (
        cos_sigma * twice
        - b / 6 * middle * (4 * sin_sigma * sin_sigma - 3) * (4 * middle * middle - 3)
    )
    # `correction` has its first term in `middle`: delta sigma = B sin sigma (correction).
    return _SEMI_MINOR_M * a * (sigma - b * sin_sigma * correction)
