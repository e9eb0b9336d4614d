"""Benchmarks: `make bench` and its part `make load`; docs/PERFORMANCE.md explains them.

Everything runs on the loopback interface, for a bounded time, and ends by itself.
"""
