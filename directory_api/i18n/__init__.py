"""Texts in all languages of the interface, for every layer above the domain."""
