"""Points, their precision and their straight lines, against geopy's geodesic."""

import math
from decimal import Decimal

import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from directory_api.place.geometry import Point, chord_m, decimals, parse_degrees, precision_m

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


@given(
    st.decimals(-90, 90, places=3)
    | st.decimals(-90, 90, places=0)
    | st.decimals(-90, 90, places=6),
    st.decimals(-180, 180, places=2)
    | st.decimals(-180, 180, places=0)
    | st.decimals(-180, 180, places=7),
)
def test_precision_covers_every_corner_of_the_last_digits_box(lat: Decimal, lon: Decimal) -> None:
    """The precision covers every position with these digits, and is at most twice too large."""
    half_lat, half_lon = (0.5 * 10.0 ** int(number.as_tuple().exponent) for number in (lat, lon))
    corners = [
        geodesic((lat, lon), (min(90, max(-90, float(lat) + up)), float(lon) + across)).meters
        for up in (-half_lat, half_lat)
        for across in (-half_lon, half_lon)
    ]
    precision = precision_m(float(lat), decimals(lat), decimals(lon))
    assert max(corners) <= precision <= 2.2 * max(corners) + 1


@given(st.decimals(-999, 999, places=5))
def test_decimal_degrees_keep_their_digits(number: Decimal) -> None:
    """What is written plainly is read as the same digits, spaces around it aside."""
    assert str(parse_degrees(f" {number:f} ")) == f"{number:f}"


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
