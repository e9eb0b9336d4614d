"""Reads the postcodes of neighbouring countries near a border, each country when it is first
needed.

They come with the product and are not in the store: a server would otherwise hold several thousand
postcodes that few visitors ever type. `python -m tools.neighbour_postcodes` writes them.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from directory_api.countries import known as countries
from directory_api.files.files import read_bytes, read_json
from directory_api.left_out import leave_out, left_out
from directory_api.place.geometry import Point
from directory_api.place.outlines import Outline
from directory_api.place.postcode import Place
from directory_api.text.errors import FileUnreadable

# Of a country's folder.
FOLDER = "neighbours"
# Of the countries around it, as GeoJSON (RFC 7946): a MultiPolygon each, with its `country`.
OUTLINES = "outlines.geojson"
COLUMNS = ("code", "lat", "lon", "accuracy_m", "places")
# No name of a place in the tables contains it.
_SEPARATOR = "|"
_NO_NAMES: Mapping[str, str] = MappingProxyType({})

# The content of a row.
Row = TypeVar("Row")
# Further names of the places of all countries, by country and place.
_Names = Mapping[tuple[str, str], list[str]]


def folder(data: Path) -> Path:
    """Return the folder of the first country in a data folder that has tables."""
    listed = countries.folders(data)
    return next((each / FOLDER for each in listed if (each / FOLDER).is_dir()), data)


def to_row(place: Place) -> dict[str, Any]:
    """Return a place as a row of its country's table."""
    return {
        "code": place.code,
        "lat": place.point.lat,
        "lon": place.point.lon,
        "accuracy_m": place.accuracy_m,
        "places": _SEPARATOR.join(place.places),
    }


class NeighbourTables:
    """The tables of a data folder.

    `of` is the country (ISO 3166-1) near which the postcodes are, within `within_km` kilometres.
    """

    def __init__(self, data: Path) -> None:
        self._data, self._folder = data, folder(data)

    @cached_property
    def _index(self) -> Mapping[str, Any]:
        if not self.of or countries.part(self._folder.parent) in left_out():
            return {}
        index: Mapping[str, Any] = countries.read_file(self._folder.parent).get("neighbours", {})
        return index

    @cached_property
    def of(self) -> str:
        """The country near which the postcodes are; empty if there are no tables."""
        return self._folder.parent.name.upper() if self._folder.name == FOLDER else ""

    @cached_property
    def within_km(self) -> int:
        """How far from that country they are at most."""
        return int(self._index["within_km"])

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """The countries (ISO 3166-1) that have a table, of those that the data folder knows. Each
        is read once, so that one that cannot be used is left out before it is asked for.
        """
        known = {each.name.upper() for each in countries.folders(self._data)}
        listed = (each for each in self._index.get("countries", ()) if each in known)
        return tuple(each for each in listed if self.places(each))

    @cached_property
    def larger(self) -> tuple[str, ...]:
        """The names of towns that have at least three times as many postcodes there as towns with
        the same name in the country near which the tables are.
        """
        return tuple(self._index.get("larger", ()))

    @cached_property
    def attributions(self) -> tuple[Mapping[str, str], ...]:
        """The sources of the tables, with their licences."""
        return tuple(self._index.get("attributions", ()))

    @cached_property
    def _names(self) -> _Names:
        names: dict[tuple[str, str], list[str]] = {}
        for country, place, name in _rows(self._folder / "names.csv", _further_name):
            names.setdefault((country, place), []).append(name)
        return names

    def places(self, country: str) -> Sequence[Place]:
        """Return the places of one of the countries."""
        return _rows(self._path(country), partial(_place, country, self._names))

    def codes(self, country: str) -> Sequence[str]:
        """Return their postcodes."""
        return _rows(self._path(country), itemgetter("code"))

    @cached_property
    def outlines(self) -> tuple[Outline, ...]:
        """Their outlines near that country, which have parts of others.

        Empty without a file, and with a damaged one, which is left out: then no position is known
        to be in a neighbour, and answers have the European number.
        """
        path = self._folder / OUTLINES
        if not self.of or not path.exists():
            return ()
        try:
            return read_outlines(path, int(self._index["margin_m"]))
        except (FileUnreadable, KeyError, TypeError, ValueError) as error:
            leave_out(
                f"outlines {'/'.join(path.parts[-3:])}", f"not outlines: {type(error).__name__}"
            )
            return ()

    def _path(self, country: str) -> Path:
        return self._folder / f"{country.lower()}.csv"


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


def _rows(path: Path, convert: Callable[[Mapping[str, str]], Row]) -> Sequence[Row]:
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
    places = tuple(row["places"].split(_SEPARATOR))
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
