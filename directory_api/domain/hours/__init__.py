"""Opening hours, and which centres are open when."""
