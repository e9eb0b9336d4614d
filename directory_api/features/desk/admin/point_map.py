"""The map of a preview, on which a new point is checked, and how far a point moves in words.

The projection is flat, with the radii of curvature of WGS84 at the middle of the map: over 12 km a
distance is wrong by less than 0.2 %. Distances in words are geodesics.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from directory_api.features.desk.admin.context import AdminContext
from directory_api.features.desk.admin.form.address_cells import LAT, LON, Cells, with_numbers
from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import FLATTENING, SEMI_MAJOR_M, Point, parse_degrees
from directory_api.text.message import Message

# West, south, east, north, in degrees.
Box = tuple[float, float, float, float]
# The image is a square of so many units.
UNITS = 320
# How wide a map is, in metres: of a first point, and at least of one that moves, which is at most a
# quarter of it.
WIDTH_M = 12_000
_LEAST_WIDTH_M = 4_000
_ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)
# Beyond, a degree of longitude is too short for a flat map.
_FARTHEST = 89.0


@dataclass(frozen=True, slots=True)
class Frame:
    """What a map shows: its middle, and its width in metres."""

    middle: Point
    width_m: float = WIDTH_M

    @property
    def metre(self) -> tuple[float, float]:
        """One metre to the north and to the east, in degrees."""
        latitude = math.radians(max(-_FARTHEST, min(self.middle.lat, _FARTHEST)))
        flat = 1 - _ECCENTRICITY_SQUARED * math.sin(latitude) ** 2
        meridional = SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / flat**1.5
        ring = SEMI_MAJOR_M / math.sqrt(flat) * math.cos(latitude)
        return math.degrees(1 / meridional), math.degrees(1 / ring)

    @property
    def box(self) -> Box:
        """What it shows, in degrees; at the antimeridian beyond 180."""
        (lat, lon), half = self.metre, self.width_m / 2
        middle = self.middle
        west, east = middle.lon - half * lon, middle.lon + half * lon
        return west, middle.lat - half * lat, east, middle.lat + half * lat

    def spot(self, point: Point) -> tuple[float, float]:
        """Return where a point is, in units from the left and from the top."""
        (lat, lon), unit_m = self.metre, self.width_m / UNITS
        # The shorter way around.
        east = (point.lon - self.middle.lon + 180) % 360 - 180
        return (
            UNITS / 2 + east / lon / unit_m,
            UNITS / 2 + (self.middle.lat - point.lat) / lat / unit_m,
        )

    @property
    def scale_m(self) -> int:
        """The length of a bar below the map, in metres: a round number, up to a quarter of the
        width.
        """
        most = self.width_m / 4
        power = int(10 ** math.floor(math.log10(most)))
        return max(times * power for times in (1, 2, 5) if times * power <= most)

    @property
    def scale(self) -> tuple[float, str]:
        """The length of that bar in units, and in words."""
        return self.scale_m * UNITS / self.width_m, said_distance(self.scale_m)


@dataclass(frozen=True, slots=True)
class PointMap:
    """A map for a preview, around a new point (`pin`), with the stored one (`old`), if there is
    one. `around` draws borders and towns.
    """

    frame: Frame
    pin: Point
    old: Point | None
    around: Markup


def map_of(context: AdminContext, old: Point | None, pin: Point | None) -> PointMap | None:
    """Return the map of a point that is new; None of one that stays, or without what draws it."""
    if context.surroundings is None or pin is None or pin == old:
        return None
    width = max(_LEAST_WIDTH_M, 4 * geodesic_m(old, pin)) if old else WIDTH_M
    frame = Frame(pin, width)
    return PointMap(frame, pin, old, context.surroundings(frame.box, UNITS))


_WAYS: Sequence[Callable[[str], Message]] = (
    lambda distance: Message("The point moves {distance} to the north.", distance=distance),
    lambda distance: Message("The point moves {distance} to the north-east.", distance=distance),
    lambda distance: Message("The point moves {distance} to the east.", distance=distance),
    lambda distance: Message("The point moves {distance} to the south-east.", distance=distance),
    lambda distance: Message("The point moves {distance} to the south.", distance=distance),
    lambda distance: Message("The point moves {distance} to the south-west.", distance=distance),
    lambda distance: Message("The point moves {distance} to the west.", distance=distance),
    lambda distance: Message("The point moves {distance} to the north-west.", distance=distance),
)


def movement(old: Point | None, new: Point | None) -> Message | None:
    """Return how far a point moves, and to where; None if it stays, or if one is missing."""
    if old is None or new is None or old == new:
        return None
    x, y = Frame(old).spot(new)
    bearing = math.degrees(math.atan2(x - UNITS / 2, UNITS / 2 - y))
    return _WAYS[round(bearing / 45) % 8](said_distance(geodesic_m(old, new)))


def said_distance(metres: float) -> str:
    """Return a distance as `240 m`, from 10 km on as `12 km`."""
    return f"{max(1, round(metres))} m" if metres < 9_999.5 else f"{round(metres / 1000)} km"


def point_of(cells: Cells) -> Point | None:
    """Return the point of a form; None if there is none, or if it is not valid."""
    numbers = with_numbers(cells)
    try:
        return Point(*(float(parse_degrees(numbers.get(name, ""))) for name in (LAT, LON)))
    except ValueError:
        return None
