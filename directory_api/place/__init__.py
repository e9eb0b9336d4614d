"""Where: points, distances, postcodes, names of places, neighbouring countries."""
