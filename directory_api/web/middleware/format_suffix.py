"""An address of the API may end in the name of its format, as a file does: /v1/centres.csv.

A copy of the directory as files has nothing else to tell formats apart by, so the same address works on both. An ending
says what Accept would.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from directory_api.formats.registry import BY_ENDING, JSON

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What comes in every format; the rest of the API is JSON.
_IN_EACH_FORMAT = re.compile(r"/v1/(?:nearest|centres(?:/[^/]+)?)")
_ADDRESSES = ("/v1/", "/hsds/")


class Endings:
    """Takes the ending off the address of a GET or HEAD, and asks for its format."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        address, _, ending = environ.get("PATH_INFO", "").rpartition(".")
        found = BY_ENDING.get(ending)
        reads = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        if found and reads and (_is_json(address) if found is JSON else _IN_EACH_FORMAT.fullmatch(address)):
            # In place: the layers around read in it which route it was.
            environ.update(PATH_INFO=address, HTTP_ACCEPT=found.media_type)
        return self._inner(environ, start_response)


def _is_json(address: str) -> bool:
    return f"{address}/".startswith(_ADDRESSES)
