"""The MCP server, on the official SDK: three tools that return small answers of /v1.

Only its command imports this module: the SDK takes 37 MB of memory, which the web server does not
need.
"""

import logging
import signal
import sys
from collections.abc import Mapping
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
from directory_api.answer.as_json import dump
from directory_api.answer.cards import cards_of_helplines
from directory_api.features.mcp.local_client import LocalClient
from directory_api.record.records import SLUG, Helpline, in_language
from directory_api.record.speaker import Speaker
from directory_api.text.strict_json import BODY_BYTES
from directory_api.text.translations import ENGLISH, match, words

PATH = "/mcp"
# Requests take milliseconds; more connections than this are slow clients or idle.
_MOST_CONNECTIONS = 256
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
INSTRUCTIONS = """\
Specialised centres for victims of human trafficking, and helplines. Use it when a person may be \
exploited, or asks for one who may be.
- Give the helplines first, also if a tool refuses; in danger, call 112 (in Europe). A short \
number works in its own country only.
- The person may be watched: keep it short, and ask for a postcode or a town, never for a name or \
a story.
- Never store, repeat or pass on the place that was asked about.
- Give numbers, addresses and hours exactly as they are. Do not guess what is not there.
"""
_FIRST = "Every result has `helplines`: give them first; in danger, call 112."
_LOOKS_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
# What an assistant does not tell of a centre.
_NOT_TOLD = ("sources", "name_translations", "address_visibility", "coverage", "permanent")


def _argument(description: str) -> Any:
    """Return the description of an argument. Its value is checked by /v1 alone, whose refusal has
    the helplines and does not repeat it.
    """

    def describe(schema: dict[str, Any]) -> None:
        schema.clear()
        schema.update(type="string", description=description)

    return Field(json_schema_extra=describe)


_LANG = _argument("The language of the answer (BCP 47); English by default.")


def make_server(api: LocalClient) -> MCPServer[Any]:
    """Return an MCP server with the tools."""
    server: MCPServer[Any] = MCPServer(
        "directory-api",
        version=__version__,
        title="Directory of specialised centres",
        instructions=INSTRUCTIONS,
        log_level="CRITICAL",
    )

    def call_api(method: str, path: str, given: Mapping[str, Any], ctx: Context) -> Any:
        # Models send null for arguments that they omit.
        arguments = {name: value for name, value in given.items() if value is not None}
        return api.request(method, path, arguments, _caller(ctx.request_context.request))

    async def helplines_in_errors(
        ctx: ServerRequestContext[Any], call_next: CallNext
    ) -> HandlerResult:
        """Add the helplines to what the SDK refuses itself, such as a tool that does not exist."""
        try:
            result = await call_next(ctx)
        except MCPError as error:
            data = await anyio.to_thread.run_sync(_helplines, api)
            raise MCPError(error.error.code, error.error.message, data) from None
        if isinstance(result, dict) and result.get("isError") and not _is_ours(result):
            data = await anyio.to_thread.run_sync(_helplines, api)
            return {**result, "content": [{"type": "text", "text": dump(data).decode()}]}
        return result

    # Instead of the SDK's own middleware, which sends calls and texts of errors to a tracer.
    server.middleware[:] = [helplines_in_errors]

    @server.tool(
        title="Find the nearest centre",
        description="The specialised centres for victims of human trafficking that are closest to "
        f"a place. {_FIRST} Then give each of `results`, in order, with its `warnings`. "
        "`shown_because` says why it is there: `closest` whatever the filters, `maybe_closest` if "
        "it is not certain which one is. If `covered` is false give `notice` first. Leave out "
        "`speaks`, `service`, `audience` and `open_at` unless the person asks for them; "
        "`does_not_match` names those that a centre does not fit. A refused place may have "
        "`did_you_mean`. Never store the place, repeat it or pass it on to another tool.",
        annotations=_LOOKS_ONLY,
    )
    def find_nearest_centre(
        ctx: Context,
        place: Annotated[
            Any, _argument("A postcode or a town as people type it: 1000, D-10115, Berlin.")
        ] = None,
        country: Annotated[
            Any, _argument("The country of the place (ISO 3166-1), if it is another one.")
        ] = None,
        speaks: Annotated[
            Any, _argument("Only centres recorded to speak this language (BCP 47).")
        ] = None,
        prefer_speaks: Annotated[
            Any,
            _argument(
                "Languages of the person (BCP 47), with commas: adds the closest centre recorded "
                "to speak one, and leaves out none."
            ),
        ] = None,
        service: Annotated[
            Any, _argument("Only centres recorded to offer this service, such as legal.")
        ] = None,
        audience: Annotated[Any, _argument("Only centres recorded to be for these people.")] = None,
        open_at: Annotated[
            Any,
            _argument(
                "Only centres known to be open then: now, or an RFC 3339 time. Each centre is told "
                "with its `office` anyway."
            ),
        ] = None,
        lang: Annotated[Any, _LANG] = None,
    ) -> CallToolResult:
        given = {
            # Models send 1000 for "1000". A boolean is also an int, hence type().
            "place": str(place) if type(place) is int else place,
            "country": country,
            "speaks": speaks,
            "prefer_speaks": prefer_speaks,
            "service": service,
            "audience": audience,
            "open_at": open_at,
            "lang": lang,
        }
        succeeded, body = call_api("POST", "/v1/nearest", given, ctx)
        return _result(body, is_error=not succeeded)

    @server.tool(
        title="Show one centre",
        description="What is published of one centre: phones, address, opening hours, languages, "
        "services. What is in `contested` is a value about which sources disagree: say so. An "
        f"address that is not there is hidden for people's safety: do not look for it. {_FIRST}",
        annotations=_LOOKS_ONLY,
    )
    def show_centre(
        ctx: Context,
        id: Annotated[Any, _argument("The id of a centre in `results`.")] = None,
        lang: Annotated[Any, _LANG] = None,
    ) -> CallToolResult:
        # No other text can lead to another route: it becomes an id that no centre has.
        segment = id if isinstance(id, str) and SLUG.fullmatch(id) else "%3F"
        succeeded, centre = call_api("GET", f"/v1/centres/{segment}", {"lang": lang}, ctx)
        if succeeded:
            members = {name: centre[name] for name in centre if name not in _NOT_TOLD}
            centre = in_language(members, _language(lang))
        return _result(centre, is_error=not succeeded)

    @server.tool(
        title="List the helplines",
        description="The numbers to call and the sites to report at in a country, in the order to "
        "try them. Use it first if a person may be in danger or no place is known; in danger, call "
        "112.",
        annotations=_LOOKS_ONLY,
    )
    def list_helplines(
        ctx: Context,
        country: Annotated[
            Any, _argument("The country (ISO 3166-1); the directory's own by default.")
        ] = None,
        lang: Annotated[Any, _LANG] = None,
    ) -> CallToolResult:
        succeeded, listed = call_api("GET", "/v1/helplines", {"country": country}, ctx)
        if succeeded:
            here = listed["country"]
            lines = map(Helpline.from_record, listed["helplines"])
            own = [line for line in lines if here in line.countries]
            say = Speaker(words(_language(lang)))
            listed = {"country": here, "helplines": cards_of_helplines(own, say, (here,))}
        return _result(listed, is_error=not succeeded)

    return server


def _result(body: Mapping[str, Any], *, is_error: bool) -> CallToolResult:
    """Return JSON as text, which is what a model reads: structured content would be a second copy
    of it.
    """
    text = TextContent(type="text", text=dump(body).decode())
    return CallToolResult(content=[text], is_error=is_error)


def _is_ours(result: Mapping[str, Any]) -> bool:
    """Return whether a result is from `_result`: the SDK itself refuses in words."""
    return str(result["content"][0]["text"]).startswith("{")


def _language(lang: object) -> str:
    return (match(lang) if isinstance(lang, str) else None) or ENGLISH


def _helplines(api: LocalClient) -> dict[str, Any]:
    _, problem = api.request("GET", "/v1/nearest", {}, {})
    return {"helplines": problem["helplines"]}


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
