"""What an operator keeps up: the stored revision, the last good snapshot, backups and checks,
changes that wait, and tokens that end. Counts and moments only: no name, no text.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import time as time_of_day

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from directory_api.bootstrap import Directory
from directory_api.edit.tokens import is_valid
from directory_api.features.operations.last_runs import last_runs
from directory_api.text.errors import DirectoryError

# What needs the store is read at most so often, and for at most this share of the time: a large
# store takes longer.
READ_EVERY_SECONDS = 60.0
_MOST_OF_THE_TIME = 0.01
# A scrape waits so long for it, then does without: the store may be locked.
PATIENCE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was read from the store: when each change that waits for a second person was proposed,
    and when each valid token ends.
    """

    proposed_at: Sequence[datetime]
    tokens_end: Sequence[datetime]


class WaitingReader:
    """Reads from the store in a thread, when it is asked and the last values are old."""

    def __init__(self, directory: Directory, clock: Callable[[], float] = time.monotonic) -> None:
        self._directory = directory
        self._clock = clock
        self._last: Waiting | None = None
        self._next_at = 0.0
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def last(self) -> Waiting | None:
        """Return what was read last; None if it cannot be read."""
        with self._lock:
            is_idle = self._thread is None or not self._thread.is_alive()
            if is_idle and self._clock() >= self._next_at:
                self._thread = threading.Thread(target=self._read, name="waiting", daemon=True)
                self._thread.start()
            thread = self._thread
        if thread:
            thread.join(PATIENCE_SECONDS)
        return self._last

    def _read(self) -> None:
        started = self._clock()
        try:
            self._last = _read(self._directory)
        except DirectoryError:
            self._last = None
        ended = self._clock()
        self._next_at = ended + max(READ_EVERY_SECONDS, (ended - started) / _MOST_OF_THE_TIME)


def _read(directory: Directory) -> Waiting:
    """Read from the store. Raises StoreUnavailable."""
    proposals = directory.proposals.waiting()
    today = directory.today()
    return Waiting(
        [proposal.at for proposal, _ in proposals],
        [
            # A token is valid to the end of its last day, as maintainers read days.
            datetime.combine(token.expires, time_of_day.max, directory.zone)
            for token in directory.tokens.list()
            if is_valid(token, today)
        ],
    )


class UpkeepCollector:
    """Yields these gauges at each scrape."""

    def __init__(self, directory: Directory, waiting: WaitingReader) -> None:
        self._directory = directory
        self._waiting = waiting

    def collect(self) -> Iterable[Metric]:
        """Yield the gauges (a custom collector of prometheus_client)."""
        yield from self._revisions()
        yield from self._last_runs()
        if waiting := self._waiting.last():
            yield from _waiting(waiting)

    def _revisions(self) -> Iterable[Metric]:
        live = self._directory.live
        yield _gauge(
            "directory_stored_revision",
            "The revision of the store when it was read last; absent if it never was.",
            live.health.stored_revision,
        )
        last_good = self._directory.live.last_good
        served, written_at = last_good.served_version(), last_good.written_at()
        yield _gauge(
            "directory_last_good_revision",
            "The revision of the file with the last good snapshot; absent if there is none.",
            int(served.split(":")[1]) if served else None,
        )
        yield _gauge(
            "directory_last_good_timestamp_seconds",
            "When the file with the last good snapshot was written.",
            written_at.timestamp() if written_at else None,
        )

    def _last_runs(self) -> Iterable[Metric]:
        success = GaugeMetricFamily(
            "directory_task_success_timestamp_seconds",
            "When a task of the operator went well last on this machine; 0 if it never did.",
            labels=("task",),
        )
        failed = GaugeMetricFamily(
            "directory_task_failed",
            "1 if a task of the operator has failed since, otherwise 0.",
            labels=("task",),
        )
        for task, (went_well_at, has_failed) in last_runs(self._directory.stores.base_path).items():
            success.add_metric((task,), went_well_at.timestamp() if went_well_at else 0.0)
            failed.add_metric((task,), float(has_failed))
        yield success
        yield failed


def _waiting(waiting: Waiting) -> Iterable[Metric]:
    yield _gauge(
        "directory_proposals", "Changes that wait for a second person.", len(waiting.proposed_at)
    )
    yield _gauge(
        "directory_proposals_oldest_timestamp_seconds",
        "When the oldest change that waits was proposed; absent if none waits.",
        _first(waiting.proposed_at),
    )
    yield _gauge("directory_tokens", "Tokens that are valid.", len(waiting.tokens_end))
    yield _gauge(
        "directory_tokens_end_timestamp_seconds",
        "When the first of the valid tokens ends; absent if there is none.",
        _first(waiting.tokens_end),
    )


def _first(moments: Sequence[datetime]) -> float | None:
    return min(moments).timestamp() if moments else None


def _gauge(name: str, about: str, value: float | None) -> Metric:
    """Return a gauge; without a sample if there is no value."""
    return GaugeMetricFamily(name, about, value=None if value is None else float(value))
