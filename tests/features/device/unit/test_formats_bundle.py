"""The bundle as a format: small, deterministic, and as secretive as the published centres."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.bootstrap import Directory
from directory_api.features.device.as_bundle import (
    as_bundle,
    as_names,
    as_postcode_table,
    said_hours,
)
from directory_api.features.device.device_data import DeviceData, bundle_table, place_names
from directory_api.features.device.offline import HOURS_DAYS, Bundle, PostcodeTable
from directory_api.hours.timetable import Timetable
from directory_api.place.geometry import Point
from directory_api.place.postcode import LEAST_ACCURACY_M, Place
from directory_api.record.records import Centre
from tests.support.records import made_up_centre

LARGEST = 26_500
TABLE = "/v1/bundle/BE/postcodes/0123456789abcdef.json"
# Sunday; in the night before, the clocks of Brussels went back.
NOW = datetime(2026, 10, 25, 10, tzinfo=UTC)
TODAY = NOW.date()
MIDNIGHT = datetime(2026, 10, 25, tzinfo=UTC)
BRUSSELS = {"timezone": "Europe/Brussels"}
CODES = st.text(st.sampled_from("0123456789AB -"), min_size=1, max_size=12)
PLACES = st.lists(
    st.builds(
        lambda code, name, lat, lon, more: Place(
            "BE", code, name, {}, Point(lat, lon), LEAST_ACCURACY_M + more
        ),
        CODES,
        st.text(max_size=8),
        st.integers(-9_000_000, 9_000_000).map(lambda units: units / 1e5),
        st.integers(-18_000_000, 18_000_000).map(lambda units: units / 1e5),
        st.integers(0, 50_000),
    ),
    unique_by=lambda place: place.code,
)


@pytest.fixture(scope="module")
def belgium(directory: Directory) -> Bundle:
    """The bundle of the shipped data."""
    return DeviceData().bundle("BE", directory.editions(lambda: NOW).current())


@pytest.fixture(scope="module")
def table(directory: Directory) -> PostcodeTable:
    """The postcodes of that bundle."""
    return bundle_table("BE", directory.editions(lambda: NOW).current())


def _columns(table: PostcodeTable) -> Any:
    return json.loads(as_postcode_table(table))["postcodes"]


def _with(bundle: Bundle, centres: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The bundle with other centres, written and read."""
    read: dict[str, Any] = json.loads(
        as_bundle(replace(bundle, centres=tuple(map(Centre.from_record, centres))), TABLE)
    )
    return read


def _interval(start: int, end: int, state: str) -> dict[str, Any]:
    return {"start": start, "end": end, "state": state}


def _open(bundle: Bundle, **members: Any) -> Any:
    (centre,) = _with(bundle, [made_up_centre(1, **members)])["centres"]
    return centre.get("open")


def _minutes(day: int, hour: int) -> int:
    return int((MIDNIGHT + timedelta(days=day, hours=hour)).timestamp()) // 60


def test_belgium_is_small(belgium: Bundle) -> None:
    """The shipped directory with all postcodes is at most 26.5 kB compressed."""
    assert len(gzip.compress(as_bundle(belgium, TABLE), compresslevel=9)) <= LARGEST


def test_300_centres_cost_what_the_documentation_says(belgium: Bundle) -> None:
    """300 centres with their own names, streets, numbers and addresses, and the same texts, are
    below 40 kB.
    """
    centres = [
        made_up_centre(
            number,
            phones=[{"number": f"+322{number * 7919 % 9_000_000 + 1_000_000}", "kind": "main"}],
            email=f"info{number * 31}@example.org",
            website=f"https://centre{number * 17}.example.org/",
            opening_hours="Mo-Fr 09:00-17:00; PH off",
            **BRUSSELS,
        )
        for number in range(300)
    ]
    written = as_bundle(replace(belgium, centres=tuple(map(Centre.from_record, centres))), TABLE)
    assert len(gzip.compress(written, compresslevel=9)) <= 40_000


def test_hours_of_every_week_are_there_to_be_shown() -> None:
    """By days from Monday, and whether public holidays are the exception."""
    hours = "Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-11:00; PH off"
    assert said_hours(hours, "BE", TODAY) == {
        "weekly": [
            {
                "days": [0, 1, 2, 3, 4],
                "times": [
                    {"opens": "09:00", "closes": "12:00"},
                    {"opens": "13:00", "closes": "17:00"},
                ],
            },
            {"days": [5], "times": [{"opens": "10:00", "closes": "11:00"}]},
        ],
        "closed_on_holidays": True,
    }
    assert said_hours("24/7", "BE", TODAY) == said_hours("Mo 09:00+", "BE", TODAY) == {}


def test_hours_of_dates_nights_and_appointments_are_not_taken_for_weekly_ones() -> None:
    """An app that knows `weekly` alone does not say that a centre is open at Christmas."""
    closed = {"dates": [["12-25", "01-02"]], "rules": [{"days": [], "times": []}]}
    day = {"opens": "09:00", "closes": "17:00"}
    for hours, times, more in (
        ("Mo 09:00-17:00; Dec 25-Jan 02 off", day, {"dated": [closed]}),
        ("Mo 22:00-02:00", {"opens": "22:00", "closes": "02:00"}, {}),
        ('Mo 09:00-17:00 "by appointment"', {**day, "certain": False}, {}),
    ):
        usual = [{"days": [0], "times": [times]}]
        assert said_hours(hours, "BE", TODAY) == {"usual": usual, **more}


def test_temporary_and_permanent_hours_are_said(belgium: Bundle) -> None:
    """A device puts them in the place of one another on their days."""
    until = {"until": "2099-12-31", "opening_hours": "Tu 10:00-12:00"}
    record = made_up_centre(1, opening_hours="Mo 09:00-17:00", temporary=until, **BRUSSELS)
    shown = Centre.from_record(record).effective_at(datetime(2026, 12, 10, tzinfo=UTC))
    (centre,) = json.loads(as_bundle(replace(belgium, centres=(shown,)), TABLE))["centres"]
    days = [each["weekly"][0]["days"] for each in (centre, centre["permanent"])]
    assert days == [[1], [0]]
    assert centre["temporary"]["weekly"] == centre["weekly"]


def test_names_that_mean_the_same_are_one_entry(directory: Directory) -> None:
    """A town in all languages from its centre on; a part; places that are too far apart; a province
    and a town that is larger in a neighbour, of which one is chosen.
    """
    read = json.loads(as_names(place_names("BE", directory.editions(lambda: NOW).current())))
    entries = {name: each for each in read["names"] for name in each.pop("names")}
    ghent = entries["Gent"]
    assert entries["Gand"] is entries["Ghent"] is ghent
    assert ghent["town"].split()[:2] == ["9000", "9030"]
    assert entries["Gentbrugge"] == {"parts": "9050"}
    assert entries["Deurne"] == {"parts": "2100 3290", "apart": True, "abroad": "NL"}
    assert entries["Hainaut"] == {"towns": "6000 7000 7100 7500 7700"}
    assert entries["Lille"] == {"towns": "2275", "abroad": "FR", "likely_abroad": True}
    assert entries["Bergen"]["abroad"] == "NL"
    assert "police" in read["words"]
    assert "postcodes" not in read


def test_the_names_of_a_neighbour_have_its_postcodes(directory: Directory) -> None:
    """A device has only those of the directory's own countries."""
    read = json.loads(as_names(place_names("LU", directory.editions(lambda: NOW).current())))
    assert len(read["postcodes"]["codes"]) > 4_000
    (capital,) = (each for each in read["names"] if "Luxembourg" in each["names"])
    assert "1111" in capital["town"].split()
    assert read["words"] == []


@given(PLACES)
def test_the_table_gives_back_each_place(table: PostcodeTable, places: list[Place]) -> None:
    """For any codes, names and points, each row that is read as documented is the original
    place.
    """
    columns = _columns(replace(table, places=tuple(places)))
    codes = list(
        accumulate(
            columns["codes"],
            lambda before, ending: before[: int(ending[0])] + ending[1:],
            initial="",
        )
    )
    lats, lons = ([units / 1e5 for units in accumulate(columns[name])] for name in ("lat", "lon"))
    accuracies = [columns["accuracy_base_m"] + more for more in columns["accuracy_extra_m"]]
    rows = zip(codes[1:], columns["names"], lats, lons, accuracies, strict=True)
    ordered = sorted(places, key=lambda place: place.code)
    assert list(rows) == [(p.code, p.name, p.point.lat, p.point.lon, p.accuracy_m) for p in ordered]


def test_each_name_of_a_place_has_its_languages(table: PostcodeTable) -> None:
    """A device names a place in the language of its reader, as the server does."""
    columns = _columns(table)
    places = sorted(table.places, key=lambda place: place.code)
    for place, languages in zip(places, columns["other_name_languages"], strict=True):
        others = columns["other_names"].get(place.code, [])
        groups = languages.split(" ") if languages else []
        others = others[: len(groups)]
        names = {
            tag: name
            for name, group in zip(others, groups, strict=True)
            for tag in group.split("|")
        }
        assert names == {tag: name for tag, name in place.names.items() if name in others}


def test_a_centre_is_as_published_without_sources_and_confirmation(belgium: Bundle) -> None:
    """Apart from computed members, only members that visitors do not need are missing."""
    record = made_up_centre(
        1,
        languages=[{"code": "nl", "interpreter": True, "source": "myria"}],
        sources={"name": ["myria"]},
        verified={"on": "2026-10-24", "by": "somebody", "how": "called"},
    )
    (centre,) = _with(belgium, [record])["centres"]
    expected = {
        name: value for name, value in record.items() if name not in ("sources", "verified")
    }
    languages = [{"code": "nl", "interpreter": True}]
    assert centre == {
        **expected,
        "languages": languages,
        "freshness": "fresh",
        "verified_on": "2026-10-24",
    }


def test_an_old_confirmation_is_left_out(belgium: Bundle) -> None:
    """As on the page of the server."""
    record = made_up_centre(1, verified={"on": "2020-01-01", "by": "somebody", "how": "called"})
    (centre,) = _with(belgium, [record])["centres"]
    assert centre["freshness"] == "stale"
    assert "verified_on" not in centre


def test_a_confirmation_of_other_values_is_left_out(belgium: Bundle) -> None:
    """A device tells from `changed_since` why the record is due."""
    record = made_up_centre(1, verified={"on": "2026-10-24", "changed_since": True})
    (centre,) = _with(belgium, [record])["centres"]
    assert (centre["freshness"], centre["changed_since"]) == ("due", True)
    assert "verified_on" not in centre


def test_the_sources_of_a_description_can_be_linked(belgium: Bundle) -> None:
    """By their ids, where they have an address."""
    bundle = json.loads(as_bundle(belgium, TABLE))
    described = {centre["id"]: centre["description_sources"] for centre in bundle["centres"]}
    linked = {
        id: [each for each in ids if each in bundle["sources"]] for id, ids in described.items()
    }
    assert linked == {"pag-asa": [], "payoke": ["payoke"], "surya": ["surya"]}
    assert bundle["sources"]["payoke"] == {
        "publisher": "payoke.be",
        "url": "https://www.payoke.be/",
        "accessed": "2026-11",
    }


def test_open_hours_are_told_for_14_days(belgium: Bundle) -> None:
    """Monday's hours are minutes since 1970, for both Mondays, in winter time; other times are
    closed.
    """
    assert _open(belgium, opening_hours="Mo 09:00-17:00", **BRUSSELS) == [
        _interval(_minutes(day, 8), _minutes(day, 16), "open") for day in (1, 8)
    ]


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({}, None),
        ({"opening_hours": "24/7"}, None),
        (
            {"opening_hours": "24/7", **BRUSSELS},
            [_interval(_minutes(0, 0), _minutes(HOURS_DAYS, 0), "open")],
        ),
        ({"opening_hours": "Jan 01 10:00-11:00", **BRUSSELS}, []),
        ({"opening_hours": "24/7", "status": "temporarily_closed", **BRUSSELS}, []),
        (
            {"opening_hours": 'Mo 09:00-10:00 unknown "ring first"', **BRUSSELS},
            [_interval(_minutes(day, 8), _minutes(day, 9), "unknown") for day in (1, 8)],
        ),
    ],
)
def test_closed_and_unknown_are_told_apart(
    belgium: Bundle, members: dict[str, Any], told: object
) -> None:
    """Unknown hours are absent; a centre that is closed all the time has none."""
    assert _open(belgium, **members) == told


def test_the_bundle_says_for_when_it_holds(belgium: Bundle) -> None:
    """`made` is the beginning of the day, `until` the end of the hours."""
    read = _with(belgium, [])
    assert (read["generated_at"], read["valid_until"]) == (
        "2026-10-25T00:00:00Z",
        "2026-11-08T00:00:00Z",
    )


def test_all_day_the_bytes_are_the_same(directory: Directory) -> None:
    """Two bundles of one day are equal byte by byte; the next day's is another."""

    def made(at: datetime) -> bytes:
        return as_bundle(DeviceData().bundle("BE", directory.editions(lambda: at).current()), TABLE)

    first, last, next_day = (made(MIDNIGHT + timedelta(hours=hours)) for hours in (0, 23.99, 24))
    assert first == last != next_day


def test_a_hidden_centre_without_a_known_point_has_no_location(belgium: Bundle) -> None:
    """Not null."""
    centre = Centre.from_record(made_up_centre(1, address_visibility="hidden")).published(None)
    written = as_bundle(replace(belgium, centres=(centre,)), TABLE)
    assert "location" not in json.loads(written)["centres"][0]


def test_emergency_numbers_are_those_of_the_helplines(belgium: Bundle) -> None:
    """The numbers to dial in danger are separate, and first in the helplines, which have no
    sources.
    """
    read = _with(belgium, [])
    assert read["emergency"] == [read["helplines"][0]["number"]] == ["112"]
    assert [line["id"] for line in read["helplines"]] == [line.id for line in belgium.helplines]
    assert not any("sources" in line for line in read["helplines"])


def test_a_timetable_of_its_own_is_as_long_as_it_says(belgium: Bundle) -> None:
    """With fewer days in the timetable `until` is earlier."""
    shorter = replace(belgium, timetable=Timetable(MIDNIGHT, 1))
    assert json.loads(as_bundle(shorter, TABLE))["valid_until"] == "2026-10-26T00:00:00Z"
