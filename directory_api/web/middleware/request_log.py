"""Request log and metrics: one line and one count for each request.

They have the route template, the status and the milliseconds; never a place, a query, a body or an
address.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import request
from prometheus_client import CollectorRegistry, Counter, Histogram, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from directory_api.services.finder import Finder
from directory_api.web.http import log

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTE = "directory.route"
UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)


def note_route() -> None:
    """Note the route template of Flask's request for the log."""
    request.environ[ROUTE] = request.url_rule.rule if request.url_rule else UNMATCHED


class Meters:
    """The metrics of the process, in a separate registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "directory_requests",
            "Requests by method, route template and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "directory_request_seconds",
            "Time to answer by route template.",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_DroppedLines())


class _DroppedLines:
    """Counts the lines of the log that were dropped because standard error was not read."""

    def collect(self) -> Iterable[Metric]:
        """Return a counter (a custom collector of prometheus_client)."""
        yield CounterMetricFamily(
            "directory_log_lines_dropped",
            "Lines of the log that were dropped because standard error was not read.",
            log.dropped_lines(),
        )


class DirectoryCollector:
    """What is in force, at each scrape: the revision and its link, and the centres by freshness.

    Empty until the directory is loaded.
    """

    def __init__(self, finder: Finder, now: Callable[[], datetime]) -> None:
        self._finder = finder
        self._now = now

    def collect(self) -> Iterable[Metric]:
        """Yield the gauges (a custom collector of prometheus_client)."""
        revision = GaugeMetricFamily(
            "directory_revision", "The revision in force, and its link.", labels=("link",)
        )
        if self._finder.ready:
            snapshot = self._finder.snapshot
            revision.add_metric((snapshot.link,), snapshot.revision)
        yield revision
        yield GaugeMetricFamily(
            "directory_degraded",
            "1 while the directory in force may not be what the store holds; see /readyz.",
            value=float(self._finder.degraded is not None),
        )
        lag = GaugeMetricFamily(
            "directory_lag_seconds",
            "Seconds since the store was read last; absent if it never was.",
        )
        if self._finder.lag_seconds is not None:
            lag.add_metric((), self._finder.lag_seconds)
        yield lag
        gauge = GaugeMetricFamily(
            "directory_centres", "Centres by freshness of their record.", labels=("freshness",)
        )
        counts = self._finder.freshness(self._now().date()) if self._finder.ready else {}
        for word, count in counts.items():
            gauge.add_metric((word,), count)
        yield gauge


class RequestLogMiddleware:
    """The outermost middleware: measures, counts and logs requests.

    It turns a crash of the inner layers into a problem.
    """

    def __init__(
        self,
        inner: "WSGIApplication",
        respond_to_crash: "WSGIApplication",
        meters: Meters,
        *,
        log_requests: bool = True,
    ) -> None:
        self._inner = inner
        self._respond_to_crash = respond_to_crash
        self._meters = meters
        self._log_requests = log_requests

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        started = time.perf_counter()
        status = 500

        def note(
            line: str, headers: list[tuple[str, str]], *rest: Any
        ) -> Callable[[bytes], object]:
            nonlocal status
            status = int(line[:3])
            return start_response(line, headers, *rest)

        try:
            return self._inner(environ, note)
        except Exception as error:
            log.crash(error, environ.get(ROUTE))
            return self._respond_to_crash(environ, start_response)
        finally:
            self._count(environ, status, time.perf_counter() - started)

    def _count(self, environ: "WSGIEnvironment", status: int, seconds: float) -> None:
        route = environ.get(ROUTE, UNMATCHED)
        method = environ["REQUEST_METHOD"]
        # A method is free text, so it could contain a postcode.
        method = method if method in METHODS else "other"
        self._meters.requests.labels(method, route, status).inc()
        self._meters.seconds.labels(route).observe(seconds)
        if self._log_requests:
            log.note(
                "request", method=method, route=route, status=status, ms=round(seconds * 1000, 2)
            )
