"""One rate limit for several servers, counted in Valkey."""
