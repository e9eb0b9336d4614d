"""What is measured in the process: the search of one snapshot, through its public functions."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from directory_api.bootstrap import open_directory
from directory_api.change.change import Contents
from directory_api.config import Settings
from directory_api.place.gazetteer import Gazetteer
from directory_api.search.query import Coordinate, Filters, NearestQuery
from directory_api.search.snapshot import Snapshot

_HEADER = {"publisher": "Synthetic directory", "licence": {"name": "CC0 1.0"}, "sources": []}


class Subject:
    """A snapshot of records of centres, without a store."""

    def __init__(self, records: Iterable[Mapping[str, Any]]) -> None:
        centres = {str(record["id"]): record for record in records}
        contents: Contents = {"directory": {"directory": _HEADER}, "centre": centres}
        written = {("centre", identity): 1 for identity in centres}
        self.snapshot = Snapshot(1, contents, Gazetteer(()), written)
        # It is not opened: the finder only searches the snapshot that it is given.
        self._finder = open_directory(Settings(database_url="sqlite:///unused")).finder

    def query(
        self, lat: float, lon: float, filters: Filters | None = None, limit: int = 3
    ) -> NearestQuery:
        """Return the query of a coordinate with five decimals."""
        place = Coordinate.of(Decimal(f"{lat:.5f}"), Decimal(f"{lon:.5f}"))
        return NearestQuery(place, filters or Filters(), limit)

    def nearest(self, query: NearestQuery) -> list[tuple[float, str]]:
        """Return the distances in metres and the ids, nearest first."""
        hits = self._finder.nearest(query, self.snapshot).hits
        return [(hit.distance_m, hit.centre.id) for hit in hits]

    def run(self, query: NearestQuery) -> object:
        """Search, and do nothing with the answer."""
        return self._finder.nearest(query, self.snapshot)

    def text(self, words: str, filters: Filters | None = None) -> int:
        """Return how many centres match words; the first page of them is made."""
        return self._finder.centres(filters or Filters(), words, None, 20, self.snapshot).total

    def filtered(self, filters: Filters) -> int:
        """Return how many centres pass filters; the first page of them is made."""
        return self._finder.centres(filters, None, None, 20, self.snapshot).total
