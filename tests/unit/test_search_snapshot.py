"""The directory at one revision: coverage, responsibility, redaction and text search."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from directory_api.bootstrap import Directory
from directory_api.change.change import Change, Contents, HistoryEntry, Stamp
from directory_api.change.public_history import LastChange, PublicHistory, is_seen
from directory_api.files.country_tables import shipped_boundaries, shipped_tables
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, place_of
from directory_api.record.published import publisher
from directory_api.record.record_value import Record
from directory_api.record.vocabulary import HELPLINE_KINDS
from directory_api.search.query import Coordinate, Filters, NearestQuery, Origin, TypedPlace
from directory_api.search.snapshot import Snapshot
from directory_api.store.digests import checksum

ASKED = NearestQuery(TypedPlace("unused", "BE"), limit=1)
MUNICIPALITY = place_of(
    "BE", "1000", [NamedPoint("Brussel", Point(50.8504, 4.3488))], {"nl": "Brussel"}, "BE-BRU"
)
GAZETTEER = Gazetteer([MUNICIPALITY])
NO_PLACES = Gazetteer([])
STAMP = Stamp("anna", datetime(2026, 11, 24, tzinfo=UTC), "she fled from the old house")
SECRETS = ("Cellebroersstraat", "Alexiens", "50.8428", "4.3497")


@pytest.fixture
def record(data: Path) -> dict[str, Any]:
    """The record of PAG-ASA, to change."""
    found: dict[str, Any] = json.loads((data / "centres.json").read_text(encoding="utf-8"))[
        "centres"
    ][0]
    return found


def _contents(*centres: dict[str, Any]) -> Contents:
    return {"directory": {"directory": {}}, "centre": {centre["id"]: centre for centre in centres}}


def _everything(value: Any) -> str:
    """All that an object holds, however deep."""
    if hasattr(value, "__slots__") and not isinstance(value, str):
        return " ".join(_everything(getattr(value, name)) for name in value.__slots__)
    if hasattr(value, "items"):
        return " ".join(_everything(part) for pair in value.items() for part in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(map(_everything, value))
    if hasattr(value, "__dict__"):
        return _everything(vars(value))
    return repr(value)


@pytest.mark.parametrize(
    ("town", "lat", "lon", "outside"),
    [
        ("Brussels", 50.8466, 4.3528, False),
        ("Eupen", 50.6280, 6.0363, False),
        ("Baarle-Hertog", 51.4440, 4.9300, False),
        ("Paris", 48.8566, 2.3522, True),
        ("Lille", 50.6292, 3.0573, True),
        ("Maastricht", 50.8514, 5.6910, True),
        ("Aachen", 50.7753, 6.0839, True),
        ("Luxembourg", 49.6116, 6.1319, True),
        ("Null Island", 0.0, 0.0, True),
    ],
)
def test_outside_the_covered_countries_is_said(
    directory: Directory, town: str, lat: float, lon: float, outside: bool
) -> None:
    """A coordinate abroad is outside, one in Belgium is not; both get the closest centre."""
    edition = directory.editions(directory.clock).current()
    answer = edition.nearest(ASKED._replace(place=Coordinate(lat, lon, 10)))
    assert answer.covered is not outside, town
    assert answer.results


def test_every_shipped_place_lies_inside(directory: Directory, data: Path) -> None:
    """All 2,780 rows of the Belgian table are inside, as coordinates and as postcodes."""
    edition = directory.editions(directory.clock).current()
    lines = (data / "countries/be/postcodes.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) == 2780
    for line in lines:
        lat, lon = map(float, line.split(",")[-3:-1])
        assert edition.nearest(ASKED._replace(place=Coordinate(lat, lon, 10))).covered, line
    for place in shipped_tables(data)[0].places:
        assert edition.snapshot.nearest(ASKED, Origin.of_place(place)).covered


def test_a_postcode_of_a_country_without_centres_is_outside(directory: Directory) -> None:
    """A foreign postcode is outside by its country, even if its point is in Belgium."""
    place = place_of("LU", "1111", [NamedPoint("x", Point(50.85, 4.35))])
    assert not directory.live.snapshot.nearest(ASKED, Origin.of_place(place)).covered


@pytest.mark.parametrize("visibility", ["hidden", "locality"])
def test_a_hidden_address_is_nowhere_in_the_snapshot(
    record: dict[str, Any], visibility: str
) -> None:
    """No attribute at any depth has street and exact point; the postcode only with `locality`."""
    record["address_visibility"] = visibility
    snapshot = Snapshot(1, _contents(record), GAZETTEER)
    assert not [secret for secret in SECRETS if secret in _everything(vars(snapshot))]
    centre = snapshot.by_id["pag-asa"]
    assert centre.address.postcode == (None if visibility == "hidden" else "1000")
    assert snapshot.index.search(Filters(), "cellebroersstraat") == []
    record["address_visibility"] = "public"
    shown = _everything(vars(Snapshot(1, _contents(record), GAZETTEER)))
    assert all(secret in shown for secret in SECRETS)


@pytest.mark.parametrize("visibility", ["hidden", "locality"])
def test_a_past_without_hiding_is_nowhere_in_the_snapshot(
    record: dict[str, Any], visibility: str
) -> None:
    """Earlier places of a hidden centre, authors and reasons are in no attribute either."""
    hides = {**_moved(record, "Elsewhere 1"), "address_visibility": visibility}
    before = {**record, "address": {**record["address"], "postcode": "2000"}, "name": "Before"}
    past = PublicHistory(
        "a1", recent=(HistoryEntry(2, Change("centre", "pag-asa", before, hides), STAMP),)
    )
    snapshot = Snapshot(2, _contents(hides), GAZETTEER, {("centre", "pag-asa"): 2}, past)
    everything = _everything(vars(snapshot))
    assert not [
        mark
        for mark in (*SECRETS, "Elsewhere", "2000", "Before", "anna", "fled")
        if mark in everything
    ]
    (told,) = snapshot.news
    assert {"name", "address", "address_visibility", "location"} <= set(told.members)


def _moved(record: dict[str, Any], street: str) -> dict[str, Any]:
    return {**record, "address": {**record["address"], "street": street}}


@pytest.mark.parametrize("visibility", ["hidden", "locality", "public"])
def test_a_move_that_nobody_sees_is_unseen(record: dict[str, Any], visibility: str) -> None:
    """A new street is unseen unless the address is public; names, towns, additions and removals are
    seen.
    """
    record["address_visibility"] = visibility
    elsewhere = place_of("BE", "2000", [NamedPoint("Antwerpen", Point(51.2, 4.4))])
    far = {**record, "address": {**record["address"], "postcode": "2000"}}

    publish = publisher(Gazetteer([MUNICIPALITY, elsewhere]))

    def is_public(before: Record | None, after: Record | None) -> bool:
        return is_seen(Change("centre", "pag-asa", before, after), publish)

    assert is_public(record, _moved(record, "Elsewhere 1")) is (visibility == "public")
    for change in (
        (record, {**record, "name": "B"}),
        (record, far),
        (None, record),
        (record, None),
        ({}, record),
    ):
        assert is_public(*change)
    assert is_seen(Change("helpline", "a", {"number": "1"}, {"number": "2"}), publish)


def test_a_record_has_the_time_at_which_everybody_last_saw_it_change(
    record: dict[str, Any],
) -> None:
    """None if its public past is lost."""
    last = {("centre", "pag-asa"): LastChange(2, STAMP.at)}
    written = {("centre", "pag-asa"): 8, ("helpline", "lost"): 1}
    snapshot = Snapshot(9, _contents(record), GAZETTEER, written, PublicHistory("a1", last))
    assert snapshot.changed_at("centre", "pag-asa") == STAMP.at
    assert snapshot.changed_at("helpline", "lost") is None


@pytest.mark.parametrize("visibility", ["hidden", "locality"])
def test_distances_to_a_hidden_centre_lead_to_its_municipality(
    record: dict[str, Any], visibility: str
) -> None:
    """From the municipality's point the distance is zero: trilateration finds nothing nearer."""
    record["address_visibility"] = visibility
    snapshot = Snapshot(1, _contents(record), GAZETTEER)
    assert snapshot.nearest(ASKED, Origin(MUNICIPALITY.point, 1)).results[0].distance_m == 0


def test_a_hidden_centre_without_a_known_municipality_is_listed_but_not_near(
    record: dict[str, Any],
) -> None:
    """Without a point for its postcode, a hidden centre is listed, and in no answer by distance."""
    record["address_visibility"] = "hidden"
    snapshot = Snapshot(1, _contents(record), NO_PLACES)
    assert [centre.id for centre in snapshot.listed] == ["pag-asa"]
    answer = snapshot.nearest(ASKED, Origin(Point(50.8428, 4.3497), 1))
    assert (answer.results, answer.certain) == ((), False)


@pytest.mark.parametrize(
    ("precision", "moved", "is_near"),
    [("municipality", 0.0, True), ("municipality", 0.001, False), ("street", 0.0, False)],
)
def test_a_hidden_centre_without_a_postcode_is_near_only_at_the_point_of_its_municipality(
    record: dict[str, Any], precision: str, moved: float, is_near: bool
) -> None:
    """The last good snapshot has its public form, which is shown as it was; no other point is."""
    point = GAZETTEER.municipality(MUNICIPALITY)
    record["address_visibility"] = "hidden"
    record["address"].pop("postcode")
    record["location"] = {"lat": point.lat + moved, "lon": point.lon, "precision": precision}
    snapshot = Snapshot(1, _contents(record), GAZETTEER)
    hits = snapshot.nearest(ASKED, Origin(point, 1)).results
    assert [hit.distance_m for hit in hits] == ([0] if is_near else [])
    assert (snapshot.listed[0].location is not None) == is_near


def test_the_responsible_centres_are_those_whose_coverage_names_the_place(
    record: dict[str, Any],
) -> None:
    """Coverage by country or subdivision counts, for postcodes only, and the filters apply."""
    here = {**record, "id": "here", "coverage": ["BE-BRU"]}
    country = {**record, "id": "country", "coverage": ["BE"]}
    other = {**record, "id": "other", "coverage": ["BE-VAN"]}
    snapshot = Snapshot(1, _contents(here, country, other, record), GAZETTEER)

    def responsible(query: NearestQuery, origin: Origin) -> list[str]:
        found = snapshot.nearest(query, origin).results
        return [each.published.id for each in found if "responsible" in each.shown_because]

    assert responsible(ASKED, Origin.of_place(MUNICIPALITY)) == ["country", "here"]
    assert responsible(ASKED, Origin(MUNICIPALITY.point, 1)) == []
    strict = NearestQuery(ASKED.place, Filters(speaks="ti"))
    assert responsible(strict, Origin.of_place(MUNICIPALITY)) == []


def test_a_responsible_centre_without_a_point_is_the_last(record: dict[str, Any]) -> None:
    """Nobody knows how far it is."""
    unknown = {**record, "id": "a", "coverage": ["BE"], "address_visibility": "hidden"}
    unknown["address"] = {**record["address"], "postcode": "9999"}
    snapshot = Snapshot(1, _contents(unknown, record), GAZETTEER)
    *_, last = snapshot.nearest(ASKED, Origin.of_place(MUNICIPALITY)).results
    assert (last.published.id, last.has_distance, last.tied) == ("a", False, False)


def test_a_hidden_centre_stands_at_no_single_postcodes_point(
    directory: Directory, record: dict[str, Any], data: Path
) -> None:
    """A hidden centre is placed at the middle of its municipality, which does not reveal its
    postcode.
    """
    hidden = {
        **record,
        "address": {**record["address"], "postcode": "B-1020"},
        "address_visibility": "hidden",
    }
    places = shipped_tables(data)[0].places
    centre = Snapshot(1, _contents(hidden), Gazetteer(places)).by_id["pag-asa"]
    assert centre.location is not None
    assert centre.location.precision == "municipality"
    same = [place for place in places if place.municipality == "21004"]
    assert len(same) == 4
    assert centre.location.point not in [place.point for place in places]
    shown = Snapshot(
        1, _contents({**hidden, "address_visibility": "locality"}), Gazetteer(places)
    ).by_id["pag-asa"]
    assert shown.location is not None
    assert shown.location.precision == "postcode"


@pytest.mark.parametrize(
    ("visibility", "town"),
    [
        ("hidden", {"nl": "Gent", "fr": "Gand", "de": "Gent", "en": "Ghent"}),
        ("locality", {"nl": "Ledeberg"}),
    ],
)
def test_a_hidden_centre_is_in_its_municipality_not_in_a_district(
    record: dict[str, Any], data: Path, visibility: str, town: dict[str, str]
) -> None:
    """The name of a place that has a postcode of its own would give that postcode away."""
    address = {**record["address"], "postcode": "9050", "locality": {"nl": "Ledeberg"}}
    gazetteer = Gazetteer(shipped_tables(data)[0].places)
    centre = {**record, "address": address, "address_visibility": visibility}
    snapshot = Snapshot(1, _contents(centre), gazetteer)
    assert snapshot.by_id["pag-asa"].address.locality == town
    assert len(snapshot.index.search(Filters(), "ledeberg")) == int(visibility == "locality")


def test_status_decides_where_a_centre_appears(record: dict[str, Any]) -> None:
    """Only active centres are near; closed ones are not listed; each is found by its id."""
    states = ("active", "temporarily_closed", "closed")
    snapshot = Snapshot(
        1, _contents(*({**record, "id": state[:6], "status": state} for state in states)), NO_PLACES
    )
    assert [
        (each.centre.id, each.shown_because)
        for each in snapshot.nearest(ASKED, Origin(Point(50, 4), 1)).results
    ] == [("active", ("closest",)), ("tempor", ("temporarily_closed",))]
    assert [centre.id for centre in snapshot.listed] == ["active", "tempor"]
    assert sorted(snapshot.by_id) == ["active", "closed", "tempor"]


def test_a_country_whose_centres_are_closed_is_not_covered(
    record: dict[str, Any], data: Path
) -> None:
    """Boundaries of a country without a listed centre count for nothing."""
    contents = {**_contents({**record, "status": "closed"}), "boundary": shipped_boundaries(data)}
    snapshot = Snapshot(1, contents, NO_PLACES)
    origin = Origin(Point(50.85, 4.35), 1, countries=("BE",))
    assert not snapshot.nearest(ASKED, origin).covered


def _next(
    contents: Contents, previous: Snapshot | None = None, places: Gazetteer = NO_PLACES
) -> Snapshot:
    """A snapshot after a previous one."""
    digests = {
        (kind, identity): checksum(json.dumps(record))
        for kind, records in contents.items()
        for identity, record in records.items()
    }
    return Snapshot(2, contents, places, digests=digests, previous=previous)


def test_a_centre_with_the_same_text_and_postcodes_is_kept(record: dict[str, Any]) -> None:
    """Whatever else has changed; not with other postcodes, which may change what is public."""
    other = {**record, "id": "other"}
    first = _next(_contents(record, other))
    second = _next(_contents({**record, "name": "Renamed"}, other), first)
    assert second.by_id["pag-asa"].name == "Renamed"
    kept = [snapshot.index.by_id["other"] for snapshot in (first, second)]
    assert kept[0] is kept[1]
    third = _next(_contents(other), second, GAZETTEER)
    assert third.index.by_id.keys() == {"other"}
    assert third.index.by_id["other"] is not kept[1]


def test_a_boundary_is_read_again_only_if_it_differs(record: dict[str, Any], data: Path) -> None:
    """What searches have prepared in it stays after an edit of a centre."""
    boundaries = shipped_boundaries(data)
    first = Snapshot(1, {**_contents(record), "boundary": boundaries}, NO_PLACES)
    contents = {**_contents({**record, "name": "Renamed"}), "boundary": boundaries}
    renamed = _next(contents, first)
    assert renamed.by_id["pag-asa"].name == "Renamed"
    assert renamed.areas["BE"] is first.areas["BE"]
    features = boundaries["BE"]["features"][:1]
    contents["boundary"] = {"BE": {**boundaries["BE"], "features": features}}
    smaller = _next(contents, renamed)
    assert 0 < len(smaller.areas["BE"].polygons) < len(first.areas["BE"].polygons)


def test_helplines_come_in_the_order_to_dial(directory: Directory) -> None:
    """Emergency first, then police, the national line, other lines, the reporting site, the line
    for children.
    """
    kinds = [line.kind for line in directory.live.snapshot.helplines]
    assert list(dict.fromkeys(kinds)) == [*HELPLINE_KINDS]
    assert kinds == sorted(kinds, key=HELPLINE_KINDS.index)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("surya", ["surya"]),
        ("SÜRYA", ["surya"]),
        ("liege", ["surya"]),
        ("Lüttich", ["surya"]),
        ("juridische", ["pag-asa", "payoke", "surya"]),
        ("leguit 4", ["payoke"]),
        ("2000", ["payoke"]),
        ("alexiens", ["pag-asa"]),
        ("hebergement leguit", ["payoke"]),
        ("eguit", []),
        ("surya payoke", []),
        ("", []),
        ("!?", []),
    ],
)
def test_words_find_centres(directory: Directory, words: str, found: list[str]) -> None:
    """Each word must begin a word of the centre, without accents; an empty query finds nothing."""
    assert [centre.id for centre in directory.live.snapshot.index.search(Filters(), words)] == found


def test_words_and_filters_both_count(directory: Directory) -> None:
    """A search with both gives the centres that pass both."""
    snapshot = directory.live.snapshot
    assert [centre.id for centre in snapshot.index.search(Filters(speaks="en"), "legal")] == [
        "pag-asa",
        "payoke",
    ]
    assert [centre.id for centre in snapshot.index.search(Filters(speaks="nl"))] == [
        "pag-asa",
        "payoke",
    ]
