"""Checks the folder of a country: everything that is wrong with it, with file and line."""

import csv
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from directory_api.countries.known import FILE, POSTCODES, REGIONS, folders, postcode_format
from directory_api.files.files import BOUNDARY, MUNICIPALITIES, NAMES
from directory_api.hours.holidays import days_of
from directory_api.place.geometry import Area, parse_degrees
from directory_api.place.postcode import rule_of
from directory_api.text.errors import FileUnreadable
from directory_api.text.translations import ENGLISH, is_language, words

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
    "about": (list, False),
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
_ABOUT: Mapping[str, tuple[type, bool]] = {
    "source": (str, True),
    "sentences": (list, False),
    "line": (object, False),  # a text or a table
    "helpline": (str, False),
}
_HOLIDAYS: Mapping[str, tuple[type, bool]] = {"public": (list, True), "unclear": (list, False)}
_ANY_YEAR = 2028
MOST_LISTED = 100
_WORDS: Mapping[type, str] = {str: "a text in quotes", list: "a list in brackets", dict: "a table"}
# The columns that each table needs.
_COLUMNS = {
    POSTCODES: ("code", "place", "lat", "lon"),
    MUNICIPALITIES: ("code", "municipality", "subdivision"),
    NAMES: ("municipality", "place", "name"),
    REGIONS: ("subdivision", "name"),
}


def faults_in(folder: Path) -> Iterator[str]:
    """Yield a sentence for each fault: the path, the line and what is wrong; at most MOST_LISTED of
    a file.
    """
    record, faults = _described(folder)
    yield from faults
    yield from faults_of_tables(folder, None if faults else record)


def refuse_faults(data: Path) -> None:
    """Raise FileUnreadable with every fault of the countries of a data folder."""
    faults = [fault for folder in folders(data) for fault in faults_in(folder)]
    if faults:
        raise FileUnreadable("\n".join(faults))


def faults_of_description(folder: Path) -> list[str]:
    """Return the faults of the country's file alone: what a server reads when it starts."""
    return _described(folder)[1]


def _described(folder: Path) -> tuple[Mapping[str, Any], list[str]]:
    """Return what the country's file says, and its faults."""
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
        record = tomllib.loads(text)
    except OSError as error:
        where = (
            f"{path}: cannot be read ({error.strerror}); name the folder of one country, such as"
        )
        return {}, [f"{where} our-data/countries/nl"]
    except ValueError as error:
        return {}, [f"{path}: {error}"]
    faults = [
        f"{path}: line {_line(text, name)}: {what}"
        for name, what in (*_faults(record), *_faults_of_near(record))
    ]
    if not re.fullmatch("[a-z]{2}", folder.name):
        faults.insert(0, f"{folder}: name the folder by the country's ISO 3166-1 code, such as nl")
    return record, faults


def faults_of_tables(folder: Path, record: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Yield the faults of the other files. `record` is what the country's file says, if that is
    without faults.
    """
    for table, columns in _COLUMNS.items():
        if (folder / table).exists():
            postcode = record["postcode"] if record else None
            faults = _faults_of_table(folder / table, columns, postcode)
            yield from islice(faults, MOST_LISTED)
            if more := sum(1 for _ in faults):
                yield f"{folder / table}: and {more:,} others"
    if (folder / BOUNDARY).exists():
        yield from _faults_of_boundary(folder / BOUNDARY)


def _line(text: str, name: str) -> int:
    """Return the line of a member in a file; that of the end for one that is missing."""
    last = name.rpartition(".")[2]
    lines = text.splitlines()
    pattern = re.compile(rf"(\[+)?\s*(\w+\.)*{re.escape(last)}\s*[=\]]")
    return next((at for at, line in enumerate(lines, 1) if pattern.match(line)), len(lines) or 1)


def _faults(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name of each member that is wrong, and why."""
    yield from _unlike(record, _MEMBERS, "")
    postcode, holidays = record.get("postcode"), record.get("holidays")
    if isinstance(postcode, dict):
        wrong = [*_unlike(postcode, _POSTCODE, "postcode.")]
        yield from wrong or _faults_of_shape(postcode)
    if isinstance(holidays, dict):
        wrong = [*_unlike(holidays, _HOLIDAYS, "holidays.")]
        yield from wrong or _faults_of_holidays(holidays)
    if isinstance(about := record.get("about"), list):
        yield from _faults_of_about(about)


def _faults_of_about(about: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for each in about:
        if not isinstance(each, dict):
            yield "about", "about must be tables: write [[about]]"
            continue
        wrong = [*_unlike(each, _ABOUT, "about.")]
        yield from wrong
        texts = (
            [] if wrong else [*each.get("sentences", ()), each.get("line"), each.get("helpline")]
        )
        for text in filter(None, texts):
            if not (_is_key(text) if isinstance(text, str) else _is_by_language(text)):
                yield (
                    "about",
                    f"about has {text!r}: write a key of the interface's words, such as "
                    '"trust.free", or a table of texts by language: { en = "Calls are free." }',
                )


def _is_key(text: str) -> bool:
    try:
        return bool(words(ENGLISH)[text])
    except KeyError:
        return False


def _is_by_language(texts: Any) -> bool:
    return isinstance(texts, dict) and all(
        is_language(tag) and isinstance(text, str) for tag, text in texts.items()
    )


def _faults_of_near(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    near = record.get("near", ())
    if isinstance(near, list) and not all(re.fullmatch("[A-Z]{2}", str(each)) for each in near):
        yield "near", "near has ISO 3166-1 codes of two capitals, such as NL"


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
        # Spreadsheets write a byte order mark.
        text = path.read_text(encoding="utf-8-sig")
        rows = csv.DictReader(text.splitlines(), restval="")
        missing = [name for name in columns if name not in (rows.fieldnames or ())]
    except (OSError, ValueError) as error:
        yield f"{path}: cannot be read as UTF-8 ({type(error).__name__})"
        return
    if missing:
        yield f"{path}: line 1: missing columns: {', '.join(missing)}"
        return
    rule = rule_of("", "", postcode_format(postcode)) if postcode else None
    for number, row in enumerate(rows, 2):
        empty = [name for name in columns if not row[name].strip()]
        if empty:
            yield f"{path}: line {number}: empty: {', '.join(empty)}"
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
