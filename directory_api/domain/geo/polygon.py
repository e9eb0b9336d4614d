"""Country boundaries as polygons (GeoJSON, RFC 7946), and whether a point is inside."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from directory_api.domain.geo.point import Point

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

    def contains(self, lon: float, lat: float) -> bool:
        """Return whether the point is inside, or within the tolerance of a ring."""
        west, south, east, north = self.box
        reach = TOLERANCE_DEGREES / max(math.cos(math.radians(lat)), 1e-9)
        if not (
            south - TOLERANCE_DEGREES <= lat <= north + TOLERANCE_DEGREES
            and west - reach <= lon <= east + reach
        ):
            return False
        if _in_ring(self.outer, lon, lat) and not any(
            _in_ring(hole, lon, lat) for hole in self.holes
        ):
            return True
        return any(_touches(ring, lon, lat) for ring in (self.outer, *self.holes))


@dataclass(frozen=True, slots=True)
class Area:
    """The polygons of one country; coordinates are (lon, lat) in degrees."""

    polygons: tuple[Polygon, ...]

    @classmethod
    def from_geojson(cls, collection: Mapping[str, Any]) -> Self:
        """Read the Polygon and MultiPolygon features of a FeatureCollection."""
        polygons: list[Polygon] = []
        for feature in collection["features"]:
            geometry = feature["geometry"]
            parts = (
                geometry["coordinates"]
                if geometry["type"] == "MultiPolygon"
                else [geometry["coordinates"]]
            )
            polygons.extend(Polygon.from_rings(part) for part in parts)
        return cls(tuple(polygons))

    def contains(self, point: Point) -> bool:
        """Return whether the point is inside a polygon, or within about 1 km of its boundary."""
        return any(polygon.contains(point.lon, point.lat) for polygon in self.polygons)


def _in_ring(ring: Ring, lon: float, lat: float) -> bool:
    """Even-odd rule: a ray to the east crosses the ring an odd number of times."""
    inside = False
    for (lon1, lat1), (lon2, lat2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (lat1 > lat) != (lat2 > lat) and lon < (lon2 - lon1) * (lat - lat1) / (
            lat2 - lat1
        ) + lon1:
            inside = not inside
    return inside


def _touches(ring: Ring, lon: float, lat: float) -> bool:
    """Whether the ring passes within the tolerance.

    Differences of longitude are scaled by the cosine of the latitude.
    """
    shrink = math.cos(math.radians(lat))
    for (lon1, lat1), (lon2, lat2) in zip(ring, ring[1:] + ring[:1], strict=True):
        east, north = (lon2 - lon1) * shrink, lat2 - lat1
        to_east, to_north = (lon - lon1) * shrink, lat - lat1
        length = east * east + north * north
        along = max(0.0, min(1.0, (to_east * east + to_north * north) / length)) if length else 0.0
        if math.hypot(to_east - along * east, to_north - along * north) <= TOLERANCE_DEGREES:
            return True
    return False
