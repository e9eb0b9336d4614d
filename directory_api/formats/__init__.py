"""Serialisers, one module for each format."""
