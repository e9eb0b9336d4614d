"""Use cases: the operations on the directory."""
