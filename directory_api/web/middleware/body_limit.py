"""Body concurrency limit, so that slow senders cannot occupy every thread.

A WSGI server reads a body in the thread that answers, and neither granian nor gunicorn has a
timeout for it: forty senders who each held back half a body blocked a server of 32 threads
completely. Requests without a body, such as those of the component and of monitors, use the
remaining threads.
"""

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from directory_api.web.http.problems import Refuse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Threads of each worker of `serve`. They are started on demand, so a high number costs nothing.
THREADS = 128
MOST_BODIES = 96


class BodyLimitMiddleware:
    """Admits at most `most` requests with a body at a time; others get 503 with Retry-After."""

    def __init__(self, inner: "WSGIApplication", refuse: Refuse, most: int = MOST_BODIES) -> None:
        self._inner = inner
        self._refuse = refuse
        self._places = threading.BoundedSemaphore(most)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        if (
            environ.get("CONTENT_LENGTH", "0") in ("", "0")
            and "HTTP_TRANSFER_ENCODING" not in environ
        ):
            return self._inner(environ, start_response)
        if not self._places.acquire(blocking=False):
            return self._refuse(503, environ, start_response, [("Retry-After", "5")])
        try:
            return self._inner(environ, start_response)
        finally:
            self._places.release()
