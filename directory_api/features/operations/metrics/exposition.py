"""The metrics in the format of Prometheus, made at each scrape."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import accumulate
from operator import add

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from directory_api.edit.todo import CONFIRMATIONS, Situation, todo
from directory_api.features.operations.metrics.upkeep import UpkeepCollector, WaitingReader
from directory_api.web.middleware.request_log import BUCKETS, Meters
from directory_api.web.served import Web

CONTENT_TYPE = CONTENT_TYPE_LATEST
_BUCKET_NAMES = (*map(str, BUCKETS), "+Inf")


def exposition(web: Web) -> bytes:
    """Return the metrics as text; the counts of requests are those of all workers."""
    registry = CollectorRegistry()
    registry.register(RequestCollector(web.meters))
    registry.register(DirectoryCollector(web))
    registry.register(UpkeepCollector(web.directory, web.made(_waiting_reader)))
    return generate_latest(registry)


def _waiting_reader(web: Web) -> WaitingReader:
    return WaitingReader(web.directory)


class RequestCollector:
    """The counts of requests, of dropped lines of the log, and of proxies not listened to."""

    def __init__(self, meters: Meters) -> None:
        self._meters = meters

    def collect(self) -> Iterable[Metric]:
        """Yield the counts of requests and the histogram of their time (a custom collector)."""
        requests = CounterMetricFamily(
            "directory_requests",
            "Requests by method, route template and status.",
            labels=("method", "route", "status"),
        )
        histogram = HistogramMetricFamily(
            "directory_request_seconds", "Time to answer by route template.", labels=("route",)
        )
        in_buckets: dict[str, list[int]] = {}
        seconds: dict[str, float] = {}
        for labels, (counts, took) in self._meters.totals().items():
            requests.add_metric(labels, sum(counts))
            route = labels[1]
            known = in_buckets.get(route, [0] * len(counts))
            in_buckets[route] = [*map(add, known, counts)]
            seconds[route] = seconds.get(route, 0.0) + took
        for route, counts in in_buckets.items():
            cumulative = zip(_BUCKET_NAMES, accumulate(counts), strict=True)
            histogram.add_metric((route,), [*cumulative], seconds[route])
        yield requests
        yield histogram
        yield CounterMetricFamily(
            "directory_log_lines_dropped",
            "Lines of the log that were dropped because standard error was not read.",
            self._meters.dropped_lines(),
        )
        yield CounterMetricFamily(
            "directory_forwarded_ignored",
            "Times that a proxy named callers in vain, because DIRECTORY_TRUSTED_PROXIES is 0.",
            self._meters.ignored_proxies(),
        )


class DirectoryCollector:
    """What is in force, at each scrape: the revision and its link, and the centres by how well they
    are confirmed.

    Empty until the directory is loaded.
    """

    def __init__(self, web: Web) -> None:
        self._web = web
        self._live = web.directory.live

    def collect(self) -> Iterable[Metric]:
        """Yield the gauges (a custom collector of prometheus_client)."""
        health = self._live.health
        revision = GaugeMetricFamily(
            "directory_revision", "The revision in force, and its link.", labels=("link",)
        )
        if self._live.ready:
            snapshot = self._live.snapshot
            revision.add_metric((snapshot.link,), snapshot.revision)
        yield revision
        yield GaugeMetricFamily(
            "directory_degraded",
            "1 while the directory in force may not be what the store holds; see /readyz.",
            value=float(health.degraded is not None),
        )
        yield GaugeMetricFamily(
            "directory_adopt_needed",
            "1 while the database is not followed, because it is not the one that was served.",
            value=float(health.is_replaced),
        )
        writes = GaugeMetricFamily(
            "directory_writes_available",
            "0 while nothing can be written to the database; absent if this server never writes.",
        )
        if health.takes_writes:
            writes.add_metric((), float(health.writes_fault is None))
        yield writes
        lag = GaugeMetricFamily(
            "directory_lag_seconds",
            "Seconds since the store was read last; absent if it never was.",
        )
        if health.lag_seconds is not None:
            lag.add_metric((), health.lag_seconds)
        yield lag
        gauge = GaugeMetricFamily(
            "directory_centres",
            "Centres by what there is to do about the confirmation of their record.",
            labels=("confirmation",),
        )
        for word, count in self._confirmations().items():
            gauge.add_metric((word,), count)
        yield gauge

    def _confirmations(self) -> Mapping[str, int]:
        """Return how many centres that are not permanently closed are to be confirmed, and why, as
        the list of maintainers has it (edit/todo.py).
        """
        if not self._live.ready:
            return {}
        edition, today = self._web.editions.current(), self._web.now().date()

        def counted() -> Mapping[str, int]:
            now, fresh_days = self._web.now(), self._web.settings.fresh_days
            items = todo(Situation(now, fresh_days, edition.snapshot.listed), until=date.max)
            counts = dict.fromkeys((*CONFIRMATIONS, "fresh"), 0)
            for each in items:
                if each.kind in CONFIRMATIONS:
                    counts["fresh" if each.since and each.since > today else each.kind] += 1
            return counts

        return edition.cached("confirmations", counted)
