"""Points, their numbers and their straight lines, against geopy's geodesic."""

import math
from decimal import Decimal

import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from directory_api.place.geometry import Point, chord_m, parse_degrees

LATS = st.floats(-90, 90)
LONS = st.floats(-180, 180)


@given(LATS, LONS, LATS, LONS)
def test_a_chord_is_never_longer_than_the_geodesic(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    """A chord is at most the geodesic (within a micrometre), and at least the chord on a sphere."""
    far = geodesic((lat1, lon1), (lat2, lon2)).meters
    chord = chord_m(Point(lat1, lon1), Point(lat2, lon2))
    assert chord <= far + 1e-6
    assert chord >= 2 / math.pi * far * 0.99


@given(st.decimals(-999, 999, places=5))
def test_decimal_degrees_are_read_as_they_are_written(number: Decimal) -> None:
    """Spaces around them aside."""
    assert parse_degrees(f" {number:f} ") == float(number)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            " ",
            "50,85",
            "5e1",
            "NaN",
            "inf",
            "+4",
            ".5",
            "5.",
            "1_0",
            "0x1",
            "٥٠.٨",
            "50.85 4.35",
            "1000",
            "4°",
        ],
        *["--4", "1." + "0" * 21, "5\n", "\t5", "kanarie 7"],
    ],
)
def test_what_is_not_decimal_degrees_is_refused_without_an_echo(text: str) -> None:
    """Anything else raises ValueError, whose sentence does not repeat the text."""
    with pytest.raises(ValueError, match="Write decimal degrees") as refused:
        parse_degrees(text)
    assert len(text) < 5 or text not in str(refused.value)


@pytest.mark.parametrize(("lat", "lon"), [(90, 180), (-90, -180), (0, 0)])
def test_the_edges_of_the_world_are_points(lat: float, lon: float) -> None:
    """Poles, antimeridian and 0/0 are points."""
    assert (Point(lat, lon).lat, Point(lat, lon).lon) == (lat, lon)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(90.001, 0), (-90.001, 0), (0, 180.001), (0, -181), (math.nan, 0), (0, math.inf)],
)
def test_beyond_the_edges_there_are_no_points(lat: float, lon: float) -> None:
    """A coordinate out of range or not a number raises ValueError; nothing is wrapped."""
    with pytest.raises(ValueError, match="degrees"):
        Point(lat, lon)
