"""Borders with fewer points, which stay the same on both sides."""

from collections.abc import Collection, Sequence
from itertools import pairwise

from directory_api.place.geometry import Ring
from directory_api.place.outlines import LonLat, distance_from_line, indexes_between


def simplified_alike(rings: Sequence[Ring], tolerance: float) -> list[Ring]:
    """Return closed rings with fewer points; a border that two rings share stays the same in both.

    No line moves by more than the tolerance (degrees of latitude).
    """
    neighbours: dict[LonLat, set[LonLat]] = {}
    for ring in rings:
        for one, other in pairwise(ring):
            neighbours.setdefault(one, set()).add(other)
            neighbours.setdefault(other, set()).add(one)
    # Where more than two lines meet, a shared border begins or ends.
    ends = {point for point, others in neighbours.items() if len(others) != 2}
    return [_simplify_borders(ring, ends, tolerance) for ring in rings]


def _simplify_borders(ring: Ring, ends: Collection[LonLat], tolerance: float) -> Ring:
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
    far = max(
        range(last), key=lambda number: distance_from_line(points[number], points[0], points[0])
    )
    middle = far if points[0] == points[-1] else 0
    inner = {
        middle,
        *indexes_between(points, 0, middle, tolerance),
        *indexes_between(points, middle, last, tolerance),
    }
    short = tuple(points[number] for number in sorted({0, *inner, last}))
    return short if points == border else short[::-1]
