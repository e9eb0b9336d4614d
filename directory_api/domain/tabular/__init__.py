"""Records as cells of spreadsheets and forms."""
