"""Request log and metrics: one line and one count for each request.

They have the route template, the status and the milliseconds; never a place, a query, a body or an
address.
"""

import json
import time
from collections.abc import Callable, Iterable
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


RespondQuickly = Callable[
    ["WSGIEnvironment", "StartResponse"], tuple[RequestSeries, list[bytes]] | None
]


class RequestLogMiddleware:
    """The outermost middleware: measures, counts and logs requests.

    It turns a crash of the inner layers into a problem. `respond_quickly` may answer a GET before
    the inner layers; it returns the series of the answer and its body, or None.
    """

    def __init__(
        self,
        inner: "WSGIApplication",
        respond_to_crash: "WSGIApplication",
        respond_quickly: RespondQuickly = lambda _environ, _start_response: None,
        *,
        log_requests: bool = True,
    ) -> None:
        self._inner = inner
        self._respond_to_crash = respond_to_crash
        self._respond_quickly = respond_quickly
        self._log_requests = log_requests

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        started = time.perf_counter()
        try:
            reads = environ["REQUEST_METHOD"] == "GET"
            sent = self._respond_quickly(environ, start_response) if reads else None
        except Exception as error:
            # The route may still answer.
            log.crash(error, environ.get(ROUTE))
            sent = None
        if sent is None:
            return self._through(environ, start_response, started)
        series, body = sent
        self._count(series, time.perf_counter() - started)
        return body

    def _through(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", started: float
    ) -> Iterable[bytes]:
        """Answer by the inner layers."""
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
            body = self._inner(environ, note)
        except Exception as error:
            return self._crash(error, environ, start_response, started)
        self._count(self._series(environ, status), time.perf_counter() - started)
        return body

    def _crash(
        self,
        error: Exception,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        started: float,
    ) -> Iterable[bytes]:
        log.crash(error, environ.get(ROUTE))
        try:
            return self._respond_to_crash(environ, start_response)
        finally:
            self._count(self._series(environ, 500), time.perf_counter() - started)

    def _series(self, environ: "WSGIEnvironment", status: int) -> RequestSeries:
        return series_of(environ["REQUEST_METHOD"], environ.get(ROUTE, UNMATCHED), status)

    def _count(self, series: RequestSeries, seconds: float) -> None:
        series.count(seconds)
        if self._log_requests:
            log.write(series.line(seconds))
