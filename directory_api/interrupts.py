"""The handling of SIGINT (Ctrl+C) and SIGTERM while a process has nothing to clean up."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Within the block, SIGINT and SIGTERM end the process at once and without a traceback.

    By default, SIGINT raises KeyboardInterrupt at any point of the program; in a callback of a
    library it may become another error, or be printed and ignored. Linux also ignores a SIGTERM to
    process 1, the first of a container, unless it has a handler. A signal that is already ignored
    or handled is left unchanged. Call this in the main thread only.
    """
    defaults = (signal.SIG_DFL, signal.default_int_handler)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    changed = {number: handler for number, handler in before.items() if handler in defaults}
    for number in changed:
        signal.signal(number, end_by)
    try:
        yield
    finally:
        for number, handler in changed.items():
            signal.signal(number, handler)


def end_by(number: int, _frame: object = None, end: Callable[[int], object] = os._exit) -> None:
    """End the process by a signal, so that its parent sees the signal in the exit status.

    If the signal has no effect, as in process 1, the exit status is 128 plus the signal's number.
    """
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    end(128 + number)
