"""Tests of review: what waits, what returns at once, and who decides."""
