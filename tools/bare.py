"""Baseline of the benchmark: a Flask route that returns constant bytes, on the same server."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def constant() -> bytes:
    """Return as many bytes as a nearest response has."""
    return b"x" * 8000
