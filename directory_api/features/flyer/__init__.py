"""Flyers to print, in each language, and the page that says whether a print is still right."""
