"""The exact nearest centres, against a brute-force scan of geodesics."""

import math
import random
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from operator import attrgetter

import pytest
from geopy.distance import geodesic, great_circle
from hypothesis import given
from hypothesis import strategies as st

from directory_api.bootstrap import Directory
from directory_api.live.editions import Edition
from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import SEMI_MAJOR_M, Point, earth_centred
from directory_api.record.parts import Address, Location
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre
from directory_api.search import point_tree
from directory_api.search.point_tree import PointTree, _spot
from directory_api.search.query import NearestQuery, Origin, Result, TypedPlace
from tests.support.amount import some, tried

EDGES = [
    *[
        (90.0, 0.0),
        (-90.0, 0.0),
        (90.0, 180.0),
        (0.0, 0.0),
        (0.0, 180.0),
        (0.0, -180.0),
        (50.0, 180.0),
        (50.0, -180.0),
    ],
    *[(0.0, -179.99999), (89.99999, 12.0), (-89.99999, -168.0), (50.8428, 4.3497)],
]


def _centre(identity: str, lat: float, lon: float) -> PublishedCentre:
    address = Address(postcode="1000", locality={"en": "Town"}, country="BE")
    place = Location(Point(lat, lon), "exact")
    centre = Centre(
        id=identity,
        name=identity,
        kind="specialised_centre",
        status="active",
        address=address,
        address_visibility="public",
        location=place,
    )
    return PublishedCentre(centre)


def _tree(centres: Iterable[PublishedCentre]) -> PointTree:
    return PointTree(sorted(centres, key=attrgetter("id")))


def _nearest(
    tree: PointTree,
    origin: Point,
    limit: int,
    admits: Callable[[PublishedCentre], bool] | None = None,
    farthest_m: float = math.inf,
) -> list[Result]:
    return [*islice(tree.nearest(origin, admits, farthest_m), limit)]


def _quick_m(start: Point, end: Point) -> float:
    return point_tree._vincenty_m(_spot(start), _spot(end))


def _anywhere(rng: random.Random) -> tuple[float, float]:
    return rng.uniform(-90, 90), rng.uniform(-180, 180)


class _Near(float):
    """A distance that equals another, which is rounded to the millimetre, within its error."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and abs(float(self) - float(other)) <= 0.0006

    __hash__ = None  # type: ignore[assignment]


def _brute(centres: Iterable[PublishedCentre], origin: Point) -> list[tuple[float, str]]:
    """Every centre by (distance to the millimetre, id)."""
    return sorted(
        (
            round(geodesic((origin.lat, origin.lon), (point.lat, point.lon)).meters, 3),
            centre.id,
        )
        for centre in centres
        if (point := centre.point)
    )


def _head(
    centres: Iterable[PublishedCentre], origin: Point, number: int
) -> list[tuple[float, str]]:
    """At least the first of `_brute`, so many of them and those that tie with the last.

    A great circle, which is quick, differs from the geodesic by less than 0.6 %. It leaves out the
    centres that are certainly farther.
    """
    apart = [
        (great_circle((origin.lat, origin.lon), (point.lat, point.lon)).meters, centre)
        for centre in centres
        if (point := centre.point)
    ]
    last = sorted(metres for metres, _ in apart)[:number][-1]
    farthest = last * 1.006 / 0.994 + 1
    return _brute((centre for metres, centre in apart if metres <= farthest), origin)


def _found(hits: Iterable[Result]) -> list[tuple[float, str]]:
    return [(_Near(hit.distance_m), hit.published.id) for hit in hits]


@pytest.fixture(scope="module")
def many() -> list[PublishedCentre]:
    """300 centres: at the edges, twice at one point, mirrored on the equator, and anywhere."""
    rng = random.Random(1)
    spots = [*EDGES, *EDGES, (0.0, 10.0), (0.0, -10.0), (10.0, 0.0), (-10.0, 0.0)]
    spots += [_anywhere(rng) for _ in range(300 - len(spots))]
    numbers = rng.sample(range(1000), 300)
    return [
        _centre(f"c{number}", lat, lon) for number, (lat, lon) in zip(numbers, spots, strict=True)
    ]


def test_every_belgian_postcode_gets_the_brute_force_answer(
    directory: Directory, edition: Edition
) -> None:
    """For the 1,149 Belgian codes, order and distances are those of a full geodesic
    scan.
    """
    snapshot = directory.live.snapshot
    places = snapshot.gazetteer.country("BE").begins_with("", 9999) or [
        place
        for digit in "0123456789"
        for place in snapshot.gazetteer.country("BE").begins_with(digit, 9999)
    ]
    assert len({place.code for place in places}) == 1149
    for place in some(places):
        answer = edition.nearest(NearestQuery(TypedPlace(place.code, "BE"), limit=50))
        assert _found(answer.results) == _brute(snapshot.index.all, place.point)


def test_every_point_of_the_globe_gets_the_brute_force_answer(directory: Directory) -> None:
    """For random points and the edges of the globe: those of a full geodesic scan."""
    rng = random.Random(2)
    snapshot = directory.live.snapshot
    for lat, lon in [*EDGES, *(_anywhere(rng) for _ in range(tried(2000)))]:
        origin = Origin(Point(lat, lon), 1)
        query = NearestQuery(TypedPlace("unused", "BE"), limit=50)
        assert _found(snapshot.nearest(query, origin).results) == _brute(
            snapshot.index.all, origin.point
        )


def test_with_300_centres_each_limit_is_the_head_of_the_full_scan(
    many: list[PublishedCentre],
) -> None:
    """With limits 1 to 10 the index gives the head of the full scan, followed only by ties."""
    rng = random.Random(3)
    index = _tree(many)
    for lat, lon in [*EDGES, *(_anywhere(rng) for _ in range(20))]:
        origin = Point(lat, lon)
        brute = _head(many, origin, 10)
        for limit in range(1, 11):
            found = _found(_nearest(index, origin, limit))
            assert found[:limit] == brute[:limit]
            assert found == brute[: len(found)]


def test_a_maximum_distance_cuts_the_full_scan(many: list[PublishedCentre]) -> None:
    """With a maximum the answer is the full scan up to it, also if a centre is exactly there."""
    rng = random.Random(4)
    index = _tree(many)
    for _ in range(tried(16)):
        origin = Point(*_anywhere(rng))
        brute = _brute(many, origin)
        assert _nearest(index, origin, 5, farthest_m=brute[0][0] - 1) == []
        most = rng.uniform(0, 5_000_000)
        wanted = [entry for entry in brute if entry[0] <= most]
        assert _found(_nearest(index, origin, 300, farthest_m=most)) == wanted
        first = _nearest(index, origin, 1)[0].published
        assert first.point
        exactly = geodesic_m(origin, first.point)
        assert _found(_nearest(index, origin, 1, farthest_m=exactly))[:1] == brute[:1]


def test_the_filter_is_asked_before_the_distance(many: list[PublishedCentre]) -> None:
    """Only admitted centres are in the answer, in the order of the full scan over them."""

    def admits(centre: PublishedCentre) -> bool:
        return centre.id.endswith("7")

    origin = Point(50.85, 4.35)
    wanted = _brute((centre for centre in many if admits(centre)), origin)
    assert _found(_nearest(_tree(many), origin, 300, admits)) == wanted
    assert wanted


def test_exact_ties_are_marked_and_ordered_by_id() -> None:
    """Two centres at one point and two mirrored ones are ties, ordered by id in any input order."""
    spots = [("b", 0.0, 10.0), ("a", 0.0, -10.0), ("d", 5.0, 0.0), ("c", 5.0, 0.0), ("e", 1.0, 1.0)]
    for order in (spots, spots[::-1]):
        hits = _nearest(_tree([_centre(*spot) for spot in order]), Point(0, 0), 5)
        assert [(hit.centre.id, hit.tied) for hit in hits] == [
            *[("e", False), ("c", True), ("d", True), ("a", True), ("b", True)]
        ]


def test_a_tie_behind_the_limit_is_still_a_tie() -> None:
    """With a limit of one, a centre that ties with it is known to tie."""
    hits = _nearest(_tree([_centre("b", 0, 10), _centre("a", 0, -10)]), Point(0, 0), 1)
    assert (hits[0].centre.id, hits[0].tied) == ("a", True)


@given(*[st.floats(-90, 90), st.floats(-180, 180)] * 2)
def test_our_geodesic_is_geopys(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    """The measure is geopy's WGS84 geodesic in metres, in both directions."""
    one, other = Point(lat1, lon1), Point(lat2, lon2)
    assert abs(geodesic_m(one, other) - geodesic((lat1, lon1), (lat2, lon2)).meters) < 1e-6
    assert abs(geodesic_m(one, other) - geodesic_m(other, one)) < 1e-3


@given(
    st.floats(49.4, 51.6),
    st.floats(2.5, 6.5),
    st.integers(1, 40_000),
    st.floats(0, 360),
    st.floats(0, 1),
)
def test_certain_means_that_moving_within_the_accuracy_changes_nothing(
    directory: Directory, lat: float, lon: float, accuracy: int, bearing: float, part: float
) -> None:
    """In a certain answer no point within the accuracy has another first centre; else all that may
    be the first are named.
    """
    snapshot = directory.live.snapshot
    query = NearestQuery(TypedPlace("unused", "BE"), limit=1)
    answer = snapshot.nearest(query, Origin(Point(lat, lon), accuracy))
    brute = _brute(snapshot.index.all, Point(lat, lon))
    if not answer.certain:
        found = _found(answer.results)
        assert len(found) > 1
        assert found == brute[: len(found)]
        return
    assert _found(answer.results) == brute[:1]
    moved = geodesic(meters=accuracy * part).destination((lat, lon), bearing=bearing)
    assert (
        _brute(snapshot.index.all, Point(moved.latitude, moved.longitude))[0][1]
        == answer.results[0].centre.id
    )


def test_an_exact_tie_is_never_certain(directory: Directory) -> None:
    """Halfway between two centres the answer is uncertain, however exact the origin."""
    snapshot = directory.live.snapshot
    low, high = 50.8428, 51.2248
    for _ in range(60):
        middle = (low + high) / 2
        hits = snapshot.nearest(
            NearestQuery(TypedPlace("unused", "BE")), Origin(Point(middle, 4.37), 1)
        ).results
        low, high = (middle, high) if hits[0].centre.id == "pag-asa" else (low, middle)
    answer = snapshot.nearest(
        NearestQuery(TypedPlace("unused", "BE"), limit=1), Origin(Point(low, 4.37), 1)
    )
    assert not answer.certain
    assert {hit.centre.id for hit in answer.results} == {"pag-asa", "payoke"}


def _pairs(count: int, metres: float) -> Iterator[tuple[Point, Point]]:
    """Yield pairs of points at most so far apart."""
    rng = random.Random(5)
    while count:
        start = Point(*_anywhere(rng))
        end = geodesic(meters=rng.uniform(0, metres)).destination(
            (start.lat, start.lon), bearing=rng.uniform(0, 360)
        )
        count -= 1
        yield start, Point(end.latitude, end.longitude)


@pytest.mark.parametrize("metres", [1, 1000, 199_000, 1_000_000, 20_000_000])
def test_a_quick_distance_is_karneys_within_a_tenth_of_a_millimetre(metres: float) -> None:
    """By Vincenty's formula, wherever it gives one."""
    for start, end in _pairs(tried(500), metres):
        quick = _quick_m(start, end)
        assert quick == math.inf or abs(quick - geodesic_m(start, end)) < 0.0001


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((0, 0), (0.5, 179.7)),  # nearly opposite: the formula does not converge
        ((0, 0), (0, 180)),
        ((90, 0), (-90, 0)),
        ((10, 0), (-10, 171.8)),
        ((0, 10), (0, 100)),  # along the equator
        ((-90, 5), (90, 99)),
        ((45, 0), (-45, 171.5)),
        ((0.1, 0), (0.1, 171.8)),  # it converges slowly
        ((50, 4), (50, 4)),
        ((90, 0), (90, 77)),
    ],
)
def test_distances_between_special_points_are_right(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    """At the poles, along the equator, and between equal and opposite points."""
    one, other = Point(*start), Point(*end)
    exact = geodesic_m(one, other)
    quick = _quick_m(one, other)
    assert quick == math.inf or abs(quick - exact) < 0.0001
    hits = _nearest(_tree([_centre("there", *end)]), one, 1)
    assert abs(hits[0].distance_m - exact) < 0.0001


@pytest.mark.parametrize("metres", [1000, 1_000_000, 20_000_000])
def test_the_arc_of_the_unit_sphere_bounds_the_geodesic(metres: float) -> None:
    """No point is nearer than its arc on the smaller semi-axis, or farther than on the larger."""
    for start, end in _pairs(tried(500), metres):
        chord = math.dist(_spot(start).vector, _spot(end).vector)
        exact = geodesic_m(start, end)
        assert point_tree._arc(chord) * point_tree._SEMI_MINOR_M - 0.0001 <= exact
        assert exact <= point_tree._arc(chord) * SEMI_MAJOR_M + 0.0001


def _clusters(rng: random.Random) -> tuple[float, float]:
    middle = rng.choice([(50.85, 4.35), (89.999, 0.0), (-16.5, 179.99), (0.0, 0.0)])
    lat = max(-90.0, min(90.0, middle[0] + rng.gauss(0, 0.02)))
    return lat, math.remainder(middle[1] + rng.gauss(0, 0.02), 360)


def _duplicates(rng: random.Random) -> tuple[float, float]:
    return rng.choice([(50.0, 4.0), (51.0, 5.0), (-50.0, -176.0), *EDGES])


def _poles(rng: random.Random) -> tuple[float, float]:
    return rng.choice([1, -1]) * rng.uniform(89, 90), rng.uniform(-180, 180)


def _antimeridian(rng: random.Random) -> tuple[float, float]:
    return rng.uniform(-90, 90), math.remainder(180 + rng.gauss(0, 0.5), 360)


@pytest.mark.parametrize("spots", [_anywhere, _clusters, _duplicates, _poles, _antimeridian])
def test_a_large_tree_gives_the_head_of_the_full_scan(
    spots: Callable[[random.Random], tuple[float, float]],
) -> None:
    """However the centres are spread."""
    rng = random.Random(6)
    centres = [_centre(f"c{number:04}", *spots(rng)) for number in range(600)]
    tree = _tree(centres)
    for _ in range(tried(40)):
        origin = Point(*spots(rng))
        brute = _head(centres, origin, 20)
        for limit in (1, 3, 20):
            hits = _found(_nearest(tree, origin, limit))
            assert hits[:limit] == brute[:limit]
            assert hits == brute[: len(hits)]


def test_an_empty_tree_has_no_nearest_centre() -> None:
    """Nor has one of centres without a point."""
    assert _nearest(_tree(()), Point(50, 4), 3) == []


def test_points_that_lie_alike_on_one_axis_are_divided_on_another() -> None:
    """On a meridian, on a parallel, and where all but one are at nearly the same place."""
    meridian = [(number / 10 - 45, 4.0) for number in range(900)]
    parallel = [(50.0, number / 10 - 45) for number in range(900)]
    dense = [(50.0 + number * 1e-12, 4.0) for number in range(900)] + [(-50.0, -176.0)]
    for spots in (meridian, parallel, dense):
        centres = [_centre(f"c{number:03}", *spot) for number, spot in enumerate(spots)]
        for lat, lon in (spots[0], spots[450], spots[-1], (12.3, 45.6)):
            brute = _head(centres, Point(lat, lon), 3)
            assert _found(_nearest(_tree(centres), Point(lat, lon), 3)) == brute[:3]


def _north(origin: Point, metres: float) -> tuple[float, float]:
    """The point due north of another one at a geodesic distance, to a tenth of a micrometre."""
    lat = origin.lat + metres / 111_000
    for _ in range(6):
        lat += (metres - geodesic_m(origin, Point(lat, origin.lon))) / 111_000
    return lat, origin.lon


def test_a_millimetre_and_a_half_decides() -> None:
    """Order and ties are by the millimetre, not by the centimetre: the id decides nothing."""
    origin = Point(50.85, 4.35)
    farther = _centre("a", *_north(origin, 1000.0032))
    nearer = _centre("b", *_north(origin, 1000.0017))
    hits = _nearest(_tree([farther, nearer]), origin, 2)
    assert [(hit.published.id, hit.tied) for hit in hits] == [("b", False), ("a", False)]


@pytest.mark.parametrize(("lat", "lon"), [(0.0, 0.0), (45.0, 10.0), (-60.0, 120.0)])
def test_far_away_a_longer_chord_may_be_the_shorter_way(lat: float, lon: float) -> None:
    """On a ring of about 15,000 km the order of the chords is not that of the geodesics."""
    rng = random.Random(5)
    origin = Point(lat, lon)
    ends = [
        geodesic(15_000 + rng.random()).destination((lat, lon), azimuth) for azimuth in range(360)
    ]
    centres = [
        _centre(f"{number:03}", end.latitude, end.longitude) for number, end in enumerate(ends)
    ]
    index = _tree(centres)
    ranked = sorted(
        (round(geodesic_m(origin, centre.point), 3), centre.id)
        for centre in centres
        if centre.point
    )
    chords = sorted(
        (math.dist(earth_centred(origin), earth_centred(point)), identity)
        for centre in centres
        if (point := centre.point)
        for identity in [centre.id]
    )
    assert chords[0][1] != ranked[0][1]
    for limit in (1, 3):
        found = [hit.published.id for hit in _nearest(index, origin, limit)]
        assert found == [identity for _, identity in ranked[:limit]]


def test_the_closest_just_behind_a_plane_of_the_tree_is_found() -> None:
    """The first plane divides north and south, the second one the north: that is hardly nearer than
    the best site of the south.
    """
    closest, second = _centre("z", 0.001, 0.1), _centre("a", -0.1009, 0.0)
    south = [_centre(f"south-{number}", -10.0 - 3.5 * number, 0.0) for number in range(20)]
    north = [
        _centre(f"{side}-{number}", 0.002 + number / 1_000, side * (10.0 + number))
        for side in (1, -1)
        for number in range(10)
    ]
    index = _tree([closest, second, *south[1:], *north[1:]])
    assert [hit.published.id for hit in _nearest(index, Point(0, 0), 1)] == ["z"]
    assert [hit.published.id for hit in _nearest(index, Point(0, 0), 2)] == ["z", "a"]
