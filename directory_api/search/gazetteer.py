"""Look up postcodes and place names; errors include suggestions for the next step."""

import re
import string
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from directory_api.domain.errors import (
    CountryUnsupported,
    PostcodeForeign,
    PostcodeMalformed,
    PostcodeNotResidential,
    PostcodeUnknown,
    Suggestion,
)
from directory_api.domain.geo.geometry import Point
from directory_api.domain.geo.postcode import (
    Place,
    Rule,
    Town,
    alike,
    rule_for,
    squash,
    with_zeros,
    written_like,
)
from directory_api.domain.text.normalize import fold, tidy

# A name without a postcode must be more similar than one with a postcode. Brugge and Gentbrugge
# have a similarity of 0.75, Lokeren and Ekeren 0.77, Leuven and Leuwen 0.83.
_LEAST_LIKENESS = 0.8
# What postcodes consist of.
_SIGNS = string.ascii_uppercase + string.digits


class Named(NamedTuple):
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
        return f"{self.part} ({name})" if self.part else name


class PlaceNames:
    """The places of one country, indexed by their folded names. Immutable."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places
        whole = (
            (fold(name), key, "")
            for key, each in places.items()
            for name in (each.name, *each.names.values())
        )
        parts = ((fold(part), key, part) for key, each in places.items() for part in each.parts)
        self._names = sorted({*whole, *parts})

    def beginning(self, text: str, limit: int) -> list[Named]:
        """Return at most `limit` places whose postcode or name begins with the normalised text.

        Postcodes come first, then whole names before prefixes, and a municipality before its parts.
        """
        code, folded = squash(text), fold(text)
        codes = [(False, False, key, "") for key in self._places if code and key.startswith(code)]
        ranked = []
        for name, key, part in self._names[bisect_left(self._names, (folded,)) :] if folded else ():
            if not name.startswith(folded):
                break
            ranked.append((name != folded, bool(part), key, part))
        return self._first([*sorted(codes), *sorted(ranked)], limit)

    def called(self, text: str) -> list[Named]:
        """Return the places with exactly this name, in the order of `beginning`."""
        name = fold(text)
        start, end = bisect_left(self._names, (name,)), bisect_left(self._names, (f"{name}\0",))
        ranked = [(bool(part), bool(part), key, part) for _, key, part in self._names[start:end]]
        return self._first(sorted(ranked), len(ranked))

    def like(self, text: str, limit: int) -> list[Named]:
        """Return at most `limit` places with a similar name, the most similar first.

        This finds typing errors and forms in related languages.
        """
        likeness = alike({name for name, _, _ in self._names}, fold(text), _LEAST_LIKENESS)
        ranked = [
            (-likeness[name], bool(part), key, part)
            for name, key, part in self._names
            if name in likeness
        ]
        return self._first(sorted(ranked), limit)

    def _first(self, ranked: Iterable[tuple[float, bool, str, str]], limit: int) -> list[Named]:
        """Return each place once, with its highest-ranking name."""
        matches: dict[str, Named] = {}
        for _, _, key, part in ranked:
            matches.setdefault(key, Named(self._places[key], part))
        return list(matches.values())[:limit]


LONGEST = 80
_SUGGESTIONS = 5
# A single letter matches too many names to be useful.
_SHORTEST_NAME = 2
# Antwerpen reaches 23 km, two villages called Jeneffe 36 km. The distance to a centre would mean
# nothing for places that are farther apart.
WIDEST_TOWN_M = 30_000
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


class Gazetteer:
    """The postcodes of all countries that have a table. Immutable."""

    def __init__(self, places: Iterable[Place]) -> None:
        by_country: dict[str, dict[str, Place]] = {}
        for place in places:
            by_country.setdefault(place.country, {})[squash(place.code)] = place
        self._by_country = by_country
        self._names: dict[str, PlaceNames] = {}

    @property
    def sizes(self) -> Mapping[str, int]:
        """The number of postcodes of each country."""
        return {country: len(codes) for country, codes in sorted(self._by_country.items())}

    def find(self, country: str, code: str) -> Place | None:
        """Return the place of an exact postcode, or None."""
        key = rule_for(country).key(tidy(code[:LONGEST]))
        return self._by_country.get(country, {}).get(key or "")

    def places(self, country: str) -> tuple[Place, ...]:
        """Return every place of a country; empty if it has no table."""
        return tuple(self._by_country.get(country, {}).values())

    def all_places(self) -> Iterator[Place]:
        """Yield every place of every country."""
        return chain.from_iterable(codes.values() for codes in self._by_country.values())

    def mentioned(self, address: str, country: str) -> Place | None:
        """Return the place whose postcode is in a normalised address, or None.

        Several numbers may be postcodes, as the house number in `Waversesteenweg 1500, 1160
        Oudergem`. The result is then the last one that is followed by the name of its place, else
        the last one.
        """
        codes = self._by_country.get(country, {})
        matches = [
            (codes[key], name) for key, name in rule_for(country).mentions(address) if key in codes
        ]
        named = [place for place, name in matches if place.called(name)]
        return next(reversed([*(place for place, _ in matches), *named]), None)

    def municipality(self, place: Place) -> Point:
        """Return the median point of a place's whole municipality (WGS84 degrees).

        If the table has no municipalities, all places with the same name count as one.
        """
        group = place.municipality or place.name
        places = self._by_country[place.country].values()
        same = [other.point for other in places if (other.municipality or other.name) == group]
        return Point(
            round(median(point.lat for point in same), 5),
            round(median(point.lon for point in same), 5),
        )

    def resolve(self, typed: str, country: str) -> Place:
        """Return the place for a text that a user typed.

        The name of a place without a postcode is malformed; `town` understands it. Raises
        CountryUnsupported, PostcodeMalformed, PostcodeUnknown, PostcodeNotResidential or
        PostcodeForeign; no message repeats the text.
        """
        codes = self._codes(country)
        rule = rule_for(country)
        # Check the length first: NFKC takes more than a second for ten thousand combining marks.
        text = tidy(typed) if len(typed) <= LONGEST else ""
        if not text:
            raise self._malformed(rule, text)
        key = rule.key(text) or rule.key(with_zeros(text))
        if key:
            if key not in codes:
                raise self._no_such_code(rule, key)
            return codes[key]
        others = written_like(text, country)
        named = rule.split(text) or rule.split(with_zeros(text))
        if named:
            key, name = named
            place = codes.get(key)
            if place and place.called(name):
                return place
            if not others:
                if not place:
                    raise self._no_such_code(rule, key)
                towns = [named for named in self._names_of(country).called(name) if not named.part]
                if towns:
                    raise self._misnamed(rule, place, towns)
                return place
        if others and not _last_digit_doubled(text, codes):
            raise self._foreign(rule, others)
        raise self._malformed(rule, text)

    def town(self, typed: str, country: str) -> Town | None:
        """Return the places whose name a user typed; None if it is the name of none, or of towns
        that are far apart.

        Raises CountryUnsupported.
        """
        self._codes(country)
        text = tidy(typed) if len(typed) <= LONGEST else ""
        matches = self._names_of(country).called(text)
        if not matches:
            return None
        # Brussel is the name of 1000, and a part of 1040 Etterbeek.
        whole = [named.place for named in matches if not named.part]
        places = tuple(sorted((named.place for named in matches), key=lambda place: place.code))
        if whole and all(place.names == whole[0].names for place in whole):
            town = Town(whole[0].name, whole[0].names, places)
        else:
            spelled = matches[0].part or _spelled(whole[0], fold(text))
            town = Town(spelled, _NO_NAMES, places)
        return town if len(places) == 1 or town.accuracy_m <= WIDEST_TOWN_M else None

    def begins_with(self, prefix: str, country: str, limit: int) -> list[Place]:
        """Return at most `limit` places whose postcode or name begins with the text.

        Postcodes come first, then whole names before prefixes, and a municipality before its parts.
        Raises CountryUnsupported.
        """
        self._codes(country)
        return [
            named.place
            for named in self._names_of(country).beginning(tidy(prefix[:LONGEST]), limit)
        ]

    def _codes(self, country: str) -> Mapping[str, Place]:
        codes = self._by_country.get(country)
        if codes is None:
            covered = [
                Suggestion(f"Send country={known}.", country=known)
                for known in sorted(self._by_country)
            ]
            raise CountryUnsupported(
                "The directory has no postcodes of this country. Send lat and lon instead, or "
                "another country.",
                suggestions=covered,
            )
        return codes

    def _names_of(self, country: str) -> PlaceNames:
        # Built on first use: it takes half a megabyte for Belgium, and most requests use postcodes.
        if country not in self._names:
            self._names[country] = PlaceNames(self._by_country[country])
        return self._names[country]

    @staticmethod
    def _misnamed(rule: Rule, place: Place, towns: Sequence[Named]) -> PostcodeMalformed:
        """The name is that of another town, so the postcode may be wrong: `2000 Gent`.

        Other names do no harm: the table does not have every village, nor all of its postcodes.
        """
        named = [_this(town.place) for town in towns]
        return PostcodeMalformed(
            f"The place after the postcode does not have this postcode in {rule.name}. "
            "Send only the postcode, or lat and lon.",
            suggestions=[*[_this(place), *named][:_SUGGESTIONS], _look_up(rule)],
        )

    def _no_such_code(self, rule: Rule, key: str) -> PostcodeNotResidential | PostcodeUnknown:
        if key in rule.institutions:
            return PostcodeNotResidential(
                "This postcode belongs to an institution, such as a bank, a broadcaster or a mail "
                "centre, "
                "and has no location. Use the postcode of the street where you are.",
                suggestions=[_look_up(rule)],
            )
        return PostcodeUnknown(
            f"There is no such postcode in {rule.name}. Check the digits, or send the name of the "
            "town.",
            suggestions=[*self._alike(rule.country, key), _look_up(rule)],
        )

    def _alike(self, country: str, key: str) -> list[Suggestion]:
        """Suggest postcodes that differ by one wrong character or two swapped ones."""
        codes = self._by_country[country]
        near = [other for slips in _slips(key) for other in sorted(slips & codes.keys())]
        return [_this(codes[other]) for other in near[:_SUGGESTIONS]]

    def _malformed(self, rule: Rule, text: str) -> PostcodeMalformed:
        codes = self._by_country[rule.country]
        digits = re.sub(r"[^0-9]", "", text)
        shorter = digits[:-1] if _last_digit_doubled(text, codes) else digits
        meant = [_this(codes[shorter])] if shorter in codes else self._named(rule.country, text)
        example = f", such as {rule.example}" if rule.example else ""
        return PostcodeMalformed(
            f"This does not have the form of a postcode of {rule.name}{example}.",
            suggestions=[*meant, _look_up(rule)],
        )

    def _named(self, country: str, text: str) -> list[Suggestion]:
        """Suggest places by name, because a person who is lost may not know the postcode.

        Places whose postcode or name begins with the text, else those with a similar name: `Ghent`,
        `Brussels`.
        """
        if len(fold(text)) < _SHORTEST_NAME:
            return []
        names = self._names_of(country)
        matches = names.beginning(text, _SUGGESTIONS)
        if not matches and not any(letter.isnumeric() for letter in text):
            matches = names.like(text, _SUGGESTIONS)
        return [_this(named.place, named.part) for named in matches]

    def _foreign(self, home: Rule, others: tuple[Rule, ...]) -> PostcodeForeign:
        names = " or ".join(rule.name for rule in others)
        known = [
            Suggestion(
                f"If it is a postcode of {rule.name}, send country={rule.country}, too.",
                country=rule.country,
            )
            if rule.country in self._by_country
            else Suggestion(
                f"If it is a postcode of {rule.name}, which this directory does not have, "
                "send lat and lon instead.",
                country=rule.country,
            )
            for rule in others
        ]
        listed = any(rule.country in self._by_country for rule in others)
        return PostcodeForeign(
            f"This has the form of a postcode of {names}, not of {home.name}. "
            f"{'Send the country, too, or send' if listed else 'Send'} lat and lon instead.",
            suggestions=known,
        )


def _spelled(place: Place, folded: str) -> str:
    """Return a name of the place as its table writes it."""
    return next(name for name in (place.name, *place.names.values()) if fold(name) == folded)


def _last_digit_doubled(text: str, codes: Mapping[str, Place]) -> bool:
    """Whether the last digit was typed twice: `10000` for 1000.

    Checked before other countries, although France and Germany have five digits, too.
    """
    return (
        text.isascii()
        and text.isdigit()
        and len(text) > 1
        and text[-1] == text[-2]
        and text[:-1] in codes
    )


def _slips(key: str) -> tuple[set[str], set[str]]:
    """Return the keys with one other sign, and those with two signs swapped."""
    places = range(len(key))
    other = {key[:index] + sign + key[index + 1 :] for index in places for sign in _SIGNS}
    swapped = {
        key[:one] + key[two] + key[one + 1 : two] + key[one] + key[two + 1 :]
        for one, two in combinations(places, 2)
    }
    return other - {key}, swapped - {key}


def _this(place: Place, part: str = "") -> Suggestion:
    named = Named(place, part)
    return Suggestion(
        f"Did you mean {place.code} {named.label}?",
        country=place.country,
        postcode=place.code,
        place=named.label,
        names=named.labels,
    )


def _look_up(rule: Rule) -> Suggestion:
    return Suggestion(
        "Find the postcode by the name of the place: add its first letters to this address.",
        country=rule.country,
        href=f"/v1/postcodes?country={rule.country}&prefix=",
    )
