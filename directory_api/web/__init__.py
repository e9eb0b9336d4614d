"""HTTP and nothing else: read the request, ask the edition, write the reply."""
