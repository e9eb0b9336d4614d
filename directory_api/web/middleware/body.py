"""The bodies of requests: granian ends a connection over a body that was not read, without saying
so in the answer, and a sender who goes on would get no answer.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from directory_api.text.strict_json import BODY_BYTES
from directory_api.web.wsgi.types import Headers, Write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class BodyMiddleware:
    """Reads a body of up to 64 kB before it is answered. The answer to another one ends the
    connection: it is an import, or comes in chunks.
    """

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        length = environ.get("CONTENT_LENGTH", "")
        if length in ("", "0") and "HTTP_TRANSFER_ENCODING" not in environ:
            return self._inner(environ, start_response)
        if length.isdecimal() and int(length) <= BODY_BYTES:
            environ["wsgi.input"] = _read(environ["wsgi.input"], int(length))
            return self._inner(environ, start_response)

        def start(line: str, headers: Headers, *rest: Any) -> Write:
            return start_response(line, [*headers, ("Connection", "close")], *rest)

        return self._inner(environ, start)


def _read(stream: Any, length: int) -> BytesIO:
    """Return the body, or what came of it: a route answers a body that is too short."""
    parts = BytesIO()
    try:
        while parts.tell() < length and (part := stream.read(length - parts.tell())):
            parts.write(part)
    # The error for a broken body depends on the server.
    except Exception:
        return BytesIO()
    return BytesIO(parts.getvalue())
