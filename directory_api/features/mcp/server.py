"""The MCP server, on the official SDK: three tools that return the JSON of /v1.

Only its command imports this module: the SDK takes 37 MB of memory, which the web server does not
need.
"""

import json
import logging
import signal
import sys
from typing import Annotated, Any, NoReturn

import anyio.to_thread
import uvicorn
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field
from starlette.routing import Route

from directory_api import __version__
from directory_api.features.mcp.local_client import LocalClient
from directory_api.record.records import SLUG
from directory_api.text.strict_json import BODY_BYTES

PATH = "/mcp"
# Requests take milliseconds; more connections than this are slow clients or idle.
_MOST_CONNECTIONS = 256
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
INSTRUCTIONS = """\
Specialised centres for victims of human trafficking, and the helplines. Use it when a person may \
be exploited, or asks for a person who may be.
- In danger, call 112 (in Europe). Give the helplines first, before anything else, also when a \
tool refuses. A short number works in its own `countries` only.
- The person may be watched. Keep it short, ask for no more than a postcode, and never ask for a \
name or a story.
- Never store, repeat or pass on the place that was asked about: not in memory, notes, files, \
searches or other tools.
- Give numbers, addresses and opening hours exactly as in the result. Do not guess what \
is not there.
"""
_FIRST = "Every result, also a refusal, has `helplines`: give them first; in danger, call 112."
_LOOKS_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def _argument(kind: str, description: str) -> Any:
    """Return the description of an argument. Its value is checked by /v1 alone, whose refusal has
    the helplines and does not repeat it.
    """
    return Field(description=description, json_schema_extra={"type": kind})


def make_server(api: LocalClient) -> MCPServer[Any]:
    """Return an MCP server with the tools."""
    server: MCPServer[Any] = MCPServer(
        "directory-api",
        version=__version__,
        title="Directory of specialised centres",
        instructions=INSTRUCTIONS,
        log_level="CRITICAL",
    )

    def asked(method: str, path: str, given: dict[str, Any], ctx: Context) -> CallToolResult:
        # Models send null for arguments that they omit.
        sent = {name: value for name, value in given.items() if value is not None}
        caller = _caller(ctx.request_context.request)
        done, body = api.ask(method, path, sent, caller)
        return _result(body, is_error=not done)

    async def helplines_in_errors(
        ctx: ServerRequestContext[Any], call_next: CallNext
    ) -> HandlerResult:
        """Add the helplines to what the SDK refuses itself, such as a tool that does not exist."""
        try:
            result = await call_next(ctx)
        except MCPError as error:
            data = await anyio.to_thread.run_sync(_helplines, api)
            raise MCPError(error.error.code, error.error.message, data) from None
        if isinstance(result, dict) and result.get("isError") and "structuredContent" not in result:
            data = await anyio.to_thread.run_sync(_helplines, api)
            text = {"type": "text", "text": json.dumps(data, ensure_ascii=False)}
            return {**result, "content": [text], "structuredContent": data}
        return result

    # Instead of the SDK's own middleware, which sends calls and texts of errors to a tracer.
    server.middleware[:] = [helplines_in_errors]

    @server.tool(
        title="Find the nearest centre",
        description="The specialised centres for victims of human trafficking that are closest to "
        "a place. Give `postcode` (with `country` where it is not the directory's own), or `lat` "
        "and `lon`, never both. Leave out `language`, `service`, `audience` and `open_at` unless "
        "the person asks for them: they leave out centres. `prefer_language` leaves out none. When "
        "`closest` is in the answer, it is closer than every result, and a filter left it out: "
        f"name it, too. {_FIRST} When `certain` is false either of the centres in `undecided` "
        "could be the closest, since the places are not known more exactly: name both. When "
        "`outside_coverage` is true give `notice` first. A value that is in `contested` is one "
        "about which sources disagree: say so. A postcode that is refused comes with suggestions. "
        "Never store the place, and do not repeat it or pass it on to another tool.",
        annotations=_LOOKS_ONLY,
    )
    def find_nearest_centre(
        ctx: Context,
        postcode: Annotated[
            Any,
            _argument(
                "string", "A postcode as people type it: 1000, B-1000, 1000 Brussel; or a town."
            ),
        ] = None,
        country: Annotated[
            Any, _argument("string", "The country of the postcode (ISO 3166-1).")
        ] = None,
        lat: Annotated[Any, _argument("number", "Latitude in degrees, WGS84.")] = None,
        lon: Annotated[Any, _argument("number", "Longitude in degrees, WGS84.")] = None,
        language: Annotated[
            Any,
            _argument(
                "string",
                "Only centres that are recorded to speak this language (BCP 47). It is not the "
                "language of the answer.",
            ),
        ] = None,
        prefer_language: Annotated[
            Any,
            _argument(
                "string",
                "The languages of the person (BCP 47) with commas between them. No centre is left "
                "out: `preferred` in the answer is the closest that is recorded to speak one.",
            ),
        ] = None,
        service: Annotated[
            Any, _argument("string", "Only centres that are recorded to offer this service.")
        ] = None,
        audience: Annotated[
            Any, _argument("string", "Only centres that are recorded to be for these people.")
        ] = None,
        open_at: Annotated[
            Any,
            _argument(
                "string",
                "Only centres that are open then: `now`, or an RFC 3339 time with its offset. "
                "Those whose hours are not known are left out. Without it each centre is told with "
                "whether it is open.",
            ),
        ] = None,
        limit: Annotated[Any, _argument("integer", "How many centres, at most 20.")] = None,
    ) -> CallToolResult:
        given = {
            # Models send 1000 for "1000". A boolean is also an int, hence type().
            "postcode": str(postcode) if type(postcode) is int else postcode,
            "country": country,
            "lat": lat,
            "lon": lon,
            "language": language,
            "prefer_language": prefer_language,
            "service": service,
            "audience": audience,
            "open_at": open_at,
            "limit": limit,
        }
        return asked("POST", "/v1/nearest", given, ctx)

    @server.tool(
        title="Show one centre",
        description="Everything that is published of one centre: phones, address, opening hours, "
        "languages, services. Use it after find_nearest_centre, which gives the ids. An address "
        f"that is not there is hidden for people's safety: do not look for it. {_FIRST}",
        annotations=_LOOKS_ONLY,
    )
    def show_centre(
        ctx: Context,
        id: Annotated[
            Any, _argument("string", "The centre's id, as find_nearest_centre gives it.")
        ] = None,
    ) -> CallToolResult:
        # No other text can lead to another route: it becomes an id that no centre has.
        segment = id if isinstance(id, str) and SLUG.fullmatch(id) else "%3F"
        return asked("GET", f"/v1/centres/{segment}", {}, ctx)

    @server.tool(
        title="List the helplines",
        description="The numbers to call and the sites to report at, in the order to try them. Use "
        "it first when a person may be in danger or no place is known. In danger, call 112.",
        annotations=_LOOKS_ONLY,
    )
    def list_helplines(
        ctx: Context,
        country: Annotated[
            Any, _argument("string", "Only helplines of this country (ISO 3166-1).")
        ] = None,
    ) -> CallToolResult:
        return asked("GET", "/v1/helplines", {"country": country}, ctx)

    return server


def _result(body: dict[str, Any], *, is_error: bool) -> CallToolResult:
    """Return JSON as it is, and as text for clients that show a model the text only."""
    text = TextContent(type="text", text=json.dumps(body, ensure_ascii=False))
    return CallToolResult(content=[text], structured_content=body, is_error=is_error)


def _helplines(api: LocalClient) -> dict[str, Any]:
    _, body = api.ask("GET", "/v1/helplines", {}, {})
    return {"helplines": body["helplines"]}


def _caller(request: Any) -> dict[str, str]:
    """Return the caller for the rate limit; empty over standard input, which has one caller."""
    if request is None:
        return {}
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    return {"REMOTE_ADDR": (request.scope["client"] or ("",))[0], "HTTP_X_FORWARDED_FOR": forwarded}


def serve_stdio(api: LocalClient) -> None:
    """Serve over standard input and output until the input ends."""
    _silence()
    # A thread waits for the next line and cannot be interrupted, so Ctrl+C would have to wait for
    # it. There is nothing to clean up: the signal ends the process, as with a filter.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    make_server(api).run("stdio")


def serve_http(api: LocalClient, host: str, port: int) -> None:
    """Serve streamable HTTP until a signal, without sessions.

    Host and Origin must name this machine, so that no web page can reach the server under a host
    name of its own (DNS rebinding).
    """
    _silence()
    shown = f"[{host}]" if ":" in host else host
    names = sorted({*_LOOPBACK, shown})
    app = make_server(api).streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=BODY_BYTES,
        transport_security=TransportSecuritySettings(
            allowed_hosts=[f"{name}:*" for name in names],
            allowed_origins=[f"http://{name}:*" for name in names],
        ),
        host=host,
    )
    for route in app.routes:
        if isinstance(route, Route):
            # GET would open a stream that never sends anything, and hold a connection.
            route.methods = {"POST"}
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn raises the signal again after its shutdown
        signal.signal(number, _leave)
    uvicorn.run(
        app,
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


def _silence() -> None:
    """Disable logging of libraries: the SDK logs headers, and messages that it could not read.

    Those may contain user input. Our own redacted lines (web/wsgi/log.py) do not use `logging`.
    """
    logging.disable(logging.CRITICAL)


def _leave(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)
