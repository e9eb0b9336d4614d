"""Exact nearest-neighbour search by WGS84 geodesic.

The index is a k-d tree (Bentley 1975) of earth-centred points. It finds the points with the
shortest chords, the straight lines through the ellipsoid, and a few more: a chord is never longer
than the geodesic, and by Schur's theorem the geodesic is never longer than the arc of the smallest
circle of curvature over the same chord. So no centre outside that reach can be among the nearest.
Their geodesics then decide.

A tree is immutable. A changed centre is a new path of about log2(N) nodes; everything else is
shared with the tree before (ADR 11).
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from heapq import heappush, heapreplace
from itertools import islice
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from directory_api.domain.geo.geometry import FLATTENING, SEMI_MAJOR_M, Point, earth_centred
from directory_api.domain.model.published import PublishedCentre
from directory_api.domain.query import Hit
from directory_api.search.distance import ERROR_M, Vector, distance_m, geodesic_m

Admit = Callable[[PublishedCentre], bool]

# Distances are compared to the millimetre; below it, rounding errors would decide the order.
_DIGITS = 3
_SLACK_M = 0.001
_CLOSE_M = _SLACK_M + 2 * ERROR_M
_LEAF = 8
# A leaf with more sites is divided; one with fewer stays, because most changes are of one record.
_MOST_IN_LEAF = 2 * _LEAF
_SAMPLE = 64
_first = itemgetter(0)
# The square of the longest geodesic over a chord c is at most c² + c⁴ times this: with the smallest
# radius of curvature r = b²/a and x = c / 2r it is c² (asin x / x)², and that factor is at most
# 1 + (π²/4 - 1) x².
_SMALLEST_RADIUS_M = SEMI_MAJOR_M * (1 - FLATTENING) ** 2
_LONGER = (math.pi**2 / 4 - 1) / (2 * _SMALLEST_RADIUS_M) ** 2


class Site(NamedTuple):
    """A point, earth-centred in metres and in degrees, with the centres there, sorted by id."""

    at: Vector
    point: Point
    centres: tuple[PublishedCentre, ...]


class Branch(NamedTuple):
    """A node: sites with less than `at` on an axis are below `less`, the others below `more`."""

    axis: int
    at: float
    less: "Node"
    more: "Node"


Leaf: TypeAlias = tuple[Site, ...]
Node: TypeAlias = Branch | Leaf


class NearestIndex:
    """An index of centres by their points. Immutable."""

    def __init__(self, centres: Iterable[PublishedCentre]) -> None:
        by_point: dict[Point, list[PublishedCentre]] = {}
        for centre in centres:
            if centre.point is not None:
                by_point.setdefault(centre.point, []).append(centre)
        self._root = _built([_site(point, there) for point, there in by_point.items()])

    def changed(
        self, removed: Iterable[PublishedCentre], added: Iterable[PublishedCentre]
    ) -> "NearestIndex":
        """Return the index without some of its centres and with others."""
        index = NearestIndex(())
        index._root = self._root
        for centre in removed:
            if centre.point is not None:
                index._root = _without(index._root, centre, centre.point)
        for centre in added:
            if centre.point is not None:
                index._root = _with(index._root, centre, centre.point)
        return index

    def nearest(
        self,
        origin: Point,
        limit: int,
        admit: Admit | None = None,
        max_distance_m: float | None = None,
    ) -> list[Hit]:
        """Return the nearest admitted centres, at most `limit`, by distance, then id.

        Ties to the millimetre are marked, also with centres beyond the limit.
        """
        return _ranked(origin, self._root, limit, admit, max_distance_m)


def nearest_of(
    centres: Iterable[PublishedCentre],
    origin: Point,
    limit: int,
    max_distance_m: float | None = None,
) -> list[Hit]:
    """Return the nearest of some centres, as NearestIndex.nearest does, by looking at each."""
    sites = tuple(
        Site(earth_centred(centre.point), centre.point, (centre,))
        for centre in centres
        if centre.point is not None
    )
    return _ranked(origin, sites, limit, None, max_distance_m)


def _ranked(
    origin: Point, node: Node, limit: int, admit: Admit | None, max_distance_m: float | None
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
            return _ranked_exactly(origin, entries, limit, farthest)
        if metres <= farthest:
            hits.append(Hit(there[0], metres))
        previous = metres
    return hits[:limit]


def _ranked_exactly(
    origin: Point,
    entries: Iterable[tuple[float, Site, Sequence[PublishedCentre]]],
    limit: int,
    farthest: float,
) -> list[Hit]:
    """Return the nearest centres of some sites by Karney's distance to the millimetre, then id."""
    rows = [
        (round(metres, _DIGITS), published.id, metres, published)
        for _, site, centres in entries
        for metres in [geodesic_m(origin, site.point)]
        if metres <= farthest
        for published in centres
    ]
    rows.sort()
    # Ties are neighbours now. Nothing is as far as infinity.
    rounded = [math.inf, *(row[0] for row in rows[: limit + 1]), math.inf]
    return [
        Hit(published, metres, at in (rounded[number], rounded[number + 2]))
        for number, (at, _, metres, published) in enumerate(rows[:limit])
    ]


def _search(  # noqa: C901  # the inner loop of every search: a call costs as much as a site
    node: Node,
    origin: tuple[float, float, float],
    limit: int,
    admit: Admit | None,
    reach: float,
) -> list[tuple[Site, Sequence[PublishedCentre]]]:
    """Return the sites within reach, a squared chord, that may have one of the nearest centres.

    Of many centres at one point those that are first by id, one more than the limit.
    """
    x, y, z = origin
    near: list[tuple[float, Site, Sequence[PublishedCentre]]] = []
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


def _site(point: Point, centres: Iterable[PublishedCentre]) -> Site:
    return Site(earth_centred(point), point, tuple(sorted(centres, key=lambda each: each.id)))


def _built(sites: list[Site]) -> Node:
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
            return Branch(axis, at, _built(sites[:middle]), _built(sites[middle:]))
    return tuple(sites)


def _axes(sites: Sequence[Site]) -> list[int]:
    """Return the axes, first the one on which a sample of the sites is spread most."""
    sample = sites[:: max(1, len(sites) // _SAMPLE)]

    def spread(axis: int) -> float:
        values = [site.at[axis] for site in sample]
        return max(values) - min(values)

    return sorted(range(3), key=spread, reverse=True)


def _with(node: Node, centre: PublishedCentre, point: Point) -> Node:
    """Return the tree with a centre at a point."""
    site = _site(point, (centre,))

    def at_site(leaf: Leaf) -> Node:
        for number, other in enumerate(leaf):
            if other.point == point:
                there = _site(point, (*other.centres, centre))
                return (*leaf[:number], there, *leaf[number + 1 :])
        leaf = (*leaf, site)
        return leaf if len(leaf) <= _MOST_IN_LEAF else _built([*leaf])

    return _replaced(node, site, at_site)


def _without(node: Node, centre: PublishedCentre, point: Point) -> Node:
    """Return the tree without a centre at a point."""

    def at_site(leaf: Leaf) -> Node:
        left = (
            _site(site.point, (each for each in site.centres if each is not centre))
            if site.point == point
            else site
            for site in leaf
        )
        return tuple(site for site in left if site.centres)

    return _replaced(node, _site(point, ()), at_site)


def _replaced(node: Node, site: Site, change: Callable[[Leaf], Node]) -> Node:
    """Return the tree with the leaf changed in which a site is, or would be."""
    if not isinstance(node, Branch):
        return change(node)
    axis, at, less, more = node
    if site.at[axis] < at:
        return Branch(axis, at, _replaced(less, site, change), more)
    return Branch(axis, at, less, _replaced(more, site, change))
