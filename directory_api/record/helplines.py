"""Which helplines are shown for a place, and in which order.

Those of its country come first. A short number of another country is another service there, or
none: it is shown for a place only if the place may be in that country. Numbers in international
form, and sites, follow with their country. For a place in no known country the European emergency
number comes before these.

Short lists, in which a frightened person looks for a number, have only the helplines for every
victim and for children: those for some people (`other_line`) of the directory's own country are
left out of them (`PlaceHelplines.brief`), if that country has a line for every victim. Those of
another country stay: they are shown in no other list.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from directory_api.record.records import Helpline
from directory_api.text.errors import HelplineNotFound, in_lower_case

# Of most countries in Europe. Mobile networks connect it everywhere (3GPP TS 22.101, 10.1.1).
EUROPEAN = "112"
_NAMES = {
    "en": "Emergency number",
    "nl": "Noodnummer",
    "fr": "Numéro d’urgence",
    "de": "Notrufnummer",
}
# A line for some people, and one for every victim.
_FOR_SOME, _FOR_EVERY_VICTIM = "other_line", "national_line"
# The kinds of numbers for danger, which are short: in another country they are different services.
IN_DANGER = ("emergency", "police")
_NO_RECORD = re.compile("emergency-([a-z]{2})", re.ASCII)


class PlaceHelplines(NamedTuple):
    """The helplines for a place, in the order in which to try them: first `own`, then `abroad`.

    `own` are those of the country of the place. `abroad` have to be shown with their countries:
    they are those of other countries, or all if it is not certain in which country the place is.
    The first of all is an emergency number. `for_some` are the ids of those that a short list does
    not have.
    """

    own: tuple[Helpline, ...]
    abroad: tuple[Helpline, ...]
    for_some: frozenset[str] = frozenset()

    @property
    def all(self) -> tuple[Helpline, ...]:
        """All of them, in the order in which to try them."""
        return self.own + self.abroad

    @property
    def brief(self) -> "PlaceHelplines":
        """Those of a short list: a page, a message, a card, an error."""
        if not self.for_some:
            return self
        own, abroad = (
            tuple(line for line in lines if line.id not in self.for_some)
            for lines in (self.own, self.abroad)
        )
        return PlaceHelplines(own, abroad)

    @property
    def first(self) -> "PlaceHelplines":
        """Those of an error: what to call in danger, and the lines for every victim."""
        kinds = ("emergency", _FOR_EVERY_VICTIM)
        own, abroad = (
            tuple(line for line in lines if line.kind in kinds and line.number)
            for lines in (self.own, self.abroad)
        )
        return PlaceHelplines(own, abroad)


class Helplines:
    """The helplines of a directory, by the country of a place. Immutable.

    `lines` are in the order in which to try them. `home` is the directory's own country (ISO
    3166-1), and `covered` are the countries of its centres. `for_some` are the ids of those that no
    short list has.
    """

    def __init__(self, lines: Sequence[Helpline], home: str, covered: Collection[str] = ()) -> None:
        self.lines = tuple(lines)
        self.home = home
        self._covered = frozenset(covered)
        self.for_some = for_some([line for line in self.lines if home in line.countries])
        self._by_country: dict[str, tuple[Helpline, ...]] = {}
        self._by_countries: dict[tuple[tuple[str, ...], tuple[str, ...]], PlaceHelplines] = {}

    def of_country(self, country: str) -> tuple[Helpline, ...]:
        """Return the helplines of a country (ISO 3166-1). If the directory has no emergency number
        of it, the one of the tables of phone numbers is first.
        """
        lines = self._by_country.get(country)
        if lines is None:
            lines = tuple(line for line in self.lines if country in line.countries)
            if not any(line.kind == "emergency" and line.number for line in lines):
                lines = (emergency_line(country), *lines)
            self._by_country[country] = lines
        return lines

    def for_countries(
        self, countries: tuple[str, ...], nearby: tuple[str, ...] = ()
    ) -> PlaceHelplines:
        """Return the helplines for a place in one of some countries. Those of the countries
        `nearby`, in which it is not, follow, without those that no short list has. Without any
        countries there is no place, or with some `nearby` it is in a country that is not known.
        """
        key = (countries, nearby)
        found = self._by_countries.get(key)
        if found is None:
            found = self._by_countries[key] = self._choose(countries, nearby)._replace(
                for_some=self.for_some
            )
        return found

    @property
    def for_home(self) -> PlaceHelplines:
        """The helplines of responses and pages without a place: those of the directory's own
        country. If it has no centres, those of the covered countries follow.
        """
        is_covered = self.home in self._covered
        return self.for_countries((self.home,), () if is_covered else tuple(sorted(self._covered)))

    def of_refused(self, countries: tuple[str, ...]) -> PlaceHelplines:
        """Return the helplines for a refused place in one of some countries, then those of the
        directory's own, in which the person may be; without any, only these.
        """
        if not countries:
            return self.for_home
        return self.for_countries(countries, () if self.home in countries else (self.home,))

    def own_first(self) -> tuple[Helpline, ...]:
        """Return all helplines, first those of the directory's own country."""
        own = self.of_country(self.home)
        listed = {line.id for line in own}
        return (*own, *(line for line in self.lines if line.id not in listed))

    def get(self, identity: str) -> Helpline:
        """Return one helpline, also the emergency number of a country that has no record of it.
        Raises HelplineNotFound.
        """
        country = _country_of_emergency_line(identity)
        for line in self.lines if country is None else self.of_country(country)[:1]:
            if line.id == identity:
                return line
        raise HelplineNotFound(
            "No helpline has this id. /v1/helplines lists them all.",
            suggestions=in_lower_case(identity, {line.id for line in self.lines}, "/v1/helplines/"),
        )

    def complete_list(self, countries: Iterable[str] = ()) -> tuple[Helpline, ...]:
        """Return all helplines in the order in which to try them, with an emergency number of each
        of some countries and of the directory's own.
        """
        firsts = (self.of_country(country)[0] for country in sorted({*countries, self.home}))
        return (*(line for line in firsts if not self._has(line.id)), *self.lines)

    def _has(self, identity: str) -> bool:
        return any(line.id == identity for line in self.lines)

    def _choose(self, countries: tuple[str, ...], nearby: tuple[str, ...]) -> PlaceHelplines:
        if not countries and not nearby:
            return PlaceHelplines((), self._of_each((self.home,)))
        of_place = self._of_each(countries) or (self._european,)
        listed = {line.id for line in of_place}
        others = (
            line
            for line in self._of_each(nearby)
            if line.id not in listed | self.for_some and is_reachable_abroad(line)
        )
        if len(countries) > 1:
            return PlaceHelplines((), (*of_place, *others))
        return PlaceHelplines(of_place, tuple(others))

    @property
    def _european(self) -> Helpline:
        """The emergency number for a place in no known country."""
        first = self.of_country(self.home)[0]
        return first if first.number == EUROPEAN else replace(first, number=EUROPEAN)

    def _of_each(self, countries: Iterable[str]) -> tuple[Helpline, ...]:
        by_id = {line.id: line for country in countries for line in self.of_country(country)}
        return tuple(by_id.values())


def for_some(lines: Collection[Helpline]) -> frozenset[str]:
    """Return the ids of the helplines of a country that its short list does not have."""
    if not any(line.kind == _FOR_EVERY_VICTIM for line in lines):
        return frozenset()
    return frozenset(line.id for line in lines if line.kind == _FOR_SOME)


def is_reachable_abroad(line: Helpline) -> bool:
    """Return whether a helpline is a site or has a number in E.164, which is another one nowhere.
    Whether it is connected from another country is not known.
    """
    return line.number is None or line.number.startswith("+")


def emergency_line(country: str) -> Helpline:
    """Return the emergency number of a country for which the directory has none. It is not a
    record.
    """
    return Helpline(
        id=f"emergency-{country.lower()}",
        kind="emergency",
        number=emergency_number(country),
        name=_NAMES,
        countries=(country,),
    )


def _country_of_emergency_line(identity: str) -> str | None:
    """Return the country of a line that is not a record, by its id; None for the id of a record."""
    match = _NO_RECORD.fullmatch(identity)
    return match[1].upper() if match else None


@lru_cache(maxsize=300)
def emergency_number(country: str) -> str:
    """Return the emergency number of a country by libphonenumber: 112 where it is one, else its
    example. 112 for a country that has no entry, such as Antarctica.
    """
    # Imported here, because its tables take 3 MB and 20 ms, and few answers need one.
    import phonenumbers

    if phonenumbers.is_emergency_number(EUROPEAN, country):
        return EUROPEAN
    metadata = phonenumbers.PhoneMetadata.short_metadata_for_region(country)
    number = metadata and metadata.emergency and metadata.emergency.example_number
    return str(number or EUROPEAN)
