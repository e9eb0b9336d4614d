"""Request log and metrics: one line and one count for each request.

They have the route template, the status and the milliseconds; never a place, a query, a body or an
address.
"""

import json
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import add
from typing import TYPE_CHECKING, Any

from flask import request

from directory_api.web.wsgi import log
from directory_api.web.wsgi.types import ROUTE, UNMATCHED, Headers, Write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from directory_api.shared_counters import SharedCounters

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
# A worker counts for the others at least so often, so that each of them gives the sum of all.
FOLD_SECONDS = 0.5
# A row of the counters: the labels as text, the answers in each bucket of the histogram, and the
# sum of their nanoseconds. Before the rows: their number, the lines of the log dropped, and how
# often a proxy was not listened to.
_LABEL_BYTES = 128
_LABELS = _LABEL_BYTES // 8
_BUCKETS = len(BUCKETS) + 1
_ROW = _LABELS + _BUCKETS + 1
_ROWS, _DROPPED, _IGNORED, _HEAD = 0, 1, 2, 3
# The routes have some 200 combinations of method, route and status.
_MOST_ROWS = 512
# The counters that the slot of a worker needs.
COUNTERS = _HEAD + _MOST_ROWS * _ROW
# The labels of what found no row.
_REST = "other other other"
Labels = tuple[str, str, str]


class RequestSeries:
    """The answers to requests of one method, route template and status.

    It has the beginning of their line in the log, which is the same for all of them. `counters` has
    an element for each bucket of the histogram, and one for the nanoseconds.
    """

    def __init__(self, method: str, route: str, status: int, counters: memoryview) -> None:
        members = {"event": "request", "method": method, "route": route, "status": status}
        self._line = json.dumps(members).removesuffix("}") + ', "ms": '
        self._recent: list[float] = []
        self._counters = counters
        self._folding = threading.Lock()

    def count(self, seconds: float) -> None:
        """Count an answer that took so long."""
        recent = self._recent
        recent.append(seconds)
        if len(recent) >= _FOLD_AT:
            self.fold()

    def line(self, seconds: float) -> str:
        """Return the line of the log for an answer that took so long."""
        return f'{self._line}{seconds * 1000:.3f}, "at": "{log.moment()}"}}\n'

    def fold(self) -> None:
        """Add the recent answers to the counters."""
        with self._folding:
            # Other threads only append, so the first ones are these until they are deleted.
            recent = self._recent[:]
            del self._recent[: len(recent)]
            for seconds in recent:
                self._counters[bisect_left(BUCKETS, seconds)] += 1
            self._counters[_BUCKETS] += round(sum(recent) * 1e9)


class Meters:
    """The counts of requests: of this process, or the sum of all workers that share counters, in
    which this one writes the slot `place`.
    """

    def __init__(self, shared: "SharedCounters | None" = None, place: int = 0) -> None:
        if shared:
            self._slots = [shared.slot(number) for number in range(shared.slots)]
        else:
            self._slots = [memoryview(bytearray(8 * COUNTERS)).cast("Q")]
        self._own = self._slots[place]
        # A worker that is started again goes on with the rows of the one before.
        self._rows = {_label(row): row for row in _rows(self._own)}
        self._dropped_before = self._own[_DROPPED]
        self._series: dict[tuple[str, str, int], RequestSeries] = {}
        self._adding = threading.Lock()

    def series(self, method: str, route: str, status: int) -> RequestSeries:
        """Return the series of answers that these are the labels of."""
        key = (method, route, status)
        return self._series.get(key) or self._add(key)

    def _add(self, key: tuple[str, str, int]) -> RequestSeries:
        with self._adding:
            row = self._row(" ".join(map(str, key)))
            # Another thread may have added it since.
            return self._series.setdefault(key, RequestSeries(*key, row[_LABELS:]))

    def _row(self, label: str) -> memoryview:
        """Return the row with a label; a new one is written before it is counted."""
        is_last = self._own[_ROWS] == _MOST_ROWS - 1
        if label not in self._rows and (is_last or len(label.encode()) > _LABEL_BYTES):
            label = _REST
        if label not in self._rows:
            number = self._own[_ROWS]
            row = self._own[_HEAD + number * _ROW :][:_ROW]
            row[:_LABELS] = memoryview(label.encode().ljust(_LABEL_BYTES, b"\0")).cast("Q")
            self._rows[label] = row
            self._own[_ROWS] = number + 1
        return self._rows[label]

    def fold(self) -> None:
        """Add what this process has counted to its slot."""
        for series in [*self._series.values()]:
            series.fold()
        self._own[_DROPPED] = self._dropped_before + log.dropped_lines()

    def fold_in_background(self) -> None:
        """Do so again and again, in a thread."""
        threading.Thread(target=self._keep_folding, name="meters", daemon=True).start()

    def _keep_folding(self) -> None:
        while True:
            time.sleep(FOLD_SECONDS)
            self.fold()

    def totals(self) -> Mapping[Labels, tuple[list[int], float]]:
        """Return by method, route and status: the answers in each bucket of the histogram, and the
        sum of their seconds.
        """
        self.fold()
        totals: dict[str, list[int]] = {}
        for slot in self._slots:
            for row in _rows(slot):
                label = _label(row)
                counts = row[_LABELS:].tolist()
                totals[label] = [*map(add, totals.get(label, [0] * len(counts)), counts)]
        return {
            _labels(label): (counts, nanoseconds / 1e9)
            for label, (*counts, nanoseconds) in totals.items()
            if any(counts)
        }

    def dropped_lines(self) -> int:
        """Return how many lines of the log were dropped."""
        return sum(slot[_DROPPED] for slot in self._slots)

    def note_ignored(self) -> None:
        """Count that a proxy names a caller, and is not listened to."""
        self._own[_IGNORED] += 1

    def ignored_proxies(self) -> int:
        """Return how often that was counted, which is once a minute or so while it goes on."""
        return sum(slot[_IGNORED] for slot in self._slots)


def _rows(slot: memoryview) -> Iterator[memoryview]:
    for number in range(slot[_ROWS]):
        yield slot[_HEAD + number * _ROW :][:_ROW]


def _label(row: memoryview) -> str:
    return row[:_LABELS].tobytes().rstrip(b"\0").decode()


def _labels(label: str) -> Labels:
    method, _, rest = label.partition(" ")
    route, _, status = rest.rpartition(" ")
    return method, route, status


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
