"""The map of a page: the regions of the covered countries as SVG paths, and positions on it.

A flat projection that scales longitude at the middle latitude; for one country the error is not
visible.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise
from types import MappingProxyType

from directory_api.live.editions import Edition
from directory_api.place.geometry import Area, Point, Region, Ring
from directory_api.place.outlines import simplified_alike
from directory_api.search.snapshot import Snapshot

# One unit is about a kilometre for Belgium: finer detail is not visible on a phone.
WIDTH = 280
# A border moves by less than this many units, and the paths have a third of the points.
_TOLERANCE_UNITS = 0.9
_Spot = tuple[int, int]
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

    def spot(self, point: Point) -> _Spot | None:
        """Return the position of a point in units from the left and the top; None if outside."""
        x = round((point.lon - self.west) * self.east_units)
        y = round((self.north - point.lat) * self.north_units)
        return (x, y) if 0 <= x <= self.width and 0 <= y <= self.height else None


def drawing(edition: Edition) -> Drawing | None:
    """Return the map of an edition; None if no country has a boundary."""
    return edition.cached(Drawing, lambda: draw(edition.snapshot.areas.values()))


def dots(snapshot: Snapshot, drawing: Drawing | None, numbered: frozenset[str]) -> list[_Spot]:
    """Return the positions of the centres not in `numbered`."""
    if drawing is None:
        return []
    spots = (
        drawing.spot(centre.point)
        for centre in snapshot.listed.published
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


def _corners(frame: Drawing, ring: Ring) -> Iterator[_Spot]:
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
