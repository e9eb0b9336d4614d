"""The exact nearest centres, against a brute-force scan of geodesics."""

import random
from collections.abc import Iterable
from dataclasses import replace

import pytest
from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from directory_api.bootstrap import Directory
from directory_api.domain.geo.geometry import Point
from directory_api.domain.model.records import Address, Centre, Location, empty_mapping
from directory_api.domain.query import Hit, NearestQuery, Origin, Postcode
from directory_api.search.indexes import NearestIndex, geodesic_m

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


def _centre(identity: str, lat: float, lon: float) -> Centre:
    address = Address(postal_code="1000", locality=empty_mapping(), country="BE")
    place = Location(Point(lat, lon), "exact")
    return Centre(
        id=identity,
        name=identity,
        kind="specialised-centre",
        status="active",
        address=address,
        address_visibility="public",
        location=place,
    )


def _anywhere(rng: random.Random) -> tuple[float, float]:
    return rng.uniform(-90, 90), rng.uniform(-180, 180)


def _brute(centres: Iterable[Centre], origin: Point) -> list[tuple[float, str]]:
    """Every centre by (distance to the millimetre, id)."""
    return sorted(
        (
            round(geodesic((origin.lat, origin.lon), (spot.point.lat, spot.point.lon)).meters, 3),
            centre.id,
        )
        for centre in centres
        if (spot := centre.location)
    )


def _found(hits: Iterable[Hit]) -> list[tuple[float, str]]:
    return [(round(hit.distance_m, 3), hit.centre.id) for hit in hits]


def _every(_: Centre) -> bool:
    return True


@pytest.fixture(scope="module")
def many() -> list[Centre]:
    """300 centres: at the edges, twice at one point, mirrored on the equator, and anywhere."""
    rng = random.Random(1)
    spots = [*EDGES, *EDGES, (0.0, 10.0), (0.0, -10.0), (10.0, 0.0), (-10.0, 0.0)]
    spots += [_anywhere(rng) for _ in range(300 - len(spots))]
    numbers = rng.sample(range(1000), 300)
    return [
        _centre(f"c{number}", lat, lon) for number, (lat, lon) in zip(numbers, spots, strict=True)
    ]


def test_every_belgian_postcode_gets_the_brute_force_answer(directory: Directory) -> None:
    """For each of the 1,149 Belgian codes, order and distances are those of a full geodesic
    scan.
    """
    snapshot = directory.finder.snapshot
    places = snapshot.gazetteer.begins_with("", "BE", 9999) or [
        place
        for digit in "0123456789"
        for place in snapshot.gazetteer.begins_with(digit, "BE", 9999)
    ]
    assert len({place.code for place in places}) == 1149
    for place in places:
        answer = directory.finder.nearest(NearestQuery(Postcode(place.code, "BE"), limit=50))
        assert _found(answer.hits) == _brute(snapshot.centres, place.point)


def test_every_point_of_the_globe_gets_the_brute_force_answer(directory: Directory) -> None:
    """For 2,000 random points and the edges of the globe: those of a full geodesic scan."""
    rng = random.Random(2)
    snapshot = directory.finder.snapshot
    for lat, lon in [*EDGES, *(_anywhere(rng) for _ in range(2000))]:
        origin = Origin(Point(lat, lon), 1)
        query = NearestQuery(Postcode("unused", "BE"), limit=50)
        assert _found(snapshot.nearest(query, origin).hits) == _brute(
            snapshot.centres, origin.point
        )


def test_with_300_centres_each_limit_is_the_head_of_the_full_scan(many: list[Centre]) -> None:
    """With limits 1 to 10 the index gives the head of the full scan, followed only by ties."""
    rng = random.Random(3)
    index = NearestIndex(many)
    for lat, lon in [*EDGES, *(_anywhere(rng) for _ in range(20))]:
        origin = Point(lat, lon)
        brute = _brute(many, origin)
        for limit in range(1, 11):
            found = _found(index.nearest(origin, _every, limit))
            assert found[:limit] == brute[:limit]
            assert found == brute[: len(found)]


def test_a_maximum_distance_cuts_the_full_scan(many: list[Centre]) -> None:
    """With a maximum the answer is the full scan up to it, also if a centre is exactly there."""
    rng = random.Random(4)
    index = NearestIndex(many)
    for _ in range(15):
        origin = Point(*_anywhere(rng))
        brute = _brute(many, origin)
        assert index.nearest(origin, _every, 5, max_distance_m=brute[0][0] - 1) == []
        most = rng.uniform(0, 5_000_000)
        wanted = [entry for entry in brute if entry[0] <= most]
        assert _found(index.nearest(origin, _every, 300, max_distance_m=most)) == wanted
        exactly = index.nearest(origin, _every, 1)[0].distance_m
        assert _found(index.nearest(origin, _every, 1, max_distance_m=exactly))[:1] == brute[:1]


def test_the_filter_is_asked_before_the_distance(many: list[Centre]) -> None:
    """Only admitted centres are in the answer, in the order of the full scan over them."""

    def admit(centre: Centre) -> bool:
        return centre.id.endswith("7")

    origin = Point(50.85, 4.35)
    wanted = _brute(filter(admit, many), origin)
    assert _found(NearestIndex(many).nearest(origin, admit, 300)) == wanted
    assert wanted


def test_exact_ties_are_marked_and_ordered_by_id() -> None:
    """Two centres at one point and two mirrored ones are ties, ordered by id in any input order."""
    spots = [("b", 0.0, 10.0), ("a", 0.0, -10.0), ("d", 5.0, 0.0), ("c", 5.0, 0.0), ("e", 1.0, 1.0)]
    for order in (spots, spots[::-1]):
        hits = NearestIndex([_centre(*spot) for spot in order]).nearest(Point(0, 0), _every, 5)
        assert [(hit.centre.id, hit.tied) for hit in hits] == [
            *[("e", False), ("c", True), ("d", True), ("a", True), ("b", True)]
        ]


def test_a_tie_behind_the_limit_is_still_a_tie() -> None:
    """With a limit of one, a centre that ties with it is known to tie."""
    hits = NearestIndex([_centre("b", 0, 10), _centre("a", 0, -10)]).nearest(Point(0, 0), _every, 1)
    assert (hits[0].centre.id, hits[0].tied) == ("a", True)


def test_centres_without_a_point_are_not_near_anything() -> None:
    """A published centre without a location is in no answer."""
    centre = _centre("a", 0, 0)
    nowhere = replace(centre, id="b", address_visibility="hidden", location=None)
    assert [
        hit.centre.id for hit in NearestIndex([nowhere, centre]).nearest(Point(0, 0), _every, 5)
    ] == ["a"]


@given(*[st.floats(-90, 90), st.floats(-180, 180)] * 2)
@settings(max_examples=100)
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
@settings(max_examples=100, deadline=None)
def test_certain_means_that_moving_within_the_accuracy_changes_nothing(
    directory: Directory, lat: float, lon: float, accuracy: int, bearing: float, part: float
) -> None:
    """In a certain answer no point within the accuracy has another first centre; else both are
    named.
    """
    snapshot = directory.finder.snapshot
    query = NearestQuery(Postcode("unused", "BE"), limit=1)
    answer = snapshot.nearest(query, Origin(Point(lat, lon), accuracy))
    brute = _brute(snapshot.centres, Point(lat, lon))
    if not answer.certain:
        assert _found(answer.hits) == brute[:2]
        return
    assert _found(answer.hits) == brute[:1]
    moved = geodesic(meters=accuracy * part).destination((lat, lon), bearing=bearing)
    assert (
        _brute(snapshot.centres, Point(moved.latitude, moved.longitude))[0][1]
        == answer.hits[0].centre.id
    )


def test_an_exact_tie_is_never_certain(directory: Directory) -> None:
    """Halfway between two centres the answer is uncertain, however exact the origin."""
    snapshot = directory.finder.snapshot
    low, high = 50.8428, 51.2248
    for _ in range(60):
        middle = (low + high) / 2
        hits = snapshot.nearest(
            NearestQuery(Postcode("unused", "BE")), Origin(Point(middle, 4.37), 1)
        ).hits
        low, high = (middle, high) if hits[0].centre.id == "pag-asa" else (low, middle)
    answer = snapshot.nearest(
        NearestQuery(Postcode("unused", "BE"), limit=1), Origin(Point(low, 4.37), 1)
    )
    assert not answer.certain
    assert {hit.centre.id for hit in answer.hits} == {"pag-asa", "payoke"}
