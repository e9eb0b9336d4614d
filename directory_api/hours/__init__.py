"""Opening hours, from their text to a timetable."""
