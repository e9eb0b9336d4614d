"""Check and backups of a store."""
