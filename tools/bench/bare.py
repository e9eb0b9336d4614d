"""The smallest application of Flask, and nothing else in its process."""

import os

from flask import Flask

app = Flask(__name__)
BODY = b"x" * int(os.environ.get("BENCH_BYTES", "8000"))


@app.get("/")
def constant() -> bytes:
    """Return as many bytes as an answer of the directory has."""
    return BODY
