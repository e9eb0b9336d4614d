"""Answers as JSON, and the registry of formats."""
