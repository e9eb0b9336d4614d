"""openapi.yaml: what routes declare, the document and its pages."""
