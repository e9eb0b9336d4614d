"""Format suffixes: an API address may end with the name of a format, as in /v1/centres.csv.

A static site has no other way to select a format, so the same address works on both. A suffix
replaces the Accept header.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from directory_api.formats.registry import BY_ENDING, JSON

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Routes that have every format; the rest of the API is JSON only.
_IN_EACH_FORMAT = re.compile(r"/v1/(?:nearest|centres(?:/[^/]+)?)")
_ADDRESSES = ("/v1/", "/hsds/")


class FormatSuffixMiddleware:
    """Removes the suffix from the path of a GET or HEAD, and sets Accept to its format."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        address, _, ending = environ.get("PATH_INFO", "").rpartition(".")
        found = BY_ENDING.get(ending)
        reads = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        if (
            found
            and reads
            and (_is_json(address) if found is JSON else _IN_EACH_FORMAT.fullmatch(address))
        ):
            # In place, because the outer middleware reads the route from it.
            environ.update(PATH_INFO=address, HTTP_ACCEPT=found.media_type)
        return self._inner(environ, start_response)


def _is_json(address: str) -> bool:
    return f"{address}/".startswith(_ADDRESSES)
