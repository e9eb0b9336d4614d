"""Replaces the MCP SDK's error messages, which echo user input.

The SDK repeats what it could not read ("input_value='...'"), which may be a person's place, and
accepts JSON with duplicate names. So bodies are first parsed by strict_json, and every error has
our own message and the helplines.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from mcp.server import ServerRequestContext
from mcp.server.context import CallNext, HandlerResult
from mcp.shared.exceptions import MCPError
from mcp.shared.jsonrpc_dispatcher import handler_exception_to_error_data
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    UNSUPPORTED_PROTOCOL_VERSION,
)
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from directory_api.features.mcp import text
from directory_api.features.mcp.tools import TOOLS, Api
from directory_api.text import strict_json
from directory_api.text.errors import InputInvalid

PATH = "/mcp"
_SINGLE = (
    f"Send one JSON-RPC request or notification by POST to {PATH}, with Content-Type: "
    "application/json: an object with jsonrpc, method and, where it takes any, params, which are "
    "an object, too."
)
_TELLS: Mapping[int, str] = MappingProxyType(
    {
        INVALID_REQUEST: _SINGLE,
        METHOD_NOT_FOUND: "This server does not have that method; "
        "tools/list and tools/call are what it is for.",
        INVALID_PARAMS: "The params of this request cannot be read. tools/call takes name, one of "
        f"{', '.join(TOOLS)}, and arguments, an object. "
        "Since version 2026-07-28 each request has _meta.",
        UNSUPPORTED_PROTOCOL_VERSION: "This server does not speak that version of the protocol; "
        "`supported` has those that it speaks.",
        INTERNAL_ERROR: "This server made a mistake. The helplines can be called all the same.",
    }
)
_OTHERWISE = "This request cannot be answered. Check it against the Model Context Protocol."
_LARGE = f"The body is longer than {strict_json.BODY_BYTES // 1024} KB. Send a smaller one."
_BY_STATUS: Mapping[int, str] = MappingProxyType(
    {
        403: "This Origin is not taken. Send none, as programs do.",
        405: f"Only POST is taken at {PATH}.",
        406: "Answers are JSON. Send Accept: application/json.",
        421: "This Host is not taken. Ask by the address that the server says it listens on.",
    }
)


def helped(api: Api) -> dict[str, Any]:
    """Return the helplines of the directory's own country.

    The rate limit does not count this: some clients begin with a GET, which is refused.
    """
    answer = api.ask("GET", "/v1/helplines", {}, {})[1]
    # A problem, which has no country, has only these.
    country = answer.get("country")
    lines = text.brief(answer, country)["helplines"]
    return {"helplines": [line for line in lines if country in (None, *line["countries"])]}


class ErrorMiddleware:
    """SDK middleware that sets our error messages and, over stdio, adds the helplines.

    Over HTTP, Wall adds them.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    async def __call__(self, ctx: ServerRequestContext[Any], call_next: CallNext) -> HandlerResult:
        """Return the answer to one request. Raises MCPError."""
        try:
            return await call_next(ctx)
        except Exception as error:
            # None for any other error, whose text the SDK would send
            known = handler_exception_to_error_data(error)
            code = known.code if known else INTERNAL_ERROR
            help_first = (
                await anyio.to_thread.run_sync(helped, self._api) if ctx.request is None else None
            )
            raise MCPError(code, _TELLS.get(code, _OTHERWISE), help_first) from None


class ErrorRewriteMiddleware:
    """ASGI middleware around the SDK's app.

    Answers are JSON and never streams, so each one can be read as a whole.
    """

    def __init__(self, app: ASGIApp, api: Api) -> None:
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; pass on lifespan events."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await _read(Request(scope, receive))
        except ClientDisconnect:
            return
        response = await self._checked(body) or await self._asked(scope, body, receive)
        await response(scope, receive, send)

    async def _checked(self, body: bytes) -> Response | None:
        """Return a refusal of a body that is not a JSON object, else None.

        An empty body is left to the SDK.
        """
        if not body:
            return None
        if len(body) > strict_json.BODY_BYTES:
            return await self._refusal(413, INVALID_REQUEST, _LARGE)
        try:
            message = strict_json.parse(body)
        except InputInvalid as error:
            return await self._refusal(400, PARSE_ERROR, str(error))
        return (
            None
            if isinstance(message, dict)
            else await self._refusal(400, INVALID_REQUEST, _SINGLE)
        )

    async def _asked(self, scope: Scope, body: bytes, receive: Receive) -> Response:
        """Return the SDK's answer, or our message if it is an error."""
        parts = [{"type": "http.request", "body": body}]
        heard: list[Message] = []

        async def replay() -> Message:
            return parts.pop() if parts else await receive()

        async def hear(message: Message) -> None:
            heard.append(message)

        await self._app(scope, replay, hear)
        start, *rest = heard
        answered = b"".join(part.get("body", b"") for part in rest)
        answer = Response(answered, start["status"])
        answer.raw_headers = start["headers"]
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        said = json.loads(answered) if is_json and answered else {}
        return (
            await self._refused(answer, said)
            if "error" in said or answer.status_code >= 400
            else answer
        )

    async def _refused(self, answer: Response, said: Mapping[str, Any]) -> Response:
        """Return the refusal that replaces the SDK's answer."""
        # If the SDK could not read a request at all, it sends no id and reports invalid params.
        code = said["error"]["code"] if said.get("id") is not None else INVALID_REQUEST
        message = _BY_STATUS.get(answer.status_code) or _TELLS.get(code, _OTHERWISE)
        refusal = await self._refusal(answer.status_code, code, message, said)
        if "allow" in answer.headers:
            refusal.headers["allow"] = answer.headers["allow"]
        return refusal

    async def _refusal(
        self, status: int, code: int, message: str, said: Mapping[str, Any] = MappingProxyType({})
    ) -> Response:
        """Return a JSON-RPC error with the helplines.

        Of the SDK's answer `said`, it has only the members that the client needs.
        """
        data = await anyio.to_thread.run_sync(helped, self._api)
        if code == UNSUPPORTED_PROTOCOL_VERSION:
            # This error's schema requires `requested`. It is empty, because it would echo user
            # input.
            data = {**data, "supported": said["error"]["data"]["supported"], "requested": ""}
        error = {"code": code, "message": message, "data": data}
        return JSONResponse({"jsonrpc": "2.0", "id": said.get("id"), "error": error}, status)


async def _read(request: Request) -> bytes:
    """Return the body; if it is too long, only a little more than the limit.

    Raises ClientDisconnect.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > strict_json.BODY_BYTES:
            break
    return bytes(body)
