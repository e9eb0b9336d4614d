"""How a server is started and ends."""

import sys
import time

from tests.support.servers import SERVE, living

STOP_SECONDS = 15.0


def serve_command(workers: int, port: int) -> list[str]:
    """The command of a server."""
    arguments = (part.format(port=port) for part in SERVE)
    return [sys.executable, "-m", *arguments, "--workers", str(workers)]


def left_after(session: int, seconds: float) -> list[int]:
    """The processes of a session that have not ended within so many seconds."""
    until = time.monotonic() + seconds
    while (left := living(session)) and time.monotonic() < until:
        time.sleep(0.02)
    return left
