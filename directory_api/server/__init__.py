"""The processes that serve: a supervisor and its workers."""
