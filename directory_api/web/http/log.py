"""Structured log: one JSON line for each event, on standard error.

The caller must never pass a place, a query, a body or an address.
"""

import json
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def note(event: str, **members: Any) -> None:
    """Write one line, with the current time (RFC 3339, UTC)."""
    at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    line = json.dumps({"event": event, **members, "at": at}, ensure_ascii=False)
    # Never fail a request because stderr is closed. A single write keeps the lines of threads
    # separate.
    with suppress(OSError, ValueError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def crash(error: BaseException, route: str | None) -> None:
    """Log a bug by its class and its locations in the code.

    Never its message, which may contain the visitor's input.
    """
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    note("crash", error=type(error).__name__, route=route, frames=frames[-5:])
