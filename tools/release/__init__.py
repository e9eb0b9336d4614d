"""Builds what a release publishes, twice, and compares it byte by byte (docs/releasing.md).

It runs in an environment of its own, with the tools of `requirements.txt` beside this file and
without the packages of the server.
"""
