"""Counts of requests and states of the store for Prometheus, at /metrics."""

from directory_api.feature import Feature, lazy

feature = Feature(
    summary="Counts of requests and states of the store for Prometheus, at /metrics",
    routes=lazy("directory_api.features.metrics.routes:routes"),
    addresses=lazy("directory_api.features.metrics.headers:addresses"),
)
