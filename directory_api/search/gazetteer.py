"""Postcode or place name -> Place, and for everything that is not one, a refusal that says what to try."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from directory_api.domain.errors import (
    CountryUnsupported,
    PostcodeForeign,
    PostcodeMalformed,
    PostcodeNotResidential,
    PostcodeUnknown,
    Suggestion,
)
from directory_api.domain.postcode import Place, Rule, rule_for, squash, written_like
from directory_api.domain.words import fold, tidy

LONGEST = 80
_SUGGESTIONS = 5
_PLACE_NAME_LETTERS = 3


class Gazetteer:
    """The postcodes of all countries that have a table. Immutable."""

    def __init__(self, places: Iterable[Place]) -> None:
        by_country: dict[str, dict[str, Place]] = {}
        for place in places:
            by_country.setdefault(place.country, {})[squash(place.code)] = place
        self._by_country = by_country
        self._names: dict[str, list[tuple[str, str]]] = {}

    @property
    def sizes(self) -> Mapping[str, int]:
        """How many codes each country has."""
        return MappingProxyType({country: len(codes) for country, codes in sorted(self._by_country.items())})

    def find(self, country: str, code: str) -> Place | None:
        """The place of an exact code, or None."""
        return self._by_country.get(country, {}).get(squash(code))

    def resolve(self, typed: str, country: str) -> Place:
        """The place that typed text stands for.

        Raises CountryUnsupported, PostcodeMalformed, PostcodeUnknown, PostcodeNotResidential or PostcodeForeign;
        no message repeats the text.
        """
        codes = self._codes(country)
        rule = rule_for(country)
        text = tidy(typed)
        if not text or len(text) > LONGEST:
            raise self._malformed(rule, text)
        key = rule.key(text)
        if key:
            return codes.get(key) or self._refuse_code(rule, key)
        named = rule.split(text)
        if named and self._is_home(rule, codes.get(named[0]), named[1], text):
            return codes.get(named[0]) or self._refuse_code(rule, named[0])
        others = written_like(text, country)
        if others and not _last_digit_doubled(text, codes):
            raise self._foreign(rule, others)
        raise self._malformed(rule, text)

    def begins_with(self, prefix: str, country: str, limit: int) -> list[Place]:
        """Places whose code or a name begins with the text, codes first in order, then names; at most `limit`.

        Raises CountryUnsupported.
        """
        codes = self._codes(country)
        wanted = fold(tidy(prefix))
        found: dict[str, Place] = {}
        code = squash(tidy(prefix))
        for key in sorted(key for key in codes if code and key.startswith(code)):
            found[key] = codes[key]
        names = self._sorted_names(country)
        for name, key in names[bisect_left(names, (wanted, "")) :] if wanted else ():
            if len(found) >= limit or not name.startswith(wanted):
                break
            found[key] = codes[key]
        return list(found.values())[:limit]

    def _codes(self, country: str) -> Mapping[str, Place]:
        codes = self._by_country.get(country)
        if codes is None:
            covered = [Suggestion(f"Ask with country={known}.", country=known) for known in sorted(self._by_country)]
            raise CountryUnsupported(
                "The directory has no postcodes for this country. Send lat and lon instead, or another country.",
                suggestions=covered,
            )
        return codes

    def _sorted_names(self, country: str) -> list[tuple[str, str]]:
        # Made when first needed: autocomplete is rare beside nearest, and the list takes half a megabyte for Belgium.
        if country not in self._names:
            self._names[country] = sorted(
                {
                    (fold(name), key)
                    for key, place in self._by_country[country].items()
                    for name in (*place.names.values(), *place.places)
                }
            )
        return self._names[country]

    @staticmethod
    def _is_home(rule: Rule, place: Place | None, name: str, text: str) -> bool:
        """`3665 As` is Belgian, since As has that code; `1012 AB` is not, though it looks the same."""
        if place and place.called(name):
            return True
        return len(fold(name)) >= _PLACE_NAME_LETTERS and not written_like(text, rule.country)

    def _refuse_code(self, rule: Rule, key: str) -> Place:
        if key in rule.institutions:
            raise PostcodeNotResidential(
                "This postcode belongs to an institution (such as a bank, a broadcaster or a mail centre) and says "
                "nothing about where somebody is. Use the postcode of the street you are in.",
                suggestions=[_look_up(rule)],
            )
        raise PostcodeUnknown(
            f"There is no such postcode in {rule.name}. Check the digits, or look the place up by its name.",
            suggestions=[*self._alike(rule.country, key), _look_up(rule)],
        )

    def _alike(self, country: str, key: str) -> list[Suggestion]:
        """Codes that one wrong character, or two swapped ones, would have turned into this one."""
        alike = [
            (sum(a != b for a, b in zip(key, other, strict=True)), other)
            for other in self._by_country[country]
            if len(other) == len(key) and _one_slip(key, other)
        ]
        near = [self._by_country[country][other] for _, other in sorted(alike)[:_SUGGESTIONS]]
        return [_this(place) for place in near]

    def _malformed(self, rule: Rule, text: str) -> PostcodeMalformed:
        codes = self._by_country[rule.country]
        digits = re.sub(r"[^0-9]", "", text)
        shorter = digits[:-1] if _last_digit_doubled(text, codes) else digits
        meant = codes.get(shorter)
        example = f", such as {rule.example}" if rule.example else ""
        return PostcodeMalformed(
            f"This is not written like a postcode of {rule.name}{example}.",
            suggestions=[*([_this(meant)] if meant else []), _look_up(rule)],
        )

    def _foreign(self, home: Rule, others: tuple[Rule, ...]) -> PostcodeForeign:
        names = " or ".join(rule.name for rule in others)
        known = [
            Suggestion(f"If it is a postcode of {rule.name}, ask with country={rule.country}.", country=rule.country)
            if rule.country in self._by_country
            else Suggestion(
                f"If it is a postcode of {rule.name}, which this directory does not list, send lat and lon instead.",
                country=rule.country,
            )
            for rule in others
        ]
        return PostcodeForeign(
            f"This is written like a postcode of {names}, not of {home.name}. "
            "Name the country, or send lat and lon instead.",
            suggestions=known,
        )


def _last_digit_doubled(text: str, codes: Mapping[str, Place]) -> bool:
    """`10000` for 1000: a slip of the finger, though France and Germany have five digits too."""
    return text.isascii() and text.isdigit() and len(text) > 1 and text[-1] == text[-2] and text[:-1] in codes


def _one_slip(one: str, other: str) -> bool:
    apart = [index for index, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    swapped = len(apart) == 2 and one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]
    return len(apart) == 1 or swapped


def _this(place: Place) -> Suggestion:
    return Suggestion(
        f"Did you mean {place.code} {place.name}?", country=place.country, postcode=place.code, place=place.name
    )


def _look_up(rule: Rule) -> Suggestion:
    return Suggestion(
        "Look the postcode up by the first letters of the place.",
        country=rule.country,
        href=f"/v1/postcodes?country={rule.country}&prefix=",
    )
