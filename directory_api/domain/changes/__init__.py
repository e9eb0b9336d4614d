"""Changes of records: differences, their descriptions, and proposals."""
