"""The assistant's tools answer what /v1 answers, with the helplines, and never more."""

import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory
from directory_api.features.mcp.local_client import LocalClient
from directory_api.features.mcp.tools import TOOLS
from directory_api.search.query import Filters
from directory_api.web.app import create_app
from tests.support.filters import ASKED, CENTRES, PLACE
from tests.support.mcp_client import LIST, NEAREST, SHOW, api_of, ask
from tests.support.records import directory_of, made_up_centre

PLACES: list[dict[str, Any]] = [
    {"postcode": "1000"},
    {"postcode": "B-4000", "country": "be", "limit": 1},
    {"lat": 51.2, "lon": 4.4, "service": "legal"},
    {"lat": "51.0", "lon": "4", "language": "nl-BE"},
    {"lat": -33.9, "lon": 18.4},
    {"postcode": "1000", "language": "so"},
]
NIGHT = datetime(2026, 11, 3, 22, tzinfo=UTC)
ELSEWHERE = (
    "In danger, call the emergency number of the country where the person is; in Europe it is 112."
)
FROM_ABROAD = [
    "Helplines: give them first, each with its country.",
    "- 112: European emergency number",
    "- Belgium: 101 (only there): Police, in case of immediate danger",
    "- Belgium: +3278055800 (Day and night): Belgian line for victims of human trafficking, day "
    "and night",
    "- Belgium: https://www.stophumantrafficking.be/: Report in confidence, without going to the "
    "police first, in 24 languages",
]


@pytest.mark.parametrize("place", PLACES)
def test_nearest_tells_what_the_web_tells(
    directory: Directory, client: FlaskClient, place: dict[str, Any]
) -> None:
    """The structured result is the answer of /v1/nearest to the same question."""
    told = ask(directory, NEAREST, **place)
    assert (told.refused, told.body) == (False, client.post("/v1/nearest", json=place).get_json())


def test_a_centre_is_told_as_on_the_web_with_the_helplines(
    directory: Directory, client: FlaskClient
) -> None:
    """show_centre gives /v1/centres/{id} and the helplines beside it."""
    told = ask(directory, SHOW, id="pag-asa")
    helplines = client.get("/v1/helplines?country=BE").get_json()["helplines"]
    assert told.body == {**client.get("/v1/centres/pag-asa").get_json(), "helplines": helplines}
    for value in (
        "+32 2 511 64 64",
        "Cellebroersstraat 16b, 1000 Brussels",
        "Monday – Friday: 09:00 – 17:00 · Closed on public holidays",
        "fr, nl",
    ):
        assert value in told.text.replace("\N{THIN SPACE}", " ")


@pytest.mark.parametrize("arguments", [{}, {"country": None}, {"country": "be"}])
def test_helplines_are_told_as_on_the_web(
    directory: Directory, client: FlaskClient, arguments: dict[str, Any]
) -> None:
    """list_helplines gives /v1/helplines."""
    told = ask(directory, LIST, **arguments)
    query = {name: value for name, value in arguments.items() if value}
    assert (told.refused, told.body) == (
        False,
        client.get("/v1/helplines", query_string=query).get_json(),
    )
    assert "- 078 055 800 (Day and night): Belgian line" in told.text


def test_a_country_without_helplines_is_told_its_emergency_number(directory: Directory) -> None:
    """Every result has helplines; no number of another country is among them."""
    told = ask(directory, LIST, country="es")
    assert (told.refused, told.body["country"]) == (False, "ES")
    assert told.text.splitlines() == [
        "Helplines: give them first. In danger, call the first at once.",
        "- 112: Emergency number",
    ]


def test_an_empty_directory_says_so(tmp_path: Path) -> None:
    """Without a centre that is said, after the helplines."""
    directory = directory_of(tmp_path, [made_up_centre(1, status="closed")])
    assert "no centre to go to at the moment" in ask(directory, NEAREST, postcode="1000").text


@pytest.mark.parametrize(
    ("place", "police"),
    [
        ({"lat": 51.9, "lon": 2.6}, []),
        ({"postcode": "75001"}, ["- France: 17 (only there)", "- Germany: 110 (only there)"]),
        ({"postcode": "1011", "country": "NL"}, []),
    ],
    ids=["at sea", "foreign", "far from the border"],
)
def test_abroad_no_number_stands_without_its_country(
    directory: Directory, place: dict[str, Any], police: list[str]
) -> None:
    """Outside the coverage, the number to call is first. 101 is not said; the police of several
    countries have theirs.
    """
    lines = ask(directory, NEAREST, **place).text.splitlines()
    assert "emergency number of the country" in lines[0]
    assert lines[1:3] == FROM_ABROAD[:2]
    told = [line.partition(": Police, in case")[0] for line in lines if "immediate danger" in line]
    assert told == police
    assert lines.count(FROM_ABROAD[1]) == 1
    assert set(FROM_ABROAD[3:]) <= set(lines)
    assert not any("078 055 800" in line for line in lines)


def test_swapped_degrees_are_noticed_without_an_echo(directory: Directory) -> None:
    """If swapped coordinates are in Belgium, the text says so and repeats neither number."""
    swapped = ask(directory, NEAREST, lat=4.647382, lon=50.918273).text
    assert swapped.splitlines()[0].endswith(
        "Perhaps latitude and longitude are the wrong way round."
    )
    assert "50.9" not in swapped
    assert "4.64" not in swapped
    assert "wrong way round" not in ask(directory, NEAREST, lat=48.85, lon=2.35).text


def test_a_postcode_may_be_a_number(directory: Directory) -> None:
    """Models write 1000 for "1000"; true is not a postcode."""
    assert ask(directory, NEAREST, postcode=1000) == ask(directory, NEAREST, postcode="1000")
    assert "The value must be text." in ask(directory, NEAREST, postcode=True).text


def test_the_name_of_a_town_is_enough_where_its_postcodes_have_one_answer(
    directory: Directory,
) -> None:
    """By the rule of /v1/nearest."""
    told = ask(directory, NEAREST, postcode="Liège")
    assert (told.refused, told.body["origin"]["place"]) == (False, "Liège")
    assert "surya" in told.text


def test_each_example_in_a_description_is_answered(directory: Directory) -> None:
    """Also the name of a town, which has several postcodes."""
    described = TOOLS[NEAREST].input_schema(api_of(directory))["properties"]["postcode"]
    listed, town = re.findall(
        r"people type it: (.+); or a town: (\w+)\.", described["description"]
    )[0]
    examples = [*listed.split(", "), town]
    assert examples == ["1000", "B-1000", "1000 Brussel", "Gent"]
    for example in examples:
        told = ask(directory, NEAREST, postcode=example)
        assert not told.refused, example
        assert told.body["results"], example


def test_a_state_is_said_to_be_of_now_beside_another_time(directory: Directory) -> None:
    """Now is a Tuesday at 11, when the office is open; the time that is asked for, a Wednesday."""
    note = "Each office's state, below, is that of now, not of the time asked for."
    then = ask(directory, NEAREST, postcode="1000", open_at="2026-11-04T10:00:00+01:00")
    now = ask(directory, NEAREST, postcode="1000", open_at="now")
    assert then.body["results"]
    assert now.body["results"]
    assert (note in then.text, note in now.text) == (True, False)


def test_what_a_model_leaves_out_as_null_is_left_out(directory: Directory) -> None:
    """A null stands for nothing."""
    assert ask(directory, NEAREST, postcode="1000", lat=None, limit=None) == ask(
        directory, NEAREST, postcode="1000"
    )


def test_the_text_of_an_answer_says_what_must_be_said(directory: Directory) -> None:
    """An uncertain order, a place outside and an empty answer are stated; the notice is first."""
    assert "name both" in ask(directory, NEAREST, lat="51.0", lon="4").text
    assert "name both" not in ask(directory, NEAREST, postcode="1000").text
    assert (
        "outside the countries" in ask(directory, NEAREST, lat=-33.9, lon=18.4).text.splitlines()[0]
    )
    first = ask(directory, NEAREST, postcode="1000").text
    assert first.splitlines()[0].startswith("Helplines: give them first.")
    assert "078 055 800 (Day and night): Belgian line" in first
    assert "1. 802 m: PAG-ASA (id pag-asa); +32 2 511 64 64 (Day and night); " in first
    assert "the office is open until 2026-11-03T17:00:00+01:00; record unverified; " in first
    assert "2. 41.9 km: Payoke" in first
    assert "opening hours not known" in first


def test_what_filters_leave_out_is_told(directory: Directory) -> None:
    """The closest centre without the filters is named, if it is not the first."""
    told = ask(directory, NEAREST, postcode="2000", language="fr", service="legal").text
    assert (
        "Only centres that are recorded to speak this language, to offer this service.\n"
        "The closest centre without the filter: 534 m: Payoke (id payoke); " in told
    )
    first = ask(directory, NEAREST, postcode="2000", language="nl").text
    assert "Only centres that are recorded to speak this language.\nClosest centres:" in first
    none = ask(directory, NEAREST, postcode="1000", language="so").text
    assert (
        "No centre is recorded to speak this language. That does not mean that none can help.\n"
        "The closest centre without the filter: " in none
    )
    closed = ask(
        directory, NEAREST, postcode="1000", audience="victims", open_at=NIGHT.isoformat()
    ).text
    assert "recorded to be for these people, to be open then. That" in closed
    assert "can help. The opening hours of 2 more are not known.\nThe closest" in closed
    assert (
        "are not known"
        not in ask(
            directory, NEAREST, postcode="1000", open_at="now", service="emergency-duty"
        ).text
    )
    assert "recorded" not in ask(directory, NEAREST, postcode="1000").text


@pytest.mark.parametrize("name", [each.name for each in fields(Filters)])
def test_each_filter_leaves_out_who_does_not_pass_it(tmp_path: Path, name: str) -> None:
    """Also one that was added without words of its own."""
    parameter, value = ASKED[name]
    answer = ask(directory_of(tmp_path, CENTRES), NEAREST, **PLACE, **{parameter: value})
    assert [each["centre"]["id"] for each in answer.body["results"]] == ["made-up-002"]
    assert "Only centres that are recorded to" in answer.text


def test_a_preferred_language_is_told_of_a_result_or_beyond_them(directory: Directory) -> None:
    """By its number, or with its distance and phone if the limit leaves it out."""
    asked = {"postcode": "4000", "prefer_language": "ar,en"}
    told = ask(directory, NEAREST, **asked).text
    assert "The closest centre that is recorded to speak en: number 2 of these" in told
    alone = ask(directory, NEAREST, **asked, limit=1).text
    assert "recorded to speak en: 87.2 km: PAG-ASA (id pag-asa); " in alone
    assert "recorded to speak" not in ask(directory, NEAREST, postcode="4000").text


def test_at_night_the_telephone_duty_is_told(directory: Directory) -> None:
    """A closed office with an emergency duty is not described as unreachable; others are closed."""
    by_night = LocalClient(create_app(directory, now=lambda: NIGHT))
    _, _, text = TOOLS[SHOW].call(by_night, {"id": "pag-asa"}, {})
    assert (
        "; the office is closed until 2026-11-04T09:00:00+01:00, telephone duty for emergencies: "
        "call; record" in text
    )


def test_temporary_values_are_told_with_their_last_day(tmp_path: Path) -> None:
    """A model tells people a number that they write down."""
    phones = [{"number": "+3225116464", "kind": "main"}]
    values = {"phones": [{"number": "+3232011690", "kind": "main"}], "opening_hours": "24/7"}
    own = {"phones": phones, "timezone": "Europe/Brussels"}
    told = {}
    for last in ("2099-12-31", "2020-12-31"):
        centre = made_up_centre(1, **own, temporary={"until": last, **values})
        folder = tmp_path / last
        folder.mkdir()
        told[last] = ask(directory_of(folder, [centre]), SHOW, id="made-up-001").text
    assert "+3232011690" in told["2099-12-31"]
    assert "; only until 2099-12-31: phones, opening hours; " in told["2099-12-31"]
    assert "+3225116464" in told["2020-12-31"]
    assert "only until" not in told["2020-12-31"]


def test_a_closed_centre_is_not_said_to_open_when_its_state_is_unknown_then(
    tmp_path: Path,
) -> None:
    """Its hours have a comment, which no program understands."""
    centre = made_up_centre(
        1, opening_hours='Mo-Fr 09:00-17:00 unknown "ring first"', timezone="Europe/Brussels"
    )
    by_night = LocalClient(create_app(directory_of(tmp_path, [centre]), now=lambda: NIGHT))
    _, _, text = TOOLS[SHOW].call(by_night, {"id": "made-up-001"}, {})
    assert "; the office is closed now (when it opens is not known); record" in text
    assert "until" not in text


def test_the_text_of_a_centre_never_says_more_or_other_than_its_record(tmp_path: Path) -> None:
    """Closed centres, ties and responsibility are stated; a number has its kind, hours and note."""
    phone = {
        "number": "+3225116464",
        "kind": "duty",
        "hours": "Sa-Su",
        "note": {"nl": "Alleen weekend"},
    }
    here = {
        "location": {"lat": 50.85, "lon": 4.35, "precision": "street"},
        "opening_hours": "24/7",
        "timezone": "Europe/Brussels",
    }
    directory = directory_of(
        tmp_path,
        [
            made_up_centre(1, **here, phones=[phone], coverage=["BE-BRU"]),
            made_up_centre(2, **here),
            made_up_centre(3, **here, status="temporarily_closed"),
            made_up_centre(4, status="closed"),
        ],
    )
    text = ask(directory, NEAREST, postcode="1000").text
    assert "as far as another: Centre Énée 1 (id made-up-001); " in text
    assert (
        "; +3225116464 (duty; Saturday and Sunday: Day and night; Alleen weekend); 1000 Brussel; "
        "the office is open; record unverified" in text
    )
    assert (
        "as far as another: Centre Énée 2 (id made-up-002); no phone is known; 1000 Brussel; "
        "the office is open; record" in text
    )
    assert "Responsible for this area: Centre Énée 1 (id made-up-001)" in text
    paused = ask(directory, SHOW, id="made-up-003").text
    assert (
        "(id made-up-003); TEMPORARILY CLOSED; no phone is known; 1000 Brussel; record unverified"
        in paused
    )
    closed = ask(directory, SHOW, id="made-up-004").text
    assert (
        "(id made-up-004); PERMANENTLY CLOSED; no phone is known; 1000 Brussel; record unverified"
        in closed
    )
    assert "Opening hours" not in closed
