"""Reads what a country's folder gives to the store: its postcodes and its boundary. Every fault of
them has its file and line.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from directory_api.countries.known import (
    COUNTRY_FILE,
    POSTCODES,
    REGIONS,
    folders,
    read_file,
)
from directory_api.files.files import read_bytes, read_json
from directory_api.place.geometry import Area, Point, parse_degrees
from directory_api.place.postcode import NamedPoint, Place, PostcodeRule, place_of, rules
from directory_api.text.errors import FileUnreadable
from directory_api.text.normalize import fold

# Of a country's folder; all of them are optional.
MUNICIPALITIES, NAMES = "municipalities.csv", "names.csv"
BOUNDARY = "boundary.geojson"
# A column of municipal names in the language of a tag: name_nl.
NAMED_IN = "name_"
# An optional column of postcodes.
ACCURACY = "accuracy_m"
# The columns that each table needs.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    POSTCODES: ("code", "place", "lat", "lon"),
    MUNICIPALITIES: ("code", "municipality", "subdivision"),
    NAMES: ("municipality", "place", "name"),
    REGIONS: ("subdivision", "name"),
}
# Of a table.
MOST_FAULTS_LISTED = 100
_METRES = re.compile("[0-9]{0,6}")
# The name of the cells of a row for which there is no column.
_MORE = ""


@dataclass(frozen=True, slots=True)
class PostcodeTable:
    """One country's postcodes, read from a file."""

    country: str
    places: tuple[Place, ...]
    attributions: Sequence[Mapping[str, str]]
    sha256: str

    def to_record(self) -> dict[str, Any]:
        """Return the metadata of the table that the store keeps."""
        return {
            "attributions": [dict(line) for line in self.attributions],
            "codes": len(self.places),
            "sha256": self.sha256,
        }


class TableRow(NamedTuple):
    """A row of a table, by column, and its line."""

    line: int
    cells: Mapping[str, str]


class CountryTables:
    """The tables of a country's folder, as far as they can be read, and the faults of each by its
    name. `rule` says how the country writes its postcodes, if that is known.
    """

    def __init__(self, folder: Path, rule: PostcodeRule | None) -> None:
        self._folder = folder
        self.country = folder.name.upper()
        self.faults: dict[str, list[str]] = {}
        area, self.faults[BOUNDARY] = read_area(folder / BOUNDARY)
        self.postcodes = self.read(POSTCODES)
        self.municipalities = self.read(MUNICIPALITIES)
        self.names = self.read(NAMES)
        if self.postcodes or ((folder / POSTCODES).exists() and not self.faults[POSTCODES]):
            self.faults[POSTCODES] += _faults_of_postcodes(self.postcodes, rule, area)
        self.faults[POSTCODES] += (
            f"line {line}: {ACCURACY} is no whole number of metres"
            for line, row in self.postcodes
            if not _METRES.fullmatch(row.get(ACCURACY, ""))
        )
        self.faults[MUNICIPALITIES] += (
            f"line {line}: population is no number"
            for line, row in self.municipalities
            if not (row.get("population") or "0").strip().isdecimal()
        )

    def read(self, name: str) -> list[TableRow]:
        """Return the rows of a table, and note its faults; there are none if there is no file."""
        faults = self.faults[name] = list[str]()
        path = self._folder / name
        if not path.exists():
            return []
        try:
            # Spreadsheets write a byte order mark.
            text = io.StringIO(read_bytes(path).decode("utf-8-sig"), newline="")
            table = csv.DictReader(text, restkey=_MORE, restval="")
            missing = [each for each in COLUMNS[name] if each not in (table.fieldnames or ())]
            rows = [TableRow(table.line_num, cells) for cells in table]
        except (FileUnreadable, UnicodeDecodeError, csv.Error) as error:
            faults.append(f"cannot be read as UTF-8 ({type(error).__name__})")
            return []
        if missing:
            faults.append(f"line 1: missing columns: {', '.join(missing)}")
            return []
        for line, cells in rows:
            if _MORE in cells:
                faults.append(
                    f"line {line}: more cells than columns; put a text with a comma in quotes"
                )
            if empty := [each for each in COLUMNS[name] if not cells[each].strip()]:
                faults.append(f"line {line}: empty: {', '.join(empty)}")
            subdivision = cells.get("subdivision", "").strip()
            if subdivision and not re.fullmatch(
                rf"{re.escape(self.country)}-[A-Z0-9]{{1,3}}", subdivision
            ):
                faults.append(
                    f"line {line}: subdivision is no code of ISO 3166-2, such as {self.country}-1"
                )
        return rows

    def listed_faults(self) -> Iterator[str]:
        """Yield each fault after its file, at most MOST_FAULTS_LISTED of one."""
        for name, faults in self.faults.items():
            path = self._folder / name
            yield from (f"{path}: {fault}" for fault in faults[:MOST_FAULTS_LISTED])
            if more := len(faults[MOST_FAULTS_LISTED:]):
                yield f"{path}: and {more:,} others"


def shipped_tables(data: Path) -> list[PostcodeTable]:
    """Read the postcodes of the countries of a data folder that have some. Raises FileUnreadable
    with every fault of their tables, also if there is no country.
    """
    if not folders(data):
        raise FileUnreadable(f"{data}: has no folder of a country")
    listed = [folder for folder in folders(data) if (folder / POSTCODES).exists()]
    read = [CountryTables(folder, rules().get(folder.name.upper())) for folder in listed]
    faults = [fault for tables in read for fault in tables.listed_faults()]
    if faults:
        raise FileUnreadable("\n".join(faults))
    return [_postcode_table(folder, tables) for folder, tables in zip(listed, read, strict=True)]


def shipped_boundaries(data: Path) -> dict[str, Any]:
    """Read the boundaries of a data folder: GeoJSON by country. Raises FileUnreadable."""
    boundaries = {}
    for path in (folder / BOUNDARY for folder in folders(data)):
        if path.exists():
            _, faults = read_area(path)
            if faults:
                raise FileUnreadable(f"{path}: {faults[0]}")
            boundaries[path.parent.name.upper()] = _plain_numbers(read_json(path))
    return boundaries


def read_area(path: Path) -> tuple[Area | None, list[str]]:
    """Return the area in the file of a boundary, if there is one, and what is wrong with it."""
    if not path.exists():
        return None, []
    try:
        area = Area.from_geojson(json.loads(path.read_text(encoding="utf-8")))
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        return None, [f"is no FeatureCollection of polygons in GeoJSON ({what})"]
    return (area, []) if area.polygons else (None, ["has no polygon"])


def _postcode_table(folder: Path, tables: CountryTables) -> PostcodeTable:
    paths = (folder / name for name in (POSTCODES, MUNICIPALITIES, NAMES))
    content = b"".join(read_bytes(path) for path in paths if path.exists())
    try:
        attributions = list(read_file(folder).get("attributions", ()))
    except TypeError:
        raise FileUnreadable(f"{folder / COUNTRY_FILE}: attributions are no tables") from None
    return PostcodeTable(
        tables.country,
        _places(tables),
        attributions,
        hashlib.sha256(content).hexdigest(),
    )


def _places(tables: CountryTables) -> tuple[Place, ...]:
    rows: dict[str, list[NamedPoint]] = {}
    for _, row in tables.postcodes:
        point = Point(float(parse_degrees(row["lat"])), float(parse_degrees(row["lon"])))
        named = NamedPoint(row["place"], point, int(row.get(ACCURACY) or 0))
        rows.setdefault(row["code"], []).append(named)
    municipalities: dict[str, list[Mapping[str, str]]] = {}
    for _, row in tables.municipalities:
        municipalities.setdefault(row["code"], []).append(row)
    aliases: dict[str, list[tuple[str, str]]] = {}
    for _, row in tables.names:
        aliases.setdefault(row["municipality"], []).append((row["name"], row["place"]))
    return tuple(
        _named_place(tables.country, code, named, municipalities[code], aliases)
        if code in municipalities
        else place_of(tables.country, code, named)
        for code, named in sorted(rows.items())
    )


def _named_place(
    country: str,
    code: str,
    rows: list[NamedPoint],
    municipalities: Sequence[Mapping[str, str]],
    aliases: Mapping[str, Sequence[tuple[str, str]]],
) -> Place:
    """Return the place of a code that several municipalities may share. It gets the name of the
    municipality that the code's rows name: 1040 is Etterbeek, not Brussel. `aliases` are those of
    all places of each municipality, and the name for which each is written.
    """
    listed = {fold(row.name) for row in rows}
    names = [
        {
            column.removeprefix(NAMED_IN): name
            for column, name in row.items()
            if column.startswith(NAMED_IN) and name
        }
        for row in municipalities
    ]
    own = next(
        (
            mine
            for mine, found in enumerate(names)
            if listed & {fold(name) for name in found.values()}
        ),
        0,
    )
    others = [name for mine in names for name in mine.values()]
    row = municipalities[own]
    known = {*(each.name for each in rows), *names[own].values()}
    return place_of(
        country,
        code,
        rows,
        names[own],
        row["subdivision"],
        others,
        row["municipality"],
        (
            (alias, name)
            for each in municipalities
            for alias, name in aliases.get(each["municipality"], ())
            if name in known
        ),
        int(row.get("population") or 0),
    )


def _plain_numbers(value: Any) -> Any:
    """Convert Decimal to float, so that the parsed value equals the value read from the store."""
    if isinstance(value, dict):
        return {name: _plain_numbers(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain_numbers(part) for part in value]
    return float(value) if not isinstance(value, str | bool | int | None) else value


def _faults_of_postcodes(
    rows: Sequence[TableRow], rule: PostcodeRule | None, area: Area | None
) -> Iterator[str]:
    points: dict[int, tuple[float, float]] = {}
    for line, row in rows:
        if rule and row["code"].strip() and rule.key(row["code"]) != row["code"]:
            yield f"line {line}: code is not what postcode.shape in {COUNTRY_FILE} has as key"
    for line, row in rows:
        degrees = [_degrees(row[name], most) for name, most in (("lat", 90), ("lon", 180))]
        for name, value in zip(("lat", "lon"), degrees, strict=True):
            if value is None and row[name].strip():
                yield f"line {line}: {name} is no number of degrees"
        lat, lon = degrees
        if lat is not None and lon is not None:
            points[line] = lat, lon
    if not points:
        yield "line 1: no postcode with a place follows"
        return
    box = _box_of(area) if area else _box_around([*points.values()])
    for line, (lat, lon) in points.items():
        if not box.has(lat, lon) and box.has(lon, lat):
            yield f"line {line}: lat and lon are exchanged: the place is far from the country"


@dataclass(frozen=True, slots=True)
class _Box:
    """From south-west to north-east, in degrees."""

    south: float
    west: float
    north: float
    east: float

    def has(self, lat: float, lon: float) -> bool:
        return self.south <= lat <= self.north and self.west <= lon <= self.east


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
