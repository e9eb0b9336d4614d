"""A k-d tree (Bentley 1975) of earth-centred points, at which there are centres.

A tree is immutable, and has only the ids of centres: a change of anything else but a place leaves
it as it is. A centre that moves is a new path of about log2(N) nodes; everything else is shared
with the tree before (ADR 11). nearest.py searches it.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from directory_api.domain.geo.geometry import Point, earth_centred

Vector = tuple[float, float, float]

_LEAF = 8
# A leaf with more sites is divided; one with fewer stays, because most changes are of one record.
_MOST_IN_LEAF = 2 * _LEAF
_SAMPLE = 64


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
