"""The application that routes, middleware and parts share, and its log."""
