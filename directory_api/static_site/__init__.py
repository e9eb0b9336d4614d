"""The read side as files, for a host without a server."""
