"""The centres of a snapshot and every way to find them: by id, place, words, and members.

An index is immutable. The one of the next revision shares with it whatever has not changed: the
finished JSON of centres, the nodes of the tree, the sets of tags, the table of words. A centre has
the same row (place/rows.py) in each of them.
"""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from itertools import chain, compress, count, islice, pairwise
from math import isqrt
from operator import and_, attrgetter, or_
from types import MappingProxyType
from typing import NamedTuple

from directory_api.hours.timetable import HoursKey
from directory_api.place.geometry import Point
from directory_api.place.rows import RowSet, rows_of
from directory_api.record.published import Centres, PublishedCentre
from directory_api.record.records import Centre
from directory_api.search.nearest import ByRow, Located, NearestIndex
from directory_api.search.query import Filters, Hit, speaks
from directory_api.search.text_index import TextIndex, labelled, terms_of, words_of

# A kind of member and a value, such as ("service", "shelter").
Tag = tuple[str, Hashable]
# If a filter leaves fewer centres than this times the square root of all, they are compared one by
# one; otherwise the tree finds the nearest that pass. Both then take about as long.
_SCANNED = 8
# The index is made again when there are so many texts that no centre has any more, and one for each
# centre.
_MOST_SUPERSEDED = 1000
# Sets of opening hours whose centres are kept, and filters that were asked for last.
_MOST_OPENINGS = 16
_MOST_SELECTIONS = 64
# The active centres with a point, which a search from a place can find.
_REACHABLE: Tag = ("reachable", True)
# The centres with temporary values.
_TEMPORARY: Tag = ("temporary", True)
_NO_ROWS = RowSet()
# From digits to bytes that are false or true.
_DIGITS = bytes.maketrans(b"01", b"\0\1")
_id_of = attrgetter("id")


class _Condition(NamedTuple):
    """A filter: its name in requests, the sets of the centres that pass it, and whether one does.

    Only a choice of languages has several sets, which may share centres.
    """

    name: str
    sets: tuple[RowSet, ...]
    admits: Callable[[PublishedCentre], bool]

    @property
    def size(self) -> int:
        """At most so many centres pass."""
        return sum(map(len, self.sets))

    def rows(self) -> RowSet:
        """The rows of the centres that pass."""
        return self.sets[0] if len(self.sets) == 1 else RowSet.union(self.sets)


class _Selection(NamedTuple):
    """The conditions of some filters, and the active centres that pass all of them: an index of a
    `few`, or a bit for each row if they are many.
    """

    conditions: list[_Condition]
    few: NearestIndex | None
    passing: bytes | None


# The filters by a code of a vocabulary, and the member of a centre that has its code or codes.
CODES: Mapping[str, str] = MappingProxyType({"service": "services", "audience": "audiences"})


class CentreIndex:
    """Published centres. `listed` are those that are not permanently closed."""

    def __init__(self, centres: Iterable[Centre]) -> None:
        published: list[PublishedCentre] = []
        tags = defaultdict[Tag, "array[int]"](partial(array, "I"))
        # One centre after the other: as objects, many would take five times the memory.
        self._text = TextIndex(_added(centres, published, tags))
        # By row; None where there was a centre that has been removed.
        self._by_row: list[PublishedCentre | None] = [*published]
        published.sort(key=_id_of)
        self._tags: Mapping[Tag, RowSet] = {tag: RowSet(rows) for tag, rows in tags.items()}
        self._nearest = NearestIndex(_located(published, "active"))
        self._nearest_closed = NearestIndex(_located(published, "temporarily_closed"))
        # Whether the rows of centres are in the order of their ids.
        self._is_in_order = all(one.row < other.row for one, other in pairwise(published))
        self._arrange({entry.id: entry for entry in published})

    def _arrange(self, by_id: dict[str, PublishedCentre]) -> None:
        self.by_id: Mapping[str, PublishedCentre] = by_id
        self.all = Centres(tuple(by_id.values()))
        self.listed = Centres(tuple(each for each in by_id.values() if each.status != "closed"))
        # The rows of listed centres, if they are not in the order of the ids.
        self._order = (
            None if self._is_in_order else array("I", (each.row for each in self.listed.published))
        )
        # The centres of several tags of one language; few combinations of tags can be asked for.
        self._several: dict[tuple[Tag, ...], RowSet] = {}
        # The centres that are open at the moments that were asked for last.
        self._of_hours: dict[frozenset[HoursKey], RowSet] = {}
        self._selections: dict[tuple[Filters, tuple[str, ...], float | None], _Selection] = {}
        # The tags of languages by the first part of the language.
        self._languages: dict[str, list[Tag]] = defaultdict(list)
        for tag in self._tags:
            if tag[0] == "language":
                self._languages[_first_part(str(tag[1]))].append(tag)
        self.covered = frozenset(str(value) for kind, value in self._tags if kind == "country")
        # The different blurs (metres) of the points of active centres.
        self.blurs = tuple(
            value for kind, value in self._tags if kind == "blur" and isinstance(value, float)
        )

    def changed(self, removed: Iterable[str], added: Iterable[Centre]) -> "CentreIndex":
        """Return the index without the centres with some ids, and with others, which replace those
        with the same id.
        """
        centres = {centre.id: centre for centre in added}
        gone = {*removed} - centres.keys()
        if self._text.texts > 2 * len(self.by_id) + _MOST_SUPERSEDED:
            ids = sorted(self.by_id.keys() - gone | centres.keys())
            return CentreIndex(centres.get(key) or self.by_id[key].centre for key in ids)
        old = [self.by_id[key] for key in (*gone, *centres) if key in self.by_id]
        ids = sorted(centres.keys() - self.by_id.keys())
        rows = {entry.id: entry.row for entry in old} | dict(zip(ids, count(len(self._by_row))))
        new = [PublishedCentre(centre, rows[key]) for key, centre in centres.items()]
        index = CentreIndex.__new__(CentreIndex)
        index._tags = self._changed_tags(old, [(each.row, centres[each.id]) for each in new])
        index._text = self._text.changed(
            {each.row: words_of(each.centre) for each in old if each.status != "closed"},
            {each.row: words_of(centres[each.id]) for each in new if each.status != "closed"},
        )
        index._by_row = [*self._by_row, *[None] * len(ids)]
        for entry in old:
            index._by_row[entry.row] = None
        for entry in new:
            index._by_row[entry.row] = entry
        index._nearest = _changed(self._nearest, old, new, "active", index._by_row)
        index._nearest_closed = _changed(
            self._nearest_closed, old, new, "temporarily_closed", index._by_row
        )
        by_id = {**self.by_id, **{entry.id: entry for entry in new}}
        for key in gone & by_id.keys():
            del by_id[key]
        if ids:
            by_id = {key: by_id[key] for key in sorted(by_id)}
        follow = all(each.id < ids[0] for each in self.all.published[-1:]) if ids else True
        index._is_in_order = self._is_in_order and follow
        index._arrange(by_id)
        return index

    def _changed_tags(
        self, old: Iterable[PublishedCentre], new: Iterable[tuple[int, Centre]]
    ) -> Mapping[Tag, RowSet]:
        """Return the tags without those of some centres, and with those of centres in some rows."""
        removed, added = defaultdict[Tag, set[int]](set), defaultdict[Tag, set[int]](set)
        for entry in old:
            for tag in _tags(entry.centre):
                removed[tag].add(entry.row)
        for row, centre in new:
            for tag in _tags(centre):
                added[tag].add(row)
        tags = dict(self._tags)
        for tag in removed.keys() | added.keys():
            if removed[tag] != added[tag]:
                tags[tag] = tags.get(tag, _NO_ROWS).changed(removed[tag], added[tag])
                if not tags[tag]:
                    del tags[tag]
        return tags

    def tagged(self, kind: str, value: Hashable) -> list[PublishedCentre]:
        """Return the centres with a value of a member.

        Kinds are language, service, audience, country, coverage and, of active ones, hours. Except
        for coverage and hours these are centres that are not permanently closed.
        """
        return self._sorted(self._tags.get((kind, value), _NO_ROWS))

    @property
    def temporary(self) -> list[PublishedCentre]:
        """The centres with temporary values, whether these hold now or not."""
        return self.tagged(*_TEMPORARY)

    def counts(self, kind: str) -> dict[str, int]:
        """Return how many centres have each value of a kind of tag, by value."""
        return {str(value): len(rows) for (each, value), rows in self._tags.items() if each == kind}

    def hours(self) -> Iterator[HoursKey]:
        """Yield the opening hours of active centres."""
        return (value for _, value in self._tags if isinstance(value, HoursKey))

    def nearest_quickly(
        self, origin: Point, limit: int
    ) -> list[tuple[float, PublishedCentre]] | None:
        """Return the nearest active centres with their distances in metres; None if geopy must
        measure.
        """
        return self._nearest.quickly(self._by_row, origin, limit)

    def nearest(
        self,
        origin: Point,
        filters: Filters,
        limit: int,
        max_distance_m: float | None,
        *,
        speaking: Sequence[str] = (),
        blur_m: float | None = None,
    ) -> list[Hit]:
        """Return the nearest active centres that pass the filters; see NearestIndex.nearest.

        With `speaking`, only those that speak one of these languages, too; with `blur_m`, only
        those whose points have this blur.
        """
        _, few, passing = self._selected(filters, tuple(speaking), blur_m)
        index = self._nearest if few is None else few
        return index.nearest(self._by_row, origin, limit, passing, max_distance_m)

    def _selected(
        self, filters: Filters, speaking: tuple[str, ...], blur_m: float | None = None
    ) -> _Selection:
        """Return what the filters select; it is kept for a batch, which has the same for each of
        its places.
        """
        key = (filters, speaking, blur_m)
        selection = self._selections.get(key)
        if selection is None:
            conditions = self._conditions(filters)
            if blur_m is not None:
                blurred = _condition("blur", self._tags.get(("blur", blur_m), _NO_ROWS))
                conditions = _by_size([*conditions, blurred])
            if speaking:
                conditions = _by_size([*conditions, self._speaking(speaking)])
            few, passing = None, None
            if conditions and self._is_rare(conditions):
                few = NearestIndex(_located(self._passing(conditions), "active"))
            elif conditions:
                passing = self._mask(self._bits(conditions, None))
            if len(self._selections) >= _MOST_SELECTIONS:
                self._selections.clear()
            selection = self._selections[key] = _Selection(conditions, few, passing)
        return selection

    def nearest_closed(
        self, origin: Point, filters: Filters, limit: int, max_distance_m: float | None
    ) -> list[Hit]:
        """Return the nearest temporarily closed centres that pass the filters, as `nearest` does
        the active ones.
        """
        if not self._nearest_closed:
            return []
        conditions = self._conditions(filters)
        passing = self._mask(self._bits(conditions, None)) if conditions else None
        return self._nearest_closed.nearest(self._by_row, origin, limit, passing, max_distance_m)

    def left_out(self, filters: Filters) -> dict[str, int]:
        """Return how many active centres with a point each filter leaves out, by its name."""
        reachable = self._tags.get(_REACHABLE, _NO_ROWS)
        bits = reachable.bits
        return {
            condition.name: len(reachable) - (condition.rows().bits & bits).bit_count()
            for condition in sorted(
                self._selected(filters, ()).conditions, key=lambda each: each.name
            )
        }

    def count(self, filters: Filters, words: str | None = None) -> int:
        """Return how many listed centres pass the filters, of which at least one is set, and match
        the words.
        """
        return self._bits(self._selected(filters, ()).conditions, words).bit_count()

    def covering(self, codes: Iterable[str], filters: Filters) -> list[PublishedCentre]:
        """Return the active centres whose coverage has one of some codes and that pass the filters,
        sorted by id.
        """
        rows = {row for code in codes for row in self._tags.get(("coverage", code), ())}
        conditions = self._selected(filters, ()).conditions if rows else ()
        return [
            each
            for each in self._sorted(rows)
            if all(condition.admits(each) for condition in conditions)
        ]

    def page(
        self, filters: Filters, words: str | None, after: str | None, limit: int
    ) -> tuple[int, Sequence[PublishedCentre], bool]:
        """Return how many listed centres pass the filters and match the words, those of them that
        follow an id, at most `limit`, and whether there are more.
        """
        conditions = self._conditions(filters)
        if words is None and not conditions:
            matches: Sequence[PublishedCentre] = self.listed.published
        elif words is None and self._is_rare(conditions):
            matches = self._passing(conditions)
        else:
            bits = self._bits(conditions, words)
            total = bits.bit_count()
            if total > isqrt(len(self.by_id)):
                page = [*islice(self._following(bits, after), limit + 1)]
                return total, page[:limit], len(page) > limit
            matches = self._sorted(rows_of(bits))
        first = 0 if after is None else bisect_right(matches, after, key=_id_of)
        return len(matches), [*matches[first : first + limit]], len(matches) > first + limit

    def search(self, filters: Filters, words: str | None = None) -> Sequence[PublishedCentre]:
        """Return the listed centres that pass the filters and match the words, sorted by id."""
        conditions = self._conditions(filters)
        if words is None and not conditions:
            return self.listed.published
        return self._sorted(rows_of(self._bits(conditions, words)))

    def _is_rare(self, conditions: Sequence[_Condition]) -> bool:
        """Return whether the first condition, the one with the fewest centres, has few."""
        return conditions[0].size <= _SCANNED * isqrt(len(self.by_id))

    def _passing(self, conditions: Sequence[_Condition]) -> list[PublishedCentre]:
        """Return the centres that pass all conditions, by looking at each that passes the first."""
        rarest, *others = conditions
        return [
            each
            for each in self._sorted(rarest.rows())
            if all(other.admits(each) for other in others)
        ]

    def _sorted(self, rows: Iterable[int]) -> list[PublishedCentre]:
        """Return the centres in some rows, sorted by id."""
        return sorted(filter(None, map(self._by_row.__getitem__, rows)), key=_id_of)

    def _following(self, bits: int, after: str | None) -> Iterator[PublishedCentre]:
        """Yield the centres whose rows are the bits of a number and that follow an id, sorted."""
        listed = self.listed.published
        first = 0 if after is None else bisect_right(listed, after, key=_id_of)
        # For each row, from the first one on, 1 or 0.
        is_match = f"{bits:0{len(self._by_row)}b}"[::-1].encode().translate(_DIGITS)
        if self._order is None:
            first = listed[first].row if first < len(listed) else len(self._by_row)
            return filter(None, compress(self._by_row[first:], is_match[first:]))
        # Since a centre was added between others, at most 3 ms at 100,000.
        return compress(listed[first:], map(is_match.__getitem__, self._order[first:]))

    def _bits(self, conditions: Iterable[_Condition], words: str | None) -> int:
        """Return the rows of the listed centres that pass the conditions and match the words, as
        bits; there is at least one of them.
        """
        sets = [condition.rows().bits for condition in conditions]
        if words is not None:
            terms = terms_of(words)
            sets += map(self._with_one_of, terms) if terms else [0]
        return reduce(and_, sets)

    def _with_one_of(self, prefixes: Iterable[str]) -> int:
        """Return the rows of the listed centres of which a word begins with one of the prefixes."""
        return reduce(or_, chain.from_iterable(map(self._with_prefix, prefixes)))

    def _with_prefix(self, prefix: str) -> Iterator[int]:
        yield self._text.rows(prefix)
        for tag in labelled(prefix):
            yield self._tags.get(tag, _NO_ROWS).bits

    def _mask(self, bits: int) -> bytes:
        """Return the bits of some rows as bytes, with one for every row."""
        return bits.to_bytes(len(self._by_row) // 8 + 1, "little")

    def _conditions(self, filters: Filters) -> list[_Condition]:
        """Return a condition for each filter, first the one that the fewest centres pass."""
        conditions = [
            _condition(kind, self._tags.get((kind, value), _NO_ROWS))
            for kind in CODES
            if (value := getattr(filters, kind)) is not None
        ]
        if filters.language is not None:
            conditions.append(self._speaking([filters.language]))
        if filters.opening is not None:
            conditions.append(_condition("open_at", self._with_hours(filters.opening.open)))
        return _by_size(conditions)

    def speakers(self, languages: Sequence[str]) -> list[RowSet]:
        """Return the centres that speak each of some languages."""
        return list(map(self._speakers, languages))

    def _speaking(self, languages: Sequence[str]) -> _Condition:
        """Return the condition that a centre speaks one of some languages."""
        return _condition("language", *map(self._speakers, languages))

    def _speakers(self, language: str) -> RowSet:
        """Return the centres that speak a language: nl-BE counts as nl, and nl as nl-BE."""
        alike = self._languages.get(_first_part(language), ())
        spoken = tuple(tag for tag in alike if speaks(str(tag[1]), language))
        if len(spoken) == 1:
            return self._tags[spoken[0]]
        if spoken not in self._several:
            self._several[spoken] = RowSet.union([self._tags[tag] for tag in spoken])
        return self._several[spoken]

    def _with_hours(self, hours: frozenset[HoursKey]) -> RowSet:
        """Return the active centres that have one of some opening hours."""
        rows = self._of_hours.get(hours)
        if rows is None:
            if len(self._of_hours) >= _MOST_OPENINGS:
                self._of_hours.clear()
            rows = RowSet.union([self._tags.get(("hours", each), _NO_ROWS) for each in hours])
            self._of_hours[hours] = rows
        return rows


def _first_part(language: str) -> str:
    """Return the first part of a language (BCP 47), in small letters: nl for nl-BE."""
    return language.partition("-")[0].casefold()


def _by_size(conditions: Iterable[_Condition]) -> list[_Condition]:
    return sorted(conditions, key=lambda condition: condition.size)


def _condition(name: str, *sets: RowSet) -> _Condition:
    return _Condition(name, sets, lambda centre: any(centre.row in rows for rows in sets))


def _codes(centre: Centre, member: str) -> Iterable[str]:
    """Return the codes of a member that is one code, several or absent."""
    held: str | tuple[str, ...] | None = getattr(centre, member)
    return (held,) if isinstance(held, str) else held or ()


def _added(
    centres: Iterable[Centre],
    published: list[PublishedCentre],
    tags: Mapping[Tag, "array[int]"],
) -> Iterator[tuple[int, str]]:
    """Add centres to a list and their rows to those of their tags; yield the row and the words of
    each that is not permanently closed.
    """
    for row, centre in enumerate(centres):
        entry = PublishedCentre(centre, row)
        published.append(entry)
        for tag in _tags(centre):
            tags[tag].append(row)
        if entry.status != "closed":
            yield row, words_of(centre)


def _located(centres: Iterable[PublishedCentre], status: str) -> Iterator[Located]:
    """Yield the places of the centres with a status that have one."""
    return ((each.row, each.point) for each in centres if each.status == status and each.point)


def _changed(
    index: NearestIndex,
    old: Iterable[PublishedCentre],
    new: Iterable[PublishedCentre],
    status: str,
    by_row: ByRow,
) -> NearestIndex:
    """Return the index with these changes; the same one if no place differs."""
    before, after = {*_located(old, status)}, {*_located(new, status)}
    return index if before == after else index.changed(before - after, after - before, by_row)


def _tags(centre: Centre) -> set[Tag]:
    """Return the tags of a centre."""
    tags: set[Tag] = {("coverage", code) for code in centre.coverage if centre.status == "active"}
    if centre.status == "active":
        tags.add(("hours", HoursKey.of(centre)))
        if centre.location:
            tags |= {_REACHABLE, ("blur", float(centre.location.blur_m))}
    if centre.temporary:
        tags.add(_TEMPORARY)
    if centre.status != "closed":
        tags.add(("country", centre.address.country))
        tags |= {("language", spoken.code) for spoken in centre.languages}
        tags |= {(kind, code) for kind, member in CODES.items() for code in _codes(centre, member)}
    return tags
