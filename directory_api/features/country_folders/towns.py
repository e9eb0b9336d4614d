"""Adds the towns of a gazetteer of GeoNames to postcodes: a postal file has districts instead of
some towns, and names in the language of the country only.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path

from directory_api.features.country_folders.geonames import names_in
from directory_api.files.files import read_bytes
from directory_api.place.geometry import Point, chord_m, parse_degrees
from directory_api.place.postcode import NamedPoint, Place
from directory_api.text.errors import FileUnreadable
from directory_api.text.normalize import fold

# https://download.geonames.org/export/dump/readme.txt
_COLUMNS = 19
# Populated places that are a town, or no longer one.
_NO_TOWNS = ("PPLX", "PPLH", "PPLQ", "PPLW")
# A place with the name of a town that is further from it is another one.
_WIDEST_M = 25_000
# Of a degree.
_CELLS = 4


@dataclass(frozen=True, slots=True)
class _Town:
    name: str
    other_names: tuple[str, ...]
    point: Point


def added_names(path: Path, country: str, places: Sequence[Place]) -> dict[str, list[NamedPoint]]:
    """Return further rows of postcodes by code, from a gazetteer such as cities500.txt: the name of
    a town where the postcodes have it in another language, else at the postcode closest to it.
    Raises FileUnreadable if the file has no town of the country.
    """
    towns = [*_towns(path, country)]
    if not towns:
        raise FileUnreadable(
            f"{path}: has no town of {country}; is it a gazetteer of GeoNames, such as "
            "cities500.txt?"
        )
    named: dict[str, list[Place]] = {}
    for place in places:
        for name in chain.from_iterable(map(names_in, place.places)):
            named.setdefault(fold(name), []).append(place)
    by_cell: dict[tuple[int, int], list[Place]] = {}
    for place in places:
        by_cell.setdefault(_cell(place.point), []).append(place)
    added: dict[str, list[NamedPoint]] = {}
    for town in towns:
        for place in _without_name(town, named, by_cell):
            added.setdefault(place.code, []).append(NamedPoint(town.name, place.point))
    return added


def _without_name(
    town: _Town,
    named: Mapping[str, Iterable[Place]],
    by_cell: Mapping[tuple[int, int], Iterable[Place]],
) -> Iterable[Place]:
    """Return the postcodes that are to have the name of a town."""

    def near(name: str) -> list[Place]:
        return [
            place
            for place in named.get(fold(name), ())
            if chord_m(place.point, town.point) <= _WIDEST_M
        ]

    if near(town.name):
        return ()
    found = {place.code: place for name in town.other_names for place in near(name)}
    if found:
        return found.values()
    lat, lon = _cell(town.point)
    around = (by_cell.get((lat + n, lon + e), ()) for n in (-1, 0, 1) for e in (-1, 0, 1))
    by_distance = [
        (chord_m(each.point, town.point), each) for near_by in around for each in near_by
    ]
    metres, closest = min(by_distance, key=itemgetter(0), default=(math.inf, None))
    return (closest,) if closest and metres <= _WIDEST_M else ()


def _cell(point: Point) -> tuple[int, int]:
    """Return where a point is in a grid, so that few postcodes are compared: 10 million take a
    minute.
    """
    return math.floor(point.lat * _CELLS), math.floor(point.lon * _CELLS)


def _towns(path: Path, country: str) -> Iterator[_Town]:
    for line in read_bytes(path).decode("utf-8", errors="replace").splitlines():
        cells = line.split("\t")
        if len(cells) != _COLUMNS or cells[8] != country or cells[6] != "P":
            continue
        if cells[7] in _NO_TOWNS or not fold(cells[1]):
            continue
        try:
            point = Point(float(parse_degrees(cells[4])), float(parse_degrees(cells[5])))
        except ValueError:
            continue
        yield _Town(cells[1].strip(), tuple(filter(fold, cells[3].split(","))), point)
