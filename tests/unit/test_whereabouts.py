"""In which country is a point? Against plain sums of angles and chords, with the shipped outlines.

docs/whereabouts.json has the answers to positions at the border, which a device gives, too.
"""

import json
import math
import random
from itertools import chain, pairwise
from operator import itemgetter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory_api.files.neighbours import read_neighbours
from directory_api.place.geometry import Area, Point, Ring, chord_m
from directory_api.place.outlines import MARGIN_M, Outline, outline_of
from directory_api.place.whereabouts import Whereabouts
from tests.support.amount import tried

SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
HOLE = ((4.0, 4.0), (4.0, 6.0), (6.0, 6.0), (6.0, 4.0))
STEP_M = 500


def _area(*polygons: list[Ring]) -> Area:
    geometry = {
        "type": "MultiPolygon",
        "coordinates": [[[*ring, ring[0]] for ring in rings] for rings in polygons],
    }
    return Area.from_geojson({"features": [{"geometry": geometry}]})


@pytest.fixture(scope="module")
def belgium(data: Path) -> Area:
    """The shipped boundary."""
    text = (data / "countries/be/boundary.geojson").read_text(encoding="utf-8")
    return Area.from_geojson(json.loads(text))


@pytest.fixture(scope="module")
def shipped(belgium: Area, data: Path) -> Whereabouts:
    """The rule with the outlines of Belgium and its neighbours."""
    return Whereabouts((outline_of("BE", belgium), *read_neighbours(data).outlines))


def _inside(rings: list[Ring], point: Point) -> bool:
    """By the sum of the angles that the rings turn around the point."""
    turns = 0.0
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])):
            ax, ay, bx, by = x1 - point.lon, y1 - point.lat, x2 - point.lon, y2 - point.lat
            turns += math.atan2(ax * by - ay * bx, ax * bx + ay * by)
    return abs(turns) > math.pi


def _near(rings: list[Ring], point: Point, within_m: float) -> bool:
    """By chords to points that are close together on the rings."""
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])):
            parts = max(1, math.ceil(chord_m(Point(y1, x1), Point(y2, x2)) / STEP_M))
            for part in range(parts + 1):
                along = part / parts
                at = Point(y1 + along * (y2 - y1), x1 + along * (x2 - x1))
                if chord_m(at, point) < within_m:
                    return True
    return False


@pytest.mark.parametrize(
    ("lat", "lon", "accuracy_m", "countries"),
    [
        (5, 2, 0, ("AA",)),
        (5, 5, 0, ()),  # in the hole
        (10.01, 5, 0, ("AA",)),  # it may be inside
        (10.01, 5, 50, ("AA",)),
        (10.02, 5, 0, ()),
        (10.02, 5, 1300, ("AA",)),
        (5, 10.01, 0, ("AA",)),
        (5, 4.01, 0, ("AA",)),
        (-0.01, 5, 0, ("AA",)),
        (10.009, 10.009, 0, ()),
        (-10, 5, 0, ()),
        (5, 170, 0, ()),
        (90, 5, 0, ()),
    ],
)
def test_a_point_is_in_a_country_inside_its_outline_and_near_it(
    lat: float, lon: float, accuracy_m: float, countries: tuple[str, ...]
) -> None:
    """Within the margin and the accuracy, not in a hole."""
    rule = Whereabouts([Outline("AA", (SQUARE, HOLE))])
    assert rule.countries_at(Point(lat, lon), accuracy_m) == countries


def test_what_is_well_inside_an_exact_outline_is_in_no_other() -> None:
    """Near its line it may be in both, and the country that has the point comes first."""
    wide = ((0.0, 5.0), (10.0, 5.0), (10.0, 20.0), (0.0, 20.0))
    rule = Whereabouts([Outline("AA", (SQUARE,)), Outline("BB", (wide,), 3000, is_exact=False)])
    points = (Point(9, 5), Point(9.995, 5), Point(10.005, 5), Point(10.02, 5), Point(4.98, 5))
    assert [rule.countries_at(point) for point in points] == [
        ("AA",),
        ("AA", "BB"),
        ("BB", "AA"),
        ("BB",),
        ("AA",),
    ]
    assert rule.countries_at(Point(9, 5), 120_000) == ("AA", "BB")


def test_without_outlines_no_country_is_known() -> None:
    """As for a directory without boundaries."""
    assert Whereabouts(()).countries_at(Point(0, 0)) == ()


def test_a_line_that_two_parts_share_is_no_border() -> None:
    """However their rings turn, and not where a part is listed twice."""
    east: Ring = ((10.0, 0.0), (20.0, 0.0), (20.0, 10.0), (10.0, 10.0))
    outline = outline_of("AA", _area([SQUARE], [east[::-1]], [east]))
    points = {point for ring in outline.rings for point in ring}
    assert {(0.0, 0.0), (20.0, 0.0), (20.0, 10.0), (0.0, 10.0)} <= points
    rule = Whereabouts([outline])
    # At the shared line, in the part that is listed twice, and outside.
    told = [rule.countries_at(Point(5, lon), 100_000) for lon in (10, 15, 25)]
    assert told == [("AA",), ("AA",), ()]
    alone = outline_of("AA", _area([SQUARE], [east[::-1]]))
    assert [sorted(ring) for ring in alone.rings] == [
        [(0.0, 0.0), (0.0, 10.0), (20.0, 0.0), (20.0, 10.0)]
    ]
    filled = outline_of("AA", _area([SQUARE, HOLE], [HOLE]))
    assert [sorted(ring) for ring in filled.rings] == [sorted(SQUARE)]
    assert Whereabouts([filled]).countries_at(Point(5, 5)) == ("AA",)


def test_the_outline_of_belgium_has_no_provinces(belgium: Area) -> None:
    """A third of the points, and the enclaves of Baarle, each with a point at least."""
    outline = outline_of("BE", belgium)
    assert len(outline.rings) == 23
    points = sum(map(len, outline.rings))
    assert points * 3 < sum(
        len(ring) for part in belgium.polygons for ring in (part.outer, *part.holes)
    )


@settings(max_examples=tried(60), deadline=None)
@given(lat=st.floats(49.3, 51.7), lon=st.floats(2.3, 6.6))
def test_belgium_simplified_agrees_with_belgium(belgium: Area, lat: float, lon: float) -> None:
    """What is in the whole boundary may be in Belgium; beyond twice the margin it is not."""
    point, rule = Point(lat, lon), Whereabouts([outline_of("BE", belgium)])
    rings = [ring for part in belgium.polygons for ring in (part.outer, *part.holes)]
    is_inside = any(_inside([part.outer], point) for part in belgium.polygons)
    told = rule.countries_at(point)
    if is_inside:
        assert told == ("BE",)
    elif told:
        assert _near(rings, point, 2 * MARGIN_M)


def test_cells_are_judged_as_each_of_their_points(shipped: Whereabouts) -> None:
    """Also on their edges, and with each accuracy; beyond 1 km it is never looked up in cells."""
    chance = random.Random(15)
    for number in range(tried(400)):
        lat, lon = chance.uniform(49.2, 51.8), chance.uniform(2.2, 6.7)
        if number % 3 == 0:
            lat, lon = round(lat / 0.05) * 0.05, round(lon / 0.05) * 0.05 - 1e-9
        point = Point(lat, lon)
        for outline in shipped.outlines:
            rings = list(outline.rings)
            is_inside = _inside(rings, point)
            may_be = is_inside or _near(rings, point, outline.margin_m - STEP_M)
            told = shipped.countries_at(point, 500)
            if may_be and told != ("BE",):
                assert outline.country in told, (point, told)
            if not is_inside and not _near(rings, point, outline.margin_m + 2 * STEP_M):
                assert outline.country not in told, (point, told)


def test_every_postcode_of_a_neighbour_may_be_there(shipped: Whereabouts, data: Path) -> None:
    """Of 6,747 within 60 km, by GeoNames; of those few are so near that they may be in Belgium."""
    tables = read_neighbours(data).places.values()
    places = list(chain.from_iterable(each.codes.values() for each in tables))
    told = [shipped.countries_at(place.point) for place in places]
    strays = [
        (place.code, countries)
        for place, countries in zip(places, told, strict=True)
        if place.country not in countries
    ]
    # The source has the point of Castelre, which Belgium surrounds on three sides, in Belgium.
    assert strays == [("5114", ("BE",))]
    assert sum("BE" in countries for countries in told) < 0.04 * len(told)
    assert sum(len(countries) == 1 for countries in told) > 0.8 * len(told)


@settings(max_examples=tried(40), deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.01, 3), st.floats(0, 6.2)),
        min_size=3,
        max_size=40,
        unique_by=itemgetter(1),
    ),
    st.floats(-60, 60),
)
def test_no_point_of_a_ring_is_far_from_the_simplified_one(
    spokes: list[tuple[float, float]], lat: float
) -> None:
    """For any ring, each point is within the margin of the simplified line."""
    ordered = sorted(spokes, key=itemgetter(1))
    ring = tuple((radius * math.cos(a), lat + radius * math.sin(a)) for radius, a in ordered)
    simple = outline_of("AA", _area([ring])).rings
    for lon, north in ring:
        assert _near(list(simple), Point(north, lon), MARGIN_M)
