"""Points on the WGS84 ellipsoid and country boundaries.

Points are parsed strictly. Boundaries are polygons (GeoJSON, RFC 7946).
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Self

# WGS84 defining constants (NIMA TR8350.2, 3rd edition, table 3.1).
SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
_ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)

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


def parse_degrees(text: str) -> float:
    """Parse decimal degrees: `50.85` or `-4`, but not `50,85`, `5e1` or `NaN`.

    Raises ValueError; its message does not repeat the text.
    """
    text = text.strip(" ")
    if "," in text:
        raise ValueError(
            "Write decimal degrees with a point, not a comma, one number for each of lat and lon."
        )
    if not _DECIMAL_DEGREES.fullmatch(text):
        raise ValueError("Write decimal degrees with the digits 0-9, such as 50.85 or -0.5.")
    return float(text)


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
