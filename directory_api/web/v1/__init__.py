"""The views of /v1, which web/routes.py names."""
