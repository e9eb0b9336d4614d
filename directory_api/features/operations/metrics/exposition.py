"""The metrics in the format of Prometheus, made at each scrape."""

import os
from collections.abc import Iterable, Mapping
from datetime import date

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from directory_api.edit.todo import CONFIRMATIONS, Situation, todo
from directory_api.features.operations.metrics.upkeep import UpkeepCollector, WaitingReader
from directory_api.web.served import Web
from directory_api.web.wsgi.metrics import REGISTRY

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition(web: Web) -> bytes:
    """Return the metrics as text; the counts of requests are those of all workers."""
    states = CollectorRegistry()
    states.register(DirectoryCollector(web))
    states.register(UpkeepCollector(web.directory, web.get_or_build(_waiting_reader)))
    return generate_latest(_counts()) + generate_latest(states)


def _counts() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    of_all_workers = CollectorRegistry()
    # The library gives this class no types.
    MultiProcessCollector(of_all_workers)  # type: ignore[no-untyped-call]
    return of_all_workers


def _waiting_reader(web: Web) -> WaitingReader:
    return WaitingReader(web.directory)


class DirectoryCollector:
    """What is in force, at each scrape: the revision and its hash, and the centres by how well they
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
            "directory_revision", "The revision in force, and its hash.", labels=("revision_hash",)
        )
        if self._live.ready:
            snapshot = self._live.snapshot
            revision.add_metric((snapshot.revision_hash,), snapshot.revision)
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
