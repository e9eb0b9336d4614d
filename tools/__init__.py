"""Small development tools."""
