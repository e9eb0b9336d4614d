"""Text and JSON as they are read."""
