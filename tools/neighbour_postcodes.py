"""Write the postcodes of a country that are near another one, from a postal file of GeoNames.

    python -m tools.neighbour_postcodes NL.txt NL cities500.txt

writes data/countries/be/neighbours/nl.csv: the postcodes of the Netherlands within as many
kilometres of Belgium as `neighbours` in data/countries/be/country.toml says, one row each. It
prints how many rows were skipped and why. The postal file comes from
https://download.geonames.org/export/zip/, the gazetteer of towns from
https://download.geonames.org/export/dump/ (both CC BY 4.0).

A French postcode is shared by up to 35 places, listed in no order. Each postcode of the countries
under `largest_first` there therefore has its most populous place first, after which it is
named. A Dutch postcode is that of the first place. A German postcode whose rows have no accuracy
is that of companies, which GeoNames names as its places: in the countries under `companies` such a
postcode has the name of the town of the nearest other one.
"""

import csv
import io
import math
import sys
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from directory_api.config import shipped
from directory_api.countries import known as countries
from directory_api.files import neighbours
from directory_api.files.country_tables import shipped_boundaries
from directory_api.place.geometry import Area, Point, chord_m, earth_centred
from directory_api.place.outlines import outline_of
from directory_api.place.postcode import Place, rule_for
from directory_api.place.whereabouts import Whereabouts
from directory_api.text.normalize import fold

_Vector = tuple[float, float, float]
# A degree of latitude is at least 110.5 km long.
_DEGREE_KM = 110.5
# The columns of the gazetteer (https://download.geonames.org/export/dump/readme.txt).
_NAME, _ASCII_NAME, _OTHER_NAMES, _LAT, _LON, _COUNTRY, _POPULATION = 1, 2, 3, 4, 5, 8, 14
# A town is at most so far from the point of its postcode, beside the accuracy of that.
_FROM_POSTCODE_M = 5_000


class Border:
    """The edges of a country's boundary, to measure the distance of points from them."""

    def __init__(self, area: Area) -> None:
        self._whereabouts = Whereabouts([outline_of("", area)])
        self._edges = [
            (start[1], earth_centred(_point(start)), earth_centred(_point(end)))
            for polygon in area.polygons
            for ring in (polygon.outer, *polygon.holes)
            for start, end in pairwise(ring)
        ]

    def is_within(self, point: Point, km: float) -> bool:
        """Return whether a point is inside the country, or at most so far from its boundary."""
        if self._whereabouts.countries_at(point):
            return True
        at, degrees = earth_centred(point), 2 * km / _DEGREE_KM
        return any(
            _from_edge_m(at, start, end) <= 1000 * km
            for lat, start, end in self._edges
            if abs(point.lat - lat) <= degrees
        )


def _point(position: tuple[float, float]) -> Point:
    lon, lat = position
    return Point(lat, lon)


def _from_edge_m(at: _Vector, start: _Vector, end: _Vector) -> float:
    """Return the distance of a point from an edge, as a straight line through the ellipsoid. At
    60 km that is 0.2 m less than along the surface.
    """
    edge = [b - a for a, b in zip(start, end, strict=True)]
    length = sum(part * part for part in edge)
    along = sum((p - a) * part for p, a, part in zip(at, start, edge, strict=True))
    share = max(0.0, min(1.0, along / length)) if length else 0.0
    return math.dist(at, [a + share * part for a, part in zip(start, edge, strict=True)])


class Populations:
    """The populations of a country's towns, from lines of GeoNames' gazetteer (UTF-8, TAB).

    A town is known by its name there, or, if none of `places` has that, by its other names:
    Dunkerque is Dunkirk there.
    """

    def __init__(self, lines: Iterable[str], country: str, places: Iterable[Place]) -> None:
        listed = {fold(name) for place in places for name in place.places}
        self._towns: dict[str, list[tuple[Point, int]]] = defaultdict(list)
        for cells in (line.split("\t") for line in lines):
            if cells[_COUNTRY] == country:
                names = {fold(cells[_NAME]), fold(cells[_ASCII_NAME])}
                names = names & listed or {fold(name) for name in cells[_OTHER_NAMES].split(",")}
                town = Point(float(cells[_LAT]), float(cells[_LON])), int(cells[_POPULATION])
                for name in names:
                    self._towns[name].append(town)

    def largest_first(self, place: Place) -> Place:
        """Return a postcode with its places in the order of their populations; those that are not
        known, or have the same, keep their order.
        """
        names = sorted(place.places, key=lambda name: -self._population(name, place))
        return replace(place, name=names[0], places=tuple(names))

    def _population(self, name: str, place: Place) -> int:
        reach_m = place.accuracy_m + _FROM_POSTCODE_M
        return max(
            (
                population
                for point, population in self._towns.get(fold(name), ())
                if chord_m(point, place.point) <= reach_m
            ),
            default=0,
        )


def named_after_towns(places: Sequence[Place], companies: Container[str]) -> Iterator[Place]:
    """Yield the places; one whose code is that of companies has the name of the nearest town."""
    towns = [place for place in places if place.code not in companies]
    for place in places:
        if place.code in companies:
            town = min(towns, key=lambda town: chord_m(town.point, place.point))
            yield replace(place, name=town.name, places=(town.name,))
        else:
            yield place


def near(places: Iterable[Place], border: Border, km: float) -> Iterator[Place]:
    """Yield the places within so many kilometres of a boundary."""
    return (place for place in places if border.is_within(place.point, km))


def as_csv(places: Iterable[Place]) -> str:
    """Return the places as a table that files/neighbours.py reads."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("code", "lat", "lon", "accuracy_m", "places"))
    for place in places:
        listed = neighbours.SEPARATOR.join(place.places)
        writer.writerow((place.code, place.point.lat, place.point.lon, place.accuracy_m, listed))
    return file.getvalue()


def main(source: str, country: str, gazetteer: str) -> None:
    """Write the file of one country from a postal file and a gazetteer of towns."""
    # Imported here: a test of the core uses this module, and the feature may have been deleted.
    from directory_api.features.country_folders.geonames import geonames_rows

    folder = neighbours.folder_of_neighbours(shipped("data"))
    assert folder is not None
    index = countries.read_file(folder.parent)["neighbours"]
    home = shipped_boundaries(shipped("data"))[folder.parent.name.upper()]
    rows = geonames_rows(Path(source), rule_for(country))
    table = rows.table(country)
    for reason, count in sorted(table.dropped.items()):
        print(f"{count:,} rows skipped: {reason}")
    # Codes that GeoNames has far from those before and after them.
    wrong = index["wrong"].get(country, ())
    usable = (place for place in table.places if place.code not in wrong)
    places = [*near(usable, Border(Area.from_geojson(home)), index["within_km"])]
    if country in index["largest_first"]:
        with Path(gazetteer).open(encoding="utf-8") as lines:
            populations = Populations(lines, country, places)
        places = [populations.largest_first(place) for place in places]
    if country in index["companies"]:
        companies = {code for code, share in rows.estimated.items() if share == 1}
        places = [*named_after_towns(places, companies)]
    path = folder / f"{country.lower()}.csv"
    path.write_text(as_csv(places), encoding="utf-8")
    print(f"{len(table.places):,} postcodes of {country}, {len(places):,} of them in {path}")


if __name__ == "__main__":
    main(*sys.argv[1:])
