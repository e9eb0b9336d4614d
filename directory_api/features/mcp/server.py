"""The MCP server, on the official SDK: over standard input and output, or streamable HTTP.

Only its command imports this module: the SDK takes 37 MB of memory, which the web server does not
need.
"""

import logging
import signal
import sys
from functools import partial
from typing import Any, NoReturn

import anyio.to_thread
import uvicorn
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as ListedTool
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from directory_api import __version__
from directory_api.features.mcp import errors
from directory_api.features.mcp.tools import INSTRUCTIONS, TOOLS, Api
from directory_api.text.strict_json import BODY_BYTES

# Requests take milliseconds; more connections than this are slow clients or idle.
_MOST_CONNECTIONS = 256
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def make_server(api: Api) -> Server[Any]:
    """Return an MCP server that lists the tools and calls them."""
    looks_only = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    listed = [
        ListedTool(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            input_schema=tool.input_schema(api),
            output_schema=tool.output_schema(api),
            annotations=looks_only,
        )
        for tool in TOOLS.values()
    ]

    async def list_tools(
        _ctx: ServerRequestContext[Any], _params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=listed)

    async def call_tool(
        ctx: ServerRequestContext[Any], params: CallToolRequestParams
    ) -> CallToolResult:
        caller = _caller(ctx.request)
        tool = TOOLS.get(params.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, "")  # errors.Speech or errors.Wall sets the message
        done, body, text = await anyio.to_thread.run_sync(
            partial(tool.call, api, params.arguments or {}, caller)
        )
        content = [TextContent(type="text", text=text)]
        return CallToolResult(content=list(content), structured_content=body, is_error=not done)

    server: Server[Any] = Server(
        "directory-api",
        version=__version__,
        title="Directory of specialised centres",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    # This removes the SDK's own middleware, which sends calls and error texts to a tracer.
    server.middleware[:] = [errors.ErrorMiddleware(api)]
    return server


def _caller(request: Any) -> dict[str, str]:
    """Return the caller for the rate limit; empty over standard input, which has one caller."""
    if request is None:
        return {}
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    return {"REMOTE_ADDR": (request.scope["client"] or ("",))[0], "HTTP_X_FORWARDED_FOR": forwarded}


def serve_stdio(server: Server[Any]) -> None:
    """Serve over standard input and output until the input ends."""
    _silence()
    # A thread waits for the next line and cannot be interrupted, so Ctrl+C would have to wait for
    # it. There is nothing to clean up: the signal ends the process, as with a filter.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    anyio.run(_speak, server)


async def _speak(server: Server[Any]) -> None:
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def serve_http(server: Server[Any], api: Api, host: str, port: int) -> None:
    """Serve streamable HTTP until a signal."""
    _silence()
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn raises the signal again after its shutdown
        signal.signal(number, _leave)
    uvicorn.run(
        http_app(server, api, host),
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        # The rate limit reads X-Forwarded-For itself, according to DIRECTORY_TRUSTED_PROXIES.
        proxy_headers=False,
        server_header=False,
        headers=[("Cache-Control", "no-store")],
        ws="none",
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=5,
    )


def http_app(server: Server[Any], api: Api, host: str) -> ASGIApp:
    """Return an ASGI app with one path, which accepts POST. It has no sessions.

    Host and Origin must name this machine, so that no web page can reach the server under a host
    name of its own (DNS rebinding).
    """
    shown = f"[{host}]" if ":" in host else host
    names = sorted({*_LOOPBACK, shown})
    manager = StreamableHTTPSessionManager(
        server,
        json_response=True,
        stateless=True,
        max_request_body_size=BODY_BYTES,
        security_settings=TransportSecuritySettings(
            allowed_hosts=[f"{name}:*" for name in names],
            allowed_origins=[f"http://{name}:*" for name in names],
        ),
    )
    # If GET were allowed, it would open a stream that never sends anything, and hold a connection.
    route = Route(errors.PATH, StreamableHTTPASGIApp(manager), methods=["POST"])
    return errors.ErrorRewriteMiddleware(
        Starlette(routes=[route], lifespan=lambda _app: manager.run()), api
    )


def _silence() -> None:
    """Disable logging of libraries: the SDK logs headers, and messages that it could not read.

    Those may contain user input. Our own redacted lines (web/wsgi/log.py) do not use `logging`.
    """
    logging.disable(logging.CRITICAL)


def _leave(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)
