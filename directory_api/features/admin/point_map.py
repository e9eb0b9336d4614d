"""The map on which the point of a centre is set, without scripts: a tap on an image sends where it
was, and buttons move the point and zoom. static/map.js does the same without a new page.

The projection is flat, with the radii of curvature of WGS84 at the middle of the map: over 12 km a
distance is wrong by less than 0.2 %. Distances in words are geodesics.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from markupsafe import Markup

from directory_api.features.admin.form.address_cells import LAT, LON, Cells, both_numbers
from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import FLATTENING, SEMI_MAJOR_M, Point, parse_degrees
from directory_api.text.message import Message

# West, south, east, north, in degrees.
Box = tuple[float, float, float, float]
# Draws what is around: the box, and the size of the image in units.
Surroundings = Callable[[Box, int], Markup]
# The image is square, of so many units.
UNITS = 320
# The names of the image as a button, and its size on a screen in CSS pixels, in which a browser
# says where it was tapped (HTML, section 4.10.5.1.19). A stylesheet shows the one that has room.
IMAGES: Mapping[str, int] = {"map.narrow": 208, "map.small": 256, "map.large": 512}
WIDTHS_M = (750, 1_500, 3_000, 6_000, 12_000, 24_000, 48_000, 96_000, 192_000, 384_000)
USUAL_M = 12_000
STEP_M = 50
PRECISION = "location.precision"
# The directions of the buttons: metres to the east and to the north.
_STEPS = {"north": (0, 1), "west": (-1, 0), "east": (1, 0), "south": (0, -1)}
_ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)
# Beyond, a degree of longitude is too short for a flat map.
_FARTHEST = 89.0
_DECIMALS = 5  # about a metre


@dataclass(frozen=True, slots=True)
class Frame:
    """What a map shows: its middle, and its width and height in metres."""

    middle: Point
    width_m: int

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
        (lat, lon), unit = self.metre, self.width_m / UNITS
        # The shorter way around.
        east = (point.lon - self.middle.lon + 180) % 360 - 180
        return (
            UNITS / 2 + east / lon / unit,
            UNITS / 2 + (self.middle.lat - point.lat) / lat / unit,
        )

    def point(self, x: float, y: float) -> Point:
        """Return the point that is at a spot."""
        unit = self.width_m / UNITS
        return self.moved(self.middle, (x - UNITS / 2) * unit, (UNITS / 2 - y) * unit)

    def moved(self, point: Point, east_m: float, north_m: float) -> Point:
        """Return a point so many metres away from another one."""
        lat, lon = self.metre
        return Point(
            max(-90.0, min(point.lat + north_m * lat, 90.0)),
            (point.lon + east_m * lon + 180) % 360 - 180,
        )

    def shows(self, point: Point) -> bool:
        """Return whether a point is on the map."""
        return all(0 <= each <= UNITS for each in self.spot(point))

    def zoomed(self, by: int) -> "Frame":
        """Return the map with so many steps less detail; itself where there is none."""
        at = WIDTHS_M.index(self.width_m) + by
        return replace(self, width_m=WIDTHS_M[at]) if 0 <= at < len(WIDTHS_M) else self


class Candidate(Protocol):
    """A point that a service has found for an address: what the hook `locate` gives."""

    @property
    def point(self) -> Point:
        """The point."""

    @property
    def precision(self) -> str:
        """One of vocabulary.PRECISIONS."""

    @property
    def label(self) -> str:
        """The address that the service has there."""

    @property
    def within(self) -> bool | None:
        """Whether it is in the area of the postcode; None if that is not known."""


class Located(Protocol):
    """What a service has found for an address."""

    @property
    def candidates(self) -> Sequence[Candidate]:
        """The points, best first."""

    @property
    def attribution(self) -> str:
        """Whose data it is."""


class Locate(Protocol):
    """Looks up an address. Raises ClientError if there is no such one, and ServiceUnavailable."""

    def __call__(self, address: str, postcode: str | None, country: str) -> Located:
        """Return the points of an address in a country (ISO 3166-1)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of looking up an address: points, best first, whose data it is, or a fault."""

    candidates: tuple[Candidate, ...] = ()
    attribution: str = ""
    fault: Message | None = None


@dataclass(frozen=True, slots=True)
class PointMap:
    """A map for a page. `pin` is the point of the form and `old` the stored one, if there are any.

    `around` draws what is around; `has_area` is whether the postcode has a place that the map can
    show, and `can_look_up` whether there is a service that finds addresses, with what it `found`.
    `is_used` is whether a button of the map was pressed.
    """

    frame: Frame
    pin: Point | None
    old: Point | None
    around: Markup
    has_area: bool
    can_look_up: bool
    is_used: bool
    found: Found | None = None

    @property
    def images(self) -> Mapping[str, int]:
        """The name of each image, and its size in CSS pixels."""
        return IMAGES

    @property
    def units(self) -> int:
        """The width and the height of the drawing."""
        return UNITS

    @property
    def step(self) -> int:
        """By how many metres a button moves the point."""
        return STEP_M

    @property
    def bar(self) -> tuple[float, str]:
        """The bar of the scale: its length in units, and what that is."""
        tens: float = 10 ** math.floor(math.log10(self.frame.width_m / 3))
        metres = max(tens * each for each in (1, 2, 5) if tens * each <= self.frame.width_m / 3)
        return metres * UNITS / self.frame.width_m, said_distance(metres)

    @property
    def moves(self) -> Message | None:
        """How far the point moves, and to where; None if it does not, or if there is none."""
        return movement(self.old, self.pin)

    @property
    def ways(self) -> Iterator[Message]:
        """The sentences about a movement, from north on clockwise, with `{distance}` as it is."""
        return (way("{distance}") for way in _WAYS)


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
    x, y = Frame(old, UNITS).spot(new)
    bearing = math.degrees(math.atan2(x - UNITS / 2, UNITS / 2 - y))
    return _WAYS[round(bearing / 45) % 8](said_distance(geodesic_m(old, new)))


def said_distance(metres: float) -> str:
    """Return a distance as `240 m`, from 10 km on as `12 km`."""
    return f"{max(1, round(metres))} m" if metres < 9_999.5 else f"{round(metres / 1000)} km"


def point_of(cells: Cells) -> Point | None:
    """Return the point of a form; None if there is none, or if it is not valid."""
    numbers = both_numbers(cells)
    try:
        return Point(*(float(parse_degrees(numbers.get(name, ""))) for name in (LAT, LON)))
    except ValueError:
        return None


def set_by_press(sent: Mapping[str, str], cells: Cells) -> dict[str, str]:
    """Return the cells of the point that the pressed button of a map sets; none without one."""
    frame = _frame(sent)
    if frame is None:
        return {}
    if direction := _STEPS.get(sent.get("map.move", "")):
        east, north = direction
        start = point_of(cells) or frame.middle
        return _cells(frame.moved(start, east * STEP_M, north * STEP_M))
    for name, size in IMAGES.items():
        x, y = (_pixels(sent.get(f"{name}.{axis}", "")) for axis in "xy")
        # A press by the keyboard sends the corner.
        if x is not None and y is not None and (x, y) != (0, 0):
            return _cells(frame.point(x * UNITS / size, y * UNITS / size))
    lat, lon, precision = [*sent.get("map.point", "").split(" "), "", ""][:3]
    if point := point_of({LAT: lat, LON: lon}):
        return {**_cells(point), PRECISION: precision}
    return {}


def frame_of(
    sent: Mapping[str, str], pin: Point | None, area: Point | None, country: Box | None
) -> Frame | None:
    """Return what the map shows next: what it showed, with the change of the pressed button and the
    point of the form in it. At first that is the surroundings of the point, else the area of the
    postcode, else the country; None without any.
    """
    frame = _frame(sent)
    if frame is None:
        middle = pin or area
        return Frame(middle, USUAL_M) if middle else country and _whole(country)
    if "map.area" in sent and area:
        return Frame(area, USUAL_M)
    if by := {"in": -1, "out": 1}.get(sent.get("map.zoom", "")):
        is_shown = pin is not None and frame.shows(pin)
        return replace(frame.zoomed(by), middle=pin if pin and is_shown else frame.middle)
    return frame if pin is None or frame.shows(pin) else replace(frame, middle=pin)


def _whole(box: Box) -> Frame:
    west, south, east, north = box
    middle = Point((south + north) / 2, (west + east) / 2)
    corners = (Point(south, middle.lon), Point(north, middle.lon))
    sides = (Point(middle.lat, west), Point(middle.lat, east))
    longest = max(geodesic_m(*ends) for ends in (corners, sides))
    return Frame(middle, next((each for each in WIDTHS_M if each >= longest), WIDTHS_M[-1]))


def _frame(sent: Mapping[str, str]) -> Frame | None:
    """Return what the map of the request shows; None without one."""
    lat, _, lon = sent.get("map.middle", "").partition(" ")
    middle, width = point_of({LAT: lat, LON: lon}), _pixels(sent.get("map.width", ""))
    return Frame(middle, width) if middle and width in WIDTHS_M else None


def _pixels(text: str) -> int | None:
    """Return a whole number from one of our own forms; None if it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def _cells(point: Point) -> dict[str, str]:
    return {LAT: f"{point.lat:.{_DECIMALS}f}", LON: f"{point.lon:.{_DECIMALS}f}"}
