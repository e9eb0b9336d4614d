"""Points on the WGS84 ellipsoid and country boundaries.

Points are parsed strictly. Boundaries are polygons (GeoJSON, RFC 7946), which tell whether a point
is inside; simplified ones tell a device whether a position is far outside a country.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache, partial
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Self

# WGS84 defining constants (NIMA TR8350.2, 3rd edition, table 3.1).
SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
_ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)
# The radius of curvature at the poles.
_LARGEST_RADIUS_M = SEMI_MAJOR_M / math.sqrt(1 - _ECCENTRICITY_SQUARED)

# ASCII only: `\d` would match Arabic-Indic digits, and float() would accept `nan`, `1e3` and `1_0`.
_DECIMAL_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?", re.ASCII)


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


def precision_m(lat: Decimal, lon: Decimal) -> int:
    """Return the largest distance in metres between the true position and the one sent, rounded up.

    Half of the last digit of each number (50.85 means 50.85 +- 0.005 degrees) defines a box. The
    result is the distance to its farthest corner, computed with the ellipsoid's largest radii of
    curvature, so it is never too small.
    """
    half_lat, half_lon = _half_last_digit(lat), _half_last_digit(lon)
    north = math.radians(half_lat) * _LARGEST_RADIUS_M
    nearest_equator = max(0.0, abs(float(lat)) - half_lat)
    east = math.radians(half_lon) * _LARGEST_RADIUS_M * math.cos(math.radians(nearest_equator))
    return math.ceil(math.hypot(north, east))


def _half_last_digit(degrees: Decimal) -> float:
    exponent = degrees.as_tuple().exponent
    # Only NaN and Infinity have another type, and parse_degrees rejects them.
    assert isinstance(exponent, int)
    return 0.5 * 10.0**exponent


def earth_centred(point: Point) -> tuple[float, float, float]:
    """Return earth-centred Cartesian coordinates in metres of a point at height 0."""
    lat, lon = math.radians(point.lat), math.radians(point.lon)
    prime_vertical = SEMI_MAJOR_M / math.sqrt(1 - _ECCENTRICITY_SQUARED * math.sin(lat) ** 2)
    ring = prime_vertical * math.cos(lat)
    return (
        ring * math.cos(lon),
        ring * math.sin(lon),
        prime_vertical * (1 - _ECCENTRICITY_SQUARED) * math.sin(lat),
    )


def chord_m(start: Point, end: Point) -> float:
    """Return the length in metres of the straight line through the ellipsoid.

    It is never longer than the geodesic, and 1 mm shorter over 10 km.
    """
    return math.dist(earth_centred(start), earth_centred(end))


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

    `regions` have the same polygons if all of them have names; else there are none.
    """

    polygons: tuple[Polygon, ...]
    regions: tuple[Region, ...] = field(default=(), compare=False)
    # Made when a point is first looked for.
    _bands: dict[int, list["_Band"]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @classmethod
    def from_geojson(cls, collection: Mapping[str, Any]) -> Self:
        """Read the Polygon and MultiPolygon features of a FeatureCollection. The property `name`
        is an object with the names of a region by language.
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
        return cls(polygons, tuple(regions) if are_named else ())

    def contains(self, point: Point) -> bool:
        """Return whether the point is inside a polygon, or within about 1 km of its boundary."""
        number = math.floor(point.lat / _BAND_DEGREES)
        bands = self._bands.get(number)
        if bands is None:
            # At most 3,600; those without a polygon are empty.
            bands = self._bands[number] = [
                *filter(None, map(partial(_band, number), self.polygons))
            ]
        reach = TOLERANCE_DEGREES / max(math.cos(math.radians(point.lat)), 1e-9)
        return any(
            west - reach <= point.lon <= east + reach and _is_inside(rings, point.lon, point.lat)
            for west, east, rings in bands
        )


# An edge of a ring, from (lon, lat) to (lon, lat).
_Edge = tuple[float, float, float, float]
# What a polygon has in a band of latitudes: its west and east ends, and the edges of each ring, the
# outer one first. Only these can be crossed by a ray to the east from a point in the band, or touch
# the point. Of Belgium's 2,900 edges it is about a hundred.
_Band = tuple[float, float, list[list[_Edge]]]
_BAND_DEGREES = 0.05


def _band(number: int, polygon: Polygon) -> _Band | None:
    """Return what a polygon has in a band; None if it has nothing there."""
    south = number * _BAND_DEGREES - TOLERANCE_DEGREES
    north = (number + 1) * _BAND_DEGREES + TOLERANCE_DEGREES
    west, lowest, east, highest = polygon.box
    if highest < south or lowest > north:
        return None
    rings = [
        [
            (lon1, lat1, lon2, lat2)
            for (lon1, lat1), (lon2, lat2) in zip(ring, ring[1:] + ring[:1], strict=True)
            if max(lat1, lat2) >= south and min(lat1, lat2) <= north
        ]
        for ring in (polygon.outer, *polygon.holes)
    ]
    return west, east, rings


def _is_inside(rings: Sequence[Sequence[_Edge]], lon: float, lat: float) -> bool:
    """Whether a point is inside the first ring and no other, or within the tolerance of one."""
    outer, *holes = rings
    if _in_ring(outer, lon, lat) and not any(_in_ring(hole, lon, lat) for hole in holes):
        return True
    return any(_touches(ring, lon, lat) for ring in rings)


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


# No point of the original boundary is farther than this from the simplified one (degrees of
# latitude, about 2.2 km).
COARSENESS_DEGREES = 0.02
# Coordinates are rounded to this many decimals: about 100 m.
DECIMALS = 3
# Within this distance of the simplified boundary the answer is uncertain: 2.2 km of simplification,
# 1.1 km of tolerance in Area, 0.1 km of rounding, and the rest for the error of planar distances.
MARGIN_M = 4000

Outline = tuple[tuple[Ring, ...], ...]
_Point = tuple[float, float]


@lru_cache(maxsize=64)
def simplified(area: Area) -> Outline:
    """Return the polygons of an area: an outer ring and holes each, as (lon, lat) in degrees.

    Rings are not closed. Lines are simplified with the Ramer-Douglas-Peucker algorithm. Farther
    than MARGIN_M from every line, a position is inside exactly if Area.contains returns True,
    because no line moves by more than that. A ring smaller than that becomes two points, which
    still show that a boundary is near.
    """
    return tuple(
        tuple(map(_simplify, (polygon.outer, *polygon.holes))) for polygon in area.polygons
    )


def _simplify(ring: Ring) -> Ring:
    points = ring[:-1] if ring[0] == ring[-1] else ring
    far = max(range(len(points)), key=lambda number: _apart(points[number], points[0], points[0]))
    closed = (*points, points[0])
    indexes = sorted(
        {
            0,
            far,
            *_between(closed, 0, far, COARSENESS_DEGREES),
            *_between(closed, far, len(points), COARSENESS_DEGREES),
        }
        - {len(points)}
    )
    return tuple(
        (round(points[number][0], DECIMALS), round(points[number][1], DECIMALS))
        for number in indexes
    )


def _between(points: Sequence[_Point], start: int, end: int, tolerance: float) -> list[int]:
    """Return the indexes of the points to keep between two others.

    No other point is farther than the tolerance (degrees of latitude) from the lines between them.
    """
    indexes: list[int] = []
    stretches = [(start, end)]
    while stretches:
        first, last = stretches.pop()
        inner = range(first + 1, last)
        far = max(
            inner,
            key=lambda number: _apart(points[number], points[first], points[last]),
            default=None,
        )
        if far is not None and _apart(points[far], points[first], points[last]) > tolerance:
            indexes.append(far)
            stretches += [(first, far), (far, last)]
    return indexes


def simplified_alike(rings: Sequence[Ring], tolerance: float) -> list[Ring]:
    """Return closed rings with fewer points; a border that two rings share stays the same in both.

    No line moves by more than the tolerance (degrees of latitude).
    """
    neighbours: dict[_Point, set[_Point]] = {}
    for ring in rings:
        for one, other in pairwise(ring):
            neighbours.setdefault(one, set()).add(other)
            neighbours.setdefault(other, set()).add(one)
    # Where more than two lines meet, a shared border begins or ends.
    ends = {point for point, others in neighbours.items() if len(others) != 2}
    return [_simplify_borders(ring, ends, tolerance) for ring in rings]


def _simplify_borders(ring: Ring, ends: Collection[_Point], tolerance: float) -> Ring:
    points = ring[:-1]
    first = next((number for number, point in enumerate(points) if point in ends), None)
    # A ring without ends, such as an enclave, begins at the same point as the hole around it.
    start = points.index(min(points)) if first is None else first
    turned = (*points[start:], *points[:start], points[start])
    cuts = [0, *(n for n in range(1, len(points)) if turned[n] in ends), len(points)]
    borders = (
        _simplify_border(turned[one : other + 1], tolerance) for one, other in pairwise(cuts)
    )
    return (turned[0], *(point for border in borders for point in border[1:]))


def _simplify_border(border: Ring, tolerance: float) -> Ring:
    """Return the same points for the border in either direction."""
    reverse = border[::-1]
    points, last = min(border, reverse), len(border) - 1
    far = max(range(last), key=lambda number: _apart(points[number], points[0], points[0]))
    middle = far if points[0] == points[-1] else 0
    inner = {
        middle,
        *_between(points, 0, middle, tolerance),
        *_between(points, middle, last, tolerance),
    }
    short = tuple(points[number] for number in sorted({0, *inner, last}))
    return short if points == border else short[::-1]


def _apart(point: _Point, start: _Point, end: _Point) -> float:
    """Return the distance of a point from the line between two others, in degrees of latitude."""
    shrink = math.cos(math.radians(point[1]))
    east, north = (end[0] - start[0]) * shrink, end[1] - start[1]
    to_east, to_north = (point[0] - start[0]) * shrink, point[1] - start[1]
    length = east * east + north * north
    along = max(0.0, min(1.0, (to_east * east + to_north * north) / length)) if length else 0.0
    return math.hypot(to_east - along * east, to_north - along * north)
