"""Keeping: the embedded store, and the files that maintainers edit."""
