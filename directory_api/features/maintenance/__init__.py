"""Check, repair, copy and backups of a store."""
