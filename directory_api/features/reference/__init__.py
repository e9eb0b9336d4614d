"""openapi.yaml, and the pages that show it."""
