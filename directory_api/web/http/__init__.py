"""Responses, headers, negotiation, errors, authentication and monitoring."""
