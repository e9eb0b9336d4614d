"""What is published now: the snapshot that follows the store, its editions, the last good one."""
