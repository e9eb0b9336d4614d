"""What maintainers have to do: by mail, as a feed and as a calendar."""
