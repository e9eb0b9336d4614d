"""The places of one country: look up postcodes and names of towns; errors include suggestions for
the next step.
"""

import re
import string
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from operator import attrgetter
from types import MappingProxyType

from directory_api.place.place_names import NamedPlace, PlaceNames, has_words, spellings
from directory_api.place.postcode import (
    Place,
    PostcodeRule,
    Town,
    rule_for,
    rules,
    squash,
    with_zeros,
    without_signs,
    written_like,
)
from directory_api.place.provinces import is_province_of, without_country
from directory_api.place.refusals import foreign, no_code
from directory_api.text.errors import (
    PlaceAmbiguous,
    PlaceUnknown,
    PostcodeNotResidential,
    PostcodeUnknown,
    Suggestion,
)
from directory_api.text.normalize import fold, is_one_slip, tidy

# What postcodes consist of.
_SIGNS = string.ascii_uppercase + string.digits
_LONGEST = 80
_SUGGESTIONS = 5
# To tell the postcodes of one town apart.
_SHOWN_PARTS = 3
# `Villers` is a word of the names of 23 postcodes, and may be meant for each; `saint` of 114.
_MOST_SHARED = 25
# A single letter matches too many names to be useful.
_SHORTEST_NAME = 2
# Antwerpen reaches 23 km, two villages called Jeneffe 36 km. The distance to a centre would mean
# nothing for places that are farther apart.
WIDEST_TOWN_M = 30_000
# Towns that were asked for: to find the places of Antwerpen and their corners takes 0.1 ms more.
_MOST_TOWNS = 10_000
# In a longer text: the words of a name, its letters, the words, and what is before a town.
_LONGEST_NAME = 4
_SHORTEST_WITHIN = 4
_WORDS = re.compile(r"[^ ,;()/]+")
_AFTER_NUMBER = re.compile(r"[^ ,]*[0-9][^ ,]*")
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


def tidy_typed(typed: str) -> str:
    """Return a text that a user typed, normalised; empty if it is too long for a place."""
    # Check the length first: NFKC takes more than a second for ten thousand combining marks.
    return tidy(typed) if len(typed) <= _LONGEST else ""


class CountryPlaces:
    """The places of one country (ISO 3166-1). Immutable, but for the towns that it remembers."""

    def __init__(self, country: str, places: Iterable[Place]) -> None:
        self.country = country
        # By postcode, in capital letters without spaces.
        self.codes: Mapping[str, Place] = {squash(place.code): place for place in places}
        self._towns: dict[tuple[object, ...], Town] = {}

    @property
    def rule(self) -> PostcodeRule:
        """How the country writes its postcodes."""
        return rule_for(self.country)

    @cached_property
    def names(self) -> PlaceNames:
        """The names of its places."""
        # Made on first use: those of Belgium take 0.12 s, those of its neighbours 0.08 s, and a
        # process that is asked for postcodes alone needs none.
        return PlaceNames(self.codes)

    def find(self, code: str) -> Place | None:
        """Return the place of an exact postcode, or None."""
        # Most records have it as the table does, and need not be read.
        return self.codes.get(code) or self.codes.get(self.rule.key(tidy(code[:_LONGEST])) or "")

    def find_named(self, typed: str) -> Place | None:
        """Return the place of a postcode that is typed with its name, or None."""
        code, name = self.rule.split(tidy_typed(typed)) or ("", "")
        place = self.find(code)
        return place if place and place.has_name(name) else None

    def mentioned(self, address: str) -> Place | None:
        """Return the place whose postcode is in a normalised address, or None.

        Several numbers may be postcodes, as the house number in `Waversesteenweg 1500, 1160
        Oudergem`. The result is then the last one that is followed by the name of its place, else
        the last one.
        """
        codes = self.codes
        matches = [(codes[key], name) for key, name in self.rule.mentions(address) if key in codes]
        named = [place for place, name in matches if place.has_name(name)]
        return next(reversed([*(place for place, _ in matches), *named]), None)

    def resolve(self, typed: str, listed: Container[str]) -> Place:
        """Return the place of a postcode that a user typed, alone or with a name.

        `listed` are the countries that a refusal can say to send. The name of a place without a
        postcode is refused; `towns` understands it. Raises PlaceAmbiguous, PlaceUnknown,
        PostcodeUnknown, PostcodeNotResidential or PostcodeForeign; no message repeats the text.
        """
        codes, rule = self.codes, self.rule
        text = tidy_typed(typed)
        if not text:
            raise self._malformed(text)
        key = self._key(text)
        if key:
            if key not in codes:
                raise self._no_such_code(key)
            return codes[key]
        others = written_like(text, self.country)
        named = rule.split(text) or rule.split(with_zeros(text))
        if named:
            key, name = named
            place = codes.get(key)
            if place and place.has_name(name):
                return place
            if not others:
                towns = self.names.named(name)
                if not place:
                    raise self._no_such_code(key, towns)
                others_called = [town for town in towns if not town.part]
                if others_called and place not in (town.place for town in towns):
                    raise self.misnamed(place, others_called)
                return place
        if others and not _last_digit_doubled(text, codes):
            raise foreign(rule, others, listed)
        raise self._malformed(text)

    def refuse_other_than_code(self, typed: str) -> None:
        """Raise PlaceUnknown if a text is no postcode of this or of another country."""
        text = tidy_typed(typed)
        if not self._key(text) and not written_like(text, self.country):
            raise no_code(self.rule)

    def _key(self, text: str) -> str | None:
        """Return the key of a postcode alone, also with the letter O in it, or with signs."""
        key, zeros = self.rule.key, with_zeros(text)
        return key(text) or key(zeros) or key(without_signs(zeros))

    def named_codes(self, typed: str) -> set[str]:
        """Return the postcodes in a longer text, such as an address, that are followed by the name
        of their place.
        """
        mentions = self.rule.mentions(tidy_typed(typed))
        return {
            self.codes[key].code
            for key, name in mentions
            if key in self.codes and self.codes[key].has_name(name)
        }

    def names_within(self, typed: str) -> set[str]:
        """Return the names of places among the words of a longer text; of an address, among those
        after the number of the house.
        """
        text = _AFTER_NUMBER.split(tidy_typed(typed))[-1]
        words, found, at = _WORDS.findall(text), set[str](), 0
        while at < len(words):
            spans = (" ".join(words[at : at + size]) for size in range(_LONGEST_NAME, 0, -1))
            name = next((each for each in spans if self._is_clear_name(each)), None)
            at += len(name.split()) if name else 1
            found |= {name} if name else set()
        return found

    def _is_clear_name(self, text: str) -> bool:
        """Return whether words are the name of a place, and no word of a sentence: As, On, Ham."""
        return len(text) >= _SHORTEST_WITHIN and bool(self.names.named(text))

    def is_no_postcode(self, typed: str) -> bool:
        """Return whether a text can only be a name: every postcode of these countries has digits.

        False for a country of which the format is not known.
        """
        return self.country in rules() and not any(letter.isdigit() for letter in typed)

    def towns(self, typed: str) -> tuple[Town, ...]:
        """Return what a name that a user typed may mean: all places with this name, unless they are
        far apart; then the municipality, if it is the own name of only one.
        """
        text = tidy_typed(typed)
        matches = self.names.named(text)
        if not matches:
            return ()
        town = self._town(text, matches)
        own = of_municipality(matches, text)
        municipality = [self._town(text, own, is_municipality=True)] if own else []
        return tuple(each for each in (town, *municipality) if is_near(each))

    def _town(
        self, text: str, matches: Sequence[NamedPlace], *, is_municipality: bool = False
    ) -> Town:
        """Return the town that places with a normalised name are; it is kept for some time."""
        # Brussel is the name of 1000, and a part of 1040 Etterbeek.
        whole = [named.place for named in matches if not named.part]
        spelled = matches[0].part or _official_spelling(whole[0], text)
        shared = self.names.sharing(text)
        # What a town consists of; several texts may name the same one.
        codes_of_all = (named.place.code for named in (*matches, *shared))
        key = (spelled, bool(whole), is_municipality, *codes_of_all)
        if key not in self._towns:
            if len(self._towns) >= _MOST_TOWNS:
                self._towns.clear()
            codes = {named.place.code for named in matches}
            places = tuple(sorted((named.place for named in matches), key=attrgetter("code")))
            others = [named for named in shared if named.place.code not in codes]
            is_one = whole and all(place.names == whole[0].names for place in whole)
            name, names = (whole[0].name, whole[0].names) if is_one else (spelled, _NO_NAMES)
            self._towns[key] = (
                Town(
                    name,
                    names,
                    places,
                    spelled=spelled,
                    is_municipality=True,
                    alternatives=_alternatives(others, text),
                )
                if is_municipality
                else Town(name, names, places, tuple(each.place for each in others), spelled)
            )
        return self._towns[key]

    def without_country(self, typed: str) -> str:
        """Return what a user typed without the name of the country after it: `Gent, België`.

        Unchanged if the whole is a name, or if the rest may be a place of another country: its
        postcode, or a postcode with a name that is not here, such as `6211 Maastricht`.
        """
        text = tidy_typed(typed)
        rest = without_country(text, self.country)
        if rest == text or self.names.sharing(text):
            return typed
        if self.rule.key(rest) or not any(letter.isdigit() for letter in rest):
            return rest
        key, name = self.rule.split(rest) or ("", "")
        place = self.codes.get(key)
        is_here = place and (
            place.has_name(name) or is_province_of(name, place.subdivision) or self.is_name(name)
        )
        return rest if is_here else typed

    def without_street(self, typed: str) -> str:
        """Return the name at the end of an address without a postcode: `Bruxelles` for `Rue de la
        Loi 16, Bruxelles`.

        Unchanged if the whole or what is before the name may be a place, too, or have a postcode.
        """
        text = tidy_typed(typed)
        street, _, town = map(str.strip, without_country(text, self.country).rpartition(","))
        if not street:
            return typed
        names = self.names
        numbers = {key for key, _ in self.rule.mentions(text)}
        is_place = names.sharing(text) or names.sharing(street) or numbers & self.codes.keys()
        return town if names.sharing(town) and not is_place else typed

    def is_name(self, typed: str) -> bool:
        """Return whether a text is the name of a place."""
        return self.names.is_name(tidy_typed(typed))

    def has_name(self, typed: str) -> bool:
        """Return whether a text is the name of a place, or its first words."""
        return self.names.has(tidy_typed(typed))

    def begins_with(self, prefix: str, limit: int) -> list[Place]:
        """Return at most `limit` places whose postcode or name begins with the text, in the order
        of PlaceNames.beginning.
        """
        return [named.place for named in self.names.beginning(tidy(prefix[:_LONGEST]), limit)]

    def misnamed(self, place: Place, towns: Sequence[NamedPlace] = ()) -> PlaceUnknown:
        """Return the error for a name that is that of other towns, so that the postcode may be
        wrong: `2000 Gent`.

        Other names do no harm: the table does not have every village, nor all of its postcodes.
        """
        rule = self.rule
        ranked = sorted(towns, key=lambda town: not is_one_slip(place.code, town.place.code))
        likely = [_this(town.place) for town in ranked[:_SUGGESTIONS]]
        return PlaceUnknown(
            f"The place after the postcode does not have this postcode in {rule.name}. "
            "Send only the postcode, or lat and lon.",
            suggestions=[_this(place), *likely][:_SUGGESTIONS],
        )

    def _no_such_code(
        self, key: str, towns: Sequence[NamedPlace] = ()
    ) -> PostcodeNotResidential | PostcodeUnknown:
        rule = self.rule
        if key in rule.institutions:
            return PostcodeNotResidential(
                "This postcode belongs to an institution, such as a bank, a broadcaster or a mail "
                "centre, "
                "and has no location. Use the postcode of the street where you are."
            )
        return PostcodeUnknown(
            f"There is no such postcode in {rule.name}. Check the digits, or send the name of the "
            "town.",
            suggestions=self._suggest_similar_codes(key, towns),
        )

    def _suggest_similar_codes(self, key: str, towns: Sequence[NamedPlace]) -> list[Suggestion]:
        """Suggest postcodes that differ by one wrong character or two swapped ones.

        Those of the town that was named come first, also if they differ more.
        """
        codes = self.codes
        near = [other for slips in _slips(key) for other in sorted(slips & codes.keys())]
        parts = {squash(town.place.code): town.part for town in towns}
        suggested = dict.fromkeys([*(other for other in near if other in parts), *parts, *near])
        return [_this(codes[other], parts.get(other, "")) for other in [*suggested][:_SUGGESTIONS]]

    def _malformed(self, text: str) -> PlaceUnknown | PlaceAmbiguous:
        codes, rule = self.codes, self.rule
        digits = re.sub(r"[^0-9]", "", text)
        shorter = digits[:-1] if _last_digit_doubled(text, codes) else digits
        # Others than the postcode of an address may be house numbers.
        keys = [shorter] if shorter in codes else [key for key, _ in rule.mentions(text)]
        meant = [_this(codes[key]) for key in dict.fromkeys(keys) if key in codes]
        if not meant:
            meant = self._suggest_by_name(text)
            if digits and not meant:
                meant = self._suggest_by_name(re.sub(r"[0-9]+", " ", text))
        if not digits and meant and len(self.names.sharing(text)) > 1:
            return PlaceAmbiguous(
                "Several places have this name, or a longer one that contains it. Choose the "
                "postcode of one of them, or send lat and lon.",
                suggestions=meant,
            )
        example = f", such as {rule.example}" if rule.example else ""
        choose = " If it is the name of a place, choose its postcode." if meant else ""
        is_name = self.is_no_postcode(text)
        return PlaceUnknown(
            f"No place of {rule.name} is known by this name."
            if is_name
            else f"This does not have the form of a postcode of {rule.name}{example}.{choose}",
            suggestions=meant,
        )

    def _suggest_by_name(self, text: str) -> list[Suggestion]:
        """Suggest places by name, because a person who is lost may not know the postcode.

        All places with this name or with a longer one that contains it; if they are few, also those
        whose postcode or name begins with the text. If it is the whole name of none, then those
        with a similar name: `Antwrpn`.
        """
        if len(fold(text)) < _SHORTEST_NAME:
            return []
        names = self.names
        called, shared = names.named(text), names.sharing(text)
        if len(shared) > _MOST_SHARED:
            # All postcodes of a town, but not those of a province.
            size = len(called) if len(called) <= _MOST_SHARED else 0
            shared = shared[: max(size, _SUGGESTIONS)]
        codes = {named.place.code for named in shared}
        others = names.beginning(text, _SUGGESTIONS) if called else _beginning_or_like(names, text)
        matches = [*shared, *(named for named in others if named.place.code not in codes)]
        return [*map(_with_parts, matches[: max(len(shared), _SUGGESTIONS)])]


def _beginning_or_like(names: PlaceNames, text: str) -> list[NamedPlace]:
    matches = names.beginning(text, _SUGGESTIONS)
    labels = {named.label for named in matches}
    if len(labels) < _SUGGESTIONS and not any(letter.isnumeric() for letter in text):
        codes = {named.place.code for named in matches}
        similar = names.like(text, _SUGGESTIONS)
        matches += [named for named in similar if named.place.code not in codes]
    # Each town first with one of its postcodes.
    firsts = {named.label: named.place.code for named in reversed(matches)}
    return sorted(matches, key=lambda named: firsts[named.label] != named.place.code)


def is_near(town: Town) -> bool:
    """Return whether the places of a town are near enough to be answered as one."""
    return len(town.places) == 1 or town.accuracy_m <= WIDEST_TOWN_M


def of_municipality(matches: Sequence[NamedPlace], text: str) -> list[NamedPlace]:
    """Return the places of the only municipality that has a normalised name; none if there is no
    such, or if the name may mean something else as well.

    That is the case if it is also the name of a province: Limbourg is not in that of Limburg; or if
    the municipality has it as an alias only, and another place as its name: Tournay. In a table
    without municipalities, all places with one name count as one.
    """
    own = [named for named in matches if not named.part]
    if len({place.municipality or place.name for place, _ in own}) != 1:
        return []
    names = {fold(name) for name in (own[0].place.name, *own[0].place.names.values())}
    is_alias = names.isdisjoint(spellings(text))
    is_province = any(is_province_of(part, place.subdivision) for place, part in matches)
    return [] if is_province or (is_alias and len(own) < len(matches)) else own


def _alternatives(others: Iterable[NamedPlace], text: str) -> tuple[Suggestion, ...]:
    """Return suggestions for other places with the words of a normalised text. Those that have them
    in an alias only are the last, and have it like a part: Boussu-lez-Mons (Boussu).
    """
    names = spellings(text)
    by_name, by_alias = list[NamedPlace](), list[NamedPlace]()
    for named in others:
        place, part = named
        if part or any(map(place.has_words, names)):
            by_name.append(named)
        else:
            aliases = (alias for alias, _ in place.aliases if has_words(alias, names))
            by_alias.append(NamedPlace(place, next(aliases, "")))
    return tuple(map(_with_parts, [*by_name, *by_alias][:_SUGGESTIONS]))


def _with_parts(named: NamedPlace) -> Suggestion:
    """Suggest a place, with the part that was named or those that tell it apart."""
    place, part = named
    return _this(place, part or ", ".join(place.parts_alone[:_SHOWN_PARTS]))


def _official_spelling(place: Place, typed: str) -> str:
    """Return the name that was typed as the place's table writes it; for an alias, the place's."""
    names = (name for name in place.names.values() if fold(name) in spellings(typed))
    return next(names, place.name)


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
    named = NamedPlace(place, part)
    return Suggestion(
        f"Did you mean {place.code} {named.label}?",
        country=place.country,
        postcode=place.code,
        place=named.label,
        names=named.labels,
    )
