"""Follows the first part of docs/operating.md in a new Debian."""
