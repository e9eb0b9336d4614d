"""The moments of most tests."""

from datetime import UTC, datetime

# A Tuesday at 11:00 in Brussels; the examples of openapi.yaml are of then.
EXAMPLES_AT = datetime(2026, 11, 3, 10, tzinfo=UTC)
# A Tuesday at 11:00 in Brussels, a week after the first records of the stores of tests. Directories
# and commands of tests are of then, unless a test gives them another clock.
NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
TODAY = NOW.date()


def now() -> datetime:
    """Return the time of a clock that stays at NOW."""
    return NOW
