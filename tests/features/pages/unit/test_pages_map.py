"""The drawn map: outlines that stand where they should, and points within them."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from directory_api.features.pages.borders import simplified_alike
from directory_api.features.pages.map import WIDTH, Drawing, TownName, draw, town_names
from directory_api.place.geometry import Area, Point

SQUARE = {
    "features": [
        {
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[4, 50], [6, 50], [6, 51], [4, 51], [4, 50]],
                    [[4.5, 50.4], [5.5, 50.4], [5.5, 50.6], [4.5, 50.4]],
                ],
            }
        },
        {
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[5, 50.5], [5.0001, 50.5], [5, 50.5001], [5, 50.5]]],
            }
        },
    ]
}


def drawn() -> Drawing:
    """The map of a square with a hole, and of a speck."""
    drawing = draw([Area.from_geojson(SQUARE)])
    assert drawing
    return drawing


def corners(path: str) -> list[list[tuple[int, int]]]:
    """The absolute corners of each ring of a path."""
    rings = []
    for ring in re.findall(r"M([^z]*)z", path):
        start, _, steps = ring.partition("l")
        numbers = [int(number) for number in re.findall(r"-?[0-9]+", steps)]
        spots = [tuple(int(number) for number in start.split())]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            spots.append((spots[-1][0] + dx, spots[-1][1] + dy))
        rings.append(spots)
    return rings  # type: ignore[return-value]  # each spot has two numbers


def test_the_corners_stand_where_they_lie() -> None:
    """A square fills the map, its hole stays, a tiny part is omitted, and the proportions are
    correct.
    """
    drawing = drawn()
    (path,) = (path for _, path in drawing.regions)
    square, hole = corners(path)
    assert set(square) == {(0, 0), (WIDTH, 0), (WIDTH, drawing.height), (0, drawing.height)}
    assert len(square) == 4
    assert len(hole) == 3
    # Two degrees of longitude at 50.5 degrees north are 1.27 times as long as one of latitude.
    assert abs(drawing.width / drawing.height - 1.27) < 0.01


@given(lat=st.floats(50, 51), lon=st.floats(4, 6))
def test_a_point_in_the_area_is_on_the_map(lat: float, lon: float) -> None:
    """Each point of the area is on the map, farther right to the east and lower to the south."""
    spot = drawn().spot(Point(lat, lon))
    assert spot
    assert abs(spot[0] - (lon - 4) / 2 * WIDTH) <= 1
    assert abs(spot[1] - (51 - lat) * drawn().north_units) <= 1


@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180))
def test_a_point_off_the_map_has_no_spot(lat: float, lon: float) -> None:
    """A spot is within the map, or is left out."""
    drawing = drawn()
    spot = drawing.spot(Point(lat, lon))
    inside = 49.9 <= lat <= 51.1 and 3.9 <= lon <= 6.1
    assert (spot is None) or inside
    assert spot is None or (0 <= spot[0] <= drawing.width and 0 <= spot[1] <= drawing.height)


def test_without_boundaries_there_is_no_map() -> None:
    """Nothing is drawn of nothing."""
    assert draw([]) is None


def belgium(data: Path) -> Area:
    """The shipped boundary."""
    return Area.from_geojson(
        json.loads((data / "countries/be/boundary.geojson").read_text(encoding="utf-8"))
    )


def test_belgium_is_small(data: Path) -> None:
    """The shipped outlines take at most 5 kB of a page, and the centres are inside them."""
    drawing = draw([belgium(data)])
    assert drawing
    paths = [path for _, path in drawing.regions]
    assert len(paths) == 11
    assert sum(map(len, paths)) < 5_000
    assert all(re.fullmatch(r"(M[0-9]+ [0-9]+l[0-9 -]+z)+", path) for path in paths)
    assert drawing.spot(Point(50.8428, 4.3497)) == (131, 75)


def edges(drawing: Drawing) -> Counter[frozenset[tuple[int, int]]]:
    """How often each line between two corners is drawn, in either direction."""
    rings = [ring for _, path in drawing.regions for ring in corners(path)]
    return Counter(frozenset(edge) for ring in rings for edge in pairwise([*ring, ring[0]]))


def test_neighbours_share_their_border(data: Path) -> None:
    """Each line of Brussels, which lies within Flemish Brabant, is a line of the hole, too."""
    drawing = draw([belgium(data)])
    assert drawing
    drawn_edges = edges(drawing)
    (brussels,) = (path for names, path in drawing.regions if names["nl"].startswith("Brussels"))
    (ring,) = corners(brussels)
    assert len(ring) > 10
    assert {drawn_edges[frozenset(edge)] for edge in pairwise([*ring, ring[0]])} == {2}


@given(st.lists(st.floats(-0.02, 0.02), min_size=1, max_size=30), st.integers(0, 40))
def test_a_border_is_the_same_on_both_sides(bends: list[float], turn: int) -> None:
    """Wherever a ring begins, and in whichever direction it goes."""
    border = [(5 + bend, 50.1 + 0.8 * n / len(bends)) for n, bend in enumerate(bends)]
    west = [(4.0, 50.0), (5.0, 50.0), *border, (5.0, 51.0), (4.0, 51.0)]
    east = [(6.0, 51.0), (5.0, 51.0), *reversed(border), (5.0, 50.0), (6.0, 50.0)]
    east = east[turn % len(east) :] + east[: turn % len(east)]
    one, other = (
        {frozenset(edge) for edge in pairwise(ring)}
        for ring in simplified_alike([(*west, west[0]), (*east, east[0])], 0.01)
    )
    ends = {(5.0, 50.0), (5.0, 51.0)}
    shared = {edge for edge in one if edge <= ends | set(border)}
    assert shared == {edge for edge in other if edge <= ends | set(border)}


def test_each_region_has_a_name_in_four_languages_and_the_local_one_first(data: Path) -> None:
    """Where a page's language has none, the local name is shown."""
    drawing = draw([belgium(data)])
    assert drawing
    assert all(set(names) == {"nl", "fr", "de", "en"} for names, _ in drawing.regions)
    local = {names["en"]: next(iter(names)) for names, _ in drawing.regions}
    assert local["Province of Antwerp"] == "nl"
    assert local["Province of Liège"] == "fr"


def test_the_name_of_a_town_is_on_the_first_side_of_its_mark_with_room() -> None:
    """To the right, else to the left, else above, else below; a long one has room on no side."""
    drawing = drawn()
    edge, middle = drawing.width, drawing.height // 2

    def names(
        *towns: tuple[tuple[int, int], str], dots: Sequence[tuple[int, int]] = ()
    ) -> list[Any]:
        return [each and (each.anchor, each.x, each.y) for each in town_names(drawing, towns, dots)]

    assert names(((50, middle), "Gent")) == [("start", 67, middle + 4)]
    assert names(((edge - 20, middle), "Gent")) == [("end", edge - 37, middle + 4)]
    beside = [((100, middle), "Gent"), ((150, middle), ""), ((50, middle), "")]
    assert names(*beside) == [("middle", 100, middle - 19), None, None]
    assert names(*beside, dots=[(100, middle - 21)]) == [("middle", 100, middle + 28), None, None]
    assert names(((100, middle), "Sint-Katelijne-Waver, Willebroek")) == [None]
    # Letters of some scripts are wider.
    assert names(((200, middle), "Hoofdstad")) == [("end", 183, middle + 4)]
    assert names(((200, middle), "Gentse")) == [("start", 217, middle + 4)]
    assert names(((200, middle), "布鲁塞尔首都")) == [("end", 183, middle + 4)]


SPOTS = st.tuples(st.integers(0, WIDTH), st.integers(0, drawn().height))


@given(
    st.lists(st.tuples(SPOTS, st.text("ab布", max_size=8)), max_size=12),
    st.lists(SPOTS, max_size=12),
)
def test_no_name_of_a_town_covers_anything(
    towns: list[tuple[tuple[int, int], str]], dots: list[tuple[int, int]]
) -> None:
    """Neither another name, nor a mark or a dot; and it is on the map, beside its own mark."""
    drawing = drawn()
    names = town_names(drawing, towns, dots)
    assert len(names) == len(towns)
    covered = [each for each in names if each]
    for name in covered:
        left, top, right, bottom = extent(name)
        assert left >= -6
        assert top >= -6
        assert right <= drawing.width + 6
        assert bottom <= drawing.height + 6
        others = [extent(each) for each in covered if each is not name]
        others += [(x - 13, y - 13, x + 13, y + 13) for (x, y), _ in towns]
        others += [(x - 4, y - 4, x + 4, y + 4) for x, y in dots]
        assert not any(
            left < east and west < right and top < south and north < bottom
            for west, north, east, south in others
        )


def extent(name: TownName) -> tuple[float, float, float, float]:
    """What a name covers in letters of 14 units, of the width of those in DejaVu Sans Bold."""
    width = sum(14 if letter == "布" else 9.5 for letter in name.text)
    left = name.x - {"start": 0, "middle": width / 2, "end": width}[name.anchor]
    return left, name.y - 11, left + width, name.y + 3
