"""Ten-line tools for those who change the project."""
