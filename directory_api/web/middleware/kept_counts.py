"""Counts of the rate limit that outlive a worker.

A worker writes them into memory that the supervisor shares with it, and the worker that is started
in its place goes on with them: a caller who makes a worker end does not get a new limit. The memory
has what a worker has in its own: hashes of callers, the key of the hashes, and counts.
"""

from collections.abc import Iterator
from typing import Protocol

# The key of the hashes is in force for a day.
DAY_SECONDS = 86_400
# The key, until when it is in force, and then the rows. Times are nanoseconds of time.monotonic,
# which all processes of a machine share.
_KEY_WORDS, _KEY_UNTIL, _HEAD = 4, 4, 5
# A row: the hash of a caller, until when its window lasts, and its requests so far.
_UNTIL, SPENT, _ROW = 2, 3, 4
# The callers of a window that are kept. The counts of more of them end with their worker.
_MOST = {"requests": 8_192, "guesses": 1_024}
# The counters that a worker needs.
COUNTERS = _HEAD + sum(_MOST.values()) * _ROW
_SECOND = 1_000_000_000
_WORD = 2**64


class Row(Protocol):
    """The counters of one window."""

    def __getitem__(self, at: int, /) -> int:
        """Return a counter."""

    def __setitem__(self, at: int, number: int, /) -> None:
        """Change a counter."""


class KeptCounts:
    """The counts of one worker in shared memory, which are 0 at first."""

    def __init__(self, memory: memoryview) -> None:
        self._memory = memory

    def key(self, now: float) -> tuple[bytes, float] | None:
        """Return the key of the hashes, and until when it is in force; None if it is over."""
        until: int = self._memory[_KEY_UNTIL]
        key = self._memory[:_KEY_WORDS].tobytes()
        return (key, until / _SECOND) if until > now * _SECOND else None

    def put_key(self, key: bytes, until: float) -> None:
        """Keep a new key, of 32 bytes. Hashes with the one before are other callers."""
        self._memory[_KEY_UNTIL] = 0
        self._memory[:_KEY_WORDS] = memoryview(key).cast("Q")
        self._memory[_KEY_UNTIL] = round(until * _SECOND)

    def rows(self, counted: str) -> "KeptRows":
        """Return the rows of a limiter, by what it counts."""
        names = [*_MOST]
        before = sum(_MOST[name] for name in names[: names.index(counted)])
        return KeptRows(self._memory[_HEAD + before * _ROW :][: _MOST[counted] * _ROW])


class KeptRows:
    """The rows of one limiter: one for each window, as long as there are free ones."""

    def __init__(self, memory: memoryview) -> None:
        self._memory = memory
        self._free: list[int] = []

    def windows(self, now: float) -> Iterator[tuple[str, float, Row]]:
        """Yield the windows in force: the hash of their caller, their end, and their row."""
        self.reuse(now)
        for number in {*range(len(self._memory) // _ROW)}.difference(self._free):
            row = self._row(number)
            yield f"{row[0] * _WORD + row[1]:032x}", row[_UNTIL] / _SECOND, row

    def take(self, name: str, until: float) -> Row:
        """Return the row of a new window, which is not kept if there are too many."""
        if not self._free:
            return [0] * _ROW
        row = self._row(self._free.pop())
        row[SPENT] = 0
        row[0], row[1] = divmod(int(name, 16), _WORD)
        row[_UNTIL] = round(until * _SECOND)  # last: the row is now in force
        return row

    def reuse(self, now: float) -> None:
        """Take the rows of windows that are over again."""
        ends = self._memory[_UNTIL::_ROW].tolist()
        self._free = [number for number, end in enumerate(ends) if end <= now * _SECOND]

    def _row(self, number: int) -> memoryview:
        return self._memory[number * _ROW :][:_ROW]
