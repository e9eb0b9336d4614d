"""The map on which a point is set: where a point is drawn, and which one a tap means."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.features.admin.point_map import (
    IMAGES,
    UNITS,
    USUAL_M,
    WIDTHS_M,
    Frame,
    frame_of,
    movement,
    point_of,
    said_distance,
    set_by_press,
)
from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import Point

BRUSSELS = Point(50.8428, 4.3497)
LATITUDES = st.floats(-84, 84)
LONGITUDES = st.floats(-180, 180)
POINTS = st.builds(Point, LATITUDES, LONGITUDES)
NEAR = st.sampled_from([each for each in WIDTHS_M if each <= USUAL_M])


def _sent(frame: Frame, **more: str) -> dict[str, str]:
    middle = f"{frame.middle.lat:.6f} {frame.middle.lon:.6f}"
    pressed = {name.replace("_", "."): value for name, value in more.items()}
    return {"map.middle": middle, "map.width": str(frame.width_m), **pressed}


@given(POINTS, st.sampled_from(WIDTHS_M), st.floats(0, UNITS), st.floats(0, UNITS))
def test_a_spot_is_a_point_and_the_point_is_drawn_there(
    middle: Point, width: int, x: float, y: float
) -> None:
    """Both ways, also over the antimeridian."""
    frame = Frame(middle, width)
    assert frame.spot(frame.point(x, y)) == pytest.approx((x, y), abs=1e-3)


@given(
    st.builds(Point, st.floats(-70, 70), LONGITUDES), NEAR, st.floats(0, UNITS), st.floats(0, UNITS)
)
def test_a_distance_on_the_map_is_one_on_the_ground(
    middle: Point, width: int, x: float, y: float
) -> None:
    """From the middle to any spot, up to 0.4 % and a centimetre."""
    frame = Frame(middle, width)
    drawn = math.hypot(x - UNITS / 2, y - UNITS / 2) * width / UNITS
    assert geodesic_m(middle, frame.point(x, y)) == pytest.approx(drawn, rel=4e-3, abs=0.01)


@given(st.builds(Point, LATITUDES, st.floats(-179, 179)), NEAR)
def test_the_box_is_what_is_drawn(middle: Point, width: int) -> None:
    """Its corners are those of the image."""
    frame = Frame(middle, width)
    west, south, east, north = frame.box
    assert frame.spot(Point(north, west)) == pytest.approx((0, 0), abs=1e-3)
    assert frame.spot(Point(south, east)) == pytest.approx((UNITS, UNITS), abs=1e-3)


@given(
    st.builds(Point, st.floats(-70, 70), LONGITUDES),
    NEAR,
    st.sampled_from(sorted(IMAGES)),
    st.data(),
)
def test_a_tap_sets_the_point_that_was_drawn_there(
    middle: Point, width: int, image: str, data: st.DataObject
) -> None:
    """In both sizes of the image, to a pixel and the last digit of the cells."""
    size = IMAGES[image]
    x, y = (data.draw(st.integers(1, size)) for _ in range(2))
    cells = set_by_press(
        {**_sent(Frame(middle, width)), f"{image}.x": f"{x}", f"{image}.y": f"{y}"}, {}
    )
    point = point_of(cells)
    assert point is not None
    # The middle is sent with six digits, and the cells have five: a metre and a half.
    off = 1.5 * UNITS / width
    assert Frame(middle, width).spot(point) == pytest.approx(
        (x * UNITS / size, y * UNITS / size), abs=off
    )


@pytest.mark.parametrize(
    ("direction", "word"),
    [("north", "north"), ("west", "west"), ("east", "east"), ("south", "south")],
)
def test_a_button_moves_the_point_by_50_m(direction: str, word: str) -> None:
    """Which the sentence says."""
    cells = {"location.lat": "50.8428", "location.lon": "4.3497"}
    moved = point_of(set_by_press(_sent(Frame(BRUSSELS, USUAL_M), map_move=direction), cells))
    assert moved is not None
    assert geodesic_m(BRUSSELS, moved) == pytest.approx(50, abs=1)
    said = re.fullmatch(r"The point moves (\d+) m to the (\w+)\.", movement(BRUSSELS, moved) or "")
    assert said is not None
    assert abs(int(said[1]) - 50) <= 1
    assert said[2] == word


def test_a_new_point_begins_in_the_middle_of_the_map() -> None:
    """A button moves it from there."""
    cells = set_by_press(_sent(Frame(BRUSSELS, 750), map_move="east"), {})
    moved = point_of(cells)
    assert moved is not None
    assert geodesic_m(BRUSSELS, moved) == pytest.approx(50, abs=1)


def test_a_found_address_sets_the_point_and_its_precision() -> None:
    """As its button sends it."""
    sent = _sent(Frame(BRUSSELS, 750), map_point="50.84283 4.34809 exact")
    assert set_by_press(sent, {}) == {
        "location.lat": "50.84283",
        "location.lon": "4.34809",
        "location.precision": "exact",
    }


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"map.small.x": "5", "map.small.y": "5"},
        {"map.middle": "50 4", "map.width": "12001", "map.small.x": "5", "map.small.y": "5"},
        {"map.middle": "91 4", "map.width": "12000", "map.small.x": "5", "map.small.y": "5"},
        {"map.middle": "50 4", "map.width": "12000", "map.small.x": "0", "map.small.y": "0"},
        {"map.middle": "50 4", "map.width": "12000", "map.small.x": "²", "map.small.y": "5"},
        {"map.middle": "50 4", "map.width": "12000", "map.small.x": "9" * 5000, "map.small.y": "5"},
        {"map.middle": "50 4", "map.width": "12000", "map.move": "up"},
        {"map.middle": "50 4", "map.width": "12000", "map.point": "x y exact"},
    ],
)
def test_what_no_map_sends_sets_no_point(sent: dict[str, str]) -> None:
    """No map at all; one of another size; a press by the keyboard, which sends the corner."""
    assert set_by_press(sent, {}) == {}


def test_the_map_shows_the_point_else_the_postcode_else_the_country() -> None:
    """12 km around the first two."""
    belgium = (2.5, 49.5, 6.4, 51.5)
    area = Point(51.2, 4.4)
    assert frame_of({}, BRUSSELS, area, belgium) == Frame(BRUSSELS, USUAL_M)
    assert frame_of({}, None, area, belgium) == Frame(area, USUAL_M)
    whole = frame_of({}, None, None, belgium)
    assert whole is not None
    assert whole.shows(Point(49.5, 2.5))
    assert whole.shows(Point(51.5, 6.4))
    assert frame_of({}, None, None, None) is None


def test_the_map_follows_the_point_and_the_buttons() -> None:
    """A tap leaves it as it is; zooming has the point in the middle; there is a last step."""
    frame = Frame(Point(50.84, 4.35), USUAL_M)
    assert frame_of(_sent(frame), BRUSSELS, None, None) == frame
    far = Point(51.2, 4.4)
    assert frame_of(_sent(frame), far, None, None) == Frame(far, USUAL_M)
    assert frame_of(_sent(frame, map_zoom="in"), BRUSSELS, None, None) == Frame(BRUSSELS, 6_000)
    assert frame_of(_sent(frame, map_zoom="out"), far, None, None) == Frame(frame.middle, 24_000)
    assert frame_of(_sent(frame, map_area="yes"), BRUSSELS, far, None) == Frame(far, USUAL_M)
    for last, way in ((WIDTHS_M[0], "in"), (WIDTHS_M[-1], "out")):
        end = Frame(frame.middle, last)
        assert frame_of(_sent(end, map_zoom=way), None, None, None) == end


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
