"""The map on which the point of a centre is set by a script (static/map.js), and what a service has
found for an address.

The projection is flat, with the radii of curvature of WGS84 at the middle of the map: over 12 km a
distance is wrong by less than 0.2 %. Distances in words are geodesics.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import request
from markupsafe import Markup

from directory_api.features.desk.admin.context import AdminContext
from directory_api.features.desk.admin.form.address_cells import (
    LAT,
    LON,
    POINT,
    PRECISION,
    PREFIXES,
    Cells,
    area_of,
    below,
    text_of,
    with_numbers,
)
from directory_api.features.desk.geocoding.located import Located
from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import FLATTENING, SEMI_MAJOR_M, Point, parse_degrees
from directory_api.text.errors import ServiceUnavailable
from directory_api.text.message import Message

# West, south, east, north, in degrees.
Box = tuple[float, float, float, float]
# The image is a square of so many units, which are so many metres.
UNITS = 320
WIDTH_M = 12_000
_ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)
# Beyond, a degree of longitude is too short for a flat map.
_FARTHEST = 89.0
_UNIT_M = WIDTH_M / UNITS
_NOT_FOUND = Message(
    "The service does not know this address. Check the street and the postcode, or use the map."
)
_AWAY = Message("The service does not answer. Try again later, or use the map.")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a map shows, by its middle."""

    middle: Point

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
        (lat, lon), half = self.metre, WIDTH_M / 2
        middle = self.middle
        west, east = middle.lon - half * lon, middle.lon + half * lon
        return west, middle.lat - half * lat, east, middle.lat + half * lat

    def spot(self, point: Point) -> tuple[float, float]:
        """Return where a point is, in units from the left and from the top."""
        lat, lon = self.metre
        # The shorter way around.
        east = (point.lon - self.middle.lon + 180) % 360 - 180
        return (
            UNITS / 2 + east / lon / _UNIT_M,
            UNITS / 2 + (self.middle.lat - point.lat) / lat / _UNIT_M,
        )

    def shows(self, point: Point) -> bool:
        """Return whether a point is on the map."""
        return all(0 <= each <= UNITS for each in self.spot(point))


@dataclass(frozen=True, slots=True)
class PointMap:
    """A map for a page. `pin` is the point of the form and `old` the stored one, if there are any.

    `column` is the field with the point.

    `frame` is None where there is nothing to show, and `around` draws what is around. `can_look_up`
    is whether there is a service that finds addresses, with what it `found`, or why it did not.
    """

    column: str
    frame: Frame | None
    pin: Point | None
    old: Point | None
    around: Markup
    can_look_up: bool
    found: Located | None = None
    fault: Message | None = None

    @property
    def moves(self) -> Message | None:
        """How far the point moves, and to where; None if it does not, or if there is none."""
        return movement(self.old, self.pin)

    @property
    def ways(self) -> Iterator[Message]:
        """The sentences about a movement, from north on clockwise, with `{distance}` as it is."""
        return (way("{distance}") for way in _WAYS)


def maps_of(context: AdminContext, cells: Cells, before: Cells) -> dict[str, PointMap]:
    """Return the map of each address of a form of a centre, by the column of its point. `before`
    has the cells of the stored record.
    """
    found = {f"{prefix}{POINT}": _map_of(context, cells, before, prefix) for prefix in PREFIXES}
    return {column: each for column, each in found.items() if each}


def _map_of(
    context: AdminContext, every: Cells, every_before: Cells, prefix: str
) -> PointMap | None:
    """Return the map of an address, around its point, else around the middle of its postcode, else
    around the permanent point; None without anything to offer.
    """
    cells, before = below(prefix, every), below(prefix, every_before)
    pin, area = point_of(cells), area_of(cells, context.place_of)
    middle = pin or (area.point if area else None) or point_of(every)
    frame = Frame(middle) if context.surroundings and middle else None
    # An address that must stay secret is sent to no service.
    can_look_up = context.locate is not None and _is_public(every) and _is_public(every_before)
    if frame is None and not can_look_up:
        return None
    column = f"{prefix}{POINT}"
    is_asked = request.form.get("look_up") == column
    return PointMap(
        column,
        frame,
        pin,
        point_of(before),
        context.surroundings(frame.box, UNITS) if context.surroundings and frame else Markup(),
        can_look_up,
        *(_look_up(context, cells) if can_look_up and is_asked else ()),
    )


def _is_public(cells: Cells) -> bool:
    return cells.get("address_visibility", "") in ("", "public")


def _look_up(context: AdminContext, cells: Cells) -> tuple[Located | None, Message | None]:
    """Return what the service has found for the address of a form, or why it has not."""
    assert context.locate is not None  # else there is no button
    country = cells.get("address.country", "").strip() or context.editions.home
    try:
        located = context.locate(text_of(cells), country)
    except ServiceUnavailable:
        return None, _AWAY
    return (located, None) if located.candidates else (None, _NOT_FOUND)


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


def chosen_point(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of the point that was chosen of those that a service has found; none
    without one.
    """
    for prefix in PREFIXES:
        lat, lon, precision = [*sent.get(f"{prefix}found", "").split(" "), "", ""][:3]
        if point_of({LAT: lat, LON: lon}):
            return {f"{prefix}{POINT}": f"{lat}, {lon}", f"{prefix}{PRECISION}": precision}
    return {}
