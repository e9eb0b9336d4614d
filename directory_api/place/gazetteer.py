"""Look up postcodes and names of towns in the countries of a directory and in their neighbours.

People who live across the border ask, too. The postcodes of a directory's own countries are in the
store; those near the border come with the product.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from directory_api.place.country_places import CountryPlaces, tidy_typed
from directory_api.place.geometry import Point
from directory_api.place.outlines import Outline
from directory_api.place.postcode import Place, PostcodeRule, rule_for, with_zeros, written_like
from directory_api.place.provinces import is_province_of
from directory_api.place.refusals import name_of_country, of_country, too_far, unsupported
from directory_api.text.errors import (
    PlaceRefused,
    PlaceUnknown,
    PostcodeForeign,
    PostcodeUnknown,
    Suggestion,
)
from directory_api.text.normalize import fold

# What follows one of these words in a long official name is a river or a region: Valkenburg aan de
# Geul, Monschau in der Eifel. Tables may have the name without it.
_BEFORE_REGIONS = frozenset({"aan", "am", "an", "bij", "im", "in", "op", "sous", "sur"})


_LONG_NUMBER = re.compile("[0-9]{4}", re.ASCII)


class TypedWithin(NamedTuple):
    """The name of a place, or a postcode with its name, in a longer text, and the country (ISO
    3166-1).
    """

    text: str
    country: str
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What is known of the countries around a country `of` (ISO 3166-1): their places and outlines
    within `within_km` kilometres of it, and the sources of these.

    `larger` are the folded names of towns that are much larger there than towns with the same name
    in that country, such as Lille: people who type one may mean either.
    """

    country: str = ""
    within_km: int = 0
    places: Mapping[str, CountryPlaces] = field(default_factory=dict)
    outlines: tuple[Outline, ...] = ()
    larger: frozenset[str] = frozenset()
    attributions: tuple[Mapping[str, str], ...] = ()


NO_NEIGHBOURS = Neighbours()


class Gazetteer:
    """The places of a directory: all of its own countries, and those of the neighbours. Immutable.

    A country of which the directory has its own table is no neighbour.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        by_country: dict[str, list[Place]] = {}
        for place in places:
            by_country.setdefault(place.country, []).append(place)
        self._own = {
            country: CountryPlaces(country, by_country[country]) for country in sorted(by_country)
        }
        self.neighbours = NO_NEIGHBOURS
        # The own countries come first.
        self._countries: Mapping[str, CountryPlaces] = self._own

    def with_neighbours(self, neighbours: Neighbours) -> "Gazetteer":
        """Return the same places with those of the neighbours of one of these countries."""
        near = neighbours.places if neighbours.country in self._own else {}
        near = {country: places for country, places in near.items() if country not in self._own}
        outlines = tuple(each for each in neighbours.outlines if each.country in near)
        both = copy(self)
        both._countries = {**self._own, **near}
        both.neighbours = (
            replace(neighbours, places=near, outlines=outlines) if near else NO_NEIGHBOURS
        )
        return both

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """The number of postcodes of each of the directory's own countries."""
        return MappingProxyType(
            {country: len(places.codes) for country, places in self._own.items()}
        )

    def all_places(self) -> Iterator[Place]:
        """Yield every place of the directory's own countries."""
        return chain.from_iterable(places.codes.values() for places in self._own.values())

    def country(self, country: str) -> CountryPlaces:
        """Return the places of a country (ISO 3166-1). Raises CountryUnsupported."""
        try:
            return self._countries[country]
        except KeyError:
            raise unsupported(country, self._countries) from None

    def abroad(self, country: str) -> list[CountryPlaces]:
        """Return the places of each country other than this one: those of the directory, then its
        neighbours.
        """
        return [places for each, places in self._countries.items() if each != country]

    def places(self, country: str) -> tuple[Place, ...]:
        """Return every place of a country; none if no postcodes of it are known."""
        places = self._countries.get(country)
        return tuple(places.codes.values()) if places else ()

    def find(self, country: str, code: str) -> Place | None:
        """Return the place of an exact postcode, or None."""
        places = self._countries.get(country)
        return places.find(code) if places else None

    def municipality(self, place: Place) -> Point:
        """Return the median point of a place's whole municipality (WGS84 degrees).

        If the table has no municipalities, all places with the same name count as one.
        """
        from statistics import median  # only centres that hide their address need it

        group = place.municipality or place.name
        places = self._countries[place.country].codes.values()
        same = [other.point for other in places if (other.municipality or other.name) == group]
        return Point(
            round(median(point.lat for point in same), 5),
            round(median(point.lon for point in same), 5),
        )

    def resolve(self, typed: str, country: str) -> Place:
        """Return the place for a text that a user typed, as `CountryPlaces.resolve` does.

        A text that only one other country writes so is looked up there: `L-1111`, `1012 AB`. So is
        a postcode with its place, if that is not its place here: `59000 Lille`, `6211 Maastricht`.
        Raises what CountryPlaces.resolve raises, and CountryUnsupported. Each refusal has the
        countries in which the place may be.
        """
        here = self.country(country)
        try:
            return (
                self._resolve(typed, here)
                if country in self._own
                else self._resolve_in(typed, here)
            )
        except PlaceRefused as refused:
            refused.countries = refused.countries or (country,)
            raise

    def _resolve(self, typed: str, here: CountryPlaces) -> Place:
        """Return the place for a text that was typed in one of the directory's own countries."""
        try:
            place = here.resolve(typed, self._countries)
        except PostcodeForeign as foreign:
            first, *others = foreign.countries
            if others or first not in self._countries:
                raise
            return self._resolve_in(typed, self._countries[first])
        except (PlaceUnknown, PostcodeUnknown) as refused:
            named = self._find_named_abroad(typed, here)
            if len(named) == 1:
                return named[0]
            raise self._with_countries(refused, typed, here) from None
        return self._as_named(typed, place, here)

    def _resolve_in(self, typed: str, there: CountryPlaces) -> Place:
        """Return the place for a text in a country that it names, or that alone writes it so."""
        try:
            return there.resolve(typed, self._countries)
        except PostcodeUnknown:
            if there.country in self._own:
                raise
            home, within_km = rule_for(self.neighbours.country), self.neighbours.within_km
            raise too_far(there.rule, home, within_km) from None

    def _find_named_abroad(self, typed: str, here: CountryPlaces) -> list[Place]:
        """Return the places in other countries of a postcode that is typed with its name."""
        found = (there.find_named(typed) for there in self.abroad(here.country))
        return [place for place in found if place]

    def _as_named(self, typed: str, place: Place, here: CountryPlaces) -> Place:
        """Return the place of a postcode, or the one across the border with the same postcode whose
        name was typed with it.

        Raises PlaceUnknown if the name is that of another place there, and of none here: `6200
        Maastricht`, `1000 Roubaix`.
        """
        name = _name_beside(typed, here.rule)
        if not name or place.has_name(name) or is_province_of(name, place.subdivision):
            return place
        named = self._find_named_abroad(typed, here)
        if len(named) == 1:
            return named[0]
        if place.has_words(name):
            return place
        for text in (name, _without_region(name)):
            if here.is_name(text):
                return place
            there = self._suggest_countries(text, place.code, here)
            if there:
                error = here.misnamed(place)
                first, *others = error.suggestions
                raise PlaceUnknown(error.detail, suggestions=[first, *there, *others])
        return place

    def _suggest_countries(self, name: str, code: str, here: CountryPlaces) -> list[Suggestion]:
        """Return the countries that have a place with a name, for a postcode of this country."""
        alike = written_like(code, here.country)
        return [
            of_country(there.rule) if there.rule in alike else name_of_country(there.rule)
            for there in self.abroad(here.country)
            if there.is_name(name)
        ]

    def _with_countries(
        self, refused: PlaceUnknown | PostcodeUnknown, typed: str, here: CountryPlaces
    ) -> PlaceRefused:
        """Return a refusal with the other countries that may be meant.

        Those that have an unknown postcode, or the name that does not fit a postcode, are the last:
        `4000 Lille`. Those that write a postcode so, if this country does not, are the first:
        `59100 Lille`.
        """
        first, last = list[Suggestion](), list[Suggestion]()
        text = tidy_typed(typed)
        split = here.rule.split(text)
        if isinstance(refused, PostcodeUnknown):
            alike = written_like(text, here.country)
            last = [of_country(rule) for rule in alike if self.find(rule.country, text)]
        elif split:
            code, name = split
            last = self._suggest_countries(name, code, here)
        else:
            rules = (there.rule for there in self.abroad(here.country))
            first = [of_country(rule) for rule in rules if rule.split(text)]
        return type(refused)(refused.detail, suggestions=[*first, *refused.suggestions, *last])

    def within(self, typed: str, country: str) -> TypedWithin | None:
        """Return the postcode with its name, or the only name of a place, in a longer text: `Rue de
        la Loi 16, 1000 Bruxelles`, `I am in Antwerp`. None for no such place or several.
        """
        here, text = self.country(country), tidy_typed(typed)
        if here.rule.split(text) or here.rule.split(with_zeros(text)):
            return None
        codes = [
            TypedWithin(code, places.country)
            for places in (here, *self.abroad(country))
            for code in places.named_codes(typed)
        ]
        if codes:
            return codes[0] if len(codes) == 1 else None
        # The number of no house is so long: it is a postcode of another place.
        names = set() if _LONG_NUMBER.search(typed) else here.names_within(typed)
        name = names.pop() if len(names) == 1 else ""
        is_longer = fold(name) != fold(typed)
        return TypedWithin(name, country, is_name=True) if name and is_longer else None

    def may_be_in(self, typed: str, place: Place) -> Mapping[str, bool]:
        """Return the other countries of `writing` for the postcode that a user typed.

        There are none if the place was typed with its name or with the prefix of its country.
        """
        rule = rule_for(place.country)
        name = _name_beside(typed, rule)
        if rule.is_prefixed(tidy_typed(typed)) or (name and place.has_name(name)):
            return {}
        return self.countries_with_code(place)

    def countries_with_code(self, place: Place) -> Mapping[str, bool]:
        """Return the other countries that write the postcode of a place in the same way, and
        whether it is known there. Only those of which every postcode is known must have it, too.
        """
        known = {
            country: code in self._countries[country].codes
            for country, code in _writers(place.code, place.country)
            if country in self._countries
        }
        return {country: has for country, has in known.items() if has or country not in self._own}

    def also_called(self, typed: str, country: str) -> tuple[str, ...]:
        """Return the countries other than this one that have a place with this name, or with a
        longer one that begins with it: `Lille`, `Bergen` (op Zoom).
        """
        return tuple(there.country for there in self.abroad(country) if there.has_name(typed))

    def is_only_abroad(self, typed: str, country: str) -> bool:
        """Return whether a text is the whole name of a place in another country, and of none in
        this one: `Rijsel`.
        """
        return not self.country(country).is_name(typed) and any(
            there.is_name(typed) for there in self.abroad(country)
        )

    def written_abroad(self, typed: str, country: str, home: str) -> str:
        """Return what a text that was refused for the country `home` asks for in a neighbour: a
        postcode, a name or both, as the table writes them. Empty if the table has no such name.

        A postcode alone may be too far from the border to be in the table.
        """
        text, there = tidy_typed(typed), self.country(country)
        rule = there.rule
        code, name = rule.split(text) or rule_for(home).split(text) or (rule.key(text) or "", text)
        spelled = (name, _without_region(name))
        town = next(chain.from_iterable(map(there.towns, spelled)), None)
        if town is None:
            return rule.key(code) or ""
        return f"{code} {town.spelled}" if there.find(code) else town.spelled


def _name_beside(typed: str, rule: PostcodeRule) -> str:
    """Return the name that was typed with a postcode; empty if there is none."""
    split = rule.split(tidy_typed(typed))
    return split[1] if split else ""


def _without_region(name: str) -> str:
    """Return the folded words of a name before those of its river or region, or all of them."""
    words = fold(name).split()
    ends = (at for at, word in enumerate(words) if at and word in _BEFORE_REGIONS)
    return " ".join(words[: next(ends, len(words))])


# Its arguments are rows of tables, never what a user typed.
@lru_cache(maxsize=2048)
def _writers(code: str, country: str) -> tuple[tuple[str, str], ...]:
    """Return the other countries that write the postcode of a country in the same way, sorted, each
    with the postcode as its table lists it.
    """
    return tuple(
        sorted((rule.country, rule.key(code) or "") for rule in written_like(code, country))
    )
