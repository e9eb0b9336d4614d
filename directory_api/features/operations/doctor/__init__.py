"""Looks at an installation as a whole: settings, files, backups, time, and the server that runs."""
