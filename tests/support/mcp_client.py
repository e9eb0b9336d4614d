"""Assistants, as the SDK's own client plays them, and a server whose libraries log all they can."""

import functools
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, TypeVar

import anyio
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult, TextContent

from directory_api.bootstrap import Directory
from directory_api.cli import main
from directory_api.features.mcp.local_client import LocalClient
from directory_api.features.mcp.server import make_server
from directory_api.web.app import create_app
from tests.support.moments import EXAMPLES_AT
from tests.support.servers import ROOT, environment

T = TypeVar("T")
NEAREST, SHOW, LIST = "find_nearest_centre", "show_centre", "list_helplines"
TALKATIVE = ("tests.support.mcp_client", "mcp")


@dataclass(frozen=True)
class ChangeView:
    """What a tool told."""

    refused: bool
    body: dict[str, Any]
    text: str


@functools.lru_cache(maxsize=1)
def api_of(directory: Directory) -> LocalClient:
    """/v1 over a directory, on a Tuesday at 11:00 in Brussels; made once for tests in a row."""
    return LocalClient(create_app(directory, now=lambda: EXAMPLES_AT))


def with_client(
    server: MCPServer[Any], action: Callable[[Client], Awaitable[T]], mode: str = "auto"
) -> T:
    """Do something as a client of a server in this process."""

    async def connected() -> T:
        async with Client(server, mode=mode) as client:
            return await action(client)

    return anyio.run(connected)


def over_stdio(
    words: Sequence[str],
    database: Path,
    log: TextIO,
    action: Callable[[Client], Awaitable[T]],
    mode: str,
) -> T:
    """Run a client with a server process of its own, over standard input and output."""
    started = StdioServerParameters(
        command=sys.executable, args=["-m", *words], env=environment(database), cwd=ROOT
    )

    async def connected() -> T:
        async with Client(stdio_client(started, errlog=log), mode=mode) as client:
            return await action(client)

    return anyio.run(connected)


def over_http(port: int, action: Callable[[Client], Awaitable[T]], mode: str = "auto") -> T:
    """Do something as a client of a server on this machine."""

    async def connected() -> T:
        async with Client(f"http://127.0.0.1:{port}/mcp", mode=mode) as client:
            return await action(client)

    return anyio.run(connected)


async def call(client: Client, tool: str, arguments: Mapping[str, Any]) -> ChangeView:
    """Call a tool."""
    return told(await client.call_tool(tool, dict(arguments)))


def told(result: CallToolResult) -> ChangeView:
    """Return a result; asserts that it is one object in JSON, and has helplines."""
    (content,) = result.content
    assert isinstance(content, TextContent)
    body = json.loads(content.text)
    assert body["helplines"][0]["kind"] == "emergency"
    return ChangeView(result.is_error, body, content.text)


def ask(directory: Directory, tool: str, **arguments: Any) -> ChangeView:
    """Call a tool of a server in this process."""
    return with_client(
        make_server(api_of(directory)), functools.partial(call, tool=tool, arguments=arguments)
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG)
    main()
