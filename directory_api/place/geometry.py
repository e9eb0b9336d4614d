"""Points on the WGS84 ellipsoid and country boundaries.

Points are parsed strictly. Boundaries are polygons (GeoJSON, RFC 7946), which tell whether a point
is inside.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Self

# WGS84 defining constants (NIMA TR8350.2, 3rd edition, table 3.1).
SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
_ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)
# Of the circle with the radius of curvature at the poles.
_LARGEST_DEGREE_M = math.radians(SEMI_MAJOR_M / math.sqrt(1 - _ECCENTRICITY_SQUARED))

# The gnomonic projection shows less than half of the globe.
_LEAST_DEPTH_M = 1_000_000.0

# ASCII only: `\d` would match Arabic-Indic digits, and float() would accept `nan`, `1e3` and `1_0`.
_DECIMAL_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?", re.ASCII)
# Earth-centred coordinates in metres.
Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Point:
    """Latitude and longitude in degrees, WGS84. Raises ValueError outside -90..90 and -180..180."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not -90 <= self.lat <= 90:
            raise ValueError("latitude is from -90 to 90 degrees")
        if not -180 <= self.lon <= 180:
            raise ValueError("longitude is from -180 to 180 degrees")


def parse_degrees(text: str) -> Decimal:
    """Parse decimal degrees: `50.85` or `-4`, but not `50,85`, `5e1` or `NaN`.

    The Decimal keeps the digits that were sent, because they show the precision of the position.
    Raises ValueError; its message does not repeat the text.
    """
    text = text.strip(" ")
    if "," in text:
        raise ValueError(
            "Write decimal degrees with a point, not a comma, one number for each of lat and lon."
        )
    if not _DECIMAL_DEGREES.fullmatch(text):
        raise ValueError("Write decimal degrees with the digits 0-9, such as 50.85 or -0.5.")
    return Decimal(text)


def decimals(degrees: Decimal) -> int:
    """Return how many decimals were sent; `degrees` is what parse_degrees returned."""
    exponent = degrees.as_tuple().exponent
    # Only NaN and Infinity have another type.
    assert isinstance(exponent, int)
    return -exponent


def precision_m(lat: float, lat_decimals: int, lon_decimals: int) -> int:
    """Return the largest distance in metres between the true position and the one sent, rounded up.

    Half of the last digit of each number (50.85 means 50.85 +- 0.005 degrees) defines a box. The
    result is the distance to its farthest corner, computed with the ellipsoid's largest radii of
    curvature, so it is never too small.
    """
    half_lat = 0.5 * 10.0**-lat_decimals
    nearest_equator = math.radians(max(0.0, abs(lat) - half_lat))
    east = 0.5 * 10.0**-lon_decimals * math.cos(nearest_equator)
    return math.ceil(math.hypot(half_lat, east) * _LARGEST_DEGREE_M)


def earth_centred(point: Point) -> Vector:
    """Return earth-centred Cartesian coordinates in metres of a point at height 0."""
    lat, lon = math.radians(point.lat), math.radians(point.lon)
    sine = math.sin(lat)
    prime_vertical = SEMI_MAJOR_M / math.sqrt(1 - _ECCENTRICITY_SQUARED * sine * sine)
    ring = prime_vertical * math.cos(lat)
    return (
        ring * math.cos(lon),
        ring * math.sin(lon),
        prime_vertical * (1 - _ECCENTRICITY_SQUARED) * sine,
    )


def chord_m(start: Point, end: Point) -> float:
    """Return the length in metres of the straight line through the ellipsoid.

    It is never longer than the geodesic, and 1 mm shorter over 10 km.
    """
    return math.dist(earth_centred(start), earth_centred(end))


def corners(points: Iterable[Point]) -> set[Point]:
    """Return the corners of the convex hull of some points: all others are inside it.

    It is computed in the gnomonic projection from the middle of the points, in which the shortest
    lines are straight (Snyder, Map Projections, USGS 1395, chapter 22). If some are too far from
    the middle for it, all points are returned.
    """
    vectors = {point: earth_centred(point) for point in points}
    if len(vectors) < 4:
        return {*vectors}
    x, y, z = (sum(axis) for axis in zip(*vectors.values(), strict=True))
    length, ring = math.hypot(x, y, z) or 1.0, math.hypot(x, y) or 1.0
    # Towards the middle, east of it and north of it.
    axes = ((x, y, z), (-y, x, 0.0), (-z * x / ring, -z * y / ring, ring))
    flat: list[tuple[float, float, Point]] = []
    for point, (u, v, w) in vectors.items():
        depth, east, north = (a * u + b * v + c * w for a, b, c in axes)
        if depth < length * _LEAST_DEPTH_M:
            return {*vectors}
        flat.append((east / depth, north / depth, point))
    flat.sort(key=itemgetter(0, 1))
    return {each[2] for side in (flat, flat[::-1]) for each in _chain(side)}


def _chain(ordered: Iterable[tuple[float, float, Point]]) -> list[tuple[float, float, Point]]:
    """Return one side of a convex hull (Andrew 1979) of points in their order."""
    side: list[tuple[float, float, Point]] = []
    for x, y, point in ordered:
        while len(side) > 1:
            (a, b, _), (c, d, _) = side[-2:]
            if (c - a) * (y - b) - (d - b) * (x - a) > 0:
                break
            side.pop()
        side.append((x, y, point))
    return side


Ring = tuple[tuple[float, float], ...]

# The boundary in the seed data is simplified: of Belgium's 2,780 named places 3 are outside it, by
# up to 0.6 km. A person just inside the border must not be reported as outside the coverage.
TOLERANCE_DEGREES = 0.01


@dataclass(frozen=True, slots=True)
class Polygon:
    """An outer ring with holes, and its bounding box (west, south, east, north), in degrees."""

    outer: Ring
    holes: tuple[Ring, ...]
    box: tuple[float, float, float, float]

    @classmethod
    def from_rings(cls, rings: Sequence[Sequence[Sequence[float]]]) -> Self:
        """Read the rings of a GeoJSON polygon, of which the first is the outer one."""
        outer, *holes = (tuple((float(lon), float(lat)) for lon, lat, *_ in ring) for ring in rings)
        lons, lats = zip(*outer, strict=True)
        return cls(outer, tuple(holes), (min(lons), min(lats), max(lons), max(lats)))


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a country, such as a province. `names` are by language (BCP 47), the local one
    first.
    """

    names: Mapping[str, str]
    polygons: tuple[Polygon, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """The polygons of one country; coordinates are (lon, lat) in degrees.

    `regions` have the same polygons if all of them have names; else there are none. An approximate
    area is one around known places: whether a point in it is in the country is not known.
    """

    polygons: tuple[Polygon, ...]
    regions: tuple[Region, ...] = field(default=(), compare=False)
    is_approximate: bool = False
    # Made when a point is first looked for.
    _bands: dict[int, "_Band"] = field(default_factory=dict, init=False, compare=False, repr=False)

    @classmethod
    def from_geojson(cls, collection: Mapping[str, Any]) -> Self:
        """Read the Polygon and MultiPolygon features of a FeatureCollection. The property `name`
        is an object with the names of a region by language. The member `approximate` of the
        collection says that the area is.
        """
        regions: list[Region] = []
        for feature in collection["features"]:
            geometry = feature["geometry"]
            parts = (
                geometry["coordinates"]
                if geometry["type"] == "MultiPolygon"
                else [geometry["coordinates"]]
            )
            names = (feature.get("properties") or {}).get("name")
            regions.append(
                Region(
                    MappingProxyType(dict(names) if isinstance(names, Mapping) else {}),
                    tuple(map(Polygon.from_rings, parts)),
                )
            )
        polygons = tuple(polygon for region in regions for polygon in region.polygons)
        are_named = all(region.names for region in regions)
        is_approximate = bool(collection.get("approximate"))
        return cls(polygons, tuple(regions) if are_named else (), is_approximate)

    def contains(self, point: Point) -> bool:
        """Return whether the point is inside a polygon, or within about 1 km of its boundary."""
        return self.position(point) is not False

    def position(self, point: Point) -> bool | None:
        """Return whether the point is inside a polygon; None if it is outside, but within about
        1 km of a boundary, and so may be inside; or in an approximate area.
        """
        position = self._position(point)
        return None if position and self.is_approximate else position

    def _position(self, point: Point) -> bool | None:
        lat, lon = point.lat, point.lon
        number = math.floor(lat / _CELL_DEGREES)
        band = self._bands.get(number)
        if band is None:
            # At most 3,600; those without a polygon are empty.
            band = self._bands[number] = _Band.of(number, self.polygons)
        answer = band.cells.get(math.floor(lon / _CELL_DEGREES), False)
        return band.position(lat, lon) if answer is None else answer


# An edge of a ring, from (lon, lat) to (lon, lat).
_Edge = tuple[float, float, float, float]
_CELL_DEGREES = 0.05


@dataclass(frozen=True, slots=True)
class _Band:
    """What polygons have in a band of latitudes.

    `parts` are the west and east ends of each polygon, and the edges of each of its rings, the
    outer one first. Only these can be crossed by a ray to the east from a point in the band, or
    touch the point. Of Belgium's 2,900 edges it is about a hundred. `cells` has the parts of the
    band, by their number from Greenwich, that are inside (True), or that have an edge nearby
    (None).
    """

    parts: tuple[tuple[float, float, list[list[_Edge]]], ...]
    cells: dict[int, bool | None] = field(default_factory=dict)

    @classmethod
    def of(cls, number: int, polygons: Sequence[Polygon]) -> Self:
        """Return what polygons have in a band."""
        south = number * _CELL_DEGREES - TOLERANCE_DEGREES
        north = (number + 1) * _CELL_DEGREES + TOLERANCE_DEGREES
        band = cls(
            tuple(
                (
                    west,
                    east,
                    [_edges(ring, south, north) for ring in (polygon.outer, *polygon.holes)],
                )
                for polygon in polygons
                for west, lowest, east, highest in [polygon.box]
                if lowest <= north and highest >= south
            )
        )
        reach = max(map(_reach, (south, north)))
        for _, _, rings in band.parts:
            for lon1, _, lon2, _ in chain.from_iterable(rings):
                near = _cells(min(lon1, lon2) - reach, max(lon1, lon2) + reach)
                band.cells.update(dict.fromkeys(near))
        middle = (number + 0.5) * _CELL_DEGREES
        for west, east, _ in band.parts:
            for cell in _cells(west, east):
                if cell not in band.cells and band.position(middle, (cell + 0.5) * _CELL_DEGREES):
                    band.cells[cell] = True
        return band

    def position(self, lat: float, lon: float) -> bool | None:
        """Return whether a point in the band is inside a polygon; None if it is near a boundary."""
        reach = _reach(lat)
        near = [rings for west, east, rings in self.parts if west - reach <= lon <= east + reach]
        for rings in near:
            if _is_inside(rings, lon, lat):
                return True
        return None if any(_touches(ring, lon, lat) for rings in near for ring in rings) else False


def _reach(lat: float) -> float:
    """Return the degrees of longitude that the tolerance is at a latitude."""
    return TOLERANCE_DEGREES / max(math.cos(math.radians(lat)), 1e-9)


def _cells(west: float, east: float) -> range:
    """Return the numbers of the cells from one longitude to another."""
    west, east = max(west, -180.0), min(east, 180.0)
    return range(math.floor(west / _CELL_DEGREES), math.floor(east / _CELL_DEGREES) + 1)


def _edges(ring: Ring, south: float, north: float) -> list[_Edge]:
    """Return the edges of a ring that are partly between two latitudes."""
    return [
        (lon1, lat1, lon2, lat2)
        for (lon1, lat1), (lon2, lat2) in zip(ring, ring[1:] + ring[:1], strict=True)
        if max(lat1, lat2) >= south and min(lat1, lat2) <= north
    ]


def _is_inside(rings: Sequence[Sequence[_Edge]], lon: float, lat: float) -> bool:
    """Whether a point is inside the first ring and no other."""
    outer, *holes = rings
    return _in_ring(outer, lon, lat) and not any(_in_ring(hole, lon, lat) for hole in holes)


def _in_ring(edges: Sequence[_Edge], lon: float, lat: float) -> bool:
    """Even-odd rule: a ray to the east crosses the ring an odd number of times."""
    inside = False
    for lon1, lat1, lon2, lat2 in edges:
        if (lat1 > lat) != (lat2 > lat) and lon < (lon2 - lon1) * (lat - lat1) / (
            lat2 - lat1
        ) + lon1:
            inside = not inside
    return inside


def _touches(edges: Sequence[_Edge], lon: float, lat: float) -> bool:
    """Whether the ring passes within the tolerance.

    Differences of longitude are scaled by the cosine of the latitude.
    """
    shrink = math.cos(math.radians(lat))
    for lon1, lat1, lon2, lat2 in edges:
        if abs(lon - (lon1 + lon2) / 2) * shrink > abs(lon2 - lon1) + 2 * TOLERANCE_DEGREES:
            continue  # too far to the west or the east
        east, north = (lon2 - lon1) * shrink, lat2 - lat1
        to_east, to_north = (lon - lon1) * shrink, lat - lat1
        length = east * east + north * north
        along = max(0.0, min(1.0, (to_east * east + to_north * north) / length)) if length else 0.0
        if math.hypot(to_east - along * east, to_north - along * north) <= TOLERANCE_DEGREES:
            return True
    return False
