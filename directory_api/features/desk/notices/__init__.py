"""What needs the attention of maintainers: by mail, as a feed and as a calendar."""
