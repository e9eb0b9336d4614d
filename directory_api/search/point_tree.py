"""The nearest of some centres by the WGS84 geodesic, in the order of a full scan.

The ellipsoid is scaled to a unit sphere. A path on the sphere is between b and a times as long on
the ellipsoid, where a and b are its semi-axes: an arc says within 0.34 % how far a centre is. From
the other side of the globe that is 67 km, in which every centre of a country may be. There the
geodesic to one point of a cell says more: no point of the cell is nearer than that less the radius
of the cell (triangle inequality). Cells and points are taken from one queue by the distance that
they have at least (Hjaltason and Samet, Distance Browsing in Spatial Databases, 1999), so nothing
is measured that is farther than what is asked for.

Vincenty's inverse formula (Survey Review 23, 1975) measures them, within 0.1 mm. Where so little
could decide, and between nearly opposite points, where it does not converge, geopy measures.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from itertools import count
from operator import itemgetter
from typing import NamedTuple

from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import FLATTENING, SEMI_MAJOR_M, Point, Vector
from directory_api.record.published import PublishedCentre
from directory_api.search.query import Result

# Distances are compared to the millimetre; below it, rounding errors would decide the order.
_DIGITS = 3
_MILLIMETRE = 0.001
# More than the largest error of the formula, in metres (Vincenty claims half a millimetre); and how
# far apart two distances must be for it to decide nothing.
_ERROR_M = 0.0005
_CLOSE_M = _MILLIMETRE + 2 * _ERROR_M
_SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING)
# What an arc leaves open, as part of the distance that it says.
_OPEN = SEMI_MAJOR_M / _SEMI_MINOR_M - 1
_SECOND_ECCENTRICITY_2 = (SEMI_MAJOR_M / _SEMI_MINOR_M) ** 2 - 1
# The formula has converged by then, except within about 8 degrees of the opposite point.
_MOST_ROUNDS = 6
# In radians; what remains changes a distance by 0.01 mm, once the arc is corrected for it.
_CONVERGED = 1e-9
# Rounding errors of a chord of the unit sphere; on the ground it is 6 micrometres.
_CHORD_ERROR = 1e-12
# A cell with so many points is not divided.
_FEW = 16


class _Spot(NamedTuple):
    """A point, its longitude in radians, and its place on the unit sphere, whose latitude is the
    reduced one.
    """

    vector: Vector
    sine: float
    cosine: float
    longitude: float
    point: Point


class _Cell(NamedTuple):
    """A spot, or several and one in their middle: on the unit sphere each is within a chord of it,
    which allows for rounding errors, and on the ellipsoid within so many metres.
    """

    vector: Vector
    chord: float
    metres: float
    # None of one spot.
    parts: "list[_Cell]"
    spot: _Spot


# The least chord from an origin, and the cell.
_Far = tuple[float, _Cell]


class PointTree:
    """Centres by their points. Immutable."""

    _root: _Cell | None

    def __init__(
        self, centres: Iterable[PublishedCentre], previous: "PointTree | None" = None
    ) -> None:
        """Build the tree of some centres, sorted by id; those without a point are not in it. One of
        the same points is shared.
        """
        self._here: dict[Vector, list[PublishedCentre]] = {}
        spots: dict[Vector, _Spot] = {}
        for centre in centres:
            if centre.point:
                spot = _spot(centre.point)
                spots[spot.vector] = spot
                self._here.setdefault(spot.vector, []).append(centre)
        if previous and previous._here.keys() == self._here.keys():
            self._root = previous._root
        else:
            cells = [_Cell(vector, _CHORD_ERROR, 0.0, [], spots[vector]) for vector in spots]
            self._root = _cell_of(cells) if cells else None

    def nearest(
        self,
        origin: Point,
        admits: Callable[[PublishedCentre], bool] | None = None,
        farthest_m: float = math.inf,
    ) -> Iterator[Result]:
        """Yield the centres that are admitted, by distance to the millimetre, then id. Ties are
        marked. None is more than a millimetre farther than a maximum.
        """
        # Of these the formula cannot tell the order, or whether they tie.
        alike: list[tuple[float, _Spot]] = []
        for least, spot in self._by_distance(_spot(origin), admits):
            if alike and least > alike[-1][0] + _CLOSE_M:
                yield from self._ranked(origin, alike, admits)
                alike = []
            if least > farthest_m + _MILLIMETRE:
                break
            if spot:
                alike.append((least, spot))
        yield from self._ranked(origin, alike, admits)

    def _by_distance(
        self, start: _Spot, admits: Callable[[PublishedCentre], bool] | None
    ) -> Iterator[tuple[float, _Spot | None]]:
        """Yield spots that have an admitted centre, each with its distance, and often before one a
        distance that all others have at least.
        """
        number = count()
        # Cells, each with those that follow it in the larger one; None if it is measured. By the
        # least distance in metres; the number decides between equal ones.
        waiting: list[tuple[float, int, _Cell, Iterator[_Far] | None]] = []

        def push_next(least: float, cells: Iterator[_Far]) -> None:
            for chord, cell in cells:
                if chord > 0:  # else it has the origin
                    least = max(least, 2 * math.asin(chord / 2) * _SEMI_MINOR_M)
                heappush(waiting, (least, next(number), cell, cells))
                return

        push_next(0.0, iter([(0.0, self._root)] if self._root else ()))
        while waiting:
            least, _, cell, others = heappop(waiting)
            yield least, None if others or cell.parts else cell.spot
            if others:
                push_next(least, others)
            if others and least * _OPEN >= cell.metres:
                if cell.parts or self._admitted(cell.vector, admits):
                    nearest = _metres(start, cell.spot) - cell.metres
                    least = max(least, nearest - _ERROR_M) if cell.parts else nearest
                    heappush(waiting, (least, next(number), cell, None))
            elif cell.parts:
                push_next(least, iter(_by_chord(start.vector, cell.parts)))

    def _ranked(
        self,
        origin: Point,
        alike: list[tuple[float, _Spot]],
        admits: Callable[[PublishedCentre], bool] | None,
    ) -> list[Result]:
        """Return the admitted centres at some points in their order."""
        if len(alike) > 1 or any(abs(far % 1 - 0.5) < _ERROR_M for far, _ in alike):
            alike = [(geodesic_m(origin, spot.point), spot) for _, spot in alike]
        ranked = [
            (round(far, _DIGITS), centre.id, far, centre)
            for far, spot in alike
            for centre in self._admitted(spot.vector, admits)
        ]
        if len(ranked) == 1:
            return [Result(ranked[0][3], ranked[0][2])]
        ranked.sort()
        # Ties are neighbours. Nothing is as far as infinity.
        rounded = [math.inf, *(entry[0] for entry in ranked), math.inf]
        return [
            Result(centre, far, at in (rounded[number], rounded[number + 2]))
            for number, (at, _, far, centre) in enumerate(ranked)
        ]

    def _admitted(
        self, vector: Vector, admits: Callable[[PublishedCentre], bool] | None
    ) -> list[PublishedCentre]:
        here = self._here[vector]
        return here if admits is None else [each for each in here if admits(each)]


def _cell_of(cells: list[_Cell]) -> _Cell:
    """Return a cell of several spots. If they are many, it has four parts: the middle one divides
    them, and then each half, on the axis of the widest spread.
    """
    centroid = [math.fsum(values) / len(cells) for values in _axes(cells)]
    middle = min(cells, key=lambda cell: math.dist(cell.vector, centroid)).spot
    chord = max(math.dist(cell.vector, middle.vector) for cell in cells) + _CHORD_ERROR
    parts = cells
    if len(cells) > _FEW:
        parts = [_cell_of(quarter) for half in _halves(cells) for quarter in _halves(half)]
    return _Cell(middle.vector, chord, _arc(chord) * SEMI_MAJOR_M, parts, middle)


def _halves(cells: list[_Cell]) -> tuple[list[_Cell], list[_Cell]]:
    spreads = [max(values) - min(values) for values in _axes(cells)]
    axis = spreads.index(max(spreads))
    ranked = sorted(cells, key=lambda cell: cell.vector[axis])
    half = len(ranked) // 2
    return ranked[:half], ranked[half:]


def _axes(cells: list[_Cell]) -> Iterable[tuple[float, ...]]:
    return zip(*(cell.vector for cell in cells), strict=True)


def _by_chord(start: Vector, cells: list[_Cell]) -> list[_Far]:
    """Return cells by their least chord from a vector."""
    dist = math.dist
    return sorted([(dist(start, cell[0]) - cell[1], cell) for cell in cells], key=itemgetter(0))


def _spot(point: Point) -> _Spot:
    longitude = math.radians(point.lon)
    latitude = math.atan((1 - FLATTENING) * math.tan(math.radians(point.lat)))
    sine, cosine = math.sin(latitude), math.cos(latitude)
    vector = cosine * math.cos(longitude), cosine * math.sin(longitude), sine
    return _Spot(vector, sine, cosine, longitude, point)


def _arc(chord: float) -> float:
    """Return the arc (radians) over a chord of the unit sphere."""
    return 2 * math.asin(min(1.0, chord / 2))


def _metres(start: _Spot, end: _Spot) -> float:
    """Return the distance within the error of the formula."""
    metres = _vincenty_m(start, end)
    return geodesic_m(start.point, end.point) if metres == math.inf else metres


def _vincenty_m(start: _Spot, end: _Spot) -> float:
    """Return the geodesic distance in metres between two spots; infinity where the formula may not
    converge.
    """
    longitude = math.remainder(end.longitude - start.longitude, math.tau)
    sin_one, cos_one, sin_other, cos_other = start.sine, start.cosine, end.sine, end.cosine
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
            sigma += sin_alpha * (lambda_ - previous)
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
