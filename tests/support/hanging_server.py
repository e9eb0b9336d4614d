"""`python -m tests.support.hanging_server serve`: a request for /hang is never answered, and one
for /busy takes longer than a probe may.
"""

import threading
import time
from typing import Any

from directory_api.cli import main
from directory_api.server import workers
from directory_api.web.middleware.request_log import RequestLogMiddleware

if __name__ == "__main__":
    workers.HUNG_SECONDS = 1.5
    answer = RequestLogMiddleware.__call__

    def hang(self: RequestLogMiddleware, environ: Any, start_response: Any) -> Any:
        """Answer, or not."""
        if environ["PATH_INFO"] == "/hang":
            threading.Event().wait()
        until = time.monotonic() + 2 * workers.HUNG_SECONDS
        while environ["PATH_INFO"] == "/busy" and time.monotonic() < until:
            pass
        return answer(self, environ, start_response)

    RequestLogMiddleware.__call__ = hang  # type: ignore[method-assign]
    main()
