"""The moment of most tests."""

from datetime import UTC, datetime

# A Tuesday at 11:00 in Brussels; the examples of openapi.yaml are of then.
EXAMPLES_AT = datetime(2026, 11, 3, 10, tzinfo=UTC)
