"""<nearest-centre> computes what the server does: distances, order, certainty, opening states."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from geopy.distance import geodesic
from playwright.sync_api import Page

from directory_api.bootstrap import Directory
from directory_api.features.device.as_bundle import as_bundle, as_postcode_table
from directory_api.features.device.offline import Bundle, PostcodeTable
from directory_api.hours.timetable import Timetable
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.place.whereabouts import Whereabouts
from directory_api.record.records import Centre
from directory_api.search.query import BATCH_MOST, Filters, NearestQuery, Origin, TypedPlace
from directory_api.search.snapshot import Snapshot
from tests.features.pages.browser.on_device import IMPORT, SAME_M
from tests.support.moments import EXAMPLES_AT
from tests.support.records import made_up_centre

NEEDS = ("device",)

# The server writes whole metres. What is promised is 10 m.
WRITTEN_M = 0.5
NEAREST = f"""async ([record, asked]) => {{
  {IMPORT}
  const bundle = module.readBundle(record);
  return asked.map(({{origin, filters, typed, limit}}) => {{
    const place = origin ?? module.resolve(bundle, typed).place;
    return module.nearest(bundle, place, filters, limit, "en").map((each) => [
      [each.centre.id, each.shown_because, each.does_not_match], each.distance_m,
    ]);
  }});
}}"""
DISTANCE = f"async (pairs) => {{ {IMPORT} return pairs.map((pair) => module.distance(...pair)); }}"


@pytest.fixture
def chance() -> random.Random:
    """The same numbers each time."""
    return random.Random(20261103)


def _crowd(chance: random.Random) -> list[dict[str, Any]]:
    """Centres all over the world, some at one point, some very close, with every precision."""
    points = [(chance.uniform(-90, 90), chance.uniform(-180, 180)) for _ in range(20)]
    points += [(50.85, 4.35)] * 3 + [(90, 0), (-90, 0), (0, 0), (0, 180), (-50.85, -175.65)]
    points += [(50.8 + step / 500, 4.3) for step in range(20)]
    precisions = ("exact", "street", "postcode", "municipality")
    return [
        made_up_centre(
            number,
            location={"lat": lat, "lon": lon, "precision": precisions[number % 4]},
            status="temporarily_closed" if number % 11 == 5 else "active",
            audiences=["victims" if number % 2 else "children"],
        )
        for number, (lat, lon) in enumerate(points)
    ]


def _somewhere(chance: random.Random, number: int) -> tuple[float, float]:
    edges = [
        (50.85, 4.35),
        (90.0, 12.0),
        (-90.0, 5.0),
        (0.0, -180.0),
        (-50.85, -175.65),
        (-50.8501, -175.6495),
        (0, 179.7),
    ]
    if number < len(edges):
        return edges[number]
    if number % 2:
        return chance.uniform(50.5, 51.2), chance.uniform(3.5, 5.5)
    return chance.uniform(-90, 90), chance.uniform(-180, 180)


def _bundle(directory: Directory, snapshot: Snapshot) -> Any:
    shipped = directory.live.snapshot
    made = Bundle(
        revision=1,
        revision_hash="ab12cd34ef",
        country="BE",
        centres=snapshot.listed,
        timetable=Timetable(EXAMPLES_AT.replace(hour=0), 14),
        fresh_days=365,
        helplines=(),
        helplines_abroad=(),
        neighbours=("DE", "FR", "LU", "NL"),
        covered=tuple(shipped.covered),
        outlines=shipped.outlines,
        attributions=(),
        sources={},
    )
    table = PostcodeTable("BE", shipped.gazetteer.places("BE"), ())
    return json.loads(as_bundle(made, "")) | json.loads(as_postcode_table(table))


def test_every_postcode_has_the_servers_order(
    module_page: Page, client: FlaskClient, bundle: Any
) -> None:
    """For all Belgian codes: the same centres and order, distances within 10 m, the same
    certainty.
    """
    listed = (
        f"async (record) => {{ {IMPORT} return [...module.readBundle(record).places.keys()]; }}"
    )
    codes = module_page.evaluate(listed, bundle)
    assert len(codes) == 1149
    found = module_page.evaluate(
        NEAREST, [bundle, [{"typed": code, "filters": {}, "limit": 3} for code in codes]]
    )
    answers: list[Any] = []
    for start in range(0, len(codes), BATCH_MOST):
        origins = [
            {"postcode": code, "country": "BE"} for code in codes[start : start + BATCH_MOST]
        ]
        answers += client.post(
            "/v1/nearest/batch",
            json={"places": origins, "limit": 3, "prefer_speaks": "en"},
        ).get_json()["answers"]
    for results, answer in zip(found, answers, strict=True):
        assert [each for each, _ in results] == [
            [each["id"], each["shown_because"], []] for each in answer["results"]
        ]
        for (_, metres), each in zip(results, answer["results"], strict=True):
            assert abs(metres - each["distance_m"]) <= WRITTEN_M + SAME_M


def test_any_position_and_filter_has_the_servers_answer(
    module_page: Page, directory: Directory, chance: random.Random
) -> None:
    """Also at the poles, the antimeridian and the antipode, any accuracy and any
    filter.
    """
    records = {record["id"]: record for record in _crowd(chance)}
    snapshot = Snapshot(1, {"directory": {"directory": {}}, "centre": records}, Gazetteer(()))
    asked: list[dict[str, Any]] = []
    answers = []
    for number in range(400):
        lat, lon = _somewhere(chance, number)
        accuracy = chance.choice([5, 200, 3000, 90_000])
        language, service, audience = chance.choice(
            [
                (None, None, None),
                ("nl-BE", None, None),
                (None, "legal", None),
                ("uk", "medical", "children"),
            ]
        )
        filters = {"language": language, "service": service, "audience": audience}
        asked.append(
            {
                "origin": {"lat": lat, "lon": lon, "accuracy": accuracy},
                "filters": filters,
                "limit": 4,
            }
        )
        query = NearestQuery(
            TypedPlace("unused", "BE"),
            Filters(language, service, audience),
            limit=4,
            prefer_speaks=("en",),
        )
        answers.append(snapshot.nearest(query, Origin(Point(lat, lon), accuracy)))
    assert {answer.certain for answer in answers} == {True, False}
    found = module_page.evaluate(NEAREST, [_bundle(directory, snapshot), asked])
    assert {bool(answer.unmatched) for answer in answers} == {True, False}
    assert {len(answer.undecided) > 2 for answer in answers} == {True, False}
    for results, answer in zip(found, answers, strict=True):
        assert [each for each, _ in results] == [
            [each.centre.id, [*each.shown_because], [*each.does_not_match]]
            for each in answer.results
        ]
        for (_, metres), each in zip(results, answer.results, strict=True):
            assert abs(metres - each.distance_m) <= SAME_M


def test_distances_are_geodesics_wherever_the_points_lie(
    module_page: Page, chance: random.Random
) -> None:
    """To the millimetre of Karney's algorithm: anywhere, close together, and near the antipode."""
    pairs = []
    for number in range(3000):
        lat, lon = chance.uniform(-90, 90), chance.uniform(-180, 180)
        other = (chance.uniform(-90, 90), chance.uniform(-180, 180))
        reach = chance.choice([1e-6, 1e-3, 0.5, 1.5])
        if number % 3 == 1:
            other = (lat + chance.uniform(-reach, reach), lon + chance.uniform(-reach, reach))
        elif number % 3 == 2:
            other = (
                -lat + chance.uniform(-reach, reach),
                lon + 180 + chance.uniform(-reach, reach),
            )
        pairs.append((lat, lon, max(-90.0, min(90.0, other[0])), (other[1] + 540) % 360 - 180))
    pairs += [
        (0, 0, 0, 180),
        (0, 0, 0, 179.5),
        (90, 0, -90, 0),
        (90, 0, 90, 77),
        (0, 10, 0, 100),
        (50, 180, 50, -180),
    ]
    pairs += [
        (0, 0, 0, 0),
        (30, 5, -30, -175),
        (0, 0, 0.5, 179.7),
        (-41.32, 174.81, 40.96, -5.50),
        (45, 0, -45, 180),
    ]
    for pair, metres in zip(pairs, module_page.evaluate(DISTANCE, pairs), strict=True):
        assert abs(metres - geodesic(pair[:2], pair[2:]).m) <= SAME_M, pair


def test_a_position_is_outside_where_the_server_says_so(
    module_page: Page, directory: Directory, chance: random.Random
) -> None:
    """The device has the outlines of the server."""
    snapshot = directory.live.snapshot
    points = [(chance.uniform(49, 52), chance.uniform(2, 7)) for _ in range(1500)]
    evaluated = f"""async ([record, points]) => {{
      {IMPORT}
      const bundle = module.readBundle(record);
      return points.map((point) => module.isOutside(bundle, ...point));
    }}"""
    outside = module_page.evaluate(evaluated, [_bundle(directory, snapshot), points])
    assert set(outside) == {True, False}
    whereabouts = Whereabouts(snapshot.outlines)
    assert outside == [
        snapshot.covered.isdisjoint(whereabouts.countries_at(Point(lat, lon)))
        for lat, lon in points
    ]


def test_open_states_are_the_servers(
    module_page: Page, directory: Directory, chance: random.Random
) -> None:
    """At each quarter of an hour of two weeks: the server's state, and until when."""
    hours = [
        "Mo-Fr 09:00-17:00; PH off",
        "24/7",
        "Mo-Su 22:00-02:00",
        "Mo 10:00-12:00 unknown, 12:00-14:00 open",
        "Tu 10:00-12:00, Tu 12:00-13:00 unknown",
        "Sa 22:00-04:00; Su 10:00-12:00",
        "Mo-Fr 09:00-17:00; PH Mo-Fr off",
        "",
    ]
    records = [
        made_up_centre(
            number, timezone="Europe/Brussels", **({"opening_hours": written} if written else {})
        )
        for number, written in enumerate(hours)
    ]
    centres = {each["id"]: each for each in records}
    snapshot = Snapshot(1, {"directory": {"directory": {}}, "centre": centres}, Gazetteer(()))
    since = EXAMPLES_AT.replace(hour=0)
    table = Timetable(since, 14)
    moments = [since + timedelta(minutes=15 * step) for step in range(-2, 14 * 24 * 4 + 2)]
    evaluated = f"""async ([record, moments]) => {{
      {IMPORT}
      const bundle = module.readBundle(record);
      return bundle.centres.map((centre) => moments.map((moment) => {{
        const {{word, next}} = module.opening(bundle, centre, moment);
        return [word, next];
      }}));
    }}"""
    stamps = [moment.timestamp() * 1000 for moment in moments]
    found = module_page.evaluate(evaluated, [_bundle(directory, snapshot), stamps])
    for centre, states in zip(snapshot.listed, found, strict=True):
        for moment, (word, following) in zip(moments, states, strict=True):
            _check_state(table, centre, moment, word, following)


def _check_state(
    table: Timetable, centre: Centre, moment: Any, word: str, following: float | None
) -> None:
    state = table.state(centre.open_hours, moment)
    assert word == state.word
    # A change to or from unknown is not announced.
    sure = state.next_change and "unknown" not in (
        word,
        table.state(centre.open_hours, state.next_change).word,
    )
    expected = state.next_change.timestamp() * 1000 if state.next_change and sure else None
    assert following == expected
