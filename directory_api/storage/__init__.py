"""Storage: the embedded SQLite store, and the files that maintainers edit."""
