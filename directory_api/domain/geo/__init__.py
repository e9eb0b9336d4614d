"""Points, boundaries and postcodes."""
