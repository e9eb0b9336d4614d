"""Builds the demonstration: the directory as a folder of files, with invented data."""
