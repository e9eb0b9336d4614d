"""Writing answers; one module a format."""
