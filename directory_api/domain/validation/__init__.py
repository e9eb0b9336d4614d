"""Validation of records: the faults of a stage are reported at once, each with its position."""
