"""Finding, in memory: a snapshot of the directory at one revision, and the indexes over it."""
