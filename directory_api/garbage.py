"""The collection of garbage while a process starts."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Within the block no garbage is collected; what it has loaded is never visited later.

    Modules and records stay, so a collection finds nothing while they are loaded, and took an
    eighth of the start. Later each full collection would visit all of them, in 20 ms, while
    requests wait; and in a worker, which is a copy of its parent, it would copy their pages.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
