"""Points on the WGS84 ellipsoid: strict parsing, and straight-line distance."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

# WGS84 defining constants (NIMA TR8350.2, 3rd edition, table 3.1).
SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
_ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)

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
            "write decimal degrees with a point, not a comma, one number for each of lat and lon"
        )
    if not _DECIMAL_DEGREES.fullmatch(text):
        raise ValueError("write decimal degrees with the digits 0-9, such as 50.85 or -0.5")
    return Decimal(text)


def precision_m(lat: Decimal, lon: Decimal) -> int:
    """Return the largest distance in metres between the true position and the one sent, rounded up.

    Half of the last digit of each number (50.85 means 50.85 +- 0.005 degrees) defines a box. The
    result is the distance to its farthest corner, computed with the ellipsoid's largest radii of
    curvature, so it is never too small.
    """
    polar_radius = SEMI_MAJOR_M / math.sqrt(1 - _ECCENTRICITY_SQUARED)
    north = math.radians(_half_last_digit(lat)) * polar_radius
    nearest_equator = max(0.0, abs(float(lat)) - _half_last_digit(lat))
    east = (
        math.radians(_half_last_digit(lon)) * polar_radius * math.cos(math.radians(nearest_equator))
    )
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


def chord_m(one: Point, other: Point) -> float:
    """Return the length in metres of the straight line through the ellipsoid.

    It is never longer than the geodesic, and 1 mm shorter over 10 km.
    """
    return math.dist(earth_centred(one), earth_centred(other))
