"""The names of a country's places, found by how they begin or by what is like them."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from directory_api.domain.postcode import Place, alike, squash
from directory_api.domain.words import fold

# A name alone has to be more alike than one behind its postcode: Brugge is 0.75 like Gentbrugge, Lokeren 0.77 like
# Ekeren; Leuven is 0.83 like Leuwen.
_LEAST_LIKENESS = 0.8


class Named(NamedTuple):
    """A place, and the part of it that was named: Deurne, of 2100 Antwerpen; empty where it is the whole."""

    place: Place
    part: str

    @property
    def label(self) -> str:
        """What to call it."""
        return f"{self.part} ({self.place.name})" if self.part else self.place.name


class PlaceNames:
    """The places of one country by their folded names. Immutable."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places
        whole = ((fold(name), key, "") for key, each in places.items() for name in (each.name, *each.names.values()))
        parts = ((fold(part), key, part) for key, each in places.items() for part in each.parts)
        self._names = sorted({*whole, *parts})

    def beginning(self, text: str, limit: int) -> list[Named]:
        """Places whose code or a name begins with tidied text; at most `limit`.

        Codes first; then whole names before beginnings, and a municipality before a place that is part of one.
        """
        code, wanted = squash(text), fold(text)
        codes = [(False, False, key, "") for key in self._places if code and key.startswith(code)]
        ranked = []
        for name, key, part in self._names[bisect_left(self._names, (wanted,)) :] if wanted else ():
            if not name.startswith(wanted):
                break
            ranked.append((name != wanted, bool(part), key, part))
        return self._first([*sorted(codes), *sorted(ranked)], limit)

    def like(self, text: str, limit: int) -> list[Named]:
        """Places whose name is like the text, those that are most like it first: a slip, or a close language."""
        likeness = alike({name for name, _, _ in self._names}, fold(text), _LEAST_LIKENESS)
        ranked = [(-likeness[name], bool(part), key, part) for name, key, part in self._names if name in likeness]
        return self._first(sorted(ranked), limit)

    def _first(self, ranked: Iterable[tuple[float, bool, str, str]], limit: int) -> list[Named]:
        """Each place once, by the name that ranks first."""
        found: dict[str, Named] = {}
        for _, _, key, part in ranked:
            found.setdefault(key, Named(self._places[key], part))
        return list(found.values())[:limit]
