"""Checks of records: all faults at once, each with its place."""
