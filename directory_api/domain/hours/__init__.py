"""Opening hours, and who is open when."""
