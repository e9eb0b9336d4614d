"""The floor of every comparison: applications that answer with constant bytes.

`python -m tools.bench.constant floor PORT` serves one of them with the options of `serve`. The
bytes are as many as an answer of the directory has; BENCH_BYTES says how many. BENCH_HEADERS has
the headers of such an answer, as a JSON object.
"""

import json
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from granian import Granian

from directory_api.cli.server import granian_options

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_BODY = b"x" * int(os.environ.get("BENCH_BYTES", "8000"))
_HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(_BODY)))]
_ALL_HEADERS = [
    *_HEADERS,
    *(
        (name, value)
        for name, value in json.loads(os.environ.get("BENCH_HEADERS", "{}")).items()
        # The server adds its own.
        if name.lower() not in {"content-type", "content-length", "date", "server"}
    ),
]


def floor(_environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The fastest possible WSGI application on the server."""
    start_response("200 OK", _HEADERS)
    return [_BODY]


def headers(_environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The same with the headers of an answer."""
    start_response("200 OK", _ALL_HEADERS)
    return [_BODY]


def main() -> None:
    """Serve until a signal ends the process."""
    name, port = sys.argv[1:]
    module = "bare:app" if name == "flask" else f"constant:{name}"
    Granian(f"tools.bench.{module}", **granian_options("127.0.0.1", int(port), 1)).serve()


if __name__ == "__main__":
    main()
