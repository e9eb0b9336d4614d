"""Checks the folder of a country: everything that is wrong with it, with file and line."""

import csv
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from directory_api.countries.known import FILE, POSTCODES, REGIONS, postcode_format
from directory_api.files.files import BOUNDARY, MUNICIPALITIES, NAMES
from directory_api.hours.holidays import days_of
from directory_api.place.geometry import Area, parse_degrees
from directory_api.place.postcode import rule_of

# The members of a country's file: what each is, and whether it is needed. docs/countries.md says
# what they mean.
_MEMBERS: Mapping[str, tuple[type, bool]] = {
    "name": (str, True),
    "names": (list, False),
    "near": (list, False),
    "languages": (list, False),
    "languages_in": (dict, False),
    "postcode": (dict, True),
    "holidays": (dict, False),
    "neighbours": (dict, False),
    "attributions": (list, False),
}
_POSTCODE: Mapping[str, tuple[type, bool]] = {
    "prefixes": (list, True),
    "shape": (str, True),
    "example": (str, True),
    "institutions": (list, False),
    "with_name": (str, False),
}
_HOLIDAYS: Mapping[str, tuple[type, bool]] = {"public": (list, True), "unclear": (list, False)}
_ANY_YEAR = 2028
_WORDS: Mapping[type, str] = {str: "a text in quotes", list: "a list in brackets", dict: "a table"}
# The columns that each table needs.
_COLUMNS = {
    POSTCODES: ("code", "place", "lat", "lon"),
    MUNICIPALITIES: ("code", "municipality", "subdivision"),
    NAMES: ("municipality", "place", "name"),
    REGIONS: ("subdivision", "name"),
}


def faults_in(folder: Path) -> Iterator[str]:
    """Yield a sentence for each fault: the path, the line and what is wrong."""
    path = folder / FILE
    if not re.fullmatch("[a-z]{2}", folder.name):
        yield f"{folder}: name the folder by the country's ISO 3166-1 code, such as nl"
    try:
        text = path.read_text(encoding="utf-8")
        record = tomllib.loads(text)
    except OSError as error:
        yield f"{path}: cannot be read ({error.strerror})"
        return
    except ValueError as error:
        yield f"{path}: {error}"
        return
    found = [*_faults(record)]
    for name, what in found:
        yield f"{path}: line {_line(text, name)}: {what}"
    for table, columns in _COLUMNS.items():
        if (folder / table).exists():
            postcode = None if found else record["postcode"]
            yield from _faults_of_table(folder / table, columns, postcode)
    if (folder / BOUNDARY).exists():
        yield from _faults_of_boundary(folder / BOUNDARY)


def _line(text: str, name: str) -> int:
    """Return the line of a member in a file; that of the end for one that is missing."""
    last = name.rpartition(".")[2]
    lines = text.splitlines()
    pattern = re.compile(rf"(\[+)?\s*(\w+\.)*{re.escape(last)}\s*[=\]]")
    return next((at for at, line in enumerate(lines, 1) if pattern.match(line)), len(lines))


def _faults(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name of each member of the file that is wrong, and why."""
    yield from _unlike(record, _MEMBERS, "")
    postcode, holidays = record.get("postcode"), record.get("holidays")
    if isinstance(postcode, dict):
        wrong = [*_unlike(postcode, _POSTCODE, "postcode.")]
        yield from wrong or _faults_of_shape(postcode)
    if isinstance(holidays, dict):
        wrong = [*_unlike(holidays, _HOLIDAYS, "holidays.")]
        yield from wrong or _faults_of_holidays(holidays)


def _unlike(
    record: Mapping[str, Any], members: Mapping[str, tuple[type, bool]], below: str
) -> Iterator[tuple[str, str]]:
    for name, (kind, is_needed) in members.items():
        if name not in record and is_needed:
            yield below + name, f"{below}{name} is missing: write {_WORDS[kind]}"
        elif name in record and not isinstance(record[name], kind):
            yield below + name, f"{below}{name} must be {_WORDS[kind]}"
    for name in record:
        if name not in members:
            yield below + name, f"{below}{name} is unknown; there are {', '.join(members)}"


def _faults_of_shape(postcode: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("shape", "with_name"):
        try:
            pattern = re.compile(postcode.get(name, ""))
        except re.error as error:
            yield f"postcode.{name}", f"postcode.{name} is no regular expression: {error}"
            return
        if name == "shape" and [*pattern.groupindex] != ["key"]:
            yield "postcode.shape", "postcode.shape needs one group, named key: (?P<key>...)"
            return
    rule = rule_of("", "", postcode_format(postcode))
    if rule.key(postcode["example"]) is None:
        yield "postcode.example", "postcode.example is not written like postcode.shape"


def _faults_of_holidays(holidays: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("public", "unclear"):
        for day in holidays.get(name, ()):
            try:
                days_of([day], _ANY_YEAR)
            except (KeyError, TypeError, ValueError):
                yield (
                    f"holidays.{name}",
                    f"holidays.{name} has {day!r}, which is no day: write one as 12-25, easter+1 "
                    "or 2028-06-17",
                )


def _faults_of_table(
    path: Path, columns: tuple[str, ...], postcode: Mapping[str, Any] | None
) -> Iterator[str]:
    try:
        rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines(), restval="")
        missing = [name for name in columns if name not in (rows.fieldnames or ())]
    except (OSError, ValueError) as error:
        yield f"{path}: cannot be read as UTF-8 ({type(error).__name__})"
        return
    if missing:
        yield f"{path}: line 1: the columns {', '.join(missing)} are missing"
        return
    rule = rule_of("", "", postcode_format(postcode)) if postcode else None
    for number, row in enumerate(rows, 2):
        empty = [name for name in columns if not row[name].strip()]
        if empty:
            yield f"{path}: line {number}: {', '.join(empty)} is empty"
        elif path.name == POSTCODES:
            if rule and rule.key(row["code"]) != row["code"]:
                yield f"{path}: line {number}: code is not what postcode.shape in {FILE} has as key"
            for name, most in (("lat", 90), ("lon", 180)):
                try:
                    is_degrees = abs(parse_degrees(row[name])) <= most
                except ValueError:
                    is_degrees = False
                if not is_degrees:
                    yield f"{path}: line {number}: {name} is no number of degrees"


def _faults_of_boundary(path: Path) -> Iterator[str]:
    try:
        Area.from_geojson(json.loads(path.read_text(encoding="utf-8")))
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        yield f"{path}: is no FeatureCollection of polygons in GeoJSON ({what})"
