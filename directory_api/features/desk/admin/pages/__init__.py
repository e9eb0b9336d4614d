"""The routes of the pages, a subject each."""
