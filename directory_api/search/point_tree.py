"""The nearest of some centres by the WGS84 geodesic, in the order of a full scan.

The ellipsoid is scaled to a unit sphere. A path on the sphere is between b and a times as long on
the ellipsoid, where a and b are its semi-axes: an arc says within 0.34 % how far a centre is. A
tree of points (Bentley's k-d tree, 1975) finds the few that may be among the nearest by this.

Vincenty's inverse formula (Survey Review 23, 1975) measures them, within 0.1 mm. Where so little
could decide, and between nearly opposite points, where it does not converge, geopy measures.
"""

import math
from bisect import insort
from collections.abc import Callable, Iterable
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import FLATTENING, SEMI_MAJOR_M, Point, Vector, earth_centred
from directory_api.record.published import PublishedCentre
from directory_api.search.query import Hit

# Distances are compared to the millimetre; below it, rounding errors would decide the order.
_DIGITS = 3
# More than the largest error of the formula, in metres (Vincenty claims half a millimetre); and how
# far apart two distances must be for it to decide nothing.
_ERROR_M = 0.0005
_CLOSE_M = 0.001 + 2 * _ERROR_M
_SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING)
_SECOND_ECCENTRICITY_2 = (SEMI_MAJOR_M / _SEMI_MINOR_M) ** 2 - 1
# Beyond this difference of longitude (radians) the formula may converge slowly, or to a wrong
# distance.
_NEARLY_OPPOSITE = 3.0
_MOST_ROUNDS = 5
# In radians; 0.006 mm on the ground.
_CONVERGED = 1e-12
# Rounding errors of a chord of the unit sphere; on the ground it is 6 micrometres.
_CHORD_ERROR = 1e-12
_chord_of = attrgetter("chord")
# So many points are compared one by one.
_LEAF = 8


class _Spot(NamedTuple):
    """A point on the unit sphere and on the ellipsoid, and the centres there, sorted by id."""

    vector: Vector
    point: Point
    centres: list[PublishedCentre]


class _Candidate(NamedTuple):
    """A point at some chord of the unit sphere, and the admitted centres there."""

    chord: float
    point: Point
    centres: list[PublishedCentre]


class _Node(NamedTuple):
    """Two parts of a tree, divided at a value of an axis."""

    axis: int
    plane: float
    below: "_Node | list[_Spot]"
    above: "_Node | list[_Spot]"


class PointTree:
    """Centres by their points. Immutable."""

    def __init__(self, centres: Iterable[PublishedCentre]) -> None:
        """Build the tree of some centres, sorted by id; those without a point are not in it."""
        by_point: dict[Point, list[PublishedCentre]] = {}
        for centre in centres:
            if centre.point:
                by_point.setdefault(centre.point, []).append(centre)
        self._root = _part([_Spot(_on_sphere(at), at, here) for at, here in by_point.items()])

    def nearest(
        self,
        origin: Point,
        limit: int,
        farthest_m: float | None = None,
        admits: Callable[[PublishedCentre], bool] | None = None,
    ) -> list[Hit]:
        """Return the nearest centres that are admitted, at most `limit`, by distance to the
        millimetre, then id. Ties are marked, also with centres beyond the limit.
        """
        most = math.inf if farthest_m is None else farthest_m
        near = self._near(_on_sphere(origin), limit, most, admits)
        metres = [_vincenty_m(origin, each.point) for each in near]
        if _is_undecided(metres, most):
            metres = _measured(origin, near, limit)
        ranked = sorted(
            (round(far, _DIGITS), centre.id, far, centre)
            for far, candidate in zip(metres, near, strict=False)
            if far <= most
            for centre in candidate.centres
        )
        # Ties are neighbours. Nothing is as far as infinity.
        rounded = [math.inf, *(entry[0] for entry in ranked[: limit + 1]), math.inf]
        return [
            Hit(centre, far, at in (rounded[number], rounded[number + 2]))
            for number, (at, _, far, centre) in enumerate(ranked[:limit])
        ]

    def _near(
        self,
        start: Vector,
        limit: int,
        farthest_m: float,
        admits: Callable[[PublishedCentre], bool] | None,
    ) -> list[_Candidate]:
        """Return the points that may have one of the nearest centres, by their chords, with the
        admitted centres there: of many at a point the first, one more than the limit.
        """
        reach = _chord(farthest_m)
        shortest: list[float] = []
        found: list[_Candidate] = []
        waiting = [(0.0, self._root)]
        while waiting:
            least, part = waiting.pop()
            if least > reach:
                continue
            while isinstance(part, _Node):
                beyond = start[part.axis] - part.plane
                part, other = (part.below, part.above) if beyond < 0 else (part.above, part.below)
                waiting.append((abs(beyond), other))
            for vector, point, centres in part:
                chord = math.dist(start, vector)
                if chord > reach:
                    continue
                here = centres if admits is None else [each for each in centres if admits(each)]
                if here:
                    found.append(_Candidate(chord, point, here[: limit + 1]))
                    for _ in here[:limit]:
                        insort(shortest, chord)
                    if len(shortest) >= limit:
                        del shortest[limit:]
                        reach = min(reach, _chord(_arc(shortest[-1]) * SEMI_MAJOR_M))
        return sorted((each for each in found if each.chord <= reach), key=_chord_of)


def _part(spots: list[_Spot]) -> _Node | list[_Spot]:
    """Return a tree of some points: the middle one divides it, on the axis of the widest spread."""
    if len(spots) <= _LEAF:
        return spots
    axes = zip(*(spot.vector for spot in spots), strict=True)
    spreads = [max(values) - min(values) for values in axes]
    axis = spreads.index(max(spreads))
    spots.sort(key=lambda spot: spot.vector[axis])
    middle = len(spots) // 2
    plane = spots[middle].vector[axis]
    return _Node(axis, plane, _part(spots[:middle]), _part(spots[middle:]))


def _on_sphere(point: Point) -> Vector:
    x, y, z = earth_centred(point)
    return x / SEMI_MAJOR_M, y / SEMI_MAJOR_M, z / _SEMI_MINOR_M


def _chord(metres: float) -> float:
    """Return the chord of the unit sphere beyond which every point is farther than some metres."""
    arc = min(math.pi, (metres + _CLOSE_M) / _SEMI_MINOR_M)
    return 2 * math.sin(arc / 2) + _CHORD_ERROR


def _arc(chord: float) -> float:
    """Return the arc (radians) over a chord of the unit sphere."""
    return 2 * math.asin(min(1.0, chord / 2))


def _measured(origin: Point, near: list[_Candidate], limit: int) -> list[float]:
    """Return the distances by geopy, as far as a point may have one of the nearest centres: around
    the point that is opposite to the origin all are as near to each other as the arcs can tell.
    """
    metres: list[float] = []
    shortest: list[float] = []
    for chord, point, centres in near:
        least = _arc(chord) * _SEMI_MINOR_M
        if len(shortest) >= limit and least > shortest[limit - 1] + _CLOSE_M:
            break
        metres.append(geodesic_m(origin, point))
        for _ in centres[:limit]:
            insort(shortest, metres[-1])
    return metres


def _is_undecided(metres: list[float], farthest_m: float) -> bool:
    """Return whether the error of the formula could decide: an order, a tie, the farthest, or how a
    distance is rounded to a metre; or whether a distance is not known.
    """
    if any(far == math.inf or abs(far % 1 - 0.5) < _ERROR_M for far in metres):
        return True
    marks = sorted([*metres, farthest_m])
    return any(other - one < _CLOSE_M for one, other in pairwise(marks))


def _vincenty_m(start: Point, end: Point) -> float:
    """Return the geodesic distance in metres between two points; infinity where the formula may not
    converge.
    """
    longitude = math.remainder(math.radians(end.lon - start.lon), math.tau)
    if abs(longitude) > _NEARLY_OPPOSITE:
        return math.inf
    one = math.atan((1 - FLATTENING) * math.tan(math.radians(start.lat)))
    other = math.atan((1 - FLATTENING) * math.tan(math.radians(end.lat)))
    sin_one, cos_one = math.sin(one), math.cos(one)
    sin_other, cos_other = math.sin(other), math.cos(other)
    # The longitude on the auxiliary sphere; the names follow Vincenty's paper from here.
    lambda_ = longitude
    for _ in range(_MOST_ROUNDS):
        sin_lambda, cos_lambda = math.sin(lambda_), math.cos(lambda_)
        sin_sigma = math.hypot(
            cos_other * sin_lambda, cos_one * sin_other - sin_one * cos_other * cos_lambda
        )
        cos_sigma = sin_one * sin_other + cos_one * cos_other * cos_lambda
        sigma = math.atan2(sin_sigma, cos_sigma)
        sin_alpha = cos_one * cos_other * sin_lambda / sin_sigma if sin_sigma else 0.0
        cos2_alpha = 1 - sin_alpha**2
        # On the equator there is no midpoint of the arc to speak of.
        middle = cos_sigma - 2 * sin_one * sin_other / cos2_alpha if cos2_alpha > 1e-12 else 0.0
        c = FLATTENING / 16 * cos2_alpha * (4 + FLATTENING * (4 - 3 * cos2_alpha))
        twice = 2 * middle**2 - 1
        previous = lambda_
        lambda_ = longitude + (1 - c) * FLATTENING * sin_alpha * (
            sigma + c * sin_sigma * (middle + c * cos_sigma * twice)
        )
        if abs(lambda_ - previous) < _CONVERGED:
            break
    else:
        return math.inf
    u2 = cos2_alpha * _SECOND_ECCENTRICITY_2
    a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    b = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
    correction = middle + b / 4 * (
        cos_sigma * twice - b / 6 * middle * (4 * sin_sigma**2 - 3) * (4 * middle**2 - 3)
    )
    # `correction` has its first term in `middle`: delta sigma = B sin sigma (correction).
    return _SEMI_MINOR_M * a * (sigma - b * sin_sigma * correction)
