"""Reads the postcodes of neighbouring countries near a border.

They come with the product and are not in the store: a server would otherwise hold several thousand
postcodes that few visitors ever type. `python -m tools.neighbour_postcodes` writes them.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from directory_api.countries import known as countries
from directory_api.files.files import read_bytes, read_json
from directory_api.left_out import leave_out, left_out
from directory_api.place.country_places import CountryPlaces
from directory_api.place.gazetteer import NO_NEIGHBOURS, Neighbours
from directory_api.place.geometry import Point
from directory_api.place.outlines import Outline
from directory_api.place.postcode import Place
from directory_api.text.errors import FileUnreadable
from directory_api.text.normalize import fold

# Of a country's folder.
FOLDER = "neighbours"
# Of the countries around it, as GeoJSON (RFC 7946): a MultiPolygon each, with its `country`.
OUTLINES = "outlines.geojson"
# No name of a place in the tables contains it.
SEPARATOR = "|"
_NO_NAMES: Mapping[str, str] = MappingProxyType({})

_Row = TypeVar("_Row")
# Further names of the places of all countries, by country and place.
_Names = Mapping[tuple[str, str], list[str]]


def folder_of_neighbours(data: Path) -> Path | None:
    """Return the folder of tables of the first country in a data folder that has one."""
    folders = (each / FOLDER for each in countries.folders(data))
    return next((each for each in folders if each.is_dir()), None)


def read_neighbours(data: Path) -> Neighbours:
    """Return the neighbours of the first country in a data folder that has tables.

    What cannot be used is left out: a table, the outlines, or all if the country's file does not
    say what they are. Without outlines no position is known to be in a neighbour, and answers have
    the European number.
    """
    folder = folder_of_neighbours(data)
    if folder is None or countries.part(folder.parent) in left_out():
        return NO_NEIGHBOURS
    of, known = folder.parent.name.upper(), [each.name.upper() for each in countries.folders(data)]
    try:
        index = countries.read_file(folder.parent).get("neighbours")
        if not index:
            return NO_NEIGHBOURS
        listed = [country for country in index["countries"] if country in known]
        within_km, margin_m = int(index["within_km"]), int(index["margin_m"])
        larger = frozenset(map(fold, index.get("larger", ())))
        attributions = tuple(index.get("attributions", ()))
    except (AttributeError, FileUnreadable, KeyError, TypeError, ValueError) as error:
        leave_out(f"neighbours of {of}", f"not described: {type(error).__name__}")
        return NO_NEIGHBOURS
    names: dict[tuple[str, str], list[str]] = {}
    for country, place, name in _rows(folder / "names.csv", _further_name):
        names.setdefault((country, place), []).append(name)
    tables = (
        CountryPlaces(
            country, _rows(folder / f"{country.lower()}.csv", partial(_place, country, names))
        )
        for country in listed
    )
    places = {each.country: each for each in tables if each.codes}
    return Neighbours(
        of, within_km, places, _outlines(folder / OUTLINES, margin_m), larger, attributions
    )


def _outlines(path: Path, margin_m: int) -> tuple[Outline, ...]:
    """Return the outlines in a file; none without one, and of one that cannot be read, which is
    left out.
    """
    try:
        return read_outlines(path, margin_m) if path.exists() else ()
    except FileUnreadable as error:
        leave_out(f"outlines {'/'.join(path.parts[-3:])}", error.detail)
        return ()


def read_outlines(path: Path, margin_m: int) -> tuple[Outline, ...]:
    """Return the outlines in a file. Raises FileUnreadable."""
    try:
        return tuple(
            Outline(
                str(feature["properties"]["country"]),
                tuple(
                    tuple((float(lon), float(lat)) for lon, lat in ring[:-1])
                    for polygon in feature["geometry"]["coordinates"]
                    for ring in polygon
                ),
                margin_m,
                is_exact=False,
            )
            for feature in read_json(path)["features"]
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FileUnreadable(
            f"{path}: no FeatureCollection of a MultiPolygon for each `country` "
            f"({type(error).__name__})"
        ) from None


def _rows(path: Path, convert: Callable[[Mapping[str, str]], _Row]) -> Sequence[_Row]:
    """Return the rows of a table; none of one that cannot be read, which is left out."""
    try:
        text = read_bytes(path).decode("utf-8")
        rows = [convert(row) for row in csv.DictReader(text.splitlines())]
        # There may be no further names.
        fault = "" if rows or (text and convert is _further_name) else "it has no rows"
    except FileUnreadable as error:
        fault = error.detail
    except (AttributeError, KeyError, TypeError, ValueError, csv.Error) as error:
        fault = f"not a table of postcodes or of names: {type(error).__name__}"
    if not fault:
        return rows
    leave_out(f"table {'/'.join(path.parts[-3:])}", fault)
    return ()


def _further_name(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["country"], row["place"], row["name"]


def _place(country: str, names: _Names, row: Mapping[str, str]) -> Place:
    places = tuple(row["places"].split(SEPARATOR))
    return Place(
        country=country,
        code=row["code"],
        name=places[0],
        names=_NO_NAMES,
        point=Point(float(row["lat"]), float(row["lon"])),
        accuracy_m=int(row["accuracy_m"]),
        places=places,
        aliases=tuple(
            (name, place) for place in places for name in names.get((country, place), ())
        ),
    )
