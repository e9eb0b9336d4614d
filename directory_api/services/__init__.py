"""Verbs: what can be done with the directory."""
