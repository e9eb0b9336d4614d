"""Answers in other formats than JSON: CSV, GeoJSON, JSON-LD, text, vCard and iCalendar."""
