"""Counts of requests and states of the store for Prometheus, at /metrics."""
