"""Tests of functions and classes: no server, no browser, no database that is written to."""
