"""Benchmarks: `make bench`, `make bench-peers` and `make load`; docs/PERFORMANCE.md explains them.

Everything runs on the loopback interface, for a bounded time, and ends by itself.
"""
