"""Tests of app, store and commands in one process."""
