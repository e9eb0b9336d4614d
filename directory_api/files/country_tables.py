"""Checks the tables and the boundary of a country's folder, and that it has no other files."""

import csv
import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from directory_api.countries.known import COUNTRY_FILE, POSTCODES, REGIONS, postcode_format
from directory_api.files.files import BOUNDARY, MUNICIPALITIES, NAMED_IN, NAMES
from directory_api.files.neighbours import FOLDER as NEIGHBOURS
from directory_api.files.neighbours import OUTLINES, read_outlines
from directory_api.place.geometry import Area, parse_degrees
from directory_api.place.postcode import rule_of
from directory_api.text.errors import FileUnreadable
from directory_api.text.translations import is_language

MOST_LISTED = 100
_SUBDIVISION = "subdivision"
# The columns that each table needs.
_COLUMNS = {
    POSTCODES: ("code", "place", "lat", "lon"),
    MUNICIPALITIES: ("code", "municipality", _SUBDIVISION),
    NAMES: ("municipality", "place", "name"),
    REGIONS: (_SUBDIVISION, "name"),
}
_FILES = (COUNTRY_FILE, *_COLUMNS, BOUNDARY, NEIGHBOURS)
# What people write beside them.
_NOTES = (".md", ".txt")
# In a folder of neighbours: a table of each country, and their further names.
_NEIGHBOUR = re.compile(r"[a-z]{2}\.csv|names\.csv", re.ASCII)

# The name of the cells of a row for which there is no column.
_MORE = ""

# A row of a table, with the number of its line.
_Row = tuple[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Box:
    """From south-west to north-east, in degrees."""

    south: float
    west: float
    north: float
    east: float

    def has(self, lat: float, lon: float) -> bool:
        return self.south <= lat <= self.north and self.west <= lon <= self.east


def faults_of_tables(folder: Path, record: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Yield the faults of all files but the country's own, at most MOST_LISTED of a table. `record`
    is what the country's file says, if that is without faults.
    """
    yield from _unknown_files(folder)
    area, faults = _boundary(folder / BOUNDARY)
    yield from faults
    for table, columns in _COLUMNS.items():
        path = folder / table
        if path.exists():
            found = _faults_of_table(path, columns, record["postcode"] if record else None, area)
            yield from (f"{path}: {fault}" for fault in islice(found, MOST_LISTED))
            if more := sum(1 for _ in found):
                yield f"{path}: and {more:,} others"


def _unknown_files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not (path.name in _FILES or path.name.startswith(".") or path.suffix in _NOTES):
            close = difflib.get_close_matches(path.name, _FILES, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(_FILES)}"
            yield f"{path}: is no file of a country; {hint}"
    if (folder / NEIGHBOURS).is_dir():
        for path in sorted((folder / NEIGHBOURS).iterdir()):
            if path.name == OUTLINES:
                yield from _faults_of_outlines(path)
            elif not (_NEIGHBOUR.fullmatch(path.name) or path.name.startswith(".")):
                yield f"{path}: is no table of a neighbour; name it by its country, such as nl.csv"


def _faults_of_outlines(path: Path) -> Iterator[str]:
    try:
        read_outlines(path, 0)
    except FileUnreadable as error:
        yield str(error)


def _boundary(path: Path) -> tuple[Area | None, Sequence[str]]:
    """Return the area in a boundary, if there is one, and its faults."""
    if not path.exists():
        return None, ()
    try:
        area = Area.from_geojson(json.loads(path.read_text(encoding="utf-8")))
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        return None, [f"{path}: is no FeatureCollection of polygons in GeoJSON ({what})"]
    return (area, ()) if area.polygons else (None, [f"{path}: has no polygon"])


def _faults_of_table(
    path: Path, columns: Sequence[str], postcode: Mapping[str, Any] | None, area: Area | None
) -> Iterator[str]:
    try:
        # Spreadsheets write a byte order mark.
        text = path.read_text(encoding="utf-8-sig")
        rows = csv.DictReader(text.splitlines(), restkey=_MORE, restval="")
        named = rows.fieldnames or ()
    except (OSError, ValueError) as error:
        yield f"cannot be read as UTF-8 ({type(error).__name__})"
        return
    for name in named:
        if name.startswith(NAMED_IN) and not _is_language(name.removeprefix(NAMED_IN)):
            yield f"line 1: {name}: write the code of a language after {NAMED_IN}, such as name_nl"
    if missing := [name for name in columns if name not in named]:
        yield f"line 1: missing columns: {', '.join(missing)}"
        return
    listed = [*enumerate(rows, 2)]
    for number, row in listed:
        if _MORE in row:
            yield f"line {number}: more cells than columns; put a text with a comma in quotes"
        if empty := [name for name in columns if not row[name].strip()]:
            yield f"line {number}: empty: {', '.join(empty)}"
    if _SUBDIVISION in columns:
        yield from _faults_of_subdivisions(path.parent.name.upper(), listed)
    if path.name == POSTCODES:
        yield from _faults_of_codes(listed, postcode)
        yield from _faults_of_points(listed, area)


def _is_language(tag: str) -> bool:
    return bool(re.fullmatch("[a-z]{2,3}", tag, re.ASCII)) and is_language(tag)


def _faults_of_subdivisions(country: str, rows: Sequence[_Row]) -> Iterator[str]:
    pattern = re.compile(rf"{re.escape(country)}-[A-Z0-9]{{1,3}}", re.ASCII)
    for number, row in rows:
        if row[_SUBDIVISION].strip() and not pattern.fullmatch(row[_SUBDIVISION]):
            yield f"line {number}: {_SUBDIVISION} is no code of ISO 3166-2, such as {country}-1"


def _faults_of_codes(rows: Sequence[_Row], postcode: Mapping[str, Any] | None) -> Iterator[str]:
    rule = rule_of("", "", postcode_format(postcode)) if postcode else None
    for number, row in rows:
        if rule and row["code"].strip() and rule.key(row["code"]) != row["code"]:
            yield f"line {number}: code is not what postcode.shape in {COUNTRY_FILE} has as key"


def _faults_of_points(rows: Sequence[_Row], area: Area | None) -> Iterator[str]:
    points: dict[int, tuple[float, float]] = {}
    for number, row in rows:
        degrees = [_degrees(row[name], most) for name, most in (("lat", 90), ("lon", 180))]
        for name, value in zip(("lat", "lon"), degrees, strict=True):
            if value is None and row[name].strip():
                yield f"line {number}: {name} is no number of degrees"
        lat, lon = degrees
        if lat is not None and lon is not None:
            points[number] = lat, lon
    if not points:
        yield "line 1: no postcode with a place follows"
        return
    box = _box_of(area) if area else _box_around([*points.values()])
    for number, (lat, lon) in points.items():
        if not box.has(lat, lon) and box.has(lon, lat):
            yield f"line {number}: lat and lon are exchanged: the place is far from the country"


def _degrees(text: str, most: int) -> float | None:
    try:
        degrees = float(parse_degrees(text))
    except ValueError:
        return None
    return degrees if abs(degrees) <= most else None


def _box_of(area: Area) -> _Box:
    wests, souths, easts, norths = zip(*(each.box for each in area.polygons), strict=True)
    return _Box(min(souths), min(wests), max(norths), max(easts))


def _box_around(points: Sequence[tuple[float, float]]) -> _Box:
    """Return where most points are."""
    (south, north), (west, east) = (_most(sorted(values)) for values in zip(*points, strict=True))
    return _Box(south, west, north, east)


def _most(values: Sequence[float]) -> tuple[float, float]:
    """Return the range of four fifths of sorted values, three times as wide, at least 1.5."""
    low, high = values[len(values) // 10], values[-1 - len(values) // 10]
    more = max(high - low, 0.5)
    return low - more, high + more
