"""The centres that serve a place, nearest first, whatever else is near it."""

from collections.abc import Callable
from typing import NamedTuple

from directory_api.live.editions import Edition
from directory_api.record.published import PublishedCentre
from directory_api.search.query import Coordinate, Hit, Origin, Postcode
from directory_api.search.snapshot import Snapshot
from directory_api.search.typed_place import Search, from_typed


class Serving(NamedTuple):
    """The centres that serve a place: their number, and the nearest, nearest first."""

    origin: Origin
    total: int
    hits: tuple[Hit, ...]

    @property
    def certain(self) -> bool:
        """As in NearestAnswer: how far the other centres are is not asked."""
        return True

    @property
    def outcome(self) -> tuple[object, ...]:
        """As in NearestAnswer."""
        return (self.total, tuple(hit.published.id for hit in self.hits[:1]))


def serving(
    edition: Edition,
    place: Postcode | Coordinate,
    admit: Callable[[str], bool],
    limit: int,
    reach_m: float | None,
) -> Serving:
    """Return the centres that `admit` accepts by their ids and that serve a place.

    At most `limit`; with `reach_m`, all within that many metres. Raises PlaceRefused.
    """

    def every(origin: Origin) -> Serving:
        return serving_at(edition.snapshot, origin, admit, limit, reach_m)

    def closest(origin: Origin, reach_m: float | None) -> Serving:
        return serving_at(edition.snapshot, origin, admit, 1, reach_m)

    if isinstance(place, Coordinate):
        return every(Origin.of_coordinate(place))
    return from_typed(place, edition.places, Search(every, closest, reach_m))


def serving_at(
    snapshot: Snapshot,
    origin: Origin,
    admit: Callable[[str], bool],
    limit: int,
    reach_m: float | None,
) -> Serving:
    """Return how many active centres serve an origin, and the nearest of them.

    `admit` decides by the id of a centre. There are at most `limit` hits; with `reach_m` they are
    all within that many metres, and only those are counted.
    A centre with a known coverage serves no postcode of another area; the subdivision of a
    coordinate is not known, so all serve it. A centre without a point is left out.
    """
    codes, index = origin.codes, snapshot.index

    def serves(centre: PublishedCentre) -> bool:
        elsewhere = codes and centre.coverage and codes.isdisjoint(centre.coverage)
        return not elsewhere and admit(centre.id)

    there = [
        centre
        for centre in index.listed.published
        if centre.is_active and centre.point and serves(centre)
    ]
    if reach_m is not None:
        hits = index.nearest_of(origin.point, there, max(len(there), 1), reach_m)
        return Serving(origin, len(hits), tuple(hits))
    return Serving(origin, len(there), tuple(index.nearest_of(origin.point, there, limit)))
