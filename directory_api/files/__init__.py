"""Files that are shipped or written: postcodes, boundaries, neighbouring countries."""
