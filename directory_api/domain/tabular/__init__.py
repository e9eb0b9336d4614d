"""Records as cells, for spreadsheets and forms."""
