"""What a route declares about itself, for openapi.yaml."""
