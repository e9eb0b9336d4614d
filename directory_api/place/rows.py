"""Sets of rows. A row is the number of a centre in the index: small, and the same in each revision.

Many rows are the bits of a number: at 100,000 centres two such sets are compared in 2 us, and their
rows counted in 10 us. A set takes 1 bit for each centre, or 4 bytes for each of its rows, whichever
is less.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from functools import reduce
from operator import or_

_NOT_ZERO = re.compile(rb"[^\0]")
# The bits of each byte.
_BITS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))
# Up to one row in so many, numbers take less memory than bits.
_SPARSE = 32


def bits_of(rows: Collection[int]) -> int:
    """Return a number whose bits are the rows."""
    data = bytearray(max(rows, default=0) // 8 + 1)
    for row in rows:
        data[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(data, "little")


def rows_of(bits: int) -> Iterator[int]:
    """Yield the rows that are the bits of a number, in their order."""
    return _rows_in(bits.to_bytes(bits.bit_length() // 8 + 1, "little"))


def _rows_in(data: bytes) -> Iterator[int]:
    for match in _NOT_ZERO.finditer(data):
        first = match.start() * 8
        for bit in _BITS[match[0][0]]:
            yield first + bit


class RowSet:
    """An immutable set of rows."""

    __slots__ = ("_bytes", "_few", "_length")

    def __init__(self, rows: Iterable[int] = ()) -> None:
        few = array("I", sorted(rows))
        self._length = len(few)
        is_sparse = not few or len(few) * _SPARSE <= few[-1]
        self._few = few if is_sparse else None
        self._bytes = b"" if is_sparse else _bytes(bits_of(few))

    @classmethod
    def of_bits(cls, bits: int) -> "RowSet":
        """Return the set of the rows that are the bits of a number."""
        length = bits.bit_count()
        if length * _SPARSE < bits.bit_length():
            return cls(rows_of(bits))
        rows = cls.__new__(cls)
        rows._few, rows._bytes, rows._length = None, _bytes(bits), length
        return rows

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[int]:
        return _rows_in(self._bytes) if self._few is None else iter(self._few)

    def __contains__(self, row: int) -> bool:
        if self._few is None:
            at = row >> 3
            return at < len(self._bytes) and bool(self._bytes[at] >> (row & 7) & 1)
        at = bisect_left(self._few, row)
        return at < self._length and self._few[at] == row

    @property
    def bits(self) -> int:
        """The rows as the bits of a number."""
        return int.from_bytes(self._bytes, "little") if self._few is None else bits_of(self._few)

    def changed(self, removed: Collection[int], added: Collection[int]) -> "RowSet":
        """Return the set without some rows, and with others."""
        if self._few is None:
            return RowSet.of_bits(self.bits & ~bits_of(removed) | bits_of(added))
        return RowSet({*self._few}.difference(removed).union(added))

    @staticmethod
    def union(sets: Collection["RowSet"]) -> "RowSet":
        """Return the rows that are in at least one of some sets."""
        few = [row for each in sets if each._few is not None for row in each._few]
        many = (each.bits for each in sets if each._few is None)
        return RowSet.of_bits(reduce(or_, many, bits_of(few)))


def _bytes(bits: int) -> bytes:
    return bits.to_bytes(bits.bit_length() // 8 + 1, "little")
