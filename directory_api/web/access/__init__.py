"""Who sends a request, and under which conditions it may change something."""
