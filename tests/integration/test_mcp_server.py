"""The assistant's tools: they say what /v1 says, with the helplines, and never more."""

import json
import re
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from mcp import Client, MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    EmptyResult,
    ListToolsResult,
    Request,
)

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features import create_app
from directory_api.mcp_server import text
from directory_api.mcp_server.local_client import LocalClient
from directory_api.mcp_server.server import make_server
from directory_api.mcp_server.tools import INSTRUCTIONS, TOOLS
from tests.support.command_line import RunCommand
from tests.support.mcp_client import ChangeView, api_of, ask, call, with_client
from tests.support.records import directory_of, made_up_centre
from tests.support.servers import ROOT, environment

NEAREST, SHOW, LIST = TOOLS
PLACES: list[dict[str, Any]] = [
    {"postcode": "1000"},
    {"postcode": "B-4000", "country": "be", "limit": 1},
    {"lat": 51.2, "lon": 4.4, "service": "legal"},
    {"lat": "51.0", "lon": "4", "language": "nl-BE"},
    {"lat": -33.9, "lon": 18.4},
    {"postcode": "1000", "language": "so"},
]
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": ({"postcode": "9379"}, "postcode-unknown"),
    "malformed": ({"postcode": "Canarydorp"}, "postcode-malformed"),
    "foreign": ({"postcode": "75001"}, "postcode-foreign"),
    "of an institution": ({"postcode": "1046"}, "postcode-not-residential"),
    "of a country without a table": ({"postcode": "1011", "country": "AT"}, "country-unsupported"),
    "none": ({}, "request-invalid"),
    "half a coordinate": ({"lat": 50.918273}, "request-invalid"),
    "both": ({"postcode": "9379", "lat": 50.918273, "lon": 4.647382}, "request-invalid"),
    "several faults": ({"postcode": "9379", "limit": 0, "language": "!"}, "request-invalid"),
    "a number in words": ({"lat": "north", "lon": 4.647382}, "request-invalid"),
}
KNOWN = [
    "postcode",
    "country",
    "lat",
    "lon",
    "language",
    "prefer_language",
    "service",
    "audience",
    "open_at",
    "limit",
]
NIGHT = datetime(2026, 11, 3, 22, tzinfo=UTC)
ELSEWHERE = (
    "In danger, call the emergency number of the country where the person is; in Europe it is 112."
)
FROM_ABROAD = [
    "Helplines: give them first, each with its country.",
    "- 112: European emergency number",
    "- Belgium: 101 (only there): Police, in case of immediate danger",
    "- Belgium: +3278055800 (24/7): Belgian line for victims of human trafficking, day and night",
    "- Belgium: https://www.stophumantrafficking.be/: Report in confidence, without going to the "
    "police first, in 24 languages",
]


@pytest.fixture(scope="module")
def api(directory: Directory) -> LocalClient:
    """/v1 over the shipped data."""
    return api_of(directory)


@pytest.fixture(scope="module")
def validators(api: LocalClient) -> dict[str, Draft202012Validator]:
    """What holds a result against its tool's output schema."""
    return {name: Draft202012Validator(tool.output_schema(api)) for name, tool in TOOLS.items()}


@pytest.mark.parametrize("place", PLACES)
def test_nearest_tells_what_the_web_tells(
    directory: Directory, client: FlaskClient, place: dict[str, Any]
) -> None:
    """The structured result is the answer of /v1/nearest to the same question."""
    told = ask(directory, NEAREST, **place)
    assert (told.refused, told.body) == (False, client.post("/v1/nearest", json=place).get_json())


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_the_problem_of_the_web_without_the_place(
    directory: Directory, client: FlaskClient, name: str
) -> None:
    """A tool's error has the problem of /v1/nearest; its text has the same words, and no place."""
    place, kind = REFUSED[name]
    told = ask(directory, NEAREST, **place)
    problem = client.post("/v1/nearest", json=place).get_json()
    assert (told.refused, told.body) == (True, problem)
    assert told.body["type"].endswith(f"#{kind}")
    hints = [
        hint
        for hint in problem["suggestions"]
        if "href" not in hint and kind != "country-unsupported"
    ]
    for part in (problem, *problem["errors"], *hints):
        assert part["detail"] in told.text
    for fault in problem["errors"]:
        assert fault["pointer"] in told.text
    for typed in ("9379", "Canarydorp", "75001", "1046", "1011", "50.918273", "4.647382"):
        assert typed not in told.text


def test_a_centre_is_told_as_on_the_web_with_the_helplines(
    directory: Directory, client: FlaskClient
) -> None:
    """show_centre gives /v1/centres/{id} and the helplines beside it."""
    told = ask(directory, SHOW, id="pag-asa")
    helplines = client.get("/v1/helplines").get_json()["helplines"]
    assert told.body == {**client.get("/v1/centres/pag-asa").get_json(), "helplines": helplines}
    for value in (
        "+32 2 511 64 64",
        "Cellebroersstraat 16b, 1000 Brussels",
        "Mo-Fr 09:00-17:00; PH off",
        "fr, nl",
    ):
        assert value in told.text


@pytest.mark.parametrize(
    "identity", ["nobody", "", "../helplines", "PAG-ASA", "pag-asa/x", "\ud800", 5, None, ["x"]]
)
def test_an_id_that_no_centre_has_is_refused(api: LocalClient, identity: Any) -> None:
    """Whatever is no centre's id leads to no other route, and is refused with the helplines."""
    done, body, text = TOOLS[SHOW].call(api, {"id": identity}, {})
    assert not done
    assert body["type"] == "/problems#centre-unknown"
    assert body["helplines"]
    assert "No centre has this id" in text


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
    assert "- 078 055 800 (24/7): Belgian line" in told.text


def test_a_country_without_helplines_is_told_those_of_others(
    directory: Directory, client: FlaskClient
) -> None:
    """Every result has helplines; if the country has none, each one is shown with its own
    country.
    """
    told = ask(directory, LIST, country="nl")
    assert (told.refused, told.body) == (False, client.get("/v1/helplines").get_json())
    assert told.text.splitlines()[:5] == [
        "This directory has no helpline of that country. These are those of other countries.",
        ELSEWHERE,
        *FROM_ABROAD[:3],
    ]


def test_an_empty_directory_says_so(tmp_path: Path) -> None:
    """Without a centre, or without any helpline, that is said, and what to call all the same."""
    directory = directory_of(tmp_path, [made_up_centre(1, status="closed")])
    assert "no centre to go to at the moment" in ask(directory, NEAREST, postcode="1000").text
    assert text.helplines({"helplines": []}, {"country": "be"}) == [
        f"This directory has no helplines. {ELSEWHERE}"
    ]


@pytest.mark.parametrize(
    "place",
    [{"lat": 48.85, "lon": 2.35}, {"postcode": "75001"}, {"postcode": "1011", "country": "NL"}],
    ids=["outside", "foreign", "without a table"],
)
def test_abroad_no_number_stands_without_its_country(
    directory: Directory, place: dict[str, Any]
) -> None:
    """Outside the coverage, the number to call is first, and 101 is marked as Belgian."""
    lines = ask(directory, NEAREST, **place).text.splitlines()
    assert "emergency number of the country" in lines[0]
    assert lines[1:6] == FROM_ABROAD
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


@pytest.mark.parametrize("tool", TOOLS)
def test_an_argument_that_a_tool_does_not_take_is_a_fault_beside_the_others(
    directory: Directory, tool: str
) -> None:
    """Also one that /v1 knows (format): the tool's own arguments are listed, and the unknown one is
    not.
    """
    faulty: dict[str, dict[str, Any]] = {
        NEAREST: {"postcode": "1000", "limit": 0},
        SHOW: {},
        LIST: {"country": "!"},
    }
    told = ask(directory, tool, **faulty[tool], format="csv", p9379=1)
    takes = {NEAREST: ", ".join(KNOWN), SHOW: "id", LIST: "country"}[tool]
    assert told.refused
    assert f"- This argument is unknown. The tool takes only: {takes}." in told.text.splitlines()
    assert len(told.body["errors"]) == (1 if tool == SHOW else 2)
    assert "9379" not in told.text + json.dumps(told.body)


def test_a_postcode_may_be_a_number(directory: Directory) -> None:
    """Models write 1000 for "1000"; true is none."""
    assert ask(directory, NEAREST, postcode=1000) == ask(directory, NEAREST, postcode="1000")
    assert "The value must be text." in ask(directory, NEAREST, postcode=True).text


def test_the_name_of_a_town_is_enough_where_its_postcodes_have_one_answer(
    directory: Directory,
) -> None:
    """By the rule of /v1/nearest."""
    told = ask(directory, NEAREST, postcode="Liège")
    assert (told.refused, told.body["origin"]["place"]) == (False, "Liège")
    assert "surya" in told.text


@pytest.mark.parametrize(("typed", "meant"), [("99", "9900 Eeklo"), ("Ghent", "9000 Gent")])
def test_a_part_of_a_code_and_the_name_of_a_town_come_with_suggestions(
    directory: Directory, typed: str, meant: str
) -> None:
    """What is no postcode is answered with those that may be meant."""
    assert f"- Did you mean {meant}?" in ask(directory, NEAREST, postcode=typed).text


@pytest.mark.parametrize("name", ["unknown", "malformed", "foreign", "of an institution"])
def test_no_refusal_leads_to_an_address_of_http(directory: Directory, name: str) -> None:
    """A model cannot follow /v1/...: what it is told to do, it can do with the tools."""
    assert "/v1" not in ask(directory, NEAREST, **REFUSED[name][0]).text
    assert "/v1" not in ask(directory, SHOW, id="nobody").text


def test_who_names_another_country_is_not_led_back_to_ours(directory: Directory) -> None:
    """A French postcode is refused as foreign; with France named, Belgium is not suggested
    again.
    """
    lines = ask(directory, NEAREST, postcode="75001", country="FR").text.splitlines()
    assert any("send lat and lon instead" in line for line in lines)
    assert not any("country=BE" in line for line in lines)


def test_a_country_that_is_none_is_refused(directory: Directory) -> None:
    """A wrong country is a fault with its place, as on the web."""
    told = ask(directory, LIST, country="Belgium")
    assert told.refused
    assert "- country: Use an ISO 3166-1 code" in told.text


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
    assert "078 055 800 (24/7): Belgian line" in first
    assert "1. 802 m: PAG-ASA (id pag-asa); +32 2 511 64 64; " in first
    assert "open until 2026-11-03T17:00:00+01:00; record unverified" in first
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


def test_a_preferred_language_is_told_of_a_result_or_beyond_them(directory: Directory) -> None:
    """By its number, or with its distance and phone if the limit leaves it out."""
    asked = {"postcode": "4000", "prefer_language": "ar,en"}
    told = ask(directory, NEAREST, **asked).text
    assert "The closest centre that is recorded to speak en: number 3 of these" in told
    alone = ask(directory, NEAREST, **asked, limit=1).text
    assert "recorded to speak en: 102.8 km: Payoke (id payoke); " in alone
    assert "recorded to speak" not in ask(directory, NEAREST, postcode="4000").text


def test_at_night_the_telephone_duty_is_told(directory: Directory) -> None:
    """A closed office with an emergency duty is not described as unreachable; others are closed."""
    by_night = LocalClient(create_app(directory, now=lambda: NIGHT))
    _, _, text = TOOLS[SHOW].call(by_night, {"id": "pag-asa"}, {})
    assert (
        "; the office is closed until 2026-11-04T09:00:00+01:00, telephone duty for emergencies: "
        "call; record" in text
    )


def test_a_closed_centre_is_not_said_to_open_when_its_state_is_unknown_then(
    tmp_path: Path,
) -> None:
    """Its hours have a comment, which no program understands."""
    centre = made_up_centre(
        1, opening_hours='Mo-Fr 09:00-17:00 unknown "ring first"', timezone="Europe/Brussels"
    )
    by_night = LocalClient(create_app(directory_of(tmp_path, [centre]), now=lambda: NIGHT))
    _, _, text = TOOLS[SHOW].call(by_night, {"id": "made-up-001"}, {})
    assert "; closed now (when it opens is not known); record" in text
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
        "; +3225116464 (duty; Sa-Su; Alleen weekend); 1000 Brussel; open; record unverified" in text
    )
    assert (
        "as far as another: Centre Énée 2 (id made-up-002); no phone is known; 1000 Brussel; "
        "open; record" in text
    )
    assert "Responsible for this area: Centre Énée 1 (id made-up-001)" in text
    paused = ask(directory, SHOW, id="made-up-003").text
    assert (
        "(id made-up-003); CLOSED FOR NOW; no phone is known; 1000 Brussel; record unverified"
        in paused
    )
    closed = ask(directory, SHOW, id="made-up-004").text
    assert (
        "(id made-up-004); PERMANENTLY CLOSED; no phone is known; 1000 Brussel; record unverified"
        in closed
    )
    assert "Opening hours" not in closed


def test_a_hidden_centre_stays_hidden(tmp_path: Path) -> None:
    """No tool tells street, postcode or point of an address that nobody may see."""
    address = {
        "street": "Geheimstraat 77",
        "postal_code": "9881",
        "locality": {"nl": "Aalter"},
        "country": "BE",
    }
    hidden = made_up_centre(
        1,
        address=address,
        address_visibility="hidden",
        location={"lat": 51.0654, "lon": 3.4567, "precision": "street"},
    )
    directory = directory_of(tmp_path, [hidden])
    for told in (ask(directory, SHOW, id="made-up-001"), ask(directory, NEAREST, postcode="9880")):
        assert not told.refused
        for secret in ("Geheimstraat", "9881", "51.0654", "3.4567"):
            assert secret not in f"{told.text} {json.dumps(told.body)}"


# A lone surrogate, too, which JSON may carry.
LETTERS = st.characters(categories=["L", "N", "P", "Cs"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(LETTERS),
    lambda below: (
        st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3)
    ),
    max_leaves=5,
)
NAMES = st.sampled_from([*KNOWN, "id"]) | st.text(LETTERS, max_size=5)


@given(tool=st.sampled_from(list(TOOLS)), arguments=st.dictionaries(NAMES, JSON, max_size=4))
def test_whatever_a_model_sends_is_answered_with_the_helplines(
    api: LocalClient,
    validators: dict[str, Draft202012Validator],
    tool: str,
    arguments: dict[str, Any],
) -> None:
    """Any JSON gives an answer or a problem of the output schema, and a text; nothing crashes."""
    done, body, text = TOOLS[tool].call(api, arguments, {})
    validators[tool].validate(body)
    assert done or body["status"] < 500
    assert "112" in text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_learns_how_to_use_the_tools(api: LocalClient, mode: str) -> None:
    """Both versions of the protocol list three read-only tools, with instructions and both
    schemas.
    """

    async def looked(client: Client) -> tuple[str | None, ListToolsResult]:
        return client.instructions, await client.list_tools()

    instructions, listed = with_client(make_server(api), looked, mode)
    assert instructions == INSTRUCTIONS
    assert [tool.name for tool in listed.tools] == list(TOOLS)
    for tool in listed.tools:
        assert tool.annotations
        assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
        assert tool.annotations.open_world_hint is False
        assert "call 112" in (tool.description or "")
        assert tool.output_schema
        for schema in (tool.input_schema, tool.output_schema):
            Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
    find = listed.tools[0]
    assert list(find.input_schema["properties"]) == KNOWN
    assert (
        "not the language of the answer"
        in find.input_schema["properties"]["language"]["description"]
    )
    assert "/v1" not in json.dumps([[tool.description, tool.input_schema] for tool in listed.tools])
    for told in ("`certain` is false", "name both", "Never store the place"):
        assert told in (find.description or "")


def test_the_schemas_are_read_by_every_language(api: LocalClient) -> None:
    """No pattern has an anchor that only Python knows, and no reference leads out of its schema."""
    written = json.dumps(
        [[tool.input_schema(api), tool.output_schema(api)] for tool in TOOLS.values()]
    )
    assert '"pattern": "^' in written
    assert "\\\\A" not in written
    assert "\\\\Z" not in written
    assert "#/components" not in written


def test_the_schemas_are_the_same_in_every_process(api: LocalClient, tmp_path: Path) -> None:
    """The list of tools has the same bytes in every process, so that clients can cache it."""
    program = (
        "import json; from tests.support.mcp_client import api_of; "
        "from directory_api.mcp_server.tools import TOOLS\n"
        "from directory_api.bootstrap import open_directory; "
        "from directory_api.config import Settings\n"
        f"api = api_of(open_directory(Settings(database_url='sqlite:///{tmp_path / 'a.db'}')))\n"
        "print(json.dumps([[tool.input_schema(api), tool.output_schema(api)] for tool in "
        "TOOLS.values()]))"
    )
    # This process has a random seed.
    told = json.loads(_python(program, tmp_path, PYTHONHASHSEED="1").stdout)
    here = [[tool.input_schema(api), tool.output_schema(api)] for tool in TOOLS.values()]
    # As text, since the order of members counts.
    assert json.dumps(told) == json.dumps(here)
    assert "$defs" in json.dumps(here)


UNREADABLE: list[tuple[str, Any, int]] = [
    ("tools/call", {"name": "Canarydorp"}, INVALID_PARAMS),
    ("tools/call", {"name": NEAREST, "arguments": "2018 Canarydorp"}, INVALID_PARAMS),
    ("tools/call", {"name": NEAREST, "arguments": ["2018 Canarydorp"]}, INVALID_PARAMS),
    ("Canarydorp", {}, METHOD_NOT_FOUND),
]


@pytest.mark.parametrize(("method", "params", "code"), UNREADABLE)
def test_what_no_tool_is_asked_with_is_refused_with_the_helplines(
    api: LocalClient, method: str, params: Any, code: int
) -> None:
    """The protocol's own errors have our words, which repeat no input, and the helplines as
    data.
    """

    async def wrong(client: Client) -> MCPError:
        request = Request[dict[str, Any], str](method=method, params=params)
        with pytest.raises(MCPError) as refused:
            await client.session.send_request(cast("Any", request), EmptyResult)
        return refused.value

    error = with_client(make_server(api), wrong, "legacy")
    assert error.code == code
    assert "tools/call" in error.message
    assert error.data["helplines"][0]["number"] == "112"
    assert "anarydorp" not in f"{error.message} {error.data}"


def test_a_mistake_of_ours_is_told_without_its_text(
    api: LocalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a tool fails with may hold the place: it is not sent, and the helplines are."""

    class InvalidWorkbook(LocalClient):
        def ask(self, method: str, path: str, *given: Any) -> Any:
            if path == "/v1/nearest":
                raise LookupError("2018 Canarydorp")
            return api.ask(method, path, *given)

        def __init__(self) -> None:
            self.shapes = api.shapes  # type: ignore[method-assign]

    async def unlucky(client: Client) -> MCPError:
        with pytest.raises(MCPError) as refused:
            await client.call_tool(NEAREST, {"postcode": "2018"})
        return refused.value

    error = with_client(make_server(InvalidWorkbook()), unlucky)
    assert (error.code, error.data["helplines"][0]["number"]) == (INTERNAL_ERROR, "112")
    assert "anarydorp" not in error.message


def test_a_caller_who_asks_too_often_is_told_when_to_come_back(loaded_database: Path) -> None:
    """The rate limit of the web counts here too, and its refusal has the helplines."""
    directory = open_directory(
        Settings(database_url=f"sqlite:///{loaded_database}", rate_limit="2/hour")
    )
    directory.prepare()
    server = make_server(api_of(directory))

    async def often(client: Client) -> list[ChangeView]:
        return [await call(client, LIST, {}) for _ in range(3)]

    answers = with_client(server, often)
    assert [told.refused for told in answers] == [False, False, True]
    assert answers[2].body["type"] == "/problems#too-many-requests"
    assert re.search(r"^- Try again in [0-9]+ seconds\.$", answers[2].text, re.MULTILINE)


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    """Where mcp is not installed the command ends with one line and no traceback."""
    program = (
        "import sys; sys.modules['mcp'] = None; from directory_api.cli import main; main(['mcp'])"
    )
    ended = _python(program, tmp_path)
    assert ended.returncode == 1
    assert (
        ended.stderr == "Error: this command needs the package mcp (mcp.server is not installed). "
        "Install it: pip install 'mcp>=2.3'\n"
    )


def test_a_module_of_ours_that_is_not_there_is_no_missing_package(tmp_path: Path) -> None:
    """What no installation of mcp mends is not told to be mended by it."""
    program = (
        "import sys; sys.modules['directory_api.mcp_server.text'] = None; "
        "from directory_api.cli import main; main(['mcp'])"
    )
    ended = _python(program, tmp_path)
    assert ended.returncode != 0
    assert "directory_api.mcp_server" in ended.stderr
    assert "pip install" not in ended.stderr


def test_other_commands_and_the_server_do_not_load_the_sdk(tmp_path: Path) -> None:
    """Neither the commands nor the server import mcp or its dependencies, to save memory."""
    heavy = "{'mcp', 'mcp_types', 'pydantic', 'starlette', 'uvicorn', 'directory_api.mcp_server'}"
    program = (
        "import sys, directory_api.cli, directory_api.wsgi; "
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    ended = _python(program, tmp_path)
    assert (ended.returncode, ended.stdout) == (0, "[]\n")


def test_the_door_over_http_refuses_a_taken_port(run_command: RunCommand) -> None:
    """A port that is in use ends with a line that says which option helps."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run_command("mcp", "--http", "--port", taken.getsockname()[1])
    assert result.exit_code == 1
    assert "try --port" in result.stderr


def test_the_guide_names_every_tool_and_argument(api: LocalClient) -> None:
    """docs/assistant.md has each tool with all that it takes, and its configuration is JSON."""
    guide = (ROOT / "docs/assistant.md").read_text(encoding="utf-8")
    for tool in TOOLS.values():
        (row,) = [line for line in guide.splitlines() if line.startswith(f"| `{tool.name}`")]
        for argument in tool.input_schema(api)["properties"]:
            assert f"`{argument}`" in row
    (block,) = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    assert json.loads(block)["mcpServers"]["directory"]["args"] == ["mcp"]


def _python(program: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    environ = {**environment(folder / "directory.db"), **variables}
    return subprocess.run(
        command, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
