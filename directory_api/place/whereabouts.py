"""In which country a position is, and how sure that is: the one rule, which a
device applies to the same outlines, too.

docs/whereabouts.json has positions with their answers, which both are tested with.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from directory_api.place.geometry import Point
from directory_api.place.outlines import Outline

# Of a degree of latitude.
_METRES_PER_DEGREE = 111_200.0
_CELL_DEGREES = 0.05
# No point of a cell is farther than this from its middle.
_CELL_M = 4000.0
# Positions with a larger accuracy are compared with every edge.
_MOST_M = 1000.0

# The ends of an edge: longitude and latitude of each.
_Edge = tuple[float, float, float, float]


class Whereabouts:
    """The rule, on some outlines. Immutable, but for what it remembers of cells of the map.

    The first outline that certainly has a position decides, so exact ones are first.
    """

    def __init__(self, outlines: Iterable[Outline]) -> None:
        self.outlines = tuple(outlines)
        self._edges = [(outline, _edges(outline)) for outline in self.outlines]
        lons = [lon for _, edges in self._edges for lon, *_ in edges]
        lats = [lat for _, edges in self._edges for _, lat, *_ in edges]
        # West, south, east and north of it no cell is remembered.
        self._box = (
            (min(lons) - 1, min(lats) - 1, max(lons) + 1, max(lats) + 1) if lons else (0, 0, 0, 0)
        )
        self._cells: dict[tuple[int, int], tuple[str, ...] | None] = {}
        self._bands: dict[int, Sequence[tuple[Outline, Sequence[_Edge]]]] = {}

    def countries_at(self, point: Point, accuracy_m: float = 0) -> tuple[str, ...]:
        """Return the countries (ISO 3166-1) in which a person may be whose position is known to so
        many metres; none if it is in no outline, as at sea or far away.

        It is one country if an exact outline has the point, and its line is farther away than its
        margin and the accuracy. Else it may be each country whose outline has the point, and each
        whose line is not farther away than that. Those that have the point come first.
        """
        lat, lon = point.lat, point.lon
        if accuracy_m > _MOST_M:
            return _countries(self._edges, lat, lon, accuracy_m)
        west, south, east, north = self._box
        if not (west <= lon <= east and south <= lat <= north):
            return ()
        cell = math.floor(lat / _CELL_DEGREES), math.floor(lon / _CELL_DEGREES)
        if cell not in self._cells:
            self._cells[cell] = self._of_cell(*cell)
        countries = self._cells[cell]
        if countries is not None:
            return countries
        return _countries(self._band(cell[0]), lat, lon, accuracy_m)

    def _of_cell(self, row: int, column: int) -> tuple[str, ...] | None:
        """Return the countries at each point of a cell; None if they differ in it."""
        lat, lon = (row + 0.5) * _CELL_DEGREES, (column + 0.5) * _CELL_DEGREES
        reach = _CELL_M + _MOST_M
        countries = []
        for outline, edges in self._edges:
            is_near = _passes_within(edges, lat, lon, outline.margin_m + reach)
            is_inside = _has(edges, lat, lon)
            if is_inside and not is_near and outline.is_exact:
                return (outline.country,)
            if is_near:
                return None
            if is_inside:
                countries.append(outline.country)
        return tuple(countries)

    def _band(self, row: int) -> Sequence[tuple[Outline, Sequence[_Edge]]]:
        """Return the edges that matter for the points of a row of cells: those that a line to the
        east crosses, and those within the margins.
        """
        band = self._bands.get(row)
        if band is None:
            band = []
            for outline, edges in self._edges:
                reach = (outline.margin_m + _MOST_M) / _METRES_PER_DEGREE
                south, north = row * _CELL_DEGREES - reach, (row + 1) * _CELL_DEGREES + reach
                near = [
                    edge
                    for edge in edges
                    if max(edge[1], edge[3]) >= south and min(edge[1], edge[3]) <= north
                ]
                band.append((outline, near))
            self._bands[row] = band
        return band


def _countries(
    outlines: Sequence[tuple[Outline, Sequence[_Edge]]], lat: float, lon: float, accuracy_m: float
) -> tuple[str, ...]:
    within: list[str] = []
    near: list[str] = []
    for outline, edges in outlines:
        is_near = _passes_within(edges, lat, lon, outline.margin_m + accuracy_m)
        is_inside = _has(edges, lat, lon)
        if is_inside and not is_near and outline.is_exact:
            return (outline.country,)
        if is_inside:
            within.append(outline.country)
        elif is_near:
            near.append(outline.country)
    return (*within, *near)


def _edges(outline: Outline) -> list[_Edge]:
    return [
        (lon1, lat1, lon2, lat2)
        for ring in outline.rings
        for (lon1, lat1), (lon2, lat2) in pairwise((*ring, ring[0]))
    ]


def _has(edges: Iterable[_Edge], lat: float, lon: float) -> bool:
    """Return whether rings turn around a point: a line to the east crosses more of their edges in
    one direction than in the other.
    """
    turns = 0
    for lon1, lat1, lon2, lat2 in edges:
        if (lat1 > lat) != (lat2 > lat) and lon < (lon2 - lon1) * (lat - lat1) / (
            lat2 - lat1
        ) + lon1:
            turns += 1 if lat2 > lat1 else -1
    return turns != 0


def _passes_within(edges: Iterable[_Edge], lat: float, lon: float, metres: float) -> bool:
    """Return whether an edge is within so many metres of a point, on a flat map."""
    north, east = _METRES_PER_DEGREE, _METRES_PER_DEGREE * math.cos(math.radians(lat))
    reach = metres / north
    for lon1, lat1, lon2, lat2 in edges:
        if (lat1 > lat + reach and lat2 > lat + reach) or (
            lat1 < lat - reach and lat2 < lat - reach
        ):
            continue
        x, y = (lon2 - lon1) * east, (lat2 - lat1) * north
        to_x, to_y = (lon - lon1) * east, (lat - lat1) * north
        along = (to_x * x + to_y * y) / (x * x + y * y or 1)
        nearest = max(0.0, min(1.0, along))
        if math.hypot(to_x - nearest * x, to_y - nearest * y) <= metres:
            return True
    return False
