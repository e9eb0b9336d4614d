"""The store in PostgreSQL, for many replicas. Needs psycopg (the extra `postgres`)."""
