"""The centres of a snapshot and every way to find them: by id, place, words, and members."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import reduce
from operator import and_, attrgetter
from types import MappingProxyType
from typing import NamedTuple

from directory_api.hours.timetable import HoursKey
from directory_api.place.geometry import Point
from directory_api.place.postcode import Town
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre
from directory_api.record.search_words import codes_named, terms_of
from directory_api.search.point_tree import PointTree
from directory_api.search.query import NO_FILTERS, Filters, Result, is_same_language

# So many centres that pass a filter have a tree of their own.
_FEW = 64
# Of how many filters it is kept what they let pass; 0.3 ms for 10,000 centres.
_MOST_FILTERS = 100
_NONE: frozenset[PublishedCentre] = frozenset()
_id_of = attrgetter("id")
# The filters by a code of a vocabulary, and the member of a centre that has its code or codes.
CODES: Mapping[str, str] = MappingProxyType({"service": "services", "audience": "audiences"})


class FilterResult(NamedTuple):
    """What some filters let pass.

    `passing` are the listed centres that pass all of them; None without a filter, for all. If they
    are few, `few` has the active ones. For each filter, by its name in requests, `passing_each` has
    those that pass it, and `left_out` counts the active centres with a point that do not.
    `hours_unknown` counts the listed centres that a filter by opening hours leaves out because
    their state is unknown; None without that filter. `towns` has those that were asked for: whether
    the answer is certain, or None if there is none for the whole town.
    """

    passing: AbstractSet[PublishedCentre] | None
    few: PointTree | None
    passing_each: Mapping[str, AbstractSet[PublishedCentre]]
    left_out: Mapping[str, int]
    hours_unknown: int | None
    towns: dict[Town, bool | None]


class CentreIndex:
    """Published centres. Immutable.

    `all` and `listed` are sorted by id; those that are permanently closed are not listed. `covered`
    are the countries of the listed ones, `most_blur_m` the largest blur (metres) of a point of an
    active one. It shares with a previous one the trees of equal points.
    """

    def __init__(
        self, centres: Iterable[PublishedCentre], previous: "CentreIndex | None" = None
    ) -> None:
        self.all = tuple(sorted(centres, key=_id_of))
        self.by_id: Mapping[str, PublishedCentre] = {each.id: each for each in self.all}
        self.listed = tuple(each for each in self.all if each.status != "closed")
        # By a kind of member and a value, such as service and shelter.
        self._having: dict[str, dict[Hashable, set[PublishedCentre]]] = defaultdict(dict)
        for each in self.all:
            for kind, value in _values(each):
                self._having[kind].setdefault(value, set()).add(each)
        # The centres that a search from a place can find.
        self._reachable = frozenset(each for each in self.all if each.is_active and each.point)
        self._open: PointTree = PointTree(
            (each for each in self.all if each.is_active), previous._open if previous else None
        )
        self._closed: PointTree = PointTree(
            (each for each in self.all if each.status == "temporarily_closed"),
            previous._closed if previous else None,
        )
        self.covered = frozenset(self.counts("country"))
        self.most_blur_m = max((each.blur_m for each in self._reachable), default=0.0)
        self._whole = self._filter(NO_FILTERS)
        self._filtered: dict[Filters, FilterResult] = {}

    @property
    def temporary(self) -> list[PublishedCentre]:
        """The centres with temporary values, whether these hold now or not."""
        return [each for each in self.all if each.centre.temporary]

    def counts(self, kind: str) -> dict[str, int]:
        """Return how many listed centres have each language, service, audience or country."""
        return {str(value): len(centres) for value, centres in self._having[kind].items()}

    def hours(self) -> Iterator[HoursKey]:
        """Yield the opening hours of active centres, each once."""
        return (value for value in self._having["hours"] if isinstance(value, HoursKey))

    def filtered(self, filters: Filters) -> FilterResult:
        """Return the centres that pass some filters, with what these leave out."""
        if filters is NO_FILTERS:
            return self._whole
        found = self._filtered.get(filters)
        if found is None:
            if len(self._filtered) >= _MOST_FILTERS:
                self._filtered.clear()
            found = self._filtered[filters] = self._filter(filters)
        return found

    def nearest(
        self, origin: Point, filters: Filters, among: AbstractSet[PublishedCentre] | None = None
    ) -> Iterator[Result]:
        """Yield the nearest active centres that pass the filters, perhaps only those among some;
        see PointTree.nearest.
        """
        passing, tree = self.filtered(filters)[:2]
        if among is not None:
            passing = among if passing is None else passing & among
            tree = self._tree_of_few(passing)
        if tree:
            return tree.nearest(origin)
        return self._open.nearest(origin, _admits(passing))

    def nearest_closed(
        self, origin: Point, filters: Filters, farthest_m: float
    ) -> Iterator[Result]:
        """Yield the nearest temporarily closed centres that pass the filters, as `nearest` does
        the active ones.
        """
        passing = self.filtered(filters).passing
        return self._closed.nearest(origin, _admits(passing), farthest_m)

    def covering(self, codes: Iterable[str]) -> AbstractSet[PublishedCentre]:
        """Return the active centres whose coverage has one of some codes."""
        return self._union("coverage", codes)

    def search(self, filters: Filters, words: str | None = None) -> Sequence[PublishedCentre]:
        """Return the listed centres that pass the filters and match the words, sorted by id."""
        passing = self.filtered(filters).passing
        found = self.listed
        if passing is not None:
            found = tuple(each for each in found if each in passing)
        return found if words is None else self._matching(words, found)

    def page(
        self, filters: Filters, words: str | None, after: str | None, limit: int
    ) -> tuple[int, Sequence[PublishedCentre], bool]:
        """Return how many listed centres pass the filters and match the words, those of them that
        follow an id, at most `limit`, and whether there are more.
        """
        matches = self.search(filters, words)
        first = 0 if after is None else bisect_right(matches, after, key=_id_of)
        return len(matches), matches[first : first + limit], len(matches) > first + limit

    def _matching(self, query: str, centres: Sequence[PublishedCentre]) -> list[PublishedCentre]:
        """Return the centres of which a word begins with each term of a query, if it has any."""
        terms = terms_of(query)
        found = [*centres] if terms else []
        for prefixes in terms:
            named = _NONE.union(
                *(
                    self._having[kind].get(code, _NONE)
                    for each in prefixes
                    for kind, code in codes_named(each)
                )
            )
            beginnings = [f" {each}" for each in prefixes]
            begun = {each for beginning in beginnings for each in found if beginning in each.words}
            found = [each for each in found if each in begun or each in named]
        return found

    def speakers(self, language: str) -> AbstractSet[PublishedCentre]:
        """Return the listed centres that speak a language: nl-BE counts as nl, and nl as nl-BE."""
        spoken = self.counts("language")
        return self._union(
            "language", (code for code in spoken if is_same_language(code, language))
        )

    def _union(self, kind: str, values: Iterable[Hashable]) -> AbstractSet[PublishedCentre]:
        """Return the centres with one of some values of a member."""
        sets = [self._having[kind].get(value, _NONE) for value in values]
        return sets[0] if len(sets) == 1 else _NONE.union(*sets)

    def _filter(self, filters: Filters) -> FilterResult:
        sets = self._passing(filters)
        left_out = {
            name: len(self._reachable) - len(self._reachable & sets[name]) for name in sorted(sets)
        }
        passing = reduce(and_, sets.values()) if sets else None
        unknown = filters.with_unknown_hours()
        hours_unknown = len(reduce(and_, self._passing(unknown).values())) if unknown else None
        few = None if passing is None else self._tree_of_few(passing)
        return FilterResult(passing, few, sets, left_out, hours_unknown, {})

    def _tree_of_few(self, centres: AbstractSet[PublishedCentre]) -> PointTree | None:
        """Return a tree of the active ones among some centres; None if they are many."""
        few = len(centres) <= _FEW
        return PointTree(sorted(centres & self._reachable, key=_id_of)) if few else None

    def _passing(self, filters: Filters) -> dict[str, AbstractSet[PublishedCentre]]:
        """Return the listed centres that pass each filter that is set, by its name in requests."""
        passing: dict[str, AbstractSet[PublishedCentre]] = {
            kind: self._having[kind].get(value, _NONE)
            for kind in CODES
            if (value := getattr(filters, kind)) is not None
        }
        if filters.speaks is not None:
            passing["speaks"] = self.speakers(filters.speaks)
        if filters.opening is not None:
            passing["open_at"] = self._union("hours", filters.opening.open)
        return passing


def _admits(
    passing: AbstractSet[PublishedCentre] | None,
) -> Callable[[PublishedCentre], bool] | None:
    return None if passing is None else passing.__contains__


def _codes(centre: Centre, member: str) -> Iterable[str]:
    """Return the codes of a member that is one code, several or absent."""
    held: str | tuple[str, ...] | None = getattr(centre, member)
    return (held,) if isinstance(held, str) else held or ()


def _values(published: PublishedCentre) -> Iterator[tuple[str, Hashable]]:
    """Yield the kinds of members that a filter or a count asks for, and the values of a centre."""
    centre = published.centre
    if published.is_active:
        yield "hours", published.hours
        yield from (("coverage", code) for code in centre.coverage)
    if centre.status != "closed":
        yield "country", centre.address.country
        yield from (("language", spoken.code) for spoken in centre.languages)
        for kind, member in CODES.items():
            yield from ((kind, code) for code in _codes(centre, member))
