"""Changes that wait until a second maintainer approves them."""
