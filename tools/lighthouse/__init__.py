"""Lighthouse's scores of the visitor's page."""
