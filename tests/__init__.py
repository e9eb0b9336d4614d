"""Tests. A package, so that they share what stands in asking.py, records.py and serving.py."""
