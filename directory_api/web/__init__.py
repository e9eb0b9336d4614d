"""HTTP and nothing else: read the request, ask the finder, write the reply."""
