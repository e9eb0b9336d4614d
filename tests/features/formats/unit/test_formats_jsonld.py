"""Linked data: the terms of schema.org, and hours that the timetable knows, too."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from directory_api.answer.answer import Answer
from directory_api.answer.json_pieces import JsonPieces
from directory_api.features.formats import as_jsonld
from directory_api.hours.rules import OPEN
from directory_api.hours.timetable import Timetable
from directory_api.record.helplines import Helplines
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre, Helpline
from directory_api.search.query import RankedCentre
from tests.support import listings
from tests.support.records import made_up_centre, shipped_records

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY_DAY = [f"https://schema.org/{day}" for day in DAYS]
BRUSSELS = ZoneInfo("Europe/Brussels")


def graph(shown: Answer) -> list[dict[str, Any]]:
    """The nodes of an answer; asserts the context."""
    document = json.loads(as_jsonld.write(shown))
    assert (list(document), document["@context"]) == (["@context", "@graph"], "https://schema.org")
    nodes: list[dict[str, Any]] = document["@graph"]
    return nodes


def one(**members: object) -> dict[str, Any]:
    """The node of a made-up centre."""
    # An emergency number is always before it.
    *_, node = graph(listings.of([Centre.from_record(made_up_centre(1, **members))], lines=()))
    return node


def nodes_within(value: Any) -> list[dict[str, Any]]:
    """Every object of the document."""
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [node for part in below for node in nodes_within(part)]
    return [value, *found] if isinstance(value, dict) else found


def test_every_node_has_a_type_of_schema_org() -> None:
    """Each object has a type or is a text with its language (JSON-LD 1.1, 4.2.4); none is empty."""
    centres = [Centre.from_record(record) for record in shipped_records()["centres"]]
    nodes = nodes_within(graph(listings.near([listings.hit(centre, 5.0) for centre in centres])))
    typed = {node["@type"] for node in nodes if "@type" in node}
    assert typed == {
        *("ContactPoint", "NGO", "PostalAddress", "Place", "GeoCoordinates", "PropertyValue"),
        "OpeningHoursSpecification",
    }
    assert all(list(node) == ["@language", "@value"] for node in nodes if "@type" not in node)
    assert not [node for node in nodes for value in node.values() if value in (None, "", [], {})]


def test_helplines_come_first_with_their_numbers_as_dialled() -> None:
    """Each helpline is a ContactPoint at its own address; 112 is no number of one country."""
    nodes = graph(listings.of([]))
    assert [(node["@type"], node["@id"]) for node in nodes] == [
        ("ContactPoint", f"/v1/helplines/{line.id}") for line in listings.LINES
    ]
    assert [node.get("telephone") or node["url"] for node in nodes] == [
        *("112", "101", "+3278055800", "1712", "+3280030030", "106"),
        *("https://www.stophumantrafficking.be/", "116000"),
    ]
    always = [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": EVERY_DAY,
            "opens": "00:00",
            "closes": "23:59",
        }
    ]
    assert [node.get("hoursAvailable") for node in nodes] == [
        *(None, None, always, None, always, always, None, always)
    ]


def test_hours_of_a_helpline_without_a_zone_are_not_guessed() -> None:
    """Hours other than day and night need a time zone, which helplines lack: they are omitted."""
    line = Helpline(
        id="x",
        kind="police",
        name={"en": "X"},
        countries=("BE",),
        number="101",
        hours="Mo-Fr 09:00-17:00",
    )
    assert "hoursAvailable" not in graph(listings.of([], lines=[line]))[-1]


def test_a_centre_is_an_ngo_with_everything_one_needs() -> None:
    """Name, site, telephones, address and languages of a centre that shows them all."""
    node = one(
        name_translations={"fr": "Maison"},
        phones=[
            {
                "number": "+3225116464",
                "kind": "main",
                "languages": ["nl"],
                "note": {"nl": "Vraag naar Jo"},
            },
            {"number": "+3225116465", "kind": "fax"},
        ],
        website="https://example.org/",
        coverage=["BE"],
    )
    assert node["@id"] == "/v1/centres/made-up-001"
    assert node["alternateName"] == [{"@language": "fr", "@value": "Maison"}]
    assert node["contactPoint"] == [
        {
            "@type": "ContactPoint",
            "contactType": "main",
            "telephone": "+3225116464",
            "availableLanguage": ["nl"],
            "description": [{"@language": "nl", "@value": "Vraag naar Jo"}],
        },
        {"@type": "ContactPoint", "contactType": "fax", "faxNumber": "+3225116465"},
    ]
    assert (node["url"], node["areaServed"], node["knowsLanguage"]) == (
        "https://example.org/",
        ["BE"],
        ["fr"],
    )
    assert node["location"]["geo"]["latitude"] == 50.8001


@pytest.mark.parametrize("precision", ["postcode", "municipality"])
def test_a_point_that_stands_for_a_town_is_no_way_to_a_door(precision: str) -> None:
    """Only a point of a house or a street is written, and only where the address is public."""
    rough = {"lat": 50.8, "lon": 4.3, "precision": precision}
    assert "location" not in one(location=rough)
    assert "location" not in one(address_visibility="hidden")


def test_a_distance_is_in_metres() -> None:
    """A distance has the code of the metre (UN/CEFACT recommendation 20)."""
    (node,) = graph(listings.near([listings.hit(Centre.from_record(made_up_centre(1)), 848.4)]))[
        len(listings.LINES) :
    ]
    distance = {"@type": "PropertyValue", "name": "distance", "value": 848, "unitCode": "MTR"}
    assert node["location"]["additionalProperty"] == distance


@pytest.mark.parametrize("status", ["closed", "temporarily_closed"])
def test_a_closed_centre_is_closed_whatever_its_hours_say(status: str) -> None:
    """Hours on every day without `opens` mean closed, for the place and for each telephone."""
    phones = [{"number": "+3225116464", "kind": "main", "hours": "24/7"}]
    node = one(status=status, opening_hours="24/7", timezone="Europe/Brussels", phones=phones)
    closed = [{"@type": "OpeningHoursSpecification", "dayOfWeek": EVERY_DAY}]
    assert (
        node["location"]["openingHoursSpecification"]
        == node["contactPoint"][0]["hoursAvailable"]
        == closed
    )


@pytest.mark.parametrize(
    "hours", ["Mo-Fr 09:00+", "sunrise-sunset", "Mo-Fr 09:00-17:00 || unknown"]
)
def test_hours_that_nobody_can_tell_are_left_out(hours: str) -> None:
    """An hour that is not known would be read as closed or open."""
    assert (
        "openingHoursSpecification"
        not in one(opening_hours=hours, timezone="Europe/Brussels")["location"]
    )


def _told(node: dict[str, Any]) -> set[tuple[date, str, str]]:
    """Return the hours by date; asserts that each has one date and its weekday, and ends after it
    begins.
    """
    found = node.get("location", {}).get("openingHoursSpecification", [])
    for hours in found:
        assert hours["validFrom"] == hours["validThrough"]
        assert hours["dayOfWeek"] == EVERY_DAY[date.fromisoformat(hours["validFrom"]).weekday()]
        assert hours["opens"] < hours["closes"]
    return {
        (date.fromisoformat(hours["validFrom"]), hours["opens"], hours["closes"]) for hours in found
    }


@pytest.mark.parametrize(
    "hours",
    [
        "Mo-Fr 09:00-17:00; PH off",
        "Mo-Su 22:00-02:00",
        "Mo 20:00-24:00",
        "Fr 18:00-30:00; Su 10:00-12:00,13:00-24:00",
        "Tu 12:00-Th 12:00",
        "24/7; PH off",
    ],
)
@pytest.mark.parametrize(
    "day", [datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC)]
)
def test_what_is_told_is_what_the_timetable_says(hours: str, day: datetime) -> None:
    """For every quarter of an hour of the week: listed if and only if it is open; also past
    midnight, on a holiday (11 November), and at a clock change (25 October).
    """
    centre = Centre.from_record(made_up_centre(1, opening_hours=hours, timezone="Europe/Brussels"))
    table = Timetable(day)
    pieces = JsonPieces(Helplines((), "BE"), (), 180, table, day)
    *_, node = graph(
        Answer(1, (RankedCentre(PublishedCentre(centre)),), pieces, bytes, listings.translator())
    )
    told = _told(node)
    for quarter in range(7 * 96):
        moment = day + timedelta(minutes=15 * quarter)
        wall = moment.astimezone(BRUSSELS)
        clock = f"{wall:%H:%M}"
        is_told = any(on == wall.date() and opens <= clock < closes for on, opens, closes in told)
        assert is_told is (table.state(centre, moment).word == OPEN), wall


def test_a_day_ends_a_minute_early_rather_than_never() -> None:
    """An interval until midnight closes at 23:59, and opens nothing on the next day."""
    node = one(opening_hours="We 20:00-24:00", timezone="Europe/Brussels")
    assert _told(node) == {(date(2026, 11, 4), f"{time(20):%H:%M}", "23:59")}
