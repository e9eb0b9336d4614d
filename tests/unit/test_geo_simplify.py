"""A boundary with few points: never says outside where the whole one says inside."""

import json
import math
from operator import itemgetter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory_api.place.geometry import Area, Point, Ring, chord_m
from directory_api.place.outlines import MARGIN_M, Outline, simplified
from tests.support.amount import tried

STEP_M = 500


@pytest.fixture(scope="module")
def belgium(data: Path) -> Area:
    """The shipped boundary."""
    return Area.from_geojson(
        json.loads((data / "countries/be/boundary.geojson").read_text(encoding="utf-8"))
    )


def _inside(ring: Ring, lon: float, lat: float) -> bool:
    """By the sum of the angles that the ring turns around the point."""
    turns = 0.0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        ax, ay, bx, by = x1 - lon, y1 - lat, x2 - lon, y2 - lat
        turns += math.atan2(ax * by - ay * bx, ax * bx + ay * by)
    return abs(turns) > math.pi


def _near(ring: Ring, point: Point, within_m: float) -> bool:
    """Whether the ring is within so many metres, by chords to points that are close
    together on it.
    """
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        parts = max(1, math.ceil(chord_m(Point(y1, x1), Point(y2, x2)) / STEP_M))
        for part in range(parts + 1):
            along = part / parts
            if chord_m(Point(y1 + along * (y2 - y1), x1 + along * (x2 - x1)), point) < within_m:
                return True
    return False


def _says(outline: Outline, point: Point, margin_m: float) -> bool:
    """Whether it tells that the point is outside."""
    rings = [ring for polygon in outline for ring in polygon]
    odd = any(
        sum(_inside(ring, point.lon, point.lat) for ring in polygon) % 2 for polygon in outline
    )
    return not odd and not any(_near(ring, point, margin_m) for ring in rings)


@settings(max_examples=tried(60))
@given(lat=st.floats(49.3, 51.7), lon=st.floats(2.3, 6.6))
def test_belgium_simplified_agrees_with_belgium(belgium: Area, lat: float, lon: float) -> None:
    """Positions outside the simplified boundary are outside; far outside both boundaries agree."""
    point, outline = Point(lat, lon), simplified(belgium)
    assert not (_says(outline, point, MARGIN_M) and belgium.contains(point))
    whole = tuple((polygon.outer, *polygon.holes) for polygon in belgium.polygons)
    assert _says(outline, point, MARGIN_M) or not _says(whole, point, 2 * MARGIN_M)


def test_belgium_is_drawn_with_a_sixth_of_its_points(belgium: Area) -> None:
    """No polygon and no hole is lost; most of the points are."""
    outline = simplified(belgium)
    assert [len(polygon) for polygon in outline] == [
        1 + len(polygon.holes) for polygon in belgium.polygons
    ]
    kept = sum(len(ring) for polygon in outline for ring in polygon)
    assert (
        kept
        < sum(len(ring) for polygon in belgium.polygons for ring in (polygon.outer, *polygon.holes))
        / 6
    )


@settings(max_examples=tried(40))
@given(
    st.lists(
        st.tuples(st.floats(0.01, 3), st.floats(0, 6.2)),
        min_size=3,
        max_size=40,
        unique_by=itemgetter(1),
    ),
    st.floats(-60, 60),
    st.booleans(),
)
def test_no_point_of_a_ring_is_far_from_the_simplified_one(
    spokes: list[tuple[float, float]], lat: float, closed: bool
) -> None:
    """For any ring, closed or not, each point is within the margin of the simplified line."""
    ordered = sorted(spokes, key=lambda spoke: spoke[1])
    ring = [[radius * math.cos(angle), lat + radius * math.sin(angle)] for radius, angle in ordered]
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]] if closed else ring]}
    ((simple,),) = simplified(Area.from_geojson({"features": [{"geometry": geometry}]}))
    assert len(simple) >= 2
    for lon, north in ring:
        assert _near(simple, Point(north, lon), MARGIN_M)
