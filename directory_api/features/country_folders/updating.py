"""Compares the folder of a country with newer postcodes and a newer boundary."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from directory_api.countries.known import FILE, POSTCODES, postcode_format, read_file
from directory_api.features.country_folders.making import (
    ATTRIBUTION,
    COLUMNS,
    GENERATED,
    PostcodeRow,
    around,
    postcode_rows,
    postcode_table,
    read_boundary,
)
from directory_api.files import files
from directory_api.files.country_check import faults_in
from directory_api.files.files import BOUNDARY, MUNICIPALITIES, NAMED_IN, NAMES
from directory_api.place.geometry import Point, chord_m
from directory_api.place.postcode import NamedPoint, Place, place_of, rule_of
from directory_api.text.errors import FileUnreadable

# A shorter way is no news: coordinates of GeoNames differ by that from year to year.
_MOVED_M = 1_000
# A file that lacks more than this part of the postcodes has most often been cut off.
_MOST_REMOVED = 1 / 3

# Rows of a table by postcode.
_Rows = Mapping[str, Sequence[PostcodeRow]]


@dataclass(frozen=True, slots=True)
class FolderUpdate:
    """What an update would change: the new content of files by name, none if nothing differs; the
    postcodes with their names; how far some would move, in metres; the number of postcodes that
    have other rows, and of those that are left as a person wrote them.

    `without_effect` are the rows of files that people edit whose postcode or place would be gone.
    """

    files: Mapping[str, str]
    added: Sequence[str]
    removed: Sequence[str]
    moved: Sequence[tuple[str, float]]
    others: int
    kept: int
    dropped: Mapping[str, int]
    boundary: str
    without_effect: Sequence[str]


def update_of(
    folder: Path, postcodes: Path, boundary: Path | None, progress: files.Progress
) -> FolderUpdate:
    """Compare the folder of a country with a postal file of GeoNames, and with a boundary (GeoJSON)
    if there is one. An approximate boundary is drawn again.

    A postcode with a row of another source than GeoNames stays as it is. Raises FileUnreadable,
    also for a folder with faults, and for a file that lacks many of its postcodes.
    """
    if faults := [*faults_in(folder)]:
        raise FileUnreadable("\n".join(faults))
    country, record = folder.name.upper(), read_file(folder)
    rule = rule_of(country, record["name"], postcode_format(record["postcode"]))
    read = files.geonames_rows(postcodes, rule, progress)
    table = read.table(country)
    before, columns = _table(folder / POSTCODES)
    own = {
        code: rows
        for code, rows in before.items()
        if any(row.get("source") != GENERATED for row in rows)
    }
    fresh = {place.code: [*postcode_rows(read, place.code)] for place in table.places}
    after: _Rows = dict(sorted({**fresh, **own}.items()))
    was, now = _places(country, before), _places(country, after)
    removed = [code for code in before if code not in after]
    if len(removed) > len(before) * _MOST_REMOVED:
        raise FileUnreadable(
            f"{postcodes}: lacks {len(removed):,} of the {len(before):,} postcodes of {country}. "
            f"Is it whole? If it is, remove {folder / POSTCODES} first"
        )
    away = {code: chord_m(was[code].point, now[code].point) for code in now if code in was}
    moved = {code: metres for code, metres in away.items() if metres > _MOVED_M}
    changed = [code for code in after if code in before and _differ(before[code], after[code])]
    points = [each.point for each in now.values()]
    given = (read_boundary(boundary, country, points), str(boundary)) if boundary else None
    outline, about = _boundary(folder / BOUNDARY, given, points)
    new_files = {BOUNDARY: outline} if outline else {}
    if "attributions" not in record and len(own) < len(after):
        text = (folder / FILE).read_text(encoding="utf-8")
        new_files[FILE] = f"{text}\n{ATTRIBUTION}"
    if removed or changed or len(after) > len(before):
        rows = (row for listed in after.values() for row in listed)
        new_files[POSTCODES] = postcode_table(rows, columns)
    return FolderUpdate(
        files=new_files,
        added=[_named(now[code]) for code in after if code not in before],
        removed=[_named(was[code]) for code in removed],
        moved=[(_named(now[code]), metres) for code, metres in moved.items()],
        others=sum(code not in moved for code in changed),
        kept=len(own),
        dropped=table.dropped,
        boundary=about,
        without_effect=[*_without_effect(folder, before, after)],
    )


def _table(path: Path) -> tuple[_Rows, Sequence[str]]:
    """Return the rows of a table of postcodes, and its columns."""
    rows: dict[str, list[PostcodeRow]] = {}
    columns: Sequence[str] = ()
    for _, row in _numbered(path):
        columns = columns or [*row]
        rows.setdefault(row["code"], []).append(row)
    return rows, [*dict.fromkeys((*columns, *COLUMNS))]


def _numbered(path: Path) -> Iterator[tuple[int, PostcodeRow]]:
    """Yield the rows of a table, with the numbers of their lines."""
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from enumerate(csv.DictReader(file, restval=""), 2)


def _places(country: str, rows: _Rows) -> dict[str, Place]:
    return {
        code: place_of(
            country,
            code,
            [
                NamedPoint(row["place"], Point(float(row["lat"]), float(row["lon"])))
                for row in listed
            ],
        )
        for code, listed in rows.items()
    }


def _named(place: Place) -> str:
    return f"{place.code} {place.name}"


def _differ(before: Sequence[PostcodeRow], after: Sequence[PostcodeRow]) -> bool:
    """Return whether rows differ in more than how their numbers are written."""
    return [*map(_values, before)] != [*map(_values, after)]


def _values(row: PostcodeRow) -> tuple[str, float, float]:
    return row["place"], float(row["lat"]), float(row["lon"])


def _boundary(
    path: Path, given: tuple[str, str] | None, points: Sequence[Point]
) -> tuple[str, str]:
    """Return the new boundary and what is said of it; both are empty if it stays as it is. `given`
    is the text of one, and the name of its file.
    """
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if given:
        text, about = given[0], f"is replaced by {given[1]}"
    elif not before or json.loads(before).get("approximate"):
        text, about = around(points), "is drawn again around the postcodes"
    else:
        return "", ""
    return ("", "") if text == before else (text, about)


def _without_effect(folder: Path, before: _Rows, after: _Rows) -> Iterator[str]:
    """Yield the rows of municipalities and of further names that have a postcode or a place before
    an update, and none after it.
    """
    named: dict[str, tuple[set[str], set[str]]] = {}
    for number, row in _numbered(folder / MUNICIPALITIES):
        code = row["code"]
        if code in before and code not in after:
            yield f"{folder / MUNICIPALITIES}: line {number}: {code} is no postcode any more"
        own = {name for column, name in row.items() if column.startswith(NAMED_IN)}
        names = named.setdefault(row["municipality"], (set(), set()))
        for present, rows in zip(names, (before, after), strict=True):
            if code in rows:
                present.update(own, (each["place"] for each in rows[code]))
    for number, row in _numbered(folder / NAMES):
        names_before, names_after = named.get(row["municipality"], (set(), set()))
        if row["place"] in names_before - names_after:
            yield f"{folder / NAMES}: line {number}: no postcode has {row['place']} any more"
