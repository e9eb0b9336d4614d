"""The read side as static files, for a web host without an application server."""
