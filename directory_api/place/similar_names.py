"""Names that are similar to a typed one, without comparing it letter by letter with each name."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from math import ceil

from directory_api.place.postcode import similar_names
from directory_api.text.normalize import is_one_slip


class SimilarNames:
    """Folded names, with the set of those that have each letter so many times. Immutable.

    A set of names is a number with a bit for each. How many letters each name has in common with a
    text is counted for all names at once, in binary: the first number has the lowest digit of every
    count. Few have enough, and only these are compared.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        by_letter: dict[tuple[str, int], list[int]] = defaultdict(list)
        by_length: dict[int, list[int]] = defaultdict(list)
        for row, name in enumerate(self._names):
            by_length[len(name)].append(row)
            for letter, times in Counter(name).items():
                for time in range(times):
                    by_letter[letter, time].append(row)
        self._by_letter = {letter: _bits_of(rows) for letter, rows in by_letter.items()}
        self._by_length = {length: _bits_of(rows) for length, rows in by_length.items()}

    def like(self, text: str, least: float) -> dict[str, float]:
        """Return the names that are similar to a folded text, with their similarity (up to 1).

        Names with one typing error have 1; those of `postcode.similar_names` have less.
        """
        candidates = list(self._candidates(text, least))
        slips = {name: 1.0 for name in candidates if is_one_slip(name, text)}
        return similar_names(candidates, text, least) | slips

    def _candidates(self, text: str, least: float) -> Iterator[str]:
        """Yield every name that has enough letters in common with the text."""
        size = len(text)
        # How many letters names of each length must have in common with the text.
        enough: list[tuple[int, int]] = []
        for length, names in self._by_length.items():
            # Of all letters of both, at least this share is common to similar names; one slip
            # leaves all letters but one.
            letters = least * (length + size) / 2
            if abs(length - size) <= 1:
                letters = min(letters, max(length, size) - 1)
            if letters <= min(length, size):
                enough.append((max(ceil(letters), 0), names))
        digits = self._in_common(text) if enough else []
        for number, names in enough:
            for row in _rows_of(_at_least(digits, number, names)):
                yield self._names[row]

    def _in_common(self, text: str) -> list[int]:
        """Return the digits of how many letters each name has in common with a text."""
        digits: list[int] = []
        for letter, times in Counter(text).items():
            for time in range(times):
                carried = self._by_letter.get((letter, time), 0)
                for place, digit in enumerate(digits):
                    if not carried:
                        break
                    digits[place], carried = digit ^ carried, digit & carried
                if carried:
                    digits.append(carried)
        return digits


def _at_least(digits: list[int], number: int, names: int) -> int:
    """Return those of some names whose count, of these digits, is at least a number."""
    if number >> len(digits):
        return 0
    more, equal = 0, names
    for place in reversed(range(len(digits))):
        if number >> place & 1:
            equal &= digits[place]
        else:
            more |= equal & digits[place]
            equal &= ~digits[place]
    return more | equal


def _bits_of(rows: Collection[int]) -> int:
    """Return a number whose bits are the rows of some names."""
    data = bytearray(max(rows, default=0) // 8 + 1)
    for row in rows:
        data[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(data, "little")


def _rows_of(bits: int) -> Iterator[int]:
    """Yield the rows that are the bits of a number, of which there are few."""
    while bits:
        row = (bits & -bits).bit_length() - 1
        yield row
        bits ^= 1 << row
