"""The points on the WGS84 ellipsoid that are nearest to another one, by a k-d tree (Bentley 1975).

The tree is implicit: its points lie in arrays, and each node divides a part of them. Chords, the
straight lines through the ellipsoid, find a few candidates: a chord is never longer than the
geodesic, and by Schur's theorem the geodesic is never longer than the arc of the smallest circle of
curvature over the same chord. Their distances follow from two quick formulas:

- Up to 200 km the circular arc that has the chord and the curvature of the ellipsoid in the middle
  of it (Euler's and Meusnier's theorems). Its error grows with the fifth power of the distance:
  0.01 mm at 200 km, in 20,000 random pairs.
- Beyond that Vincenty's inverse formula (Survey Review 23, 1975), within 0.1 mm. It does not
  converge between nearly opposite points.

Where so little would decide something nothing is decided here: the candidates are for a more exact
measure (search/nearest.py).

The build compiles this file by Cython with the types of kd.pxd (ADR 15). Without a compiler it runs
as it is, and gives the same answers.
"""

import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappush, heapreplace

from directory_api.place.geometry import FLATTENING, SEMI_MAJOR_M, Point, Vector, earth_centred

# `compiled` or `interpreted`.
SEARCH = "interpreted" if __file__.endswith(".py") else "compiled"
# More than the largest error of a quick distance, in metres (Vincenty claims half a millimetre).
ERROR_M = 0.0005
# Distances are compared to the millimetre; below it, rounding errors would decide the order.
SLACK_M = 0.001
_CLOSE_M = SLACK_M + 2 * ERROR_M
# So many points are compared one by one.
_LEAF = 8
_SAMPLE = 64
# After so many changes the tree is built again.
_MOST_CHANGES = 256
# Instead of a row: nothing is at the point any more, or several rows are.
_NONE = -1
_SEVERAL = -2

_SEMI_MINOR_M = SEMI_MAJOR_M * (1 - FLATTENING)
# The square of the longest geodesic over a chord c is at most c² + c⁴ times this: with the smallest
# radius of curvature r = b²/a and x = c / 2r it is c² (asin x / x)², and that factor is at most
# 1 + (π²/4 - 1) x².
_LONGER = (math.pi**2 / 4 - 1) / (2 * SEMI_MAJOR_M * (1 - FLATTENING) ** 2) ** 2
_EQUATORIAL, _POLAR = SEMI_MAJOR_M**-2, _SEMI_MINOR_M**-2
_EQUATORIAL_2, _POLAR_2 = SEMI_MAJOR_M**-4, _SEMI_MINOR_M**-4
# Up to this square of the chord the arc serves.
_ARC_REACH_M2 = 200_000.0**2
# Beyond this difference of longitude (radians) Vincenty's formula may converge slowly, or to a
# wrong distance.
_NEARLY_OPPOSITE = 3.0
_MOST_ROUNDS = 5
# In radians; 0.006 mm on the ground.
_CONVERGED = 1e-12
_SECOND_ECCENTRICITY_2 = SEMI_MAJOR_M**2 / _SEMI_MINOR_M**2 - 1
_RADIANS = math.pi / 180
_TURN = 2 * math.pi


class PointTree:
    """Points with the rows (place/rows.py) of what is there. Immutable.

    A change copies the arrays, 60 bytes for each point. New points lie behind the tree, and are
    compared one by one until the tree is built again.
    """

    def __init__(self, rows: Mapping[Point, Sequence[int]]) -> None:
        """Build the tree. `rows` has at least one row for each point."""
        points = [*rows]
        vectors = [earth_centred(point) for point in points]
        order = [*range(len(points))]
        # What divides a part of the points, in the slot of its middle: an axis, and where on it.
        axes, planes = bytearray(len(points)), array("d", [0.0] * len(points))
        _arrange(vectors, order, axes, planes, 0, len(points))
        self._axes, self._planes = bytes(axes), planes
        # So many points are in the tree; the others are behind it.
        self._arranged = len(points)
        self._changes = 0
        self._x, self._y, self._z = (
            array("d", [vectors[at][axis] for at in order]) for axis in range(3)
        )
        self._lat = array("d", [points[at].lat for at in order])
        self._lon = array("d", [points[at].lon for at in order])
        here = [tuple(rows[points[at]]) for at in order]
        self._rows = array("i", map(_number, here))
        self._several = {slot: some for slot, some in enumerate(here) if len(some) > 1}

    def _slot(self, point: Point) -> int:
        """Return where a point is; -1 if it is nowhere."""
        slot = -1
        while True:
            try:
                slot = self._lat.index(point.lat, slot + 1)
            except ValueError:
                return -1
            if self._lon[slot] == point.lon:
                return slot

    def _at(self, slot: int) -> tuple[int, ...]:
        row = self._rows[slot]
        return self._several[slot] if row == _SEVERAL else (row,) if row >= 0 else ()

    def at(self, point: Point) -> tuple[int, ...]:
        """Return the rows at a point."""
        slot = self._slot(point)
        return () if slot < 0 else self._at(slot)

    def items(self) -> Iterator[tuple[Point, tuple[int, ...]]]:
        """Yield the points and the rows there."""
        for slot, row in enumerate(self._rows):
            if row != _NONE:
                yield Point(self._lat[slot], self._lon[slot]), self._at(slot)

    def changed(self, rows: Mapping[Point, Sequence[int]]) -> "PointTree":
        """Return a tree with other rows at some points; a point without rows is not in it."""
        changes = self._changes + len(rows)
        if changes > _MOST_CHANGES:
            there = {**dict(self.items()), **rows}
            return PointTree({point: some for point, some in there.items() if some})
        x, y, z = array("d", self._x), array("d", self._y), array("d", self._z)
        lats, lons = array("d", self._lat), array("d", self._lon)
        numbers, several = array("i", self._rows), dict(self._several)
        for point, some in rows.items():
            slot = self._slot(point)
            if slot < 0:
                slot = len(numbers)
                for column, value in zip((x, y, z), earth_centred(point), strict=True):
                    column.append(value)
                lats.append(point.lat)
                lons.append(point.lon)
                numbers.append(_NONE)
            numbers[slot] = _number(some)
            several.pop(slot, None)
            if len(some) > 1:
                several[slot] = tuple(some)
        tree = PointTree({})
        tree._axes, tree._planes = self._axes, self._planes
        tree._arranged, tree._changes = self._arranged, changes
        tree._x, tree._y, tree._z, tree._lat, tree._lon = x, y, z, lats, lons
        tree._rows, tree._several = numbers, several
        return tree

    def nearest(
        self, origin: Point, limit: int, farthest_m: float, admitted: bytes | None
    ) -> list[tuple[float, int]] | None:
        """Return the nearest admitted rows with their distances in metres: at most `limit`, none
        beyond `farthest_m`, nearest first. `admitted` has a bit for each row, the least first.

        None if the error of a distance could decide: an order, a tie, the farthest, or how it is
        rounded to a metre.
        """
        found = []
        for metres, _, row in self._near(origin, limit, farthest_m, admitted):
            if row == _SEVERAL or metres < 0:
                return None
            found.append((metres, row))
        found.sort()
        previous = -math.inf
        for metres, _ in found:
            if (
                metres - previous < _CLOSE_M
                or math.fabs(metres - farthest_m) < _CLOSE_M
                or math.fabs(metres - math.floor(metres) - 0.5) < ERROR_M
            ):
                return None
            previous = metres
        while found and found[-1][0] > farthest_m:
            found.pop()
        return found[:limit]

    def candidates(
        self, origin: Point, limit: int, farthest_m: float, admitted: bytes | None
    ) -> list[tuple[Point, tuple[int, ...]]]:
        """Return the points that may have one of the nearest admitted rows, and those rows: of many
        at a point the first, one more than the limit.
        """
        found = []
        for _, slot, row in self._near(origin, limit, farthest_m, admitted):
            rows = self._admitted(slot, limit + 1, admitted) if row == _SEVERAL else (row,)
            found.append((Point(self._lat[slot], self._lon[slot]), rows))
        return found

    def _admitted(self, slot: int, most: int, admitted: bytes | None) -> tuple[int, ...]:
        """Return the first admitted rows of the several at a point."""
        rows = []
        for row in self._several[slot]:
            if admitted is None or admitted[row >> 3] >> (row & 7) & 1:
                rows.append(row)
                if len(rows) == most:
                    break
        return tuple(rows)

    def _near(  # noqa: C901  # the inner loop of every search
        self, origin: Point, limit: int, farthest_m: float, admitted: bytes | None
    ) -> list[tuple[float, int, int]]:
        """Return the points that may have one of the nearest admitted rows: the quick distance in
        metres, negative where no formula serves; the slot; and the row, or _SEVERAL if more than
        one there is admitted.
        """
        x, y, z = earth_centred(origin)
        xs, ys, zs, rows = self._x, self._y, self._z, self._rows
        axes, planes = self._axes, self._planes
        # The most of a squared chord.
        reach = (farthest_m + SLACK_M) * (farthest_m + SLACK_M)
        near = []
        # The negated squares of the shortest chords.
        shortest: list[float] = []
        waiting = [(0.0, 0, self._arranged)]
        # First what lies behind the tree.
        first, last = self._arranged, len(rows)
        while True:
            for slot in range(first, last):
                u = xs[slot] - x
                v = ys[slot] - y
                w = zs[slot] - z
                squared = u * u + v * v + w * w
                row = rows[slot]
                if squared > reach or row == _NONE:
                    continue
                count = 1
                if row == _SEVERAL:
                    some = self._admitted(slot, limit + 1, admitted)
                    count = len(some)
                    if count == 0:
                        continue
                    if count == 1:
                        row = some[0]
                elif admitted is not None and not admitted[row >> 3] >> (row & 7) & 1:
                    continue
                near.append((squared, slot, row))
                for _ in range(count):
                    if len(shortest) < limit:
                        heappush(shortest, -squared)
                    elif shortest[0] < -squared:
                        heapreplace(shortest, -squared)
                if len(shortest) == limit:
                    longest = -shortest[0]
                    metres = math.sqrt(longest + longest * longest * _LONGER) + SLACK_M
                    reach = min(reach, metres * metres)
            first = last = 0
            while waiting and first == last:
                least, start, end = waiting.pop()
                if least <= reach:
                    first = start
                    last = end
            if first == last:
                break
            while last - first > _LEAF:
                middle = (first + last) >> 1
                axis = axes[middle]
                beyond = (x if axis == 0 else y if axis == 1 else z) - planes[middle]
                if beyond < 0:
                    if beyond * beyond <= reach:
                        waiting.append((beyond * beyond, middle, last))
                    last = middle
                else:
                    if beyond * beyond <= reach:
                        waiting.append((beyond * beyond, first, middle))
                    first = middle
        lat = origin.lat
        lon = origin.lon
        lats, lons = self._lat, self._lon
        found = []
        for squared, slot, row in near:
            if squared <= reach:
                metres = _arc_m(x, y, z, xs[slot], ys[slot], zs[slot])
                if metres < 0:
                    metres = _vincenty_m(lat, lon, lats[slot], lons[slot])
                found.append((metres, slot, row))
        return found


def _number(rows: Sequence[int]) -> int:
    """Return the row, or what stands for several or none."""
    return rows[0] if len(rows) == 1 else _SEVERAL if rows else _NONE


def _arrange(
    vectors: Sequence[Vector],
    order: list[int],
    axes: bytearray,
    planes: "array[float]",
    first: int,
    last: int,
) -> None:
    """Put a part of the order of points into that of a tree: the middle one divides it, on the axis
    on which a sample is spread most.
    """
    if last - first <= _LEAF:
        return
    part = order[first:last]
    sample = [vectors[at] for at in part[:: max(1, len(part) // _SAMPLE)]]
    spreads = [max(values) - min(values) for values in zip(*sample, strict=True)]
    axis = spreads.index(max(spreads))
    part.sort(key=lambda at: vectors[at][axis])
    order[first:last] = part
    middle = (first + last) >> 1
    axes[middle], planes[middle] = axis, vectors[order[middle]][axis]
    _arrange(vectors, order, axes, planes, first, middle)
    _arrange(vectors, order, axes, planes, middle, last)


def _arc_m(x: float, y: float, z: float, u: float, v: float, w: float) -> float:
    """Return the length in metres of the arc between two earth-centred points on the ellipsoid;
    negative beyond the reach of the formula.
    """
    east = u - x
    north = v - y
    up = w - z
    along = east * east + north * north
    up *= up
    squared = along + up
    if squared > _ARC_REACH_M2:
        return -1.0
    if squared == 0.0:
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


def _vincenty_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the geodesic distance in metres between two points in degrees; negative where the
    formula may not converge.
    """
    longitude = math.remainder((other_lon - lon) * _RADIANS, _TURN)
    if math.fabs(longitude) > _NEARLY_OPPOSITE:
        return -1.0
    one = math.atan((1 - FLATTENING) * math.tan(lat * _RADIANS))
    other = math.atan((1 - FLATTENING) * math.tan(other_lat * _RADIANS))
    sin_one = math.sin(one)
    cos_one = math.cos(one)
    sin_other = math.sin(other)
    cos_other = math.cos(other)
    # The longitude on the auxiliary sphere; the names follow Vincenty's paper from here.
    lambda_ = longitude
    for _ in range(_MOST_ROUNDS):
        sin_lambda = math.sin(lambda_)
        cos_lambda = math.cos(lambda_)
        across = cos_one * sin_other - sin_one * cos_other * cos_lambda
        along = cos_other * sin_lambda
        sin_sigma = math.sqrt(along * along + across * across)
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
        if math.fabs(lambda_ - previous) < _CONVERGED:
            break
    else:
        return -1.0
    u2 = cos2_alpha * _SECOND_ECCENTRICITY_2
    a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    b = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
    correction = middle + b / 4 * (
        cos_sigma * twice
        - b / 6 * middle * (4 * sin_sigma * sin_sigma - 3) * (4 * middle * middle - 3)
    )
    # `correction` has its first term in `middle`: delta sigma = B sin sigma (correction).
    return _SEMI_MINOR_M * a * (sigma - b * sin_sigma * correction)
