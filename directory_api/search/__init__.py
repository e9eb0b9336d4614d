"""The nearest centres, and those that match words and filters."""
