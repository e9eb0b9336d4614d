"""The pages for visitors and partners."""
