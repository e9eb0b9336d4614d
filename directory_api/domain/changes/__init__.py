"""Changes of records, in data and in words."""
