"""Search in memory: a snapshot of the directory at one revision, and its indexes."""
