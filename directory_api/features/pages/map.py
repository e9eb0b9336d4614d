"""The map of a page: the regions of the covered countries as SVG paths, and positions on it.

A flat projection that scales longitude at the middle latitude; for one country the error is not
visible.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise
from types import MappingProxyType

from directory_api.features.pages.borders import simplified_alike
from directory_api.live.editions import Edition
from directory_api.place.geometry import Area, Point, Region, Ring
from directory_api.search.snapshot import Snapshot

# One unit is about a kilometre for Belgium: finer detail is not visible on a phone.
WIDTH = 280
# A border moves by less than this many units, and the paths have a third of the points.
_TOLERANCE_UNITS = 0.9
# Around it, as the template draws it.
_MARGIN = 6
# Half of a mark and of a dot, and the size of a letter (page.css).
_MARK, _DOT, _LETTER = 14, 5, 14
# So many times the size, a letter is at most wide, on the average of a name. The wide ones, such as
# Ethiopic and Chinese, begin with Hangul.
_NARROW, _WIDE, _FIRST_WIDE = 0.7, 1.1, "\u1100"
Spot = tuple[int, int]
# West, north, east, south.
_Box = tuple[float, float, float, float]
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map: its size in units, the names and the SVG path of each region, and the frame (west and
    north in degrees, units per degree).

    A country without regions is one path without a name.
    """

    width: int
    height: int
    regions: tuple[tuple[Mapping[str, str], str], ...]
    west: float
    north: float
    east_units: float
    north_units: float

    @property
    def frame(self) -> str:
        """West, north, and units per degree to the east and the south, for the script."""
        numbers = (self.west, self.north, self.east_units, self.north_units)
        return " ".join(f"{number:.7g}" for number in numbers)

    def spot(self, point: Point) -> Spot | None:
        """Return the position of a point in units from the left and the top; None if outside."""
        x = round((point.lon - self.west) * self.east_units)
        y = round((self.north - point.lat) * self.north_units)
        return (x, y) if 0 <= x <= self.width and 0 <= y <= self.height else None


@dataclass(frozen=True, slots=True)
class TownName:
    """A name beside a mark: where its line is, and which part of it is there (`start`, `middle` or
    `end`).
    """

    text: str
    x: int
    y: int
    anchor: str


def town_names(
    drawing: Drawing, towns: Sequence[tuple[Spot, str]], dots: Sequence[Spot], mark: int = _MARK
) -> list[TownName | None]:
    """Return the names of the towns of marks, `mark` units from its middle to its edge; None for
    one that on each side of its mark would cover something else, or leave the map.
    """
    taken = [_bounds(spot, mark) for spot, _ in towns] + [_bounds(spot, _DOT) for spot in dots]
    names: list[TownName | None] = []
    for spot, text in towns:
        sides = _name_positions(spot, text, mark) if text else ()
        name = next((name for name in sides if _is_free(drawing, _box(name), taken)), None)
        names.append(name)
        if name:
            taken.append(_box(name))
    return names


def _name_positions(spot: Spot, text: str, mark: int) -> Iterator[TownName]:
    """Yield a name on each side of a mark, the best first."""
    x, y = spot
    line = y + _LETTER // 3
    yield TownName(text, x + mark + 3, line, "start")
    yield TownName(text, x - mark - 3, line, "end")
    yield TownName(text, x, y - mark - _LETTER // 3 - 1, "middle")
    yield TownName(text, x, y + mark + _LETTER, "middle")


def _box(name: TownName) -> _Box:
    """Return what a name covers at most."""
    width = sum(_WIDE if letter >= _FIRST_WIDE else _NARROW for letter in name.text) * _LETTER
    west = name.x - width * {"start": 0, "middle": 0.5, "end": 1}[name.anchor]
    return west, name.y - _LETTER, west + width, name.y + _LETTER / 3


def _bounds(spot: Spot, reach: int) -> _Box:
    x, y = spot
    return x - reach, y - reach, x + reach, y + reach


def _is_free(drawing: Drawing, box: _Box, taken: Collection[_Box]) -> bool:
    west, north, east, south = box
    return (
        min(west, north) >= -_MARGIN
        and east <= drawing.width + _MARGIN
        and south <= drawing.height + _MARGIN
        and not any(
            west < right and left < east and north < bottom and top < south
            for left, top, right, bottom in taken
        )
    )


def drawing(edition: Edition) -> Drawing | None:
    """Return the map of an edition; None if no covered country has a boundary."""
    snapshot = edition.snapshot

    def make() -> Drawing | None:
        areas = snapshot.areas.items()
        return draw([area for country, area in areas if country in snapshot.covered])

    return edition.cached(Drawing, make)


def dots(snapshot: Snapshot, drawing: Drawing | None, numbered: frozenset[str]) -> list[Spot]:
    """Return the positions of the centres not in `numbered`."""
    if drawing is None:
        return []
    spots = (
        drawing.spot(centre.point)
        for centre in snapshot.index.listed
        if centre.id not in numbered and centre.point
    )
    return [spot for spot in spots if spot]


def draw(areas: Collection[Area]) -> Drawing | None:
    """Return the map of some areas; None if there are none."""
    polygons = [polygon for area in areas for polygon in area.polygons]
    if not polygons:
        return None
    wests, souths, easts, norths = zip(*(polygon.box for polygon in polygons), strict=True)
    west, south, east, north = min(wests), min(souths), max(easts), max(norths)
    shrink = math.cos(math.radians((south + north) / 2))
    units = WIDTH / ((east - west) * shrink)
    frame = Drawing(WIDTH, round((north - south) * units), (), west, north, shrink * units, units)
    parts = [part for area in areas for part in area.regions or (Region(_NO_NAMES, area.polygons),)]
    rings = [_rings(part) for part in parts]
    simple = iter(simplified_alike(list(chain.from_iterable(rings)), _TOLERANCE_UNITS / units))
    paths = ("".join(_outline(frame, ring) for ring in islice(simple, len(of))) for of in rings)
    return replace(
        frame,
        regions=tuple((part.names, path) for part, path in zip(parts, paths, strict=True)),
    )


def _rings(region: Region) -> list[Ring]:
    return [ring for polygon in region.polygons for ring in (polygon.outer, *polygon.holes)]


def _outline(frame: Drawing, ring: Ring) -> str:
    """Return one ring in whole units; empty if it is smaller than that."""
    spots = list(_corners(frame, ring))
    if len(spots) < 3:
        return ""
    steps = (f"{x - x0} {y - y0}" for (x0, y0), (x, y) in pairwise(spots))
    return f"M{spots[0][0]} {spots[0][1]}l{' '.join(steps)}z".replace(" -", "-")


def _corners(frame: Drawing, ring: Ring) -> Iterator[Spot]:
    """Yield the corners of a ring without repetition.

    Neighbours round a shared border alike, so no gap appears.
    """
    last = None
    # The last point of a ring repeats the first (RFC 7946, section 3.1.6).
    for lon, lat in ring[:-1]:
        spot = (
            round((lon - frame.west) * frame.east_units),
            round((frame.north - lat) * frame.north_units),
        )
        if spot != last:
            yield spot
        last = spot
