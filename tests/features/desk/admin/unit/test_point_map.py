"""The map on which a new point is checked: where a point is drawn, and how its movement is said."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.features.desk.admin.look_up import chosen_point
from directory_api.features.desk.admin.point_map import (
    UNITS,
    WIDTH_M,
    Frame,
    movement,
    said_distance,
)
from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import Point

BRUSSELS = Point(50.8428, 4.3497)
LATITUDES = st.floats(-84, 84)
LONGITUDES = st.floats(-180, 180)
POINTS = st.builds(Point, LATITUDES, LONGITUDES)


@given(st.builds(Point, st.floats(-70, 70), LONGITUDES), st.floats(-1, 1), st.floats(-1, 1))
def test_a_distance_on_the_map_is_one_on_the_ground(
    middle: Point, north: float, east: float
) -> None:
    """From the middle to any point on it, up to 0.4 % and a centimetre, also over the
    antimeridian.
    """
    frame = Frame(middle)
    lat, lon = (each * WIDTH_M / 2 for each in frame.metre)
    point = Point(middle.lat + north * lat, (middle.lon + east * lon + 180) % 360 - 180)
    x, y = frame.spot(point)
    drawn = math.hypot(x - UNITS / 2, y - UNITS / 2) * WIDTH_M / UNITS
    assert geodesic_m(middle, point) == pytest.approx(drawn, rel=4e-3, abs=0.01)


@given(st.builds(Point, LATITUDES, st.floats(-179, 179)))
def test_the_box_is_what_is_drawn(middle: Point) -> None:
    """Its corners are those of the image."""
    frame = Frame(middle)
    west, south, east, north = frame.box
    assert frame.spot(Point(north, west)) == pytest.approx((0, 0), abs=1e-3)
    assert frame.spot(Point(south, east)) == pytest.approx((UNITS, UNITS), abs=1e-3)


@given(st.floats(4_000, 60_000_000))
def test_the_scale_is_a_round_length_that_fits(width_m: float) -> None:
    """Between a tenth and a quarter of the map."""
    frame = Frame(BRUSSELS, width_m)
    assert re.fullmatch("[125]0*", str(frame.scale_m))
    assert UNITS / 10 <= frame.scale[0] <= UNITS / 4


def test_a_found_address_sets_the_point_and_its_precision() -> None:
    """As its button sends it."""
    for prefix in ("", "temporary."):
        assert chosen_point({f"{prefix}found": "50.84283 4.34809 exact"}) == {
            f"{prefix}location.point": "50.84283, 4.34809",
            f"{prefix}location.precision": "exact",
        }


@pytest.mark.parametrize(
    "sent", [{}, {"found": ""}, {"found": "x y exact"}, {"found": "91 4 exact"}]
)
def test_what_no_button_sends_sets_no_point(sent: dict[str, str]) -> None:
    """Nothing of it is taken."""
    assert chosen_point(sent) == {}


@pytest.mark.parametrize(
    ("metres", "said"), [(0.2, "1 m"), (240.4, "240 m"), (9999.4, "9999 m"), (12_499, "12 km")]
)
def test_a_distance_is_in_metres_until_10_km(metres: float, said: str) -> None:
    """Then whole kilometres are enough."""
    assert said_distance(metres) == said


def test_a_point_that_stays_or_is_missing_does_not_move() -> None:
    """There is no sentence."""
    assert movement(BRUSSELS, BRUSSELS) is None
    assert movement(None, BRUSSELS) is None
    assert movement(BRUSSELS, None) is None


@given(POINTS, POINTS)
def test_every_movement_has_a_direction(old: Point, new: Point) -> None:
    """One of eight."""
    said = movement(old, new)
    assert old == new or re.fullmatch(
        r"The point moves \d+ k?m to the (north|south|east|west|(north|south)-(east|west))\.",
        said or "",
    )
