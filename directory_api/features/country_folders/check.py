"""Checks the folder of a country: everything that is wrong with it, with file and line."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from directory_api.countries.known import COUNTRY_FILE, REGIONS, postcode_format
from directory_api.files.country_file import FileFault, checked_file, placed
from directory_api.files.country_tables import (
    BOUNDARY,
    COLUMNS,
    MUNICIPALITIES,
    NAMED_IN,
    CountryTables,
)
from directory_api.files.neighbours import FOLDER as NEIGHBOURS
from directory_api.files.neighbours import OUTLINES, read_outlines
from directory_api.place.postcode import rule_of
from directory_api.text.errors import FileUnreadable
from directory_api.text.translations import is_country, is_language

_FILES = (COUNTRY_FILE, *COLUMNS, BOUNDARY, NEIGHBOURS)
# What people write beside them.
_NOTES = (".md", ".txt")
# In a folder of neighbours: a table of each country, and their further names.
_NEIGHBOUR = re.compile(r"[a-z]{2}\.csv|names\.csv", re.ASCII)


def faults_in(folder: Path) -> Iterator[str]:
    """Yield a sentence for each fault: the path, the line and what is wrong; at most
    MOST_FAULTS_LISTED of a table.
    """
    record, text, faults = checked_file(folder)
    yield from faults
    path = folder / COUNTRY_FILE
    if not path.exists():
        return
    if record:
        yield from placed(path, text, _faults_of_codes(folder.name.upper(), record))
    yield from _unknown_files(folder)
    is_usable = record and not faults
    tables = CountryTables(
        folder, rule_of("", "", postcode_format(record["postcode"])) if is_usable else None
    )
    tables.read(REGIONS)
    columns = tables.municipalities[0].cells if tables.municipalities else ()
    tables.faults[MUNICIPALITIES] += _faults_of_languages(columns)
    yield from tables.listed_faults()


def _faults_of_codes(country: str, record: Mapping[str, Any]) -> Iterator[FileFault]:
    """Yield the codes of languages and countries that do not exist."""
    if re.fullmatch("[A-Z]{2}", country) and not is_country(country):
        yield FileFault(
            "", f"no country has the ISO 3166-1 code {country}, after which the folder is"
        )
    parts, neighbours = (
        each if isinstance(each, dict) else {}
        for each in (record.get("languages_in"), record.get("neighbours"))
    )
    named = [("languages", record.get("languages"))]
    named += [("languages_in", tags) for tags in parts.values()]
    for member, tags in named:
        for tag in filter(_is_text, tags if isinstance(tags, list) else ()):
            if not re.fullmatch("[a-z]{2,3}", tag) or not is_language(tag):
                yield FileFault(
                    member, f"{member} has {tag!r}, which is the code of no language", tag
                )
    for part in parts:
        if not part.startswith(f"{country}-"):
            what = f"languages_in has {part!r}, with which no code of ISO 3166-2 begins here"
            yield FileFault("languages_in", what, part)
    for member, codes in (("near", record.get("near")), ("countries", neighbours.get("countries"))):
        for code in filter(_is_text, codes if isinstance(codes, list) else ()):
            if re.fullmatch("[A-Z]{2}", code) and not is_country(code):
                yield FileFault(
                    member, f"{member} has {code!r}, which is the code of no country", code
                )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


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


def _faults_of_languages(columns: Iterable[str]) -> Iterator[str]:
    for name in columns:
        tag = name.removeprefix(NAMED_IN)
        is_tag = re.fullmatch("[a-z]{2,3}", tag, re.ASCII) and is_language(tag)
        if name.startswith(NAMED_IN) and not is_tag:
            yield f"line 1: {name}: write the code of a language after {NAMED_IN}, such as name_nl"
