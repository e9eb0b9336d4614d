"""Tests of the app, its database and its commands in one process."""
