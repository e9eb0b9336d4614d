"""Counters in memory that the worker processes of a server share."""

import ctypes
from multiprocessing.sharedctypes import RawArray


class SharedCounters:
    """A fixed number of slots, each of the same number of unsigned 64-bit counters; all are 0 at
    first.

    Make it before the processes that share it are forked or spawned: the memory belongs to all of
    them, and a process that is started again finds the counts of the one before. Nothing locks it.
    Give each process a slot that it alone writes; it may read all of them at any time, because a
    64-bit value is written as a whole.
    """

    def __init__(self, slots: int, counters: int) -> None:
        self.slots = slots
        self._counters = counters
        # Unlike an anonymous mmap, it also reaches a process that is spawned.
        self._memory = RawArray(ctypes.c_uint64, slots * counters)

    def slot(self, number: int) -> memoryview:
        """Return the counters of a slot, which are numbered from 0."""
        words = memoryview(self._memory).cast("B").cast("Q")
        return words[number * self._counters : (number + 1) * self._counters]
