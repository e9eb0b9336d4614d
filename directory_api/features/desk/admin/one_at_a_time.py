"""One page at a time of those that read or write the whole directory."""

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from werkzeug.exceptions import ServiceUnavailable

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")

# Each that waits holds one of the threads of a worker (rate_limit.THREADS), which has six.
MOST_WAITING = 2
RETRY_SECONDS = 5


class OneAtATime:
    """Lets one request of this process compute, and the next ones wait; more get 503.

    A page of 3,000 centres takes a second of processor time. Only one thread runs Python at a time:
    with six of them, visitors waited for ten seconds.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._admitted = threading.BoundedSemaphore(1 + MOST_WAITING)

    def __call__(self, view: Callable[_Arguments, _Answer]) -> Callable[_Arguments, _Answer]:
        """Return a view that waits for its turn. It raises werkzeug's ServiceUnavailable."""

        @wraps(view)
        def in_turn(*args: _Arguments.args, **options: _Arguments.kwargs) -> _Answer:
            if not self._admitted.acquire(blocking=False):
                raise ServiceUnavailable(retry_after=RETRY_SECONDS)
            try:
                with self._turn:
                    return view(*args, **options)
            finally:
                self._admitted.release()

        return in_turn
