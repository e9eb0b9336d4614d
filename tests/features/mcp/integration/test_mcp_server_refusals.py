"""The assistant's tools refuse what /v1 refuses, without repeating the place."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from mcp import Client

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features.mcp.server import make_server
from directory_api.features.mcp.tools import TOOLS
from tests.support.mcp_client import (
    KNOWN,
    LIST,
    NEAREST,
    SHOW,
    ChangeView,
    api_of,
    ask,
    call,
    with_client,
)

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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("99", "9900 Eeklo"),
        ("Deurne", "3290 Deurne (Diest)"),
        ("Aalst", "3800 Aalst (Sint-Truiden)"),
    ],
)
def test_a_part_of_a_code_and_the_name_of_a_town_come_with_suggestions(
    directory: Directory, typed: str, meant: str
) -> None:
    """What is no postcode is answered with those that may be meant, a municipality with others."""
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
