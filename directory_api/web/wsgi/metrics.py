"""What is counted for /metrics: in this process, or in all workers of a server together.

Workers share their counts by files in the folder PROMETHEUS_MULTIPROC_DIR, if it was set before
this import ("Multiprocess mode" in the documentation of prometheus_client). No count has a place, a
query, a body or an address.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
# Upper bounds in seconds.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)
REQUESTS = Counter(
    "directory_requests",
    "Requests by method, route template and status.",
    ("method", "route", "status"),
    registry=REGISTRY,
)
REQUEST_SECONDS = Histogram(
    "directory_request_seconds",
    "Time to answer by route template.",
    ("route",),
    registry=REGISTRY,
    buckets=BUCKETS,
)
DROPPED_LINES = Counter(
    "directory_log_lines_dropped",
    "Lines of the log that were dropped because standard error was not read.",
    registry=REGISTRY,
)
IGNORED_PROXIES = Counter(
    "directory_forwarded_ignored",
    "Requests whose X-Forwarded-For was ignored, because DIRECTORY_TRUSTED_PROXIES is 0.",
    registry=REGISTRY,
)
