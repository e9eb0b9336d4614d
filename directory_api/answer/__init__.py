"""Answers as JSON, the format of the core, and the registry of the formats that features add."""
