"""Records: centres, helplines, their values and vocabularies."""
