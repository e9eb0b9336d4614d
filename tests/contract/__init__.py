"""Tests of what is promised: openapi.yaml, the documentation, golden files, generated clients."""
