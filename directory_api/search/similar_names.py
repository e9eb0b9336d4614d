"""Names that are similar to a typed one, without comparing it letter by letter with each name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from directory_api.domain.geo.postcode import alike
from directory_api.domain.text.normalize import is_one_slip

# In a set of letters, each letter has one bit for every time that it occurs. Bits of the same
# occurrence are together, in as many groups as this.
_GROUPS = 32


class SimilarNames:
    """Folded names with the set of letters of each, by length. Immutable.

    Two sets are compared much faster than two names, and few pass: the 2,839 names of Belgium take
    0.5 ms instead of 11.
    """

    def __init__(self, names: Iterable[str]) -> None:
        by_length: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for name in names:
            by_length[len(name)].append((_letters(name), name))
        self._by_length: Mapping[int, list[tuple[int, str]]] = MappingProxyType(dict(by_length))

    def like(self, text: str, least: float) -> dict[str, float]:
        """Return the names that are similar to a folded text, with their similarity (up to 1).

        Those that differ by one slip of the finger have 1; those of `alike` have less.
        """
        candidates = list(self._candidates(text, least))
        slips = {name: 1.0 for name in candidates if is_one_slip(name, text)}
        return alike(candidates, text, least) | slips

    def _candidates(self, text: str, least: float) -> Iterator[str]:
        """Yield every name that has enough letters in common with the text, and some others."""
        letters, size = _letters(text), len(text)
        for length, names in self._by_length.items():
            # Of all letters of both, at least this share is common to similar names; one slip
            # leaves all letters but one.
            enough = least * (length + size) / 2
            if abs(length - size) <= 1:
                enough = min(enough, max(length, size) - 1)
            if enough <= min(length, size):
                for each, name in names:
                    if (letters & each).bit_count() >= enough:
                        yield name


def _letters(text: str) -> int:
    """Return the letters of a text as a set of bits.

    Letters that share a group make two texts more similar than they are, never less.
    """
    occurrences = [0] * _GROUPS
    letters = 0
    for letter in text:
        group = ord(letter) % _GROUPS
        letters |= 1 << (group + _GROUPS * occurrences[group])
        occurrences[group] += 1
    return letters
