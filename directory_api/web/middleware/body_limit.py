"""A bound on requests whose body is still coming in, so that slow senders cannot take every thread.

A WSGI server reads a body in the thread that answers, and neither granian nor gunicorn sets a time for it: forty
senders who each held back half a body stopped a server of 32 threads for everybody. Requests without a body, which is
all that a visitor's browser and a monitor send, keep the threads that are left.
"""

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from directory_api.web.http.problems import Refuse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What `serve` gives a worker. Threads are started when they are needed; more of them cost nothing before.
THREADS = 128
MOST_BODIES = 96


class Bodies:
    """Lets at most `most` requests with a body in at once; the others are told to come back (503)."""

    def __init__(self, inner: "WSGIApplication", refuse: Refuse, most: int = MOST_BODIES) -> None:
        self._inner = inner
        self._refuse = refuse
        self._places = threading.BoundedSemaphore(most)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        if environ.get("CONTENT_LENGTH", "0") in ("", "0") and "HTTP_TRANSFER_ENCODING" not in environ:
            return self._inner(environ, start_response)
        if not self._places.acquire(blocking=False):
            return self._refuse(503, environ, start_response, [("Retry-After", "5")])
        try:
            return self._inner(environ, start_response)
        finally:
            self._places.release()
