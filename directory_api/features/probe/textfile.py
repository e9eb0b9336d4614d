"""What became of a probe, as a file for the textfile collector of node_exporter."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily

from directory_api.features.probe.probing import Probed
from directory_api.files.files import write_atomically


def write(file: Path, probed: Probed, at: datetime) -> None:
    """Write the metrics of a probe that ended at a moment (UTC), all or nothing: node_exporter may
    read at any time. Raises FileUnreadable.
    """
    registry = CollectorRegistry()
    registry.register(_Collector(probed, at))
    write_atomically(file, [generate_latest(registry)])


class _Collector:
    def __init__(self, probed: Probed, at: datetime) -> None:
        self._probed = probed
        self._at = at

    def collect(self) -> Iterable[Metric]:
        """Yield the metrics (a custom collector of prometheus_client)."""
        probed = self._probed
        yield GaugeMetricFamily(
            "directory_probe_success",
            "1 if the answer and the page had the numbers that are known, otherwise 0.",
            value=float(probed.is_answered),
        )
        success = GaugeMetricFamily(
            "directory_probe_step_success",
            "1 if nothing was wrong with a step of the probe, otherwise 0.",
            labels=("step",),
        )
        seconds = GaugeMetricFamily(
            "directory_probe_step_seconds", "Time that a step of the probe took.", labels=("step",)
        )
        for step in probed.steps:
            success.add_metric((step.name,), float(step.fault is None))
            seconds.add_metric((step.name,), step.seconds)
        yield success
        yield seconds
        yield GaugeMetricFamily(
            "directory_probe_timestamp_seconds",
            "When the probe ended.",
            value=self._at.timestamp(),
        )
        if probed.revision is not None:
            yield GaugeMetricFamily(
                "directory_probe_revision",
                "The revision that the server said it serves.",
                value=probed.revision,
            )
        if probed.certificate_ends:
            yield GaugeMetricFamily(
                "directory_probe_certificate_end_timestamp_seconds",
                "When the certificate of the server ends.",
                value=probed.certificate_ends.timestamp(),
            )
