"""The outermost places of a town: what is true from each of them is true from all."""

import math
import random

import pytest

from directory_api.live.editions import Edition
from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import Point, corners, earth_centred
from directory_api.place.postcode import Place, Town
from tests.support.amount import tried

_CORNERS = [Point(1, -179), Point(-1, -179), Point(0, 179)]


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ([Point(89, 10), Point(89, 130), Point(89, -110)], [Point(90, 0)]),
        (_CORNERS, [Point(0, 180), Point(0, -179.5)]),
        ([Point(50, 4), Point(50, 5), Point(51, 4)], [Point(50.1, 4.1), Point(50.3, 4.4)]),
        # Too far apart for the projection.
        ([Point(0, 0), Point(0, 90), Point(0, 180), Point(0, -90)], []),
        ([Point(1, 1), Point(2, 2)], []),
        ([], []),
    ],
    ids=str,
)
def test_the_corners_of_a_hull_are_its_outermost_points(
    outer: list[Point], inner: list[Point]
) -> None:
    """Also around a pole and on both sides of the antimeridian, and of points on top of others."""
    assert corners([*inner, *outer, *outer]) == {*outer}


@pytest.mark.parametrize("country", ["BE", "LU", "NL"])
def test_the_closest_centre_to_the_outermost_places_is_that_of_the_whole_town(
    edition: Edition, country: str
) -> None:
    """Compared with every place, for centres anywhere around; and the accuracy, with the reach of
    the main place to each.
    """
    places = edition.places.places(country)
    by_name: dict[str, list[Place]] = {}
    for place in places:
        by_name.setdefault(place.municipality or place.name, []).append(place)
    chance, agreed = random.Random(country), 0
    for name in chance.sample(sorted(name for name, own in by_name.items() if len(own) > 3), 6):
        town = Town(name, {}, tuple(by_name[name]))
        start = earth_centred(town.main_place.point)
        assert town.accuracy_m == max(
            math.ceil(math.dist(start, earth_centred(place.point))) + place.accuracy_m
            for place in town.places
        )
        for _ in range(tried(30)):
            lat, lon = town.main_place.point.lat, town.main_place.point.lon
            centres = [
                Point(lat + chance.uniform(-0.5, 0.5), lon + chance.uniform(-0.8, 0.8))
                for _ in range(3)
            ]

            def closest(place: Place, centres: list[Point] = centres) -> int:
                return min(range(3), key=lambda number: geodesic_m(place.point, centres[number]))

            if len(set(map(closest, town.edge))) == 1:
                agreed += 1
                assert len(set(map(closest, town.places))) == 1
    assert agreed > 0
