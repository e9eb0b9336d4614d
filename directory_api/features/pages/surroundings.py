"""What is around a point: borders and towns within a box of degrees, for the map of maintainers."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from markupsafe import Markup

from directory_api.features.pages.map import Drawing, Spot, town_names
from directory_api.place.geometry import Area, Ring
from directory_api.place.postcode import Place
from directory_api.search.snapshot import Snapshot
from directory_api.web.served import Web

# West, south, east, north, in degrees.
Box = tuple[float, float, float, float]
# At most so many towns, those with the most inhabitants.
MOST_TOWNS = 24
# Half of the dot of a town, with a little space.
_DOT = 5
# A name closer to the edge would be cut.
_EDGE = 10
# An outline may be 0.6 km away from the border (place/geometry.py). In a narrower box, which is of
# 10 km, it would seem to be exact.
_NARROWEST_DEGREES = 0.09
_BORDER = Markup('<path class="border" d="{}"/>')
_TOWN = Markup(
    '<circle class="town" cx="{}" cy="{}" r="3"/><text x="{}" y="{}" text-anchor="{}">{}</text>'
)


def surroundings(snapshot: Snapshot, box: Box, size: int) -> Markup:
    """Return the borders and the towns of a box as elements of an SVG image of `size` units in both
    directions: paths of the class `border`, circles of the class `town`, and names.
    """
    west, south, east, north = box
    frame = Drawing(size, size, (), west, north, size / (east - west), size / (north - south))
    has_borders = north - south >= _NARROWEST_DEGREES
    path = " ".join(_borders(frame, snapshot.areas.values(), box)) if has_borders else ""
    parts = [_BORDER.format(path)] if path else []
    towns = [*_towns(frame, snapshot.gazetteer.all_places())]
    for (spot, _), name in zip(towns, town_names(frame, towns, (), _DOT), strict=True):
        if name:
            parts.append(_TOWN.format(*spot, name.x, name.y, name.anchor, name.text))
    return Markup("\n").join(parts)


def _towns(frame: Drawing, places: Iterable[Place]) -> Iterator[tuple[Spot, str]]:
    """Yield the position and the name of each town, those with the most inhabitants first."""
    found = [
        (place, spot)
        for place in places
        if (spot := frame.spot(place.point))
        and _EDGE <= min(spot) <= max(spot) <= frame.width - _EDGE
    ]
    named: dict[str, Spot] = {}
    for place, spot in sorted(found, key=lambda each: (-each[0].population, each[0].code)):
        # The postcodes of a city share its name; some have that of a part of it, too. Another
        # language's name of the city would seem to be another town.
        name = next((name for name in (place.name, *place.parts) if name not in named), None)
        if name:
            named[name] = spot
    for name, spot in [*named.items()][:MOST_TOWNS]:
        yield spot, name


def _borders(frame: Drawing, areas: Iterable[Area], box: Box) -> Iterator[str]:
    """Yield the lines of the borders that may be within the box, as parts of an SVG path."""
    for area in areas:
        for part in area.regions or (area,):
            for polygon in part.polygons:
                if _meet(polygon.box, box):
                    for ring in (polygon.outer, *polygon.holes):
                        yield from _lines(frame, ring, box)


def _lines(frame: Drawing, ring: Ring, box: Box) -> Iterator[str]:
    end = None
    for (west, south), (east, north) in pairwise(ring):
        around = (min(west, east), min(south, north), max(west, east), max(south, north))
        if not _meet(around, box):
            continue
        corners = [(west, south), (east, north)]
        x, y = (_units(frame, lon, lat) for lon, lat in corners)
        yield f"L{y}" if end == corners[0] else f"M{x}L{y}"
        end = corners[1]


def _units(frame: Drawing, lon: float, lat: float) -> str:
    x, y = (lon - frame.west) * frame.east_units, (frame.north - lat) * frame.north_units
    return f"{x:.1f} {y:.1f}"


def _meet(one: Box, other: Box) -> bool:
    west, south, east, north = one
    return west <= other[2] and other[0] <= east and south <= other[3] and other[1] <= north


def drawing(web: Web) -> Callable[[Box, int], Markup]:
    """Return what draws the borders and the towns of a box of degrees, now."""
    return lambda box, size: surroundings(web.editions.current().snapshot, box, size)
