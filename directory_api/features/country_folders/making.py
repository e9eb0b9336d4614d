"""Makes the folder of a country, with which a directory begins, from public files."""

import csv
import io
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from directory_api.config import shipped
from directory_api.countries.known import COUNTRY_FILE, POSTCODES, postcode_format, read_file
from directory_api.features.country_folders.calendar import calendar_of
from directory_api.features.country_folders.geonames import (
    GEONAMES,
    GeonamesRows,
    Progress,
    geonames_codes,
    geonames_rows,
    names_in,
)
from directory_api.features.country_folders.shape import shape_of
from directory_api.features.country_folders.towns import added_names
from directory_api.files.country_tables import ACCURACY, BOUNDARY
from directory_api.files.files import read_json
from directory_api.place.geometry import Area, Point
from directory_api.place.outlines import outline_of
from directory_api.place.postcode import NamedPoint, rule_of
from directory_api.place.whereabouts import Whereabouts
from directory_api.record.phone_numbers import emergency_numbers, is_emergency_number
from directory_api.text.errors import FileUnreadable
from directory_api.text.translations import country_names, official_languages

# The columns of a table of postcodes, and the source of the rows that the command writes.
_COLUMNS = ("code", "place", "lat", "lon", "source", ACCURACY)
_GENERATED = "geonames-zip"
_TOWNS = "geonames-towns"
RECORDS = "centres.json"
PostcodeRow = Mapping[str, str]
# The languages in which people write a country's name after a place, beside its own.
_LANGUAGES = ("en", "fr", "de", "nl")


@dataclass(frozen=True, slots=True)
class NewFolder:
    """What was made: the files, by their path in the data folder, and what a person has to do."""

    files: Mapping[str, str]
    codes: int
    shape: str
    dropped: Mapping[str, int]
    to_do: Sequence[str]


def new_folder(
    country: str,
    postcodes: Path,
    boundary: Path,
    emergency: str,
    progress: Progress,
    data: Path,
    towns: Path | None,
    year: int,
) -> NewFolder:
    """Return the files of a country (ISO 3166-1) from a postal file of GeoNames and its boundary
    (GeoJSON, a FeatureCollection), and of a directory of it alone, for a data folder.

    What that folder says about the country, else what is shipped about it, is taken over; else its
    format of postcodes is read off the file. `towns` is a gazetteer of GeoNames, whose names are
    added, and `year` the first one of its holidays. `emergency` is the number that people in danger
    call: which of several that is, no table knows. Raises FileUnreadable.
    """
    _check_emergency(country, emergency)
    written = (
        each / "countries" / country.lower() / COUNTRY_FILE for each in (data, shipped("data"))
    )
    found = next((path for path in written if path.exists()), None)
    description = (
        found.read_text(encoding="utf-8")
        if found
        else _description(country, geonames_codes(postcodes, country), postcodes, year)
    )
    record = tomllib.loads(description)
    rule = rule_of(country, record["name"], postcode_format(record["postcode"]))
    rows = geonames_rows(postcodes, rule, progress)
    table = rows.table(country)
    if "attributions" not in record:
        description = f"{description}\n{_ATTRIBUTION}"
    below = f"countries/{country.lower()}"
    points = [place.point for place in table.places]
    added = added_names(towns, country, table.places) if towns else {}
    return NewFolder(
        {
            f"{below}/{BOUNDARY}": (_read_boundary(boundary, country, points)),
            RECORDS: _records(country, emergency),
            f"{below}/{COUNTRY_FILE}": description,
            # The last: with it the folder is whole.
            f"{below}/{POSTCODES}": _postcode_table(
                row
                for place in table.places
                for row in (
                    *_postcode_rows(rows, place.code),
                    *(_row(place.code, each, _TOWNS) for each in added.get(place.code, ())),
                )
            ),
        },
        len(table.places),
        rule.shape,
        table.dropped,
        [
            _numbers_to_call(country, emergency, data / RECORDS),
            *_to_do(country, record),
            *_estimated(rows),
        ],
    )


def shipped_folder(country: str, data: Path) -> NewFolder:
    """Return the files of a country (ISO 3166-1) as they are shipped, how the countries near it
    write their postcodes, and the shipped records, for a data folder. Raises FileUnreadable if the
    shipped data has no postcodes of it.
    """
    source = shipped("data")
    folder = source / "countries" / country.lower()
    if not (folder / POSTCODES).exists():
        raise FileUnreadable(
            f"the shipped data has no postcodes of {country}: name a postal file of GeoNames with "
            "--postcodes"
        )
    record = read_file(folder)
    near = {*record.get("near", ()), *record.get("neighbours", {}).get("countries", ())}
    # What makes the folder whole comes last.
    own = sorted(
        folder.rglob("*.*"), key=lambda path: (path.name in (COUNTRY_FILE, POSTCODES), path.name)
    )
    paths = [
        *(source / "countries" / each.lower() / COUNTRY_FILE for each in near),
        source / RECORDS,
        *own,
    ]
    texts = {path: path.read_bytes().decode("utf-8") for path in paths}
    rows = csv.DictReader(texts[folder / POSTCODES].splitlines())
    return NewFolder(
        {str(path.relative_to(source)): text for path, text in texts.items()},
        len({row["code"] for row in rows}),
        record["postcode"]["shape"],
        {},
        [
            f"Call each number in {RECORDS}, or ask: the shipped records were never confirmed."
            if not (data / RECORDS).exists()
            else f"Add the helplines and the centres of {country} to {RECORDS}: "
            f"{source / RECORDS} has those that are shipped."
        ],
    )


def _description(country: str, codes: Sequence[str], path: Path, year: int) -> str:
    """Return the country's file, with all that Unicode's CLDR and its postcodes tell of it."""
    if not codes:
        raise FileUnreadable(
            f"{path}: has no postcode of {country}; is it an unpacked postal file of GeoNames?"
        )
    try:
        shape = shape_of(codes)
    except ValueError as error:
        raise FileUnreadable(f"{path}: no postcode of {country}: {error}") from None
    own = [tag for tag in official_languages(country) if tag.isalpha()]
    names = dict.fromkeys(country_names([country], tag) for tag in (*own, *_LANGUAGES))
    prefixes = dict.fromkeys((country, country[0]))
    lines = [
        f"name = {_text(country_names([country], 'en'))}",
        f"names = {_texts(names)}",
        f"languages = {_texts(own)}",
        "",
        "[postcode]",
        f"prefixes = {_texts(prefixes)}",
        f"shape = '{shape}'",
        f"example = {_text(codes[0])}",
        "",
        calendar_of(country, year),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


# Of the postcodes, in the file of a country.
_ATTRIBUTION = "\n".join(
    ["[[attributions]]", *(f"{name} = {_text(value)}" for name, value in GEONAMES.items()), ""]
)


def _texts(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _postcode_rows(rows: GeonamesRows, code: str) -> Iterator[PostcodeRow]:
    """Yield the rows of a postcode as its table has them."""
    # Those of a large town first: they name the postcode.
    for row in sorted(rows.rows[code], key=lambda row: "," not in row.name):
        for name in names_in(row.name):
            yield _row(code, replace(row, name=name), _GENERATED)


def _row(code: str, named: NamedPoint, source: str) -> PostcodeRow:
    at = {"lat": str(named.point.lat), "lon": str(named.point.lon)}
    exact = {ACCURACY: str(named.accuracy_m)} if named.accuracy_m else {}
    return {"code": code, "place": named.name, **at, "source": source, **exact}


def _postcode_table(rows: Iterable[PostcodeRow]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, _COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _read_boundary(path: Path, country: str, points: Sequence[Point]) -> str:
    """Return the text of a boundary in GeoJSON. Raises FileUnreadable, also if most postcodes of
    the country, which are at some points, are not in it.
    """
    boundary = read_json(path)
    try:
        area = Area.from_geojson(boundary)
        whereabouts = Whereabouts([outline_of(country, area)])
        inside = sum(bool(whereabouts.countries_at(point)) for point in points)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FileUnreadable(
            f"{path}: is no FeatureCollection of polygons in GeoJSON ({type(error).__name__})"
        ) from None
    if 2 * inside < len(points):
        raise FileUnreadable(
            f"{path}: has {inside:,} of the {len(points):,} postcodes of {country} in it; is it "
            "the boundary of another country?"
        )
    return path.read_text(encoding="utf-8")


def _records(country: str, emergency: str) -> str:
    """Return the first records: the emergency number, and no centre."""
    source = {
        "id": "first-records",
        "title": "Entered when this directory was made; name here who confirmed it, and when",
    }
    line = {
        "id": f"{country.lower()}-{emergency}",
        "kind": "emergency",
        "number": emergency,
        "name": {"en": "Emergency number"},
        "countries": [country],
        "sources": [source["id"]],
    }
    records: dict[str, Any] = {
        "publisher": f"Directory of specialised centres, {country_names([country], 'en')}",
        "licence": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        "sources": [source],
        "helplines": [line],
        "centres": [],
    }
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def _check_emergency(country: str, number: str) -> None:
    """Raise FileUnreadable if libphonenumber knows that a number is no emergency number here."""
    if not (number.isascii() and number.isdigit() and is_emergency_number(number, country)):
        known = ", ".join(emergency_numbers(country))
        raise FileUnreadable(
            f"--emergency: this is no emergency number of {country}; libphonenumber has {known}"
        )


def _numbers_to_call(country: str, emergency: str, records: Path) -> str:
    listed = read_json(records).get("helplines", ()) if records.exists() else ()
    has_number = not records.exists() or any(
        (line.get("kind"), line.get("number")) == ("emergency", emergency)
        and country in line.get("countries", ())
        for line in listed
    )
    others = ", ".join(each for each in emergency_numbers(country) if each != emergency)
    return (
        "Call, or ask the police, which numbers people in danger call. "
        + (
            f"{RECORDS} has {emergency}"
            if has_number
            else f"Add {emergency} to {RECORDS} as an emergency number of {country}"
        )
        + (f"; libphonenumber also has {others}." if others else ".")
        + " Add that of the police (kind police) and the lines for victims."
    )


def _estimated(rows: GeonamesRows) -> Iterator[str]:
    only = [code for code, share in rows.estimated.items() if share == 1]
    most = [code for code, share in rows.estimated.items() if 0.5 < share < 1]
    if only or most:
        example = (most or only)[0]
        yield (
            f"{len(only):,} postcodes have only estimated coordinates, and {len(most):,} have them "
            f"for most of their places, such as {example}: they may be some kilometres off, and "
            f"answers are less certain there. Compare those of the large towns with a map, "
            f"and correct {POSTCODES}; write another source than {_GENERATED} beside them, and no "
            f"{ACCURACY}."
        )


def _to_do(country: str, record: Mapping[str, Any]) -> Iterator[str]:
    file = f"countries/{country.lower()}/{COUNTRY_FILE}"
    yield "Add the centres: in centres.json, with `directory-api import`, or in /admin."
    yield (
        f"Read {file}: the name in an English sentence, what may stand before a postcode, "
        "and the order of languages."
    )
    if "holidays" not in record:
        yield (
            f"Add the public holidays to {file}, from the law, or install the package holidays and "
            "make the folder again. Until then a centre that is closed on holidays is said to be "
            "open on those that no other country has."
        )
    elif not record["holidays"]["public"]:
        yield (
            f"Compare the holidays in {file} with the law: they are those of the package holidays, "
            "and until you move them to public, it is not known what is open on them."
        )
    yield (
        "Have a speaker read the texts of the pages in the country's languages "
        "(docs/translating.md)."
    )
