"""Exact nearest-neighbour search by WGS84 geodesic.

The index is a tree of earth-centred points (point_tree.py). It finds the points with the shortest
chords, the straight lines through the ellipsoid, and a few more: a chord is never longer than the
geodesic, and by Schur's theorem the geodesic is never longer than the arc of the smallest circle of
curvature over the same chord. So no centre outside that reach can be among the nearest. Their
geodesics then decide (place/distance.py).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from directory_api.place.distance import ERROR_M, distance_m, geodesic_m
from directory_api.place.geometry import Point, earth_centred
from directory_api.place.point_tree import (
    SLACK_M,
    Admit,
    Node,
    Site,
    built,
    site_at,
    with_centre,
    within_reach,
    without_centre,
)
from directory_api.record.published import PublishedCentre
from directory_api.search.query import Hit

ById = Mapping[str, PublishedCentre]
# The id of a centre and its point.
Located = tuple[str, Point]

# Distances are compared to the millimetre; below it, rounding errors would decide the order.
_DIGITS = 3
_CLOSE_M = SLACK_M + 2 * ERROR_M
_first = itemgetter(0)


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
    near = within_reach(node, place, limit, admit, (farthest + SLACK_M) ** 2)
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
