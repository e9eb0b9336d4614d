"""The centres of a snapshot and every way to find them: by id, place, words, and members.

An index is immutable. The one of the next revision shares with it whatever has not changed: the
finished JSON of centres, the nodes of the tree, the sets of tags.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from math import isqrt
from typing import NamedTuple, overload

from directory_api.domain.geo.geometry import Point
from directory_api.domain.model.published import HoursKey, PublishedCentre
from directory_api.domain.model.records import Centre
from directory_api.domain.query import Filters, Hit, speaks
from directory_api.search.nearest import NearestIndex, nearest_of
from directory_api.search.text_index import TextIndex, words_of

# A kind of member and a value, such as ("service", "shelter").
Tag = tuple[str, Hashable]
_Tags = Mapping[Tag, frozenset[PublishedCentre]]
# If a filter leaves fewer centres than this times the square root of all, they are compared one by
# one; otherwise the tree finds the nearest that pass. Both then take about as long.
_SCANNED = 8


class Centres(Sequence[Centre]):
    """Centres in the order of their ids, each read from its JSON when it is asked for."""

    def __init__(self, published: Sequence[PublishedCentre]) -> None:
        self.published = published

    def __len__(self) -> int:
        return len(self.published)

    @overload
    def __getitem__(self, number: int) -> Centre: ...
    @overload
    def __getitem__(self, number: slice) -> "Centres": ...
    def __getitem__(self, number: int | slice) -> "Centre | Centres":
        if isinstance(number, slice):
            return Centres(self.published[number])
        return self.published[number].centre

    def __iter__(self) -> Iterator[Centre]:
        return (published.centre for published in self.published)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Centres) and [*self] == [*other]

    # As a list has none.
    __hash__ = None  # type: ignore[assignment]  # the convention of the data model


class CentresById(Mapping[str, Centre]):
    """Centres by id, each read from its JSON when it is asked for."""

    def __init__(self, published: Mapping[str, PublishedCentre]) -> None:
        self._published = published

    def __len__(self) -> int:
        return len(self._published)

    def __iter__(self) -> Iterator[str]:
        return iter(self._published)

    def __getitem__(self, identity: str) -> Centre:
        return self._published[identity].centre


class _Condition(NamedTuple):
    """A filter: its name in requests, the sets of the centres that pass it, and whether one does.

    Only opening hours have several sets, which share no centre, and a choice of languages, whose
    sets may.
    """

    name: str
    sets: tuple[frozenset[PublishedCentre], ...]
    admits: Callable[[PublishedCentre], bool]

    @property
    def size(self) -> int:
        """At most so many centres pass."""
        return sum(map(len, self.sets))

    def members(self) -> Collection[PublishedCentre]:
        """The centres that pass."""
        return self.sets[0] if len(self.sets) == 1 else {*chain.from_iterable(self.sets)}


class CentreIndex:
    """Published centres. `listed` are those that are not permanently closed."""

    def __init__(self, centres: Iterable[Centre]) -> None:
        published: list[PublishedCentre] = []
        tags: dict[Tag, set[PublishedCentre]] = {}
        # One centre after the other: as objects, many would take five times the memory.
        self._text = TextIndex(_added(centres, published, tags))
        published.sort(key=lambda each: each.id)
        self._tags: _Tags = {tag: frozenset(tags.pop(tag)) for tag in [*tags]}
        self._nearest = NearestIndex(entry for entry in published if entry.is_active)
        self._arrange({entry.id: entry for entry in published})

    def _arrange(self, by_id: dict[str, PublishedCentre]) -> None:
        self.by_id: Mapping[str, PublishedCentre] = by_id
        self.all = Centres(tuple(by_id.values()))
        self.listed = Centres(tuple(each for each in by_id.values() if each.status != "closed"))
        self._listed_ids = [each.id for each in self.listed.published]
        # The centres of several tags of one language; few combinations of tags can be asked for.
        self._several: dict[tuple[Tag, ...], frozenset[PublishedCentre]] = {}
        # Those of the listed centres that no search from a place finds.
        self._unreachable = frozenset(
            each for each in self.listed.published if not each.is_active or each.point is None
        )
        self.covered = frozenset(
            str(value) for (kind, value), members in self._tags.items() if kind == "country"
        )

    def changed(self, removed: Iterable[str], added: Iterable[Centre]) -> "CentreIndex":
        """Return the index without the centres with some ids, and with others, which replace those
        with the same id.
        """
        new = {centre.id: (PublishedCentre(centre), centre) for centre in added}
        old = [self.by_id[key] for key in {*removed, *new} if key in self.by_id]
        index = CentreIndex.__new__(CentreIndex)
        index._nearest = self._nearest.changed(
            (each for each in old if each.is_active),
            (each for each, _ in new.values() if each.is_active),
        )
        tags = dict(self._tags)
        for entry in old:
            for tag in _tags(entry.centre):
                tags[tag] -= {entry}
                if not tags[tag]:
                    del tags[tag]
        for entry, centre in new.values():
            for tag in _tags(centre):
                tags[tag] = tags.get(tag, frozenset()) | {entry}
        index._tags = tags
        by_id = {**self.by_id, **{key: entry for key, (entry, _) in new.items()}}
        for entry in old:
            if entry.id not in new:
                del by_id[entry.id]
        if by_id.keys() != self.by_id.keys():
            by_id = dict(sorted(by_id.items()))
        index._text = self._text.changed(
            {each.id: words_of(each.centre) for each in old if each.status != "closed"},
            {each.id: words_of(centre) for each, centre in new.values() if each.status != "closed"},
        )
        index._arrange(by_id)
        return index

    def tagged(self, kind: str, value: Hashable) -> frozenset[PublishedCentre]:
        """Return the centres with a value of a member.

        Kinds are language, service, audience, country, coverage and, of active ones, hours. Except
        for coverage and hours these are centres that are not permanently closed.
        """
        return self._tags.get((kind, value), frozenset())

    def counts(self, kind: str) -> dict[str, int]:
        """Return how many centres have each value of a kind of tag, by value."""
        return {
            str(value): len(members)
            for (each, value), members in self._tags.items()
            if each == kind
        }

    def hours(self) -> Iterator[tuple[HoursKey, frozenset[PublishedCentre]]]:
        """Yield the opening hours of active centres, and the centres that have them."""
        return (
            (value, members)
            for (_, value), members in self._tags.items()
            if isinstance(value, HoursKey)
        )

    def nearest(
        self,
        origin: Point,
        filters: Filters,
        limit: int,
        max_distance_m: float | None,
        *,
        speaking: Sequence[str] = (),
    ) -> list[Hit]:
        """Return the nearest active centres that pass the filters; see NearestIndex.nearest.

        With `speaking`, only those that speak one of these languages, too.
        """
        conditions = self._conditions(filters)
        if speaking:
            conditions = _by_size([*conditions, self._speaking(speaking)])
        if not conditions:
            return self._nearest.nearest(origin, limit, None, max_distance_m)
        rarest, *others = conditions
        if rarest.size <= _SCANNED * isqrt(len(self.by_id)):
            passing = (
                each
                for each in rarest.members()
                if each.is_active and all(other.admits(each) for other in others)
            )
            return nearest_of(passing, origin, limit, max_distance_m)

        def admit(centre: PublishedCentre) -> bool:
            return all(condition.admits(centre) for condition in conditions)

        return self._nearest.nearest(origin, limit, admit, max_distance_m)

    def left_out(self, filters: Filters) -> dict[str, int]:
        """Return how many active centres with a point each filter leaves out, by its name."""
        hidden = self._unreachable

        def passing(condition: _Condition) -> int:
            return condition.size - sum(len(members & hidden) for members in condition.sets)

        return {
            condition.name: len(self.listed) - len(hidden) - passing(condition)
            for condition in sorted(self._conditions(filters), key=lambda each: each.name)
        }

    def count(self, filters: Filters) -> int:
        """Return how many listed centres pass the filters, of which at least one is set."""
        conditions = self._conditions(filters)
        whole = [condition.sets[0] for condition in conditions if len(condition.sets) == 1]
        parts = next((each.sets for each in conditions if len(each.sets) != 1), whole[:1])
        return sum(len(part.intersection(*whole)) for part in parts)

    def nearest_of(
        self,
        origin: Point,
        admit: Callable[[PublishedCentre], bool],
        limit: int,
        max_distance_m: float | None = None,
    ) -> list[Hit]:
        """Return the nearest active centres that are admitted."""
        return self._nearest.nearest(origin, limit, admit, max_distance_m)

    def page(
        self, filters: Filters, words: str | None, after: str | None, limit: int
    ) -> tuple[int, Sequence[PublishedCentre], bool]:
        """Return how many listed centres pass the filters and match the words, those of them that
        follow an id, at most `limit`, and whether there are more.
        """
        conditions = self._conditions(filters)
        if words is not None and not conditions:
            ids = self._text.matches(words, after, limit + 1)
            page = [self.by_id[key] for key in ids]
            return self._text.count(words), page[:limit], len(page) > limit
        if words is None and len(conditions) <= 1 and not any(c.sets[1:] for c in conditions):
            # Everything, or what one set has: the page needs only its own centres.
            start = 0 if after is None else bisect_right(self._listed_ids, after)
            total = len(self.listed)
            following: Iterable[PublishedCentre] = map(
                self.listed.published.__getitem__, range(start, total)
            )
            for condition in conditions:
                members = condition.members()
                total = len(members)
                if total <= _SCANNED * isqrt(len(self.listed)):
                    matches = sorted(members, key=lambda each: each.id)
                    following = (each for each in matches if after is None or each.id > after)
                else:
                    following = filter(condition.admits, following)
            page = [*islice(following, limit + 1)]
            return total, page[:limit], len(page) > limit
        matches = self.search(filters, words)
        first = bisect_right([each.id for each in matches], after) if after is not None else 0
        return len(matches), matches[first : first + limit], len(matches) > first + limit

    def search(self, filters: Filters, words: str | None = None) -> list[PublishedCentre]:
        """Return the listed centres that pass the filters and match the words, sorted by id."""
        conditions = self._conditions(filters)
        if words is not None:
            matches: Iterable[PublishedCentre] = map(
                self.by_id.__getitem__, self._text.matches(words)
            )
        elif conditions:
            rarest, *conditions = conditions
            matches = sorted(rarest.members(), key=lambda each: each.id)
        else:
            matches = self.listed.published
        for condition in conditions:
            matches = filter(condition.admits, matches)
        return [*matches]

    def _conditions(self, filters: Filters) -> list[_Condition]:
        """Return a condition for each filter, first the one that the fewest centres pass."""
        conditions = [
            _condition(kind, self.tagged(kind, value))
            for kind, value in (("service", filters.service), ("audience", filters.audience))
            if value is not None
        ]
        if filters.language is not None:
            conditions.append(self._speaking([filters.language]))
        if filters.opening is not None:
            open_hours = filters.opening.open
            conditions.append(
                _Condition(
                    "open_at",
                    tuple(members for key, members in self.hours() if key in open_hours),
                    lambda each: each.is_active and each.hours in open_hours,
                )
            )
        return _by_size(conditions)

    def _speaking(self, languages: Sequence[str]) -> _Condition:
        """Return the condition that a centre speaks one of some languages."""
        return _condition("language", *map(self._speakers, languages))

    def _speakers(self, language: str) -> frozenset[PublishedCentre]:
        """Return the centres that speak a language: nl-BE counts as nl, and nl as nl-BE."""
        spoken = tuple(
            tag for tag in self._tags if tag[0] == "language" and speaks(str(tag[1]), language)
        )
        if len(spoken) == 1:
            return self._tags[spoken[0]]
        if spoken not in self._several:
            self._several[spoken] = frozenset().union(*(self._tags[tag] for tag in spoken))
        return self._several[spoken]


def _by_size(conditions: Iterable[_Condition]) -> list[_Condition]:
    return sorted(conditions, key=lambda condition: condition.size)


def _condition(name: str, *sets: frozenset[PublishedCentre]) -> _Condition:
    if len(sets) == 1:
        return _Condition(name, sets, sets[0].__contains__)
    return _Condition(name, sets, lambda centre: any(centre in members for members in sets))


def _added(
    centres: Iterable[Centre],
    published: list[PublishedCentre],
    tags: dict[Tag, set[PublishedCentre]],
) -> Iterator[tuple[str, str]]:
    """Add centres to a list and to the sets of their tags; yield the id and the words of each that
    is not permanently closed.
    """
    for centre in centres:
        entry = PublishedCentre(centre)
        published.append(entry)
        for tag in _tags(centre):
            tags.setdefault(tag, set()).add(entry)
        if entry.status != "closed":
            yield entry.id, words_of(centre)


def _tags(centre: Centre) -> set[Tag]:
    """Return the tags of a centre."""
    tags: set[Tag] = {("coverage", code) for code in centre.coverage if centre.status == "active"}
    if centre.status == "active":
        tags.add(("hours", HoursKey.of(centre)))
    if centre.status != "closed":
        tags.add(("country", centre.address.country))
        tags |= {("language", spoken.code) for spoken in centre.languages}
        tags |= {("service", code) for code in centre.services}
        tags |= {("audience", code) for code in centre.audiences}
    return tags
