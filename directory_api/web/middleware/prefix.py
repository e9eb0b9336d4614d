"""The path below which everything is, such as /help: WSGI's SCRIPT_NAME, with which every link
begins (web/http/responses.py).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from directory_api.config import is_path_prefix
from directory_api.web.http.addresses import FOR_OPERATORS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A path without a route.
_NOWHERE = "/nowhere"


class PathPrefixMiddleware:
    """Moves the prefix from PATH_INFO to SCRIPT_NAME.

    At a path that does not begin with it is nothing, except what monitors ask the server itself: a
    health check with another path would have a service ended that runs.
    """

    def __init__(self, inner: "WSGIApplication", prefix: str) -> None:
        self._inner = inner
        self._prefix = prefix

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        # A server that mounts the application below the prefix has moved it already.
        if environ.get("SCRIPT_NAME", "") != self._prefix:
            environ["PATH_INFO"] = self._below(environ.get("PATH_INFO", ""))
            environ["SCRIPT_NAME"] = self._prefix
        return self._inner(environ, start_response)

    def _below(self, path: str) -> str:
        if f"{path}/".startswith(f"{self._prefix}/"):
            return path.removeprefix(self._prefix)
        return path if path in FOR_OPERATORS else _NOWHERE


class ForwardedPrefixMiddleware:
    """Takes the prefix from X-Forwarded-Prefix. The proxies have removed it from the path.

    With several values the last counts, which the nearest proxy has added. What is not a path of
    letters, digits, - and _ is ignored.
    """

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        values = environ.get("HTTP_X_FORWARDED_PREFIX", "")
        prefix = values.rpartition(",")[2].strip().rstrip("/")
        if is_path_prefix(prefix):
            environ["SCRIPT_NAME"] = prefix
        return self._inner(environ, start_response)
