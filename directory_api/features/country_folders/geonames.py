"""Reads the postal files of GeoNames."""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, median

from directory_api.files.country_tables import PostcodeTable
from directory_api.files.files import read_bytes
from directory_api.place.geometry import Point, parse_degrees
from directory_api.place.postcode import NamedPoint, Place, PostcodeRule, place_of, rule_for
from directory_api.text.errors import FileUnreadable
from directory_api.text.normalize import fold, tidy

GEONAMES = {
    "name": "GeoNames postal codes",
    "licence": "CC BY 4.0",
    "url": "https://www.geonames.org/",
}
_GEONAMES_COLUMNS = 12
# The accuracy of a coordinate, in the last column: 1 is estimated, 3 the mean of others, 4 that of
# the place, 6 the middle of addresses or of an area. It may be empty.
# https://download.geonames.org/export/zip/readme.txt
_LOCATED = ("4", "5", "6")
# How far off another one may be, in metres: that of 8010 in Graz is 7.9 km off.
_ESTIMATED_M = 10_000
# Rows of a German company code can be up to 500 km apart; their median is meaningless.
WIDEST_SPREAD_M = 100_000
# Rows between two calls of `progress`.
_STEP = 2_000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class GeonamesTable(PostcodeTable):
    """The postcodes of a country, the number of rows of the file, and of skipped ones by reason."""

    rows: int
    dropped: Mapping[str, int]


def geonames_table(
    path: Path, country: str, progress: Progress = lambda _bytes: None
) -> GeonamesTable:
    """Read a GeoNames postal file (UTF-8, TAB, no header, no quoting, 12 columns) of one country.

    `progress` is called with the number of bytes read since its last call. Raises FileUnreadable if
    no row is usable.
    """
    return geonames_rows(path, rule_for(country), progress).table(country)


@dataclass(frozen=True, slots=True)
class GeonamesRows:
    """The usable rows of a GeoNames postal file by the key of their postcode, and each key as the
    file first writes it. Rows with an estimated coordinate have the median of the others of their
    postcode, or may be _ESTIMATED_M off if there are none; `estimated` is the share of such rows.
    """

    path: Path
    rows: Mapping[str, list[NamedPoint]]
    written: Mapping[str, str]
    estimated: Mapping[str, float]
    sha256: str
    lines: int
    dropped: Mapping[str, int]

    def table(self, country: str) -> GeonamesTable:
        """Return the table of a country. Raises FileUnreadable if no row is usable."""
        dropped = dict(self.dropped)
        places = _places(country, self.rows, dropped)
        if not places:
            raise FileUnreadable(
                f"{self.path}: no usable row for {country} in {self.lines} lines; is it a GeoNames "
                "postal file?"
            )
        return GeonamesTable(country, places, [GEONAMES], self.sha256, self.lines, dropped)


def geonames_codes(path: Path, country: str) -> list[str]:
    """Return the postcodes of a country as a GeoNames postal file writes them, each once. Raises
    FileUnreadable.
    """
    rows = (line.split("\t") for line in _lines(read_bytes(path), lambda _bytes: None))
    codes = (cells[1].strip() for cells in rows if len(cells) > 1 and cells[0] == country)
    return [*dict.fromkeys(code for code in codes if "CEDEX" not in code.upper())]


def geonames_rows(
    path: Path, rule: PostcodeRule, progress: Progress = lambda _bytes: None
) -> GeonamesRows:
    """Read the usable rows of the country of a rule, as `geonames_table` does."""
    raw = read_bytes(path)
    dropped: dict[str, int] = {}
    seen: set[tuple[str, ...]] = set()
    rows: dict[str, list[tuple[NamedPoint, bool]]] = {}
    written: dict[str, str] = {}
    lines = 0
    for line in _lines(raw, progress):
        lines += 1
        cells = line.split("\t")
        reason = _unfit(cells, rule, seen)
        if reason:
            dropped[reason] = dropped.get(reason, 0) + 1
            continue
        key = rule.key(tidy(cells[1]))
        assert key is not None  # checked by _unfit
        named = NamedPoint(cells[2].strip(), _point(cells[9], cells[10]))
        rows.setdefault(key, []).append((named, cells[11] in _LOCATED))
        written.setdefault(key, cells[1].strip())
    return GeonamesRows(
        path,
        {key: _at_located(of_code) for key, of_code in rows.items()},
        written,
        {key: mean(not located for _, located in of_code) for key, of_code in rows.items()},
        hashlib.sha256(raw).hexdigest(),
        lines,
        dropped,
    )


def names_in(name: str) -> Iterator[str]:
    """Yield the names in one of GeoNames: the town, and its part: `Graz,10.Bez.:Ries`."""
    town, _, part = name.partition(",")
    yield town.strip()
    if part.strip():
        yield part.rpartition(":")[2].strip() or part.strip()


def _at_located(rows: Sequence[tuple[NamedPoint, bool]]) -> list[NamedPoint]:
    """Return the rows of a postcode, those without a coordinate of their own where the others
    are.
    """
    points = [named.point for named, located in rows if located]
    if not points:
        return [replace(named, accuracy_m=_ESTIMATED_M) for named, _ in rows]
    middle = Point(median(at.lat for at in points), median(at.lon for at in points))
    return [named if located else NamedPoint(named.name, middle) for named, located in rows]


def _lines(raw: bytes, progress: Progress) -> Iterator[str]:
    since = 0
    for number, line in enumerate(io.BytesIO(raw), start=1):
        since += len(line)
        if number % _STEP == 0:
            progress(since)
            since = 0
        text = line.decode("utf-8", errors="replace").lstrip("\ufeff").rstrip("\r\n")
        if text:
            yield text
    progress(since)


def _unfit(cells: list[str], rule: PostcodeRule, seen: set[tuple[str, ...]]) -> str | None:
    """Return why a row is skipped, or None. Adds usable rows to `seen`."""
    if len(cells) != _GEONAMES_COLUMNS:
        return "not 12 columns"
    if any("\ufffd" in cell for cell in cells):
        return "not UTF-8"
    if cells[0] != rule.country:
        return "another country"
    if "CEDEX" in cells[2].upper() or "CEDEX" in cells[1].upper():
        return "CEDEX: the code of a company's mail, not of a place"
    if not fold(cells[2]) or "<" in cells[2] or not cells[2].isprintable():
        return "no plain place name"
    if rule.key(tidy(cells[1])) is None:
        return "not written like a postcode of the country"
    try:
        _point(cells[9], cells[10])
    except ValueError:
        return "no usable coordinate"
    row = (cells[1], cells[2], cells[9], cells[10])
    if row in seen:
        return "the same row twice"
    seen.add(row)
    return None


def _places(
    country: str, rows: Mapping[str, list[NamedPoint]], dropped: dict[str, int]
) -> tuple[Place, ...]:
    places = []
    for code, named in sorted(rows.items()):
        place = place_of(country, code, named)
        if place.accuracy_m > WIDEST_SPREAD_M:
            reason = f"codes whose rows lie more than {WIDEST_SPREAD_M // 1000} km apart"
            dropped[reason] = dropped.get(reason, 0) + len(named)
        else:
            places.append(place)
    return tuple(places)


def _point(lat: str, lon: str) -> Point:
    return Point(float(parse_degrees(lat)), float(parse_degrees(lon)))
