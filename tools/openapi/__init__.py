"""The OpenAPI documents: what they say, and what makes it from the routes.

Each file that has the name of a feature describes the routes of that.
"""
