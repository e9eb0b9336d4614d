"""Records and their history in a database."""
