"""The pages for maintainers, below /admin."""
