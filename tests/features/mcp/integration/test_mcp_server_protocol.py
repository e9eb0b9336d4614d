"""The assistant's server by the protocol: the list of tools, their schemas, errors, and the
command that starts it.
"""

import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
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

from directory_api.bootstrap import Directory
from directory_api.features.mcp.local_client import LocalClient
from directory_api.features.mcp.server import make_server
from directory_api.features.mcp.tools import INSTRUCTIONS, TOOLS
from tests.support.command_line import RunCommand
from tests.support.mcp_client import KNOWN, NEAREST, SHOW, api_of, with_client
from tests.support.servers import ROOT, environment


@pytest.fixture(scope="module")
def api(directory: Directory) -> LocalClient:
    """/v1 over the shipped data."""
    return api_of(directory)


@pytest.fixture(scope="module")
def validators(api: LocalClient) -> dict[str, Draft202012Validator]:
    """What holds a result against its tool's output schema."""
    return {name: Draft202012Validator(tool.output_schema(api)) for name, tool in TOOLS.items()}


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
        "from directory_api.features.mcp.tools import TOOLS\n"
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
    """An error that installing mcp does not solve is not answered with that advice."""
    program = (
        "import sys; sys.modules['directory_api.features.mcp.text'] = None; "
        "from directory_api.cli import main; main(['mcp'])"
    )
    ended = _python(program, tmp_path)
    assert ended.returncode != 0
    assert "directory_api.features.mcp" in ended.stderr
    assert "pip install" not in ended.stderr


def test_other_commands_and_the_server_do_not_load_the_sdk(tmp_path: Path) -> None:
    """Neither the commands nor the server import mcp or its dependencies, to save memory."""
    heavy = "{'mcp', 'mcp_types', 'pydantic', 'starlette', 'uvicorn'}"
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
