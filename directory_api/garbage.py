"""The collection of garbage while a process starts, and later."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


# New objects until the next collection of the young ones. With Python's 700, the objects of one
# change in a directory of 10,000 centres were visited again and again: a third of its time.
_NEW_OBJECTS = 50_000


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
        gc.set_threshold(_NEW_OBJECTS)
        gc.enable()
