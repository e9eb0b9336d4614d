"""`python -m tests.support.changed_server VARIANT serve`: the server with another start of its
workers, with short limits so that tests do not wait, or with requests that hang.
"""

import multiprocessing
import sys
import threading
import time
from typing import Any

from directory_api.cli import main, server
from directory_api.server import workers
from directory_api.web.middleware.request_log import RequestLogMiddleware

HUNG_SECONDS = 1.5


def spawning() -> None:
    """Workers start as on Python 3.14 and on macOS; Linux forks until Python 3.13."""
    multiprocessing.set_start_method("spawn")


def quick() -> None:
    """With short limits."""
    workers.HUNG_SECONDS = HUNG_SECONDS
    workers.UNREAD_SECONDS = 1.0
    server.HEADER_SECONDS = 1.0


def hanging() -> None:
    """A request for /hang is never answered, and one for /busy takes longer than a probe may."""
    workers.HUNG_SECONDS = HUNG_SECONDS
    answer = RequestLogMiddleware.__call__

    def hang(self: RequestLogMiddleware, environ: Any, start_response: Any) -> Any:
        """Answer, or not."""
        if environ["PATH_INFO"] == "/hang":
            threading.Event().wait()
        until = time.monotonic() + 2 * HUNG_SECONDS
        while environ["PATH_INFO"] == "/busy" and time.monotonic() < until:
            pass
        return answer(self, environ, start_response)

    RequestLogMiddleware.__call__ = hang  # type: ignore[method-assign]


if __name__ == "__main__":
    {"spawning": spawning, "quick": quick, "hanging": hanging}[sys.argv.pop(1)]()
    main()
