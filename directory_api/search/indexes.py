"""Exact nearest-neighbour search by WGS84 geodesic that computes few geodesics.

The straight chord through the ellipsoid is never longer than the geodesic on its surface. Centres
are therefore taken in the order of their chords, and the search ends when the next chord is longer
than the last distance that is needed: no later centre can be nearer. A chord takes a tenth of a
microsecond; a geodesic by geopy (Karney 2013, accurate to 15 nm) takes about fifty.
"""

import heapq
from bisect import insort
from collections import Counter
from collections.abc import Callable, Sequence

from geopy.distance import geodesic

from directory_api.domain.geo.geometry import Point, earth_centred
from directory_api.domain.model.records import Centre
from directory_api.domain.query import Hit
from directory_api.domain.text.normalize import begin, fold
from directory_api.i18n.translations import labels

_MEASURE = geodesic(0)
# Distances are compared to the millimetre; below it, rounding errors would decide the order. The
# same millimetre covers the rounding error of a chord (about a nanometre), so pruning never drops a
# tie.
_DIGITS = 3
_SLACK_M = 0.001


def geodesic_m(start: Point, end: Point) -> float:
    """Return the WGS84 geodesic distance in metres."""
    return float(_MEASURE.measure((start.lat, start.lon), (end.lat, end.lon)) * 1000)


class NearestIndex:
    """An index of the centres that have a point. Immutable."""

    def __init__(self, centres: Sequence[Centre]) -> None:
        self._entries = tuple(
            (*earth_centred(centre.location.point), number, centre.location.point, centre)
            for number, centre in enumerate(centres)
            if centre.location is not None
        )

    def nearest(
        self,
        origin: Point,
        admit: Callable[[Centre], bool],
        limit: int,
        max_distance_m: float | None = None,
    ) -> list[Hit]:
        """Return at least `limit` admitted centres if there are as many, by distance, then id.

        Ties are marked. Centres that tie with the last one, to the millimetre, may follow; the
        caller truncates the list.
        """
        x, y, z = earth_centred(origin)
        waiting = [
            ((cx - x) ** 2 + (cy - y) ** 2 + (cz - z) ** 2, number, point, centre)
            for cx, cy, cz, number, point, centre in self._entries
            if admit(centre)
        ]
        heapq.heapify(waiting)
        nearest: list[tuple[float, str, float, Centre]] = []
        farthest = float("inf") if max_distance_m is None else max_distance_m
        while waiting:
            squared, _, point, centre = heapq.heappop(waiting)
            reach = nearest[limit - 1][0] if len(nearest) >= limit else farthest
            if squared**0.5 > reach + _SLACK_M:
                break
            distance = geodesic_m(origin, point)
            if distance <= farthest:
                insort(nearest, (round(distance, _DIGITS), centre.id, distance, centre))
        distances = Counter(entry[0] for entry in nearest)
        return [
            Hit(centre, distance, distances[rounded] > 1)
            for rounded, _, distance, centre in nearest
        ]


class TextIndex:
    """The words of each centre: names, place, description, services, audiences. Immutable."""

    def __init__(self, centres: Sequence[Centre]) -> None:
        self._words = {
            centre.id: frozenset(fold(" ".join(_texts(centre))).split()) for centre in centres
        }

    def matches(self, centre: Centre, query: str) -> bool:
        """Return whether each word of the query is a prefix of a word of the centre.

        False for a query without words.
        """
        return begin(self._words[centre.id], query)


def _texts(centre: Centre) -> list[str]:
    address = centre.address
    return [
        centre.id,
        centre.name,
        *centre.name_translations.values(),
        *centre.description.values(),
        address.street or "",
        *address.street_translations.values(),
        address.postal_code or "",
        *address.locality.values(),
        *_with_labels("service", centre.services),
        *_with_labels("audience", centre.audiences),
    ]


def _with_labels(kind: str, codes: Sequence[str]) -> list[str]:
    """Return codes and their labels in the languages that have all texts."""
    return [text for code in codes for text in (code, *labels(kind)[code].values())]
