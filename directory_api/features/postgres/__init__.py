"""The store in PostgreSQL, for many replicas. Needs psycopg (the extra `postgres`)."""

from directory_api.feature import Feature, lazy

feature = Feature(
    summary="The store in PostgreSQL, for many replicas",
    engines=lazy("directory_api.features.postgres.engines:engines"),
)
