"""The measure of the benchmark: a Flask route that returns constant bytes, on the same server."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def constant() -> bytes:
    """As many bytes as a nearest answer has."""
    return b"x" * 8000
