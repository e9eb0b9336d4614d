"""Exact nearest centres by WGS84 geodesic: place/kd.py finds them, and where a tenth of a
millimetre could decide, geopy measures.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import Point
from directory_api.place.kd import PointTree
from directory_api.record.published import PublishedCentre
from directory_api.search.query import Hit

# The centre in each row (place/rows.py), if there is one.
ByRow = Sequence[PublishedCentre | None]
# The row of a centre and its point.
Located = tuple[int, Point]

# Distances are compared to the millimetre; below it, rounding errors would decide the order.
_DIGITS = 3


class NearestIndex:
    """An index of centres by their points. Immutable."""

    def __init__(self, places: Iterable[Located]) -> None:
        """Build the index of some places, in the order of the ids of their centres."""
        rows = defaultdict[Point, list[int]](list)
        for row, point in places:
            rows[point].append(row)
        self._tree = PointTree(rows)

    def __bool__(self) -> bool:
        return any(True for _ in self._tree.items())

    def changed(
        self, removed: Iterable[Located], added: Iterable[Located], by_row: ByRow
    ) -> "NearestIndex":
        """Return the index without some places and with others, whose centres are in `by_row`."""
        rows: dict[Point, set[int]] = {}
        for row, point in removed:
            rows.setdefault(point, {*self._tree.at(point)}).discard(row)
        for row, point in added:
            rows.setdefault(point, {*self._tree.at(point)}).add(row)
        index = NearestIndex(())
        index._tree = self._tree.changed(
            {point: sorted(some, key=lambda row: _id(by_row, row)) for point, some in rows.items()}
        )
        return index

    def quickly(
        self,
        by_row: ByRow,
        origin: Point,
        limit: int,
        admitted: bytes | None = None,
        farthest_m: float = math.inf,
    ) -> list[tuple[float, PublishedCentre]] | None:
        """Return the nearest centres with their distances in metres, as `nearest` does; None if
        geopy must measure.
        """
        found = self._tree.nearest(origin, limit, farthest_m, admitted)
        if found is None:
            return None
        return [(metres, centre) for metres, row in found if (centre := by_row[row]) is not None]

    def nearest(
        self,
        by_row: ByRow,
        origin: Point,
        limit: int,
        admitted: bytes | None = None,
        max_distance_m: float | None = None,
    ) -> list[Hit]:
        """Return the nearest centres, at most `limit`, by distance to the millimetre, then id.

        `admitted` has a bit for each row, the least first; without it, all centres are. Ties are
        marked, also with centres beyond the limit.
        """
        farthest = math.inf if max_distance_m is None else max_distance_m
        found = self.quickly(by_row, origin, limit, admitted, farthest)
        if found is None:
            return self._measured(by_row, origin, limit, admitted, farthest)
        return [Hit(centre, metres) for metres, centre in found]

    def _measured(
        self,
        by_row: ByRow,
        origin: Point,
        limit: int,
        admitted: bytes | None,
        farthest: float,
    ) -> list[Hit]:
        """Return the nearest centres by Karney's distances."""
        entries = [
            (round(metres, _DIGITS), centre.id, metres, centre)
            for point, rows in self._tree.candidates(origin, limit, farthest, admitted)
            for metres in [geodesic_m(origin, point)]
            if metres <= farthest
            for row in rows
            if (centre := by_row[row]) is not None
        ]
        entries.sort(key=lambda entry: entry[:2])
        # Ties are neighbours now. Nothing is as far as infinity.
        rounded = [math.inf, *(entry[0] for entry in entries[: limit + 1]), math.inf]
        return [
            Hit(centre, metres, at in (rounded[number], rounded[number + 2]))
            for number, (at, _, metres, centre) in enumerate(entries[:limit])
        ]


def _id(by_row: ByRow, row: int) -> str:
    centre = by_row[row]
    return centre.id if centre else ""
