"""A k-d tree (Bentley 1975) of earth-centred points, at which there are centres.

A tree is immutable, and has only the ids of centres: a change of anything else but a place leaves
it as it is. A centre that moves is a new path of about log2(N) nodes; everything else is shared
with the tree before (ADR 11). `within_reach` searches it.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from heapq import heappush, heapreplace
from itertools import islice
from typing import NamedTuple, TypeAlias

from directory_api.place.distance import distance_m
from directory_api.place.geometry import FLATTENING, SEMI_MAJOR_M, Point, Vector, earth_centred

_LEAF = 8
# A leaf with more sites is divided; one with fewer stays, because most changes are of one record.
_MOST_IN_LEAF = 2 * _LEAF
_SAMPLE = 64
# Distances are compared to the millimetre.
SLACK_M = 0.001
# The square of the longest geodesic over a chord c is at most c² + c⁴ times this: with the smallest
# radius of curvature r = b²/a and x = c / 2r it is c² (asin x / x)², and that factor is at most
# 1 + (π²/4 - 1) x².
_SMALLEST_RADIUS_M = SEMI_MAJOR_M * (1 - FLATTENING) ** 2
_LONGER = (math.pi**2 / 4 - 1) / (2 * _SMALLEST_RADIUS_M) ** 2
# Returns whether the centre with this id is admitted.
Admit = Callable[[str], bool]


class Site(NamedTuple):
    """A point, earth-centred in metres and in degrees, with the sorted ids of the centres there."""

    at: Vector
    point: Point
    ids: tuple[str, ...]


class Branch(NamedTuple):
    """A node: sites with less than `at` on an axis are below `less`, the others below `more`."""

    axis: int
    at: float
    less: "Node"
    more: "Node"


Leaf: TypeAlias = tuple[Site, ...]
Node: TypeAlias = Branch | Leaf


def site_at(point: Point, ids: Iterable[str]) -> Site:
    """Return a point with the centres there."""
    return Site(earth_centred(point), point, tuple(sorted(ids)))


def built(sites: list[Site]) -> Node:
    """Return a tree of sites, which have different points."""
    if len(sites) <= _LEAF:
        return tuple(sites)
    for axis in _axes(sites):
        values = [*zip(*(site.at for site in sites), strict=True)][axis]
        order = sorted(range(len(sites)), key=values.__getitem__)
        middle = len(sites) // 2
        at = values[order[middle]]
        # All sites with less are before it; there may be none.
        middle = bisect_left(order, at, 0, middle, key=values.__getitem__)
        sites = [sites[number] for number in order]
        if middle:
            return Branch(axis, at, built(sites[:middle]), built(sites[middle:]))
    return tuple(sites)


def _axes(sites: Sequence[Site]) -> list[int]:
    """Return the axes, first the one on which a sample of the sites is spread most."""
    sample = sites[:: max(1, len(sites) // _SAMPLE)]

    def spread(axis: int) -> float:
        values = [site.at[axis] for site in sample]
        return max(values) - min(values)

    return sorted(range(3), key=spread, reverse=True)


def with_centre(node: Node, identity: str, point: Point) -> Node:
    """Return the tree with a centre at a point."""
    site = site_at(point, (identity,))

    def at_site(leaf: Leaf) -> Node:
        for number, other in enumerate(leaf):
            if other.point == point:
                there = site_at(point, (*other.ids, identity))
                return (*leaf[:number], there, *leaf[number + 1 :])
        leaf = (*leaf, site)
        return leaf if len(leaf) <= _MOST_IN_LEAF else built([*leaf])

    return _replaced(node, site, at_site)


def without_centre(node: Node, identity: str, point: Point) -> Node:
    """Return the tree without a centre at a point."""

    def at_site(leaf: Leaf) -> Node:
        left = (
            site_at(site.point, (each for each in site.ids if each != identity))
            if site.point == point
            else site
            for site in leaf
        )
        return tuple(site for site in left if site.ids)

    return _replaced(node, site_at(point, ()), at_site)


def _replaced(node: Node, site: Site, change: Callable[[Leaf], Node]) -> Node:
    """Return the tree with the leaf changed in which a site is, or would be."""
    if not isinstance(node, Branch):
        return change(node)
    axis, at, less, more = node
    if site.at[axis] < at:
        return Branch(axis, at, _replaced(less, site, change), more)
    return Branch(axis, at, less, _replaced(more, site, change))


def closest_point(node: Node, origin: Point, reach_m: float) -> tuple[float, Point] | None:
    """Return the distance in metres of the closest point of a tree, within 0.1 mm, and the point;
    None if none is within reach.
    """
    place = earth_centred(origin)
    return min(
        (
            (distance_m(origin, site.point, place, site.at), site.point)
            for site, _ in within_reach(node, place, 1, None, reach_m**2)
        ),
        default=None,
    )


def within_reach(  # noqa: C901  # the inner loop of every search: a call costs as much as a site
    node: Node,
    origin: Vector,
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
                metres = math.sqrt(longest + longest * longest * _LONGER) + SLACK_M
                reach = min(reach, metres * metres)
    return [(site, there) for squared, site, there in near if squared <= reach]
