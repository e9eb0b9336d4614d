"""Look up postcodes of the countries around the directory's own, near the border.

People who live across the border ask, too. Their postcodes are not in the store: each country's
table is read when it is first needed, and then kept.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Protocol

from directory_api.once import OnceCache
from directory_api.place.gazetteer import LONGEST, Gazetteer
from directory_api.place.outlines import Outline
from directory_api.place.postcode import (
    Place,
    Rule,
    Town,
    rule_for,
    rules,
    written_like,
)
from directory_api.place.provinces import is_province_of
from directory_api.place.refusals import foreign, name_of_country, of_country, unsupported
from directory_api.text.errors import (
    CountryUnsupported,
    PlaceRefused,
    PostcodeForeign,
    PostcodeMalformed,
    PostcodeUnknown,
    Suggestion,
)
from directory_api.text.normalize import fold, tidy

# What follows one of these words in a long official name is a river or a region: Valkenburg aan de
# Geul, Monschau in der Eifel. Tables may have the name without it.
_BEFORE_REGIONS = frozenset({"aan", "am", "an", "bij", "im", "in", "op", "sous", "sur"})

_NO_CODES: Mapping[str, Place] = MappingProxyType({})
_COUNTRY = re.compile("[A-Z]{2}", re.ASCII)


def _name_beside(typed: str, place: Place) -> str:
    """Return the name that was typed with the postcode of a place; empty if there is none."""
    split = rule_for(place.country).split(tidy(typed)) if len(typed) <= LONGEST else None
    return split[1] if split else ""


# Its arguments are rows of tables, never what a user typed.
@lru_cache(maxsize=2048)
def _writers(code: str, country: str) -> tuple[tuple[str, str], ...]:
    """Return the other countries that write the postcode of a country in the same way, sorted, each
    with the postcode as its table lists it.
    """
    return tuple(
        sorted((rule.country, rule.key(code) or "") for rule in written_like(code, country))
    )


def _without_region(name: str) -> str:
    """Return the folded words of a name before those of its river or region, or all of them."""
    words = fold(name).split()
    ends = (at for at, word in enumerate(words) if at and word in _BEFORE_REGIONS)
    return " ".join(words[: next(ends, len(words))])


@contextmanager
def _refused_in(country: str) -> Iterator[None]:
    """Add a country to the refusals of a place for which no other is known.

    What is no code of a country is not repeated in the answer: it may be anything.
    """
    try:
        yield
    except PlaceRefused as refused:
        if not refused.countries and _COUNTRY.fullmatch(country):
            refused.countries = (country,)
        raise


class Tables(Protocol):
    """Where the postcodes are read; see files/neighbours.py."""

    @property
    def of(self) -> str:
        """The country (ISO 3166-1) near which the postcodes are."""

    @property
    def within_km(self) -> int:
        """How far from that country they are at most."""

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that have a table."""

    @property
    def larger(self) -> tuple[str, ...]:
        """The names of towns that are much larger there than in that country."""

    @property
    def attributions(self) -> tuple[Mapping[str, str], ...]:
        """The sources of the tables."""

    def places(self, country: str) -> Iterable[Place]:
        """Return the places of one of the countries."""

    def codes(self, country: str) -> Iterable[str]:
        """Return their postcodes."""

    @property
    def outlines(self) -> Iterable[Outline]:
        """The outlines of the countries near that country."""


class Neighbours:
    """The tables of postcodes around a directory's own countries, each read once."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._once = OnceCache()

    def beside(self, own: Gazetteer) -> "Places":
        """Return all places that a directory with this gazetteer knows."""
        return Places(self, own)

    def read(self, country: str) -> Gazetteer:
        """Return the gazetteer of one of the tables."""
        return self._once.get(country, lambda: Gazetteer(self.tables.places(country)))

    def codes_of(self, country: str) -> frozenset[str]:
        """Return the postcodes in one of the tables."""
        return self._once.get(("codes", country), lambda: frozenset(self.tables.codes(country)))


class Places:
    """The places of a directory: those of its own countries, which its gazetteer has, and those of
    their neighbours. A country of which the gazetteer has a table is no neighbour.
    """

    def __init__(self, beside: Neighbours, own: Gazetteer) -> None:
        self._beside = beside
        self._own = own

    def exact(self, code: str, country: str) -> Place | None:
        """Return the place of a postcode of an own country that is written as its table has it."""
        return self._own.codes.get(country, _NO_CODES).get(code)

    def countries(self) -> tuple[str, ...]:
        """Return the neighbouring countries that have a table; none if the directory does not have
        the country that they are neighbours of.
        """
        own = self._own.sizes
        if self._beside.tables.of not in own:
            return ()
        return tuple(country for country in self._beside.tables.countries if country not in own)

    def outlines_beside(self, known: Container[str]) -> tuple[Outline, ...]:
        """Return the outlines of the neighbouring countries, but those of which the directory
        knows its own.
        """
        countries = [country for country in self.countries() if country not in known]
        outlines = self._beside.tables.outlines if countries else ()
        return tuple(each for each in outlines if each.country in countries)

    def others(self, country: str) -> tuple[str, ...]:
        """Return the countries other than this one of which postcodes are known: those of the
        directory, then its neighbours.
        """
        own = (each for each in self._own.sizes if each != country)
        return (*own, *(each for each in self.countries() if each != country))

    @property
    def attributions(self) -> tuple[Mapping[str, str], ...]:
        """The sources of the neighbours' tables, with their licences."""
        return self._beside.tables.attributions

    def places(self, country: str) -> tuple[Place, ...]:
        """Return every place of a country, as `Gazetteer.unmistakable` does."""
        return self._of(country).unmistakable(country)

    def without_country(self, typed: str, country: str) -> str:
        """Return what a user typed without the name of the country after it, as
        `Gazetteer.without_country` does.
        """
        return self._of(country).without_country(typed, country)

    def is_no_postcode(self, typed: str, country: str) -> bool:
        """Return whether a text can only be a name: every postcode of these countries has digits.

        False for a country of which no postcodes are known, or not their format.
        """
        is_known = country in self._own.sizes or country in self.countries()
        return is_known and country in rules() and not any(letter.isdigit() for letter in typed)

    def resolve(self, typed: str, country: str) -> Place:
        """Return the place for a text that a user typed, as `Gazetteer.resolve` does.

        A text that only one neighbouring country writes so is looked up there: `L-1111`, `1012 AB`.
        So is a postcode with its place, if that is not its place here: `59000 Lille`, `6211
        Maastricht`. Raises what Gazetteer.resolve raises.
        """
        with _refused_in(country):
            return self._resolve(typed, country)

    def _resolve(self, typed: str, country: str) -> Place:
        neighbours = self.countries()
        listed = frozenset({*self._own.sizes, *neighbours})
        if country in neighbours:
            return self._resolve_abroad(typed, country, listed)
        abroad = self.others(country)
        try:
            place = self._own.resolve(typed, country)
        except CountryUnsupported:
            raise self._unsupported() from None
        except PostcodeForeign:
            others = written_like(typed, country)
            if len(others) == 1 and others[0].country in abroad:
                return self._resolve_abroad(typed, others[0].country, listed)
            raise foreign(rule_for(country), others, listed) from None
        except PostcodeMalformed as malformed:
            places = self._named(typed, abroad)
            if len(places) == 1:
                return places[0]
            raise self._with_writers(malformed, typed, country, abroad) from None
        except PostcodeUnknown as unknown:
            places = self._named(typed, abroad)
            if len(places) == 1:
                return places[0]
            suggestions = [
                of_country(rule)
                for rule in written_like(typed, country)
                if rule.country in abroad and self._of(rule.country).find(rule.country, typed)
            ]
            raise PostcodeUnknown(
                unknown.detail, suggestions=[*unknown.suggestions, *suggestions]
            ) from None
        return self._as_named(typed, place)

    def _as_named(self, typed: str, place: Place) -> Place:
        """Return the place of a postcode, or the one across the border with the same postcode whose
        name was typed with it.

        Raises PostcodeMalformed if the name is that of another place there, and of none here: `6200
        Maastricht`, `1000 Roubaix`.
        """
        name = _name_beside(typed, place)
        if not name or place.called(name) or is_province_of(name, place.subdivision):
            return place
        abroad = self.others(place.country)
        places = self._named(typed, abroad)
        if len(places) == 1:
            return places[0]
        if place.has_words(name):
            return place
        for text in (name, _without_region(name)):
            if self._own.is_name(text, place.country):
                return place
            there = self._called(text, place.code, place.country, abroad)
            if there:
                error = self._own.misnamed(place)
                first, *others = error.suggestions
                raise PostcodeMalformed(error.detail, suggestions=[first, *there, *others])
        return place

    def _called(
        self, name: str, code: str, country: str, abroad: Iterable[str]
    ) -> list[Suggestion]:
        """Return the countries that have a place with a name, for a postcode of this country."""
        alike = written_like(code, country)
        return [
            of_country(rule) if rule in alike else name_of_country(rule)
            for rule in map(rule_for, abroad)
            if self._of(rule.country).is_name(name, rule.country)
        ]

    def _with_writers(
        self,
        malformed: PostcodeMalformed,
        typed: str,
        country: str,
        abroad: Iterable[str],
    ) -> PostcodeMalformed:
        """Return the refusal of a postcode and a name that do not fit, with the countries first
        that write the postcode so, if the requested one does not: `59100 Lille`. Else those that
        have the name, too, are the last: `4000 Lille`.
        """
        text = tidy(typed) if len(typed) <= LONGEST else ""
        split = rule_for(country).split(text)
        if split:
            code, name = split
            there = self._called(name, code, country, abroad)
            return PostcodeMalformed(malformed.detail, suggestions=[*malformed.suggestions, *there])
        writers = [of_country(rule) for rule in map(rule_for, abroad) if rule.split(text)]
        return PostcodeMalformed(malformed.detail, suggestions=[*writers, *malformed.suggestions])

    def may_be_in(self, typed: str, place: Place) -> tuple[str, ...]:
        """Return the other countries of `writing` for the postcode that a user typed.

        There are none if the place was typed with its name or with the prefix of its country.
        """
        name = _name_beside(typed, place)
        if rule_for(place.country).is_prefixed(tidy(typed[:LONGEST])) or (
            name and place.called(name)
        ):
            return ()
        return self.writing(place)

    def writing(self, place: Place) -> tuple[str, ...]:
        """Return the other countries that write the postcode of a place in the same way. Only those
        of which every postcode is known must have it, too.
        """
        abroad = self.others(place.country)
        own = self._own.codes
        return tuple(
            other
            for other, code in _writers(place.code, place.country)
            if other in abroad and (other not in own or code in own[other])
        )

    def having(self, place: Place, countries: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of some countries of `writing` of which a table has the postcode."""
        if not countries:
            return ()
        code_in = dict(_writers(place.code, place.country))
        return tuple(each for each in countries if code_in[each] in self._codes(each))

    def _codes(self, country: str) -> Container[str]:
        own = self._own.codes.get(country)
        return self._beside.codes_of(country) if own is None else own

    def also_called(self, typed: str, country: str) -> tuple[str, ...]:
        """Return the countries other than this one that have a place with this name, or with a
        longer one that begins with it: `Lille`, `Bergen` (op Zoom).
        """
        return tuple(
            other for other in self.others(country) if self._of(other).has_name(typed, other)
        )

    def is_only_abroad(self, typed: str, country: str) -> bool:
        """Return whether a text is the whole name of a place in another country, and of none in
        this one: `Rijsel`.
        """
        return not self._of(country).is_name(typed, country) and any(
            self._of(abroad).is_name(typed, abroad) for abroad in self.others(country)
        )

    @cached_property
    def larger_abroad(self) -> frozenset[str]:
        """The folded names of towns that are much larger in a neighbouring country: Lille. People
        who type one may mean either.
        """
        return frozenset(map(fold, self._beside.tables.larger)) if self.countries() else frozenset()

    def without_street(self, typed: str, country: str) -> str:
        """Return the name at the end of an address, as `Gazetteer.without_street` does."""
        return self._of(country).without_street(typed, country)

    def towns(self, typed: str, country: str) -> tuple[Town, ...]:
        """Return what a name may mean, as `Gazetteer.towns` does."""
        return self._of(country).towns(typed, country)

    def begins_with(self, prefix: str, country: str, limit: int) -> Sequence[Place]:
        """Return places by the beginning of a code or name, as `Gazetteer.begins_with` does."""
        with _refused_in(country):
            try:
                return self._of(country).begins_with(prefix, country, limit)
            except CountryUnsupported:
                raise self._unsupported() from None

    def written_abroad(self, typed: str, country: str, home: str) -> str:
        """Return what a text that was refused for the country `home` asks for in a neighbour: a
        postcode, a name or both, as the table writes them. Empty if the table has no such name.

        A postcode alone may be too far from the border to be in the table.
        """
        text = tidy(typed) if len(typed) <= LONGEST else ""
        rule, gazetteer = rule_for(country), self._beside.read(country)
        code, name = rule.split(text) or rule_for(home).split(text) or (rule.key(text) or "", text)
        spelled = (name, _without_region(name))
        town = next(chain.from_iterable(gazetteer.towns(each, country) for each in spelled), None)
        if town is None:
            return rule.key(code) or ""
        return f"{code} {town.spelled}" if gazetteer.find(country, code) else town.spelled

    def _of(self, country: str) -> Gazetteer:
        """Return the gazetteer that has a country: the own one, unless it is a neighbour."""
        return self._beside.read(country) if country in self.countries() else self._own

    def _unsupported(self) -> CountryUnsupported:
        """The directory's own countries come first."""
        return unsupported([*sorted(self._own.sizes), *self.countries()])

    def _resolve_abroad(self, typed: str, country: str, listed: frozenset[str]) -> Place:
        rule = rule_for(country)
        try:
            return self._of(country).resolve(typed, country)
        except PostcodeForeign:
            raise foreign(rule, written_like(typed, country), listed) from None
        except PostcodeUnknown as unknown:
            if country in self._own.sizes:
                raise
            raise self._too_far(rule, unknown.suggestions) from None

    def _too_far(self, rule: Rule, suggestions: Sequence[Suggestion]) -> PostcodeForeign:
        """The postcode may exist: the table has only those near the border."""
        tables = self._beside.tables
        home = rule_for(tables.of)
        return PostcodeForeign(
            f"The directory has the postcodes of {rule.name} within {tables.within_km} km of "
            f"{home.name}, and this is none of them. Check it, or send lat and lon instead.",
            suggestions=suggestions,
            countries=(rule.country,),
        )

    def _named(self, typed: str, abroad: Iterable[str]) -> list[Place]:
        """Return the places of a postcode that is followed by the name of its place."""
        places = []
        for rule in map(rule_for, abroad):
            split = rule.split(tidy(typed)) if len(typed) <= LONGEST else None
            there = self._of(rule.country)
            place = there.find(rule.country, split[0]) if split else None
            if split and place and place.called(split[1]):
                places.append(place)
        return places
