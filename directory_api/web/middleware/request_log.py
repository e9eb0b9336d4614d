"""Request log and metrics: one line and one count for each request.

They have the route template, the status and the milliseconds; never a place, a query, a body or an
address.
"""

import json
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import request

from directory_api.web.http import log
from directory_api.web.middleware.rate_limit import Headers, Write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTE = "directory.route"
UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Stands for every other method; no route takes it.
_OTHER = "other"
# Upper bounds in seconds.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)


def note_route() -> None:
    """Note the route template of Flask's request for the log."""
    request.environ[ROUTE] = request.url_rule.rule if request.url_rule else UNMATCHED


# Answers that a series counts at a time. An answer is one `append`, which needs no lock.
_FOLD_AT = 512


class RequestSeries:
    """The answers to requests of one method, route template and status.

    It has the beginning of their line in the log, which is the same for all of them.
    """

    def __init__(self, method: str, route: str, status: int) -> None:
        self.labels = (method, route, str(status))
        members = {"event": "request", "method": method, "route": route, "status": status}
        self._line = json.dumps(members).removesuffix("}") + ', "ms": '
        self._recent: list[float] = []
        self._in_buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0
        self._folding = threading.Lock()

    def count(self, seconds: float) -> None:
        """Count an answer that took so long."""
        recent = self._recent
        recent.append(seconds)
        if len(recent) >= _FOLD_AT:
            self._fold()

    def line(self, seconds: float) -> str:
        """Return the line of the log for an answer that took so long."""
        return f'{self._line}{seconds * 1000:.3f}, "at": "{log.moment()}"}}\n'

    def totals(self) -> tuple[list[int], float]:
        """Return the answers in each bucket of the histogram, and the sum of their seconds."""
        self._fold()
        with self._folding:
            return [*self._in_buckets], self._seconds

    def _fold(self) -> None:
        with self._folding:
            # Other threads only append, so the first ones are these until they are deleted.
            recent = self._recent[:]
            del self._recent[: len(recent)]
            for seconds in recent:
                self._in_buckets[bisect_left(BUCKETS, seconds)] += 1
            self._seconds += sum(recent)


class Meters:
    """The counts of requests of the process."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, str, int], RequestSeries] = {}

    def series(self, method: str, route: str, status: int) -> RequestSeries:
        """Return the series of answers that these are the labels of."""
        key = (method, route, status)
        return self._series.get(key) or self._series.setdefault(
            key, RequestSeries(method, route, status)
        )

    def every_series(self) -> list[RequestSeries]:
        """Return the series of answers so far."""
        return [series for series in [*self._series.values()] if any(series.totals()[0])]


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
        meters: Meters,
        respond_quickly: RespondQuickly = lambda _environ, _start_response: None,
        *,
        log_requests: bool = True,
    ) -> None:
        self._inner = inner
        self._respond_to_crash = respond_to_crash
        self._meters = meters
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
        method = environ["REQUEST_METHOD"]
        return self._meters.series(method, environ.get(ROUTE, UNMATCHED), status)

    def _count(self, series: RequestSeries, seconds: float) -> None:
        series.count(seconds)
        if self._log_requests:
            log.write(series.line(seconds))
