"""The format of each country's postcodes, and the places that they identify."""

import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, Self

from directory_api.countries.known import PostcodeFormat, known
from directory_api.place.geometry import Point, chord_m, corners, earth_centred
from directory_api.text.errors import Suggestion
from directory_api.text.normalize import fold, tidy

# The median of a postcode's places is up to 3.0 km (95th percentile, Belgium) from the postcode's
# true centroid. No postcode is therefore more accurate than that, however close its places are to
# each other.
LEAST_ACCURACY_M = 3000
# Rounding to 0.001 degree moves a point by at most 66 m in Belgium, which is nothing beside the
# accuracy, and makes the bundle a twelfth smaller.
_DECIMALS = 3
_ACCURACY_STEP_M = 100


@dataclass(frozen=True, slots=True)
class Place:
    """One postcode: its point (WGS84 degrees) and the point's accuracy in metres.

    `name` is the name to display; `names` holds it by language; `places` lists every place that has
    the postcode, first the one with the name to display, if it has it. `aliases` are further names,
    in other languages and spellings, each with the name in `names` or `places` for which it is
    written. `population` is that of the municipality; 0 if unknown.
    """

    country: str
    code: str
    name: str
    names: Mapping[str, str]
    point: Point
    accuracy_m: int
    subdivision: str | None = None
    places: tuple[str, ...] = ()
    municipality: str | None = None
    aliases: tuple[tuple[str, str], ...] = ()
    population: int = 0

    @classmethod
    def from_record(cls, country: str, code: str, record: Mapping[str, Any]) -> Self:
        """Read what to_record returned.

        Places share their texts, which are therefore interned: of 9,500 names in Belgium, 3,400
        differ.
        """
        intern = sys.intern
        names = {intern(language): intern(name) for language, name in record["names"].items()}
        # A table that an older version loaded has none, and no population. Those of a town are in
        # all of its codes.
        aliases = (map(intern, alias) for alias in record.get("aliases", ()))
        return cls(
            country=intern(country),
            code=code,
            name=intern(record["name"]),
            names=MappingProxyType(names),
            point=Point(record["lat"], record["lon"]),
            accuracy_m=record["accuracy_m"],
            subdivision=intern(record["subdivision"]) if record["subdivision"] else None,
            places=tuple(map(intern, record["places"])),
            municipality=intern(record["municipality"]) if record["municipality"] else None,
            aliases=tuple((alias, name) for alias, name in aliases),
            population=record.get("population", 0),
        )

    def to_record(self) -> dict[str, Any]:
        """Return everything except the country and the code, under which it is stored."""
        return {
            "name": self.name,
            "names": dict(self.names),
            "lat": self.point.lat,
            "lon": self.point.lon,
            "accuracy_m": self.accuracy_m,
            "subdivision": self.subdivision,
            "places": list(self.places),
            "municipality": self.municipality,
            **({"aliases": list(map(list, self.aliases))} if self.aliases else {}),
            **({"population": self.population} if self.population else {}),
        }

    @property
    def parts(self) -> tuple[str, ...]:
        """The places whose name differs from the postcode's own: Deurne for Antwerpen."""
        called = {fold(name) for name in (self.name, *self.names.values())}
        return tuple(part for part in self.places if fold(part) not in called)

    @property
    def parts_alone(self) -> tuple[str, ...]:
        """The parts that tell the postcode from others of its town; empty if the town's own name is
        that of a place with the postcode: 5000 is Namur, 5001 is Belgrade in Namur.
        """
        parts = self.parts
        return parts if parts == self.places[: len(parts)] else ()

    def has_name(self, typed: str) -> bool:
        """Return whether the typed words name this place, in any accents.

        Except in aliases, typing errors and forms in related languages (Brussels) are accepted.
        """
        text = fold(typed)
        names = map(fold, (*self.names.values(), *self.places))
        return bool(similar_names(names, text)) or text in {
            fold(alias) for alias, _ in self.aliases
        }

    def has_words(self, typed: str) -> bool:
        """Return whether the typed words are a part of a name of this place, in any accents."""
        names = map(fold, (*self.names.values(), *self.places))
        return any(f" {fold(typed)} " in f" {name} " for name in names)


@dataclass(frozen=True, eq=False)
class Town:
    """All places that have one name; a visitor who types it may mean any of them. Two are equal if
    they are the same object.

    `name` is the name to display; `names` holds it by language, as far as it is known. `namesakes`
    are places with longer names that contain it, for which it may be short. `spelled` is the name
    that was typed, as the table writes it.

    With `is_municipality` it is the only municipality whose own name was typed, and `alternatives`
    are the other places that have the name or a longer one.
    """

    name: str
    names: Mapping[str, str]
    places: tuple[Place, ...]
    namesakes: tuple[Place, ...] = ()
    spelled: str = ""
    is_municipality: bool = False
    alternatives: tuple[Suggestion, ...] = ()

    @property
    def main_place(self) -> Place:
        """The first postcode of the town itself, in which its centre is: `Gent` is where `9000
        Gent` is, and not in Mariakerke.
        """
        return next((each for each in self.places if not each.parts_alone), self.places[0])

    @cached_property
    def accuracy_m(self) -> int:
        """How far from the point of `main_place` a person in the town may be, in metres."""
        start = earth_centred(self.main_place.point)
        return max(
            math.ceil(math.dist(start, earth_centred(place.point))) + place.accuracy_m
            for place in self.edge
        )

    @cached_property
    def edge(self) -> tuple[Place, ...]:
        """The outermost places: the centre that is the closest to each of them is the closest to
        all.

        The points to which a centre is closer than the others, by a given distance or more, are a
        convex set: it has all points of a town if it has the corners of their hull. Of 788 codes of
        Luxembourg these are 20.
        """
        return _outermost(self.places)

    @cached_property
    def edge_of_namesakes(self) -> tuple[Place, ...]:
        """The outermost namesakes."""
        return _outermost(self.namesakes)


def _outermost(places: Iterable[Place]) -> tuple[Place, ...]:
    """Return a place at each corner of the hull of those with the same accuracy in the same part of
    a country.
    """
    alike: dict[tuple[str, str | None, int], dict[Point, Place]] = {}
    for place in places:
        key = (place.country, place.subdivision, place.accuracy_m)
        alike.setdefault(key, {}).setdefault(place.point, place)
    return tuple(by_point[point] for by_point in alike.values() for point in corners(by_point))


# Similarity: Brussels and Brussel 0.93, Bruges and Brugge 0.83, Bern and Leuven 0.40.
_LEAST_LIKENESS = 0.75


def similar_names(
    names: Iterable[str], text: str, least: float = _LEAST_LIKENESS
) -> dict[str, float]:
    """Return the folded names that are similar to `text`, with the similarity (up to 1)."""
    matcher = SequenceMatcher(None, "", text)
    ratios = {}
    for name in names:
        # These upper bounds are much faster, and few names pass them.
        if 2 * min(len(name), len(text)) < least * (len(name) + len(text)):
            continue
        matcher.set_seq1(name)
        if matcher.quick_ratio() >= least:
            ratios[name] = matcher.ratio()
    return {name: ratio for name, ratio in ratios.items() if ratio >= least}


# A postcode has at most so many: 110 00.
_WORDS_OF_CODE = 2


@dataclass(frozen=True)
class PostcodeRule:
    """The format of one country's postcodes.

    `shape`, a regular expression, matches a complete normalised postcode; its group `key` is the
    part that postcode tables list. `prefix` is the optional country prefix. `institutions` are
    postcodes without a location. `with_name` matches a postcode with a name that no other country
    writes so: `6211 AB Maastricht` is not the Belgian 6211 with an unknown village.
    """

    country: str
    name: str
    prefix: str
    shape: str
    example: str
    institutions: frozenset[str] = frozenset()
    with_name: str = ""

    def key(self, tidied: str) -> str | None:
        """Return the table key of a normalised postcode; None if it has another format."""
        match = self._whole.fullmatch(tidied.upper())
        return squash(match["key"]) if match else None

    def is_prefixed(self, tidied: str) -> bool:
        """Return whether the text starts with this country's own prefix, as `L-1111` does."""
        return self._prefixed.match(tidied.upper()) is not None

    def claims(self, tidied: str) -> bool:
        """Return whether the text is a postcode with this country's own prefix."""
        return self.is_prefixed(tidied) and self.key(tidied) is not None

    def split(self, tidied: str) -> tuple[str, str] | None:
        """Split `1000, Brussel` or `Brussel 1000` into (`1000`, `Brussel`); None if the text is not
        a postcode and a name.
        """
        words = tidied.replace(",", " ").split()
        if len(words) > 1 and words[0].upper().rstrip("-") in self.prefix.split("|"):
            words = words[1:]
        for size in range(1, min(_WORDS_OF_CODE, len(words) - 1) + 1):
            for code, name in (
                (words[:size], words[size:]),
                (words[-size:], words[:-size]),
            ):
                key, called = self.key(" ".join(code)), " ".join(name)
                if key and fold(called) and not any(letter.isdigit() for letter in called):
                    return key, called
        return None

    def mentions(self, address: str) -> Iterator[tuple[str, str]]:
        """Yield the key of each postcode in an address, with the name that follows it."""
        whole = re.compile(
            rf"(?<![A-Z0-9]){self._code}(?![A-Z0-9])(?P<name>[^,0-9]*)",
            re.ASCII,
        )
        for match in whole.finditer(address.upper()):
            yield squash(match["key"]), match["name"].strip()

    @property
    def pattern(self) -> str:
        """The format of a complete normalised postcode as a regular expression for other programs.

        It is in capitals and includes the prefix. Python and JavaScript read it the same way. Its
        only group is the part that postcode tables list.
        """
        return self._whole.pattern.replace("?P<key>", "")

    @property
    def _code(self) -> str:
        return rf"(?:(?:{self.prefix})[- ]?)?{self.shape}"

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        name = f"(?:{self.with_name})?" if self.with_name else ""
        return re.compile(self._code + name, re.ASCII)

    @cached_property
    def _prefixed(self) -> re.Pattern[str]:
        return re.compile(rf"({self.prefix})[- ]?(?=[0-9])")


def with_zeros(text: str) -> str:
    """Return normalised text in capitals, with zeros for the letter O in numbers: `1OOO`."""
    return re.sub(
        r"[0-9][0-9O]*\b", lambda number: number[0].replace("O", "0"), text.upper(), flags=re.ASCII
    )


_SIGN = re.compile(r"[\s\x00-\x1f]|(?<!\d)[^\w\uFFFD-]|[^\w\uFFFD-](?!\d)|_")


def without_signs(text: str) -> str:
    """Return normalised text without signs, and a number without spaces: `1000.`, `1 000`. A sign
    within a number stays, as in a coordinate, and so does what was no text (U+FFFD).
    """
    words = _SIGN.sub(" ", text).strip(" -").split()
    return ("" if all(map(str.isdigit, words)) else " ").join(words)


def squash(code: str) -> str:
    """Return a postcode as a key of the tables: capitals, without spaces and hyphens."""
    return code.upper().replace(" ", "").replace("-", "")


# 8010, 75001, 110 00, 00-950, 110-0005, SW1A 1AA, MST 1752.
_ANY_SHAPE = r"(?P<key>(?=[A-Z -]*[0-9])[A-Z0-9]{2,7}(?:[ -](?=[A-Z]{0,2}[0-9])[A-Z0-9]{2,4})?)"


@cache
def rules() -> Mapping[str, PostcodeRule]:
    """Return the rules of the countries whose format is known, by code."""
    return MappingProxyType(
        {
            code: rule_of(code, country.name, country.postcode)
            for code, country in known().items()
            if country.postcode
        }
    )


def rule_of(country: str, name: str, written: PostcodeFormat) -> PostcodeRule:
    """Return the rule of a format."""
    return PostcodeRule(
        country,
        name,
        "|".join(written.prefixes),
        written.shape,
        written.example,
        written.institutions,
        written.with_name,
    )


def rule_for(country: str) -> PostcodeRule:
    """Return the rule of a country.

    For a country without one, return a rule that accepts what most countries write: letters and
    digits, in one word or in two with a digit each, after the country's code or its first letter.
    """
    rule = rules().get(country)
    # A letter is a prefix only with a hyphen: MST 1752 is a postcode of Malta.
    return rule or PostcodeRule(
        country, country, f"{re.escape(country)}|{re.escape(country[:1])}(?=-)", _ANY_SHAPE, ""
    )


def written_like(text: str, home: str) -> tuple[PostcodeRule, ...]:
    """Return the other countries whose postcodes have this format: by prefix, else by shape."""
    tidied = tidy(text)
    others = [rule for rule in rules().values() if rule.country != home]
    return tuple(rule for rule in others if rule.claims(tidied)) or tuple(
        rule for rule in others if rule.key(tidied)
    )


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """One row of a postcode table: a place that has the postcode. Its point may be `accuracy_m`
    metres off; 0 if nothing is said of it.
    """

    name: str
    point: Point
    accuracy_m: int = 0


def place_of(
    country: str,
    code: str,
    rows: Sequence[NamedPoint],
    names: Mapping[str, str] | None = None,
    subdivision: str | None = None,
    other_names: Iterable[str] = (),
    municipality: str | None = None,
    aliases: Iterable[tuple[str, str]] = (),
    population: int = 0,
) -> Place:
    """Combine the rows of a postcode into one Place.

    Its point is the median of the rows, rounded to 3 decimals; its accuracy is their largest
    distance from it or accuracy, rounded up to 100 metres, at least LEAST_ACCURACY_M. `other_names`
    are additional names for searching, `aliases` and `population` those of Place.
    """
    from statistics import median  # a server that has its tables does not need it

    point = Point(
        round(median(row.point.lat for row in rows), _DECIMALS),
        round(median(row.point.lon for row in rows), _DECIMALS),
    )
    spread = max(max(chord_m(point, row.point), row.accuracy_m) for row in rows)
    translations = dict(names or {})
    own = {fold(name) for name in translations.values()}
    listed = sorted((row.name for row in rows), key=lambda name: fold(name) not in own)
    order = known()[country].languages_of(subdivision) if country in known() else ()
    return Place(
        country=country,
        code=code,
        name=next((translations[tag] for tag in order if translations.get(tag)), rows[0].name),
        names=MappingProxyType(translations),
        point=point,
        accuracy_m=max(LEAST_ACCURACY_M, math.ceil(spread / _ACCURACY_STEP_M) * _ACCURACY_STEP_M),
        subdivision=subdivision,
        places=tuple(dict.fromkeys((*listed, *other_names))),
        municipality=municipality,
        aliases=tuple(aliases),
        population=population,
    )
