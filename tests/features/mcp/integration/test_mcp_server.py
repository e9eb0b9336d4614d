"""The assistant's tools answer what /v1 answers, with the helplines."""

import json
import re
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from mcp import Client
from mcp_types import ListToolsResult

from directory_api.bootstrap import Directory
from directory_api.features.mcp.local_client import LocalClient
from directory_api.features.mcp.server import INSTRUCTIONS, make_server
from directory_api.search.query import FILTERS
from directory_api.web.app import create_app
from tests.support.command_line import RunCommand
from tests.support.mcp_client import LIST, NEAREST, SHOW, ChangeView, api_of, ask, call, with_client
from tests.support.records import directory_of, made_up_centre, shipped_records
from tests.support.servers import ROOT, environment

DAY, NIGHT = (datetime(2026, 11, 3, hour, tzinfo=UTC) for hour in (11, 22))


@pytest.mark.parametrize(
    "asked",
    [
        {"place": "1000"},
        {"place": "B-4000", "country": "be"},
        {"place": "Antwerpen", "service": "legal", "audience": None, "lang": "nl"},
        {"place": "51.0,4", "speaks": "nl-BE", "prefer_speaks": "ar,fr"},
        {"place": "59000", "country": "FR"},
        {"place": "Nowhereville"},
        {"place": "9999"},
        {"place": True},
        {"place": "1000", "open_at": "x"},
        {},
    ],
)
def test_nearest_tells_what_the_web_tells(
    directory: Directory, client: FlaskClient, asked: dict[str, Any]
) -> None:
    """The answer of /v1/nearest to the same question, or its refusal."""
    told = ask(directory, NEAREST, **asked)
    sent = {name: value for name, value in asked.items() if value is not None}
    live = client.post("/v1/nearest", json=sent)
    assert (told.refused, told.body) == (live.status_code != 200, live.get_json())


def test_a_postcode_may_be_a_number(directory: Directory) -> None:
    """Models write 1000 for "1000"."""
    assert ask(directory, NEAREST, place=1000) == ask(directory, NEAREST, place="1000")


def test_a_centre_is_told_in_one_language_without_what_nobody_asks_for(
    directory: Directory, client: FlaskClient
) -> None:
    told, web = ask(directory, SHOW, id="pag-asa", lang="nl").body, _centre(client)
    assert told["description"] == web["description"]["nl"]
    assert told["address"]["locality"] == "Brussel"
    for name in ("name", "phones", "opening_hours", "services", "office", "location"):
        assert told[name] == web[name]
    assert web.keys() - told.keys() == {"sources", "address_visibility"}
    english = ask(directory, SHOW, id="pag-asa", lang="tlh").body
    assert english["description"] == web["description"]["en"]


def _centre(client: FlaskClient) -> dict[str, Any]:
    centre: dict[str, Any] = client.get("/v1/centres/pag-asa").get_json()
    return centre


def test_the_helplines_of_a_country_are_told(directory: Directory, client: FlaskClient) -> None:
    """All of them, as in an answer; those of the directory's own country by default."""
    own = ask(directory, LIST, lang="nl").body
    assert (own["country"], own["helplines"][0]["name"]) == ("BE", "Noodnummer")
    for country, told in (("be", own), ("fr", ask(directory, LIST, country="fr").body)):
        web = client.get(f"/v1/helplines?country={country}").get_json()["helplines"]
        assert [line["id"] for line in told["helplines"]] == [line["id"] for line in web]
    assert "1712" in {line.get("number") for line in own["helplines"]}


def test_definitions_and_answers_are_small(directory: Directory) -> None:
    """In bytes of JSON: a model reads all of it, each time."""

    async def read(client: Client) -> tuple[int, list[int]]:
        listed = await client.list_tools()
        tools = [tool.model_dump_json(by_alias=True, exclude_none=True) for tool in listed.tools]
        defined = len("".join([client.instructions or "", *tools]).encode())
        told = [
            await call(client, SHOW, {"id": each["id"]}) for each in shipped_records()["centres"]
        ]
        told += [await call(client, LIST, {"country": code}) for code in ("BE", "FR", "JP")]
        codes = list(directory.live.snapshot.gazetteer.places("BE"))[::12]
        places = [*(place.code for place in codes), "Antwerpen", "0,0", "Nowhereville", "6200"]
        told += [await call(client, NEAREST, {"place": place}) for place in places]
        told.append(await call(client, NEAREST, {"place": "1000", "prefer_speaks": "fr,ar"}))
        return defined, [len(each.text.encode()) for each in told]

    defined, sizes = with_client(make_server(api_of(directory)), read)
    assert defined < 4_000
    assert len(sizes) > 100
    assert max(sizes) < 3_000


def test_it_has_the_clock_of_the_directory(tmp_path: Path) -> None:
    """A centre is open by day, and closed at night."""
    hours = {"opening_hours": "Mo-Fr 09:00-17:00", "timezone": "Europe/Brussels"}
    directory = directory_of(tmp_path, [made_up_centre(1, **hours)])

    async def asked(client: Client) -> ChangeView:
        return await call(client, SHOW, {"id": "made-up-001"})

    day, night = (
        LocalClient(create_app(replace(directory, clock=clock)))
        for clock in (lambda: DAY, lambda: NIGHT)
    )
    assert with_client(make_server(day), asked).body["office"]["state"] == "open"
    assert with_client(make_server(night), asked).body["office"]["state"] == "closed"


WILD = ["2018 Canarydorp", "", "../helplines", "PAG-ASA", "\ud800", 5, -1.5, None, True, ["x"], {}]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_whatever_a_model_sends_is_answered_with_the_helplines(
    directory: Directory, mode: str
) -> None:
    """Each value for each argument, an argument that a tool does not have, and a tool that does not
    exist; a refusal does not repeat it.
    """

    async def wild(client: Client) -> list[ChangeView]:
        listed = (await client.list_tools()).tools
        told = [
            await call(client, tool.name, {name: value})
            for tool in listed
            for name in (*tool.input_schema["properties"], "canary")
            for value in WILD
        ]
        return [*told, await call(client, "Canarydorp", {"place": "2018"})]

    told = with_client(make_server(api_of(directory)), wild, mode)
    assert all(each.body["helplines"] for each in told)
    assert not [each.text for each in told if each.refused and "anarydorp" in each.text]
    assert all(each.body.get("status", 400) < 500 for each in told)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_learns_how_to_use_the_tools(directory: Directory, mode: str) -> None:
    """Three tools that change nothing, with each filter, and what a model must do first."""

    async def looked(client: Client) -> tuple[str | None, ListToolsResult]:
        return client.instructions, await client.list_tools()

    instructions, listed = with_client(make_server(api_of(directory)), looked, mode)
    assert instructions == INSTRUCTIONS
    assert [tool.name for tool in listed.tools] == [NEAREST, SHOW, LIST]
    for tool in listed.tools:
        assert tool.annotations
        assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
        assert "call 112" in (tool.description or "")
        for argument in tool.input_schema["properties"].values():
            assert argument["description"]
            assert argument["type"] == "string"
    find = listed.tools[0]
    assert {*FILTERS} <= find.input_schema["properties"].keys()
    assert "Never store the place" in (find.description or "")
    guide = (ROOT / "docs/assistant.md").read_text(encoding="utf-8")
    for tool in listed.tools:
        (row,) = [line for line in guide.splitlines() if line.startswith(f"| `{tool.name}`")]
        assert all(f"`{argument}`" in row for argument in tool.input_schema["properties"])
    (block,) = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    assert json.loads(block)["mcpServers"]["directory"]["args"] == ["mcp"]


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    """Where mcp is not installed the command ends with one line and no traceback."""
    program = (
        "import sys; sys.modules['mcp'] = None; from directory_api.cli import main; main(['mcp'])"
    )
    ended = _python(program, tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: this command needs the package mcp")
    assert ended.stderr.endswith("Install it: pip install 'mcp>=2.3'\n")
    assert ended.stderr.count("\n") == 1


def test_other_commands_and_the_server_do_not_load_the_sdk(tmp_path: Path) -> None:
    """Neither the commands nor the server import mcp or its dependencies, to save memory."""
    heavy = "{'mcp', 'mcp_types', 'pydantic', 'starlette', 'uvicorn'}"
    program = (
        "import sys, directory_api.cli, directory_api.wsgi; "
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    ended = _python(program, tmp_path)
    assert (ended.returncode, ended.stdout) == (0, "[]\n")


def test_a_taken_port_is_refused(run_command: RunCommand) -> None:
    """With a line that says which option helps."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run_command("mcp", "--http", "--port", taken.getsockname()[1])
    assert result.exit_code == 1
    assert "try --port" in result.stderr


def _python(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environment(folder / "directory.db"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
