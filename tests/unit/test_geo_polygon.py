"""Is a point in a country? Against a plain winding sum, and with the shipped boundary."""

import json
import math
import random
from itertools import chain, pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from directory_api.place.geometry import TOLERANCE_DEGREES, Area, Point
from tests.support.amount import tried

SQUARE = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0], [0.0, 0.0]]
HOLE = [[4.0, 4.0], [6.0, 4.0], [6.0, 6.0], [4.0, 6.0], [4.0, 4.0]]


def _area(*polygons: list[list[list[float]]]) -> Area:
    geometry = {"type": "MultiPolygon", "coordinates": list(polygons)}
    return Area.from_geojson({"features": [{"geometry": geometry}]})


@given(st.floats(-2, 12), st.floats(-2, 12))
def test_a_square_with_a_hole_holds_what_lies_between_them(lat: float, lon: float) -> None:
    """Away from the lines, a point is inside exactly if it is in the square and not in the hole."""
    reach = 2 * TOLERANCE_DEGREES
    assume(all(abs(value - edge) > reach for value in (lat, lon) for edge in (0, 4, 6, 10)))
    inside = 0 < lat < 10 and 0 < lon < 10 and not (4 < lat < 6 and 4 < lon < 6)
    assert _area([SQUARE, HOLE]).contains(Point(lat, lon)) == inside


@given(
    st.lists(st.tuples(st.floats(0.5, 5), st.floats(0, 6.2)), min_size=3, max_size=9),
    st.floats(-6, 6),
    st.floats(-6, 6),
)
def test_a_star_is_judged_as_by_its_winding_number(
    spokes: list[tuple[float, float]], lat: float, lon: float
) -> None:
    """In a polygon around 0/0 with random spokes, even-odd agrees with the winding number."""
    ordered = sorted(spokes, key=lambda spoke: spoke[1])
    angles = [angle for _, angle in ordered]
    gaps = [
        after - before
        for before, after in zip(angles, [*angles[1:], angles[0] + 2 * math.pi], strict=True)
    ]
    assume(min(gaps) > 0.05 and max(gaps) < 3)
    ring = [[radius * math.cos(angle), radius * math.sin(angle)] for radius, angle in ordered]
    turns = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        ax, ay, bx, by = x1 - lon, y1 - lat, x2 - lon, y2 - lat
        length = math.hypot(x2 - x1, y2 - y1)
        along = max(0.0, min(1.0, -(ax * (x2 - x1) + ay * (y2 - y1)) / length**2))
        assume(math.hypot(ax + along * (x2 - x1), ay + along * (y2 - y1)) > 2 * TOLERANCE_DEGREES)
        turns += math.atan2(ax * by - ay * bx, ax * bx + ay * by)
    assert _area([[*ring, ring[0]]]).contains(Point(lat, lon)) == (abs(turns) > math.pi)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(5, 10.009), (5, -0.009), (10.009, 5), (5, 4.009), (-0.006, -0.006), (5, 5.991)],
)
def test_just_outside_a_line_counts_as_inside(lat: float, lon: float) -> None:
    """Within the tolerance of the outer ring or of a hole's a point is inside."""
    assert _area([SQUARE, HOLE]).contains(Point(lat, lon))


@pytest.mark.parametrize(
    ("lat", "lon"), [(5, 10.02), (-0.011, 5), (5, 5), (10.009, 10.009), (-10, 5), (5, 170), (90, 5)]
)
def test_farther_outside_is_outside(lat: float, lon: float) -> None:
    """Beyond the tolerance, in a hole, or past a corner, a point is outside."""
    assert not _area([SQUARE, HOLE]).contains(Point(lat, lon))


def test_a_polygon_feature_and_a_multipolygon_are_both_read() -> None:
    """A country may be drawn as several features of either type."""
    far = [[lon + 20, lat] for lon, lat in SQUARE]
    features = [
        {"geometry": {"type": "Polygon", "coordinates": [SQUARE]}},
        {"geometry": {"type": "MultiPolygon", "coordinates": [[far]]}},
    ]
    area = Area.from_geojson({"features": features})
    assert [area.contains(Point(5, lon)) for lon in (5, 15, 25)] == [True, False, True]


def test_an_area_of_nothing_contains_nothing() -> None:
    """Without a polygon no point is inside."""
    assert not Area(()).contains(Point(0, 0))


def test_belgium_is_judged_as_by_a_scan_of_all_its_edges(data: Path) -> None:
    """Also on the borders of the cells in which the edges are sorted; not within 2 km of an edge,
    where the tolerance counts.
    """
    text = (data / "countries/be/boundary.geojson").read_text(encoding="utf-8")
    area, chance, sides = Area.from_geojson(json.loads(text)), random.Random(15), set()
    rings = [ring for part in area.polygons for ring in (part.outer, *part.holes)]
    for number in range(tried(300)):
        lat, lon = chance.uniform(49.4, 51.6), chance.uniform(2.4, 6.5)
        if number % 3 == 0:
            lat, lon = round(lat / 0.05) * 0.05, round(lon / 0.05) * 0.05 - 1e-9
        crossings, nearest = 0, math.inf
        for (lon1, lat1), (lon2, lat2) in chain.from_iterable(map(pairwise, rings)):
            if (lat1 > lat) != (lat2 > lat):
                crossings += lon < lon1 + (lat - lat1) / (lat2 - lat1) * (lon2 - lon1)
            for part in (0, 0.25, 0.5, 0.75):
                along = lat1 + part * (lat2 - lat1), lon1 + part * (lon2 - lon1)
                nearest = min(nearest, math.dist(along, (lat, lon)))
        if nearest > 2 * TOLERANCE_DEGREES:
            # Provinces share no area, so the number of crossings of all of them decides.
            assert area.contains(Point(lat, lon)) == bool(crossings % 2), (lat, lon)
            sides.add(crossings % 2)
    assert sides == {0, 1}


@pytest.mark.parametrize(("lat", "lon"), [(10.0, 5.0), (0.0, 5.0), (5.0, 10.0), (5.0, 0.0)])
def test_a_point_just_outside_may_be_inside_on_each_side(lat: float, lon: float) -> None:
    """Also where the boundary is the end of a band that is looked up at a time."""
    area = _area([SQUARE])
    for part, expected in ((0.5, None), (3.0, False)):
        off = part * TOLERANCE_DEGREES
        outside = Point(
            lat + (off if lat == 10 else -off if lat == 0 else 0),
            lon + (off if lon == 10 else -off if lon == 0 else 0),
        )
        assert area.position(outside) is expected, (part, outside)


@pytest.mark.parametrize("side", [1, -1])
def test_a_boundary_in_the_next_band_is_near_too(side: int) -> None:
    """South of a polygon that begins a little north of the end of the point's band; and so on the
    other side.
    """
    off = TOLERANCE_DEGREES / 2
    south, north = (off, 1.0) if side == 1 else (-1.0, -off)
    ring = [[0.0, south], [1.0, south], [1.0, north], [0.0, north], [0.0, south]]
    area = _area([ring])
    assert area.position(Point(-side * off / 4, 0.5)) is None
    assert area.position(Point(-side * 3 * off, 0.5)) is False
