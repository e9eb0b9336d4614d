"""One JSON line an event, on standard error.

The caller says what is in it: never a place, a query, a body or an address.
"""

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any


def note(event: str, **members: Any) -> None:
    """Write a line, with the moment (RFC 3339, UTC)."""
    at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    line = json.dumps({"event": event, **members, "at": at}, ensure_ascii=False)
    # Whoever asks is answered, also where the log's reader has gone away. One write keeps the lines of threads apart.
    with suppress(OSError, ValueError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
