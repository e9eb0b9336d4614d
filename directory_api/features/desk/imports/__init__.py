"""Whole directories that come in as a file, and the files that go out."""
