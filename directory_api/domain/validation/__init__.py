"""Validation of records: all faults are reported at once, each with its position."""
