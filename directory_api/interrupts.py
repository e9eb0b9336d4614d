"""What SIGINT (Ctrl+C) and SIGTERM do while a process has nothing to clean up."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Within the block, SIGINT and SIGTERM end the process at once and without a traceback.

    By default SIGINT raises KeyboardInterrupt wherever the process is; in a callback of a library
    it may become another error, or be printed and forgotten. And Linux ignores a SIGTERM to process
    1, the first of a container, unless it has a handler. A signal that is ignored or handled
    already is left alone. To be used in the main thread.
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
    """End the process by a signal, so that its parent sees which.

    Where that does nothing, as in process 1, the exit status is 128 and the signal's number.
    """
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    end(128 + number)
