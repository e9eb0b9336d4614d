"""Request log and metrics: one line and one count for each request.

They have the route template, the status and the milliseconds; never a place, a query, a body or an
address.
"""

import json
import time
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import request

from directory_api.web.wsgi import log
from directory_api.web.wsgi.metrics import REQUEST_SECONDS, REQUESTS
from directory_api.web.wsgi.types import ROUTE, UNMATCHED, Headers, Write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Stands for every other method; no route takes it.
_OTHER = "other"


def note_route() -> None:
    """Note the route template of Flask's request for the log."""
    request.environ[ROUTE] = request.url_rule.rule if request.url_rule else UNMATCHED


class RequestSeries:
    """The answers to requests of one method, route template and status.

    It has the beginning of their line in the log, which is the same for all of them.
    """

    def __init__(self, method: str, route: str, status: int) -> None:
        members = {"event": "request", "method": method, "route": route, "status": status}
        self._line = json.dumps(members).removesuffix("}") + ', "ms": '
        self._requests = REQUESTS.labels(method, route, status)
        self._seconds = REQUEST_SECONDS.labels(route)

    def count(self, seconds: float) -> None:
        """Count an answer that took so long."""
        self._requests.inc()
        self._seconds.observe(seconds)

    def line(self, seconds: float) -> str:
        """Return the line of the log for an answer that took so long."""
        return f'{self._line}{seconds * 1000:.3f}, "at": "{log.utc_milliseconds()}"}}'


# The series with a method, a route template and a status. There are as many as routes have methods
# and statuses.
series_of = cache(RequestSeries)


class RequestLogMiddleware:
    """The outermost middleware: measures, counts and logs requests. It turns a crash of the inner
    layers into a problem.
    """

    def __init__(
        self,
        inner: "WSGIApplication",
        respond_to_crash: "WSGIApplication",
        *,
        log_requests: bool = True,
    ) -> None:
        self._inner = inner
        self._respond_to_crash = respond_to_crash
        self._log_requests = log_requests

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        started = time.perf_counter()
        # Methods are case-sensitive (RFC 9110, section 9.1), but Werkzeug answers `get` as GET. And
        # a method is free text, so it could contain a postcode.
        if environ["REQUEST_METHOD"] not in METHODS:
            environ["REQUEST_METHOD"] = _OTHER
        status = 500

        def note(line: str, headers: Headers, *rest: Any) -> Write:
            nonlocal status
            status = int(line[:3])
            return start_response(line, headers, *rest)

        try:
            return self._inner(environ, note)
        except Exception as error:
            log.crash(error, environ.get(ROUTE))
            status = 500
            return self._respond_to_crash(environ, start_response)
        finally:
            series = series_of(environ["REQUEST_METHOD"], environ.get(ROUTE, UNMATCHED), status)
            seconds = time.perf_counter() - started
            series.count(seconds)
            if self._log_requests:
                log.write(series.line(seconds))
