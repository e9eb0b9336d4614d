"""Every name of a place with the postcodes that it means, computed once: a device looks names up,
and has none of the rules.
"""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import NamedTuple

from directory_api.place.country_places import CountryPlaces, is_near, of_municipality
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.place_names import NamedPlace
from directory_api.place.postcode import Town, squash
from directory_api.place.provinces import is_province_of, provinces
from directory_api.text.normalize import fold

# A province has more towns than anybody reads.
_TOWNS_OF_PROVINCE = 5


class Meaning(NamedTuple):
    """The keys of the postcodes that a name means.

    `town` is the only municipality with the name, its main postcode first; `towns` are others to
    choose from, and `parts` those in which a part has the name. They are `apart` if they are too
    far from each other to be answered as one place.

    `abroad` are the neighbours (ISO 3166-1) that have such a name, too; more people mean that if it
    is `likely_abroad`.
    """

    town: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    apart: bool = False
    abroad: tuple[str, ...] = ()
    likely_abroad: bool = False


def name_table(gazetteer: Gazetteer, country: str) -> Mapping[str, Meaning]:
    """Return every name of a place of a country, in the order in which they are suggested. Of a
    neighbour's, it is not known who has the name, too.
    """
    places, neighbours = gazetteer.country(country), gazetteer.neighbours
    names, larger = places.names, neighbours.larger if country == neighbours.country else ()
    written = names.spellings()
    for folded, province in provinces().items():
        if province.subdivision.startswith(f"{country}-"):
            written.setdefault(folded, province.name)
    table: dict[str, Meaning] = {}
    for name in written.values():
        called = names.named(name)
        if not called:
            continue
        meaning = _meaning(name, called, places)
        if country not in neighbours.places:
            meaning = meaning._replace(abroad=gazetteer.also_called(name, country))
        if meaning.abroad and (fold(name) in larger or not places.is_name(name)):
            towns = (*meaning.town, *meaning.towns)
            meaning = meaning._replace(town=(), towns=towns, likely_abroad=True)
        table[name] = meaning
    return table


def _meaning(name: str, called: list[NamedPlace], places: CountryPlaces) -> Meaning:
    if any(is_province_of(part, place.subdivision) for place, part in called):
        return Meaning(towns=_keys(places.names.sharing(name)[:_TOWNS_OF_PROVINCE]))
    own, all_called = of_municipality(called, name), _as_town(called)
    town = _as_town(own) if own else None
    keys = _main_first(town) if town and is_near(town) else ()
    others = [named for named in called if squash(named.place.code) not in keys]
    return Meaning(
        keys,
        _keys(named for named in others if not named.part),
        _keys(named for named in others if named.part),
        apart=not is_near(all_called),
    )


def _as_town(called: Iterable[NamedPlace]) -> Town:
    return Town("", {}, tuple(sorted((named.place for named in called), key=attrgetter("code"))))


def _main_first(town: Town) -> tuple[str, ...]:
    return _keys(NamedPlace(place, "") for place in (town.main_place, *town.places))


def _keys(named: Iterable[NamedPlace]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(squash(each.place.code) for each in named))
