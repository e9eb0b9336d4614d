"""What is measured in the process: the search of one snapshot, through its public functions."""

from collections.abc import Iterable, Mapping
from typing import Any

from directory_api.change.change import Contents
from directory_api.place.gazetteer import Gazetteer
from directory_api.search.query import Coordinate, Filters, NearestAnswer, NearestQuery, Origin
from directory_api.search.snapshot import Snapshot

_HEADER = {"publisher": "Synthetic directory", "licence": {"name": "CC0 1.0"}, "sources": []}


class Subject:
    """A snapshot of records of centres, without a store."""

    def __init__(self, records: Iterable[Mapping[str, Any]]) -> None:
        centres = {str(record["id"]): record for record in records}
        contents: Contents = {"directory": {"directory": _HEADER}, "centre": centres}
        written = {("centre", identity): 1 for identity in centres}
        self.snapshot = Snapshot(1, contents, Gazetteer(()), written)

    def query(
        self, lat: float, lon: float, filters: Filters | None = None, limit: int = 3
    ) -> NearestQuery:
        """Return the query of a coordinate with five decimals."""
        place = Coordinate(round(lat, 5), round(lon, 5), 1)
        return NearestQuery(place, filters or Filters(), limit)

    def nearest(self, query: NearestQuery) -> list[tuple[float, str]]:
        """Return the distances in metres and the ids, nearest first."""
        return [(each.distance_m, each.centre.id) for each in self.run(query).matching]

    def run(self, query: NearestQuery) -> NearestAnswer:
        """Search."""
        assert isinstance(query.place, Coordinate)
        return self.snapshot.nearest(query, Origin.of_coordinate(query.place))

    def text(self, words: str, filters: Filters | None = None) -> int:
        """Return how many centres match words; the first page of them is made."""
        return self.snapshot.page(filters or Filters(), words, None, 20).total

    def filtered(self, filters: Filters) -> int:
        """Return how many centres pass filters; the first page of them is made."""
        return self.snapshot.page(filters, None, None, 20).total
