"""The names of the places of one country: whole names, beginnings, and names with a slip."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from heapq import heapify, heappop
from itertools import chain, groupby, takewhile
from math import inf
from types import MappingProxyType
from typing import NamedTuple

from directory_api.place.postcode import Place, squash
from directory_api.place.provinces import is_province_of, provinces
from directory_api.place.similar_names import SimilarNames
from directory_api.text.normalize import fold

# A name without a postcode must be more similar than one with a postcode. Brugge and Gentbrugge
# have a similarity of 0.75, Lokeren and Ekeren 0.77, Leuven and Leuwen 0.83.
_LEAST_LIKENESS = 0.8
# What people write for the first word of Sint-Niklaas, Saint-Hubert, Sankt Vith and Sainte-Ode.
_SAINTS = ({"st": "sint"}, {"st": "saint", "ste": "sainte"}, {"st": "sankt"})

# Between the names of a place in two languages, or those of a part and its town.
_BETWEEN_NAMES = re.compile(r"[/(),]| - ")

# It follows every letter of a folded name.
_AFTER_ALL = "\U0010ffff"

# How a name ranks; the least comes first.
_Rank = tuple[float | bool | str, ...]


class NamedPlace(NamedTuple):
    """A place, and the part of it that was named, such as Deurne in 2100 Antwerpen.

    `part` is empty if the name is that of the whole place.
    """

    place: Place
    part: str

    @property
    def label(self) -> str:
        """The name to display."""
        return self._label(self.place.name)

    @property
    def labels(self) -> Mapping[str, str]:
        """The name to display, by language."""
        return MappingProxyType({tag: self._label(name) for tag, name in self.place.names.items()})

    def _label(self, name: str) -> str:
        # A province is no part of its towns.
        is_within = is_province_of(self.part, self.place.subdivision)
        return f"{self.part} ({name})" if self.part and not is_within else name


class _Entry(NamedTuple):
    """A folded name, the key of a place that has it, and the part that it names, if it is one.

    A place in a province has also the name of that, as if it were one of its parts.
    """

    name: str
    key: str
    part: str
    is_alias: bool = False
    is_province: bool = False


class PlaceNames:
    """The places of one country, indexed by their folded names. Immutable."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places
        self._keys = sorted(places)
        folded = cache(fold)  # all postcodes of a town have its names
        self._entries = sorted(
            {
                entry
                for key, each in places.items()
                for entry in _entries_of_place(key, each, folded)
            }
        )
        self._by_name = {
            name: tuple(entries)
            for name, entries in groupby(self._entries, key=lambda entry: entry.name)
        }
        by_word: dict[str, list[str]] = defaultdict(list)
        for name in self._by_name:
            for word in set(name.split()):
                by_word[word].append(name)
        self._by_word = dict(by_word)
        self._similar = SimilarNames(
            name
            for name, entries in self._by_name.items()
            if not all(entry.is_alias for entry in entries)
        )
        self._by_province: dict[str | None, list[str]] = defaultdict(list)
        for key, each in places.items():
            self._by_province[each.subdivision].append(key)
        # What was found for names that places have, or words of these. No other text that a user
        # typed is kept, so the size of the table limits how many there are.
        self._whole: dict[tuple[str, ...], list[NamedPlace] | None] = {}
        self._codes: dict[tuple[str, ...], set[str]] = {}
        self._sharing: dict[tuple[str, ...], list[NamedPlace]] = {}
        # How many postcodes have each name to display, and which of them a postcode is, from 0.
        self._sizes: Counter[str] = Counter()
        self._numbers: dict[str, int] = {}
        for key in self._keys:
            each = places[key]
            self._numbers[key] = self._sizes[each.name]
            self._sizes[each.name] += 1

    def beginning(self, text: str, limit: int) -> list[NamedPlace]:
        """Return at most `limit` places whose postcode or name begins with the normalised text.

        Postcodes come first, then whole names before prefixes, names of the tables before aliases,
        a municipality before its parts, and a large municipality before a small one; each first
        with its first postcode. Without a population, one with many postcodes is large.
        """
        code, names = squash(text), spellings(text)
        keys = self._keys[bisect_left(self._keys, code) :] if code else ()
        codes = ((key, "") for key in takewhile(lambda key: key.startswith(code), keys))
        entries, ranks = self._entries, self._ranks
        ranked = [
            ranks[at] if entries[at].name in names else ranks[at] + len(ranks)
            for name in names
            for at in self._from(name)
        ]
        heapify(ranked)
        first = (self._by_rank[heappop(ranked) % len(ranks)] for _ in range(len(ranked)))
        return self._first(chain(codes, ((each.key, each.part) for each in first)), limit)

    @cached_property
    def _by_rank(self) -> list[_Entry]:
        """The names in their order: those of the tables before aliases, then as `_rank` says."""
        return sorted(self._entries, key=lambda entry: (entry.is_alias, *self._rank(entry)))

    def spellings(self) -> dict[str, str]:
        """Return every folded name as the tables write it, in the order of `beginning`."""
        names: dict[str, str] = {}
        for entry in self._by_rank:
            if entry.name not in names:
                place = self._places[entry.key]
                aliases = (alias for alias, _ in place.aliases)
                own = (place.name, *place.names.values(), *place.places, *aliases)
                names[entry.name] = next(name for name in own if fold(name) == entry.name)
        return names

    @cached_property
    def _ranks(self) -> list[int]:
        """The place of each name in `_by_rank`."""
        numbers = {entry: number for number, entry in enumerate(self._by_rank)}
        return [numbers[entry] for entry in self._entries]

    def named(self, text: str) -> list[NamedPlace]:
        """Return the places with exactly this name, whole places first, then by postcode.

        The name of a province is that of all its places, unless it has a town of that name: Luik is
        a town in the province of Luik, but Limbourg, in Dutch Limburg, is not in that of Limburg.
        An alias does not count if other towns have it as a part of their names: `Marche` is an
        alias of Marche-en-Famenne, but may be short for Marche-les-Dames.

        Several names are those of the places that have each of them: `Bruxelles/Brussel`, `Gent
        (Gand)`, `Deurne (Antwerpen)`.
        """
        found = self._called_whole(spellings(text))
        return [] if found is None else found or self._called_each(text, self.named)

    def _codes_of(self, names: tuple[str, ...]) -> set[str]:
        """Return the codes of the places with one of some spellings of a name."""
        if names in self._codes:
            return self._codes[names]
        codes = {named.place.code for named in self._called_whole(names) or ()}
        if codes:
            self._codes[names] = codes
        return codes

    def _called_whole(self, names: tuple[str, ...]) -> list[NamedPlace] | None:
        return self._whole[names] if names in self._whole else self._find_whole(names)

    def _find_whole(self, names: tuple[str, ...]) -> list[NamedPlace] | None:
        """Return the places with one of some spellings of a name; None if it is an alias that does
        not count.
        """
        entries = self._entries_with_names(names)
        ranked = sorted((bool(entry.part), entry.key, entry.part) for entry in entries)
        found: list[NamedPlace] | None = self._first((key, part) for _, key, part in ranked)
        if all(entry.is_alias for entry in entries):
            towns = {self._places[entry.key].name for entry in entries}
            others = (self._places[entry.key].name for entry in self._with_words(names))
            if not towns.issuperset(others):
                found = None
        if entries:
            self._whole[names] = found
        return found

    def _called_each(
        self, text: str, listed: Callable[[str], list[NamedPlace]]
    ) -> list[NamedPlace]:
        """Return the places with each of several names, in the order of those listed for the first
        one.
        """
        names = {fold(name): name for name in _BETWEEN_NAMES.split(text) if fold(name)}
        if len(names) < 2:
            return []
        first, *others = names.values()
        codes = set.intersection(*(self._codes_of(spellings(name)) for name in others))
        return [named for named in listed(first) if named.place.code in codes] if codes else []

    def sharing(self, text: str) -> list[NamedPlace]:
        """Return the places that have the text as their name or as whole words of it.

        People shorten names: `Mons` may be Mons-lez-Liège. Those with exactly this name come first,
        then the others, in the order of `beginning`. Among parts of towns, one of whose name the
        town's begins comes first: Beveren-Kruibeke-Zwijndrecht has the largest Beveren.
        """
        names = spellings(text)
        found = self._sharing.get(names)
        if found is None:
            found = self._find_sharing(names)
        return found or self._called_each(text, self.sharing)

    def _find_sharing(self, names: tuple[str, ...]) -> list[NamedPlace]:
        """Return the places that have one of some spellings as a name or as words of one."""
        exact = {(squash(place.code), part) for place, part in self._called_whole(names) or ()}
        entries = {*self._entries_with_names(names), *self._with_words(names)}
        ranked = sorted(
            (((entry.key, entry.part) not in exact, *self._rank(entry)), entry.key, entry.part)
            for entry in entries
        )
        found = self._first((key, part) for _, key, part in ranked)
        if entries:
            self._sharing[names] = found
        return found

    def is_name(self, text: str) -> bool:
        """Return whether the text is the name of a place; that of a province alone is not."""
        return any(name in self._by_name for name in spellings(text)) and bool(self.named(text))

    def has(self, text: str) -> bool:
        """Return whether the text is the name of a place, or its first words: `Bergen` for Bergen
        op Zoom.
        """
        return any(
            f"{self._entries[at].name} ".startswith(f"{name} ")
            for name in spellings(text)
            for at in self._from(name)
        )

    def like(self, text: str, limit: int) -> list[NamedPlace]:
        """Return at most `limit` places with a similar name.

        Those that differ by one slip of the finger come first, in the order of `beginning`; then
        those of other typing errors and forms in related languages, the most similar first.
        """
        likeness: dict[str, float] = {}
        for typed in spellings(text):
            for name, value in self._similar.like(typed, _LEAST_LIKENESS).items():
                likeness[name] = max(value, likeness.get(name, 0))
        ranked = sorted(
            ((-value, *self._rank(entry)), entry.key, entry.part)
            for name, value in likeness.items()
            for entry in self._by_name[name]
        )
        return self._first(((key, part) for _, key, part in ranked), limit)

    def _entries_with_names(self, names: Iterable[str]) -> list[_Entry]:
        return [
            entry
            for name in names
            for entry in (*self._by_name.get(name, ()), *self._in_province(name))
        ]

    def _in_province(self, name: str) -> Iterator[_Entry]:
        """Yield the places of the province with a folded name; none if a town there has it."""
        province = provinces().get(name)
        if province is None:
            return
        keys = self._by_province.get(province.subdivision, [])
        towns = {entry.key for entry in self._by_name.get(name, ()) if not entry.part}
        if towns.isdisjoint(keys):
            for key in keys:
                yield _Entry(name, key, province.name, is_alias=True, is_province=True)

    def _with_words(self, names: Iterable[str]) -> Iterator[_Entry]:
        """Yield the names that contain the words of one of some names, but are longer."""
        for words in filter(None, names):
            for name in self._by_word.get(words.partition(" ")[0], ()):
                if f" {words} " in f" {name} " and name != words:
                    yield from self._by_name[name]

    def _from(self, name: str) -> range:
        """Return where the names are that begin with a folded name; nowhere if that is empty."""
        first = bisect_left(self._entries, (name,))
        after = bisect_left(self._entries, (name + _AFTER_ALL,))
        return range(first, after if name else first)

    def _rank(self, entry: _Entry) -> _Rank:
        place = self._places[entry.key]
        is_part = bool(entry.part) and not f"{fold(place.name)} ".startswith(f"{entry.name} ")
        number = 0 if is_part and not entry.is_province else self._numbers[entry.key]
        return (is_part, number, -place.population, -self._sizes[place.name], entry.key, entry.part)

    def _first(self, ranked: Iterable[tuple[str, str]], limit: float = inf) -> list[NamedPlace]:
        """Return each place once, at most `limit`, with its highest-ranking name."""
        matches: dict[str, NamedPlace] = {}
        for key, part in ranked:
            if len(matches) >= limit:
                break
            if key not in matches:
                matches[key] = NamedPlace(self._places[key], part)
        return list(matches.values())


def spellings(text: str) -> tuple[str, ...]:
    """Return a typed name, folded, and with `st` and `ste` written out in each language."""
    words = fold(text).split()
    written = {" ".join(saint.get(word, word) for word in words) for saint in ({}, *_SAINTS)}
    return tuple(sorted(written))


def has_words(name: str, words: Iterable[str]) -> bool:
    """Return whether a name has one of some folded texts as whole words."""
    return any(f" {each} " in f" {fold(name)} " for each in words)


def _entries_of_place(key: str, place: Place, folded: Callable[[str], str]) -> Iterator[_Entry]:
    """Yield every name of a place."""
    for name in (place.name, *place.names.values()):
        yield _Entry(folded(name), key, "")
    # The first of two spellings: Brussel before Brüssel.
    parts = {folded(part): part for part in reversed(place.parts)}
    for name, part in parts.items():
        yield _Entry(name, key, part)
    for alias, name in place.aliases:
        yield _Entry(folded(alias), key, parts.get(folded(name), ""), is_alias=True)
