"""Makes the folder of a country, with which a directory begins, from public files."""

import csv
import io
import json
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory_api.config import shipped
from directory_api.countries.known import FILE, POSTCODES, postcode_format
from directory_api.features.country_folders.shape import shape_of
from directory_api.files import files
from directory_api.files.files import BOUNDARY, GEONAMES, GeonamesRows
from directory_api.place.geometry import Area, Point, corners
from directory_api.place.postcode import rule_of
from directory_api.record.phone_numbers import emergency_numbers
from directory_api.text.errors import FileUnreadable
from directory_api.text.translations import country_names, official_languages

# A person is rarely farther than this from a known postcode of their country.
_AROUND_M, _DIRECTIONS = 15_000, 8
_DEGREE_M = 111_000
_EUROPEAN = "112"
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
    country: str, postcodes: Path, boundary: Path | None, progress: files.Progress
) -> NewFolder:
    """Return the files of a country (ISO 3166-1) from a postal file of GeoNames and its boundary
    (GeoJSON, a FeatureCollection), and of a directory of it alone.

    What is shipped about the country is taken over; else its format of postcodes is read off the
    file. Without a boundary, it is drawn around the postcodes, and marked as approximate. Raises
    FileUnreadable.
    """
    written = shipped("data") / "countries" / country.lower() / FILE
    description = (
        written.read_text(encoding="utf-8")
        if written.exists()
        else _description(country, files.geonames_codes(postcodes, country), postcodes)
    )
    record = tomllib.loads(description)
    rule = rule_of(country, record["name"], postcode_format(record["postcode"]))
    rows = files.geonames_rows(postcodes, rule, progress)
    table = rows.table(country)
    if "attributions" not in record:
        description = f"{description}\n{_ATTRIBUTION}"
    numbers = emergency_numbers(country)
    below = f"countries/{country.lower()}"
    points = (place.point for place in table.places)
    return NewFolder(
        {
            f"{below}/{FILE}": description,
            f"{below}/{POSTCODES}": _postcodes(rows, [place.code for place in table.places]),
            f"{below}/{BOUNDARY}": _read_boundary(boundary) if boundary else around(points),
            "centres.json": _records(country, numbers),
        },
        len(table.places),
        rule.shape,
        table.dropped,
        [*_to_do(country, numbers, record, has_boundary=boundary is not None)],
    )


def _description(country: str, codes: Sequence[str], path: Path) -> str:
    """Return the country's file, with all that Unicode's CLDR and its postcodes tell of it."""
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
    ]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_ATTRIBUTION = "\n".join(
    ["[[attributions]]", *(f"{name} = {_text(value)}" for name, value in GEONAMES.items()), ""]
)


def _texts(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _postcodes(rows: GeonamesRows, codes: Iterable[str]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("code", "place", "lat", "lon", "source"))
    for code in codes:
        for name, point in ((row.name, row.point) for row in rows.rows[code]):
            writer.writerow((code, name, point.lat, point.lon, "geonames-zip"))
    return file.getvalue()


def _read_boundary(path: Path) -> str:
    boundary = files.read_json(path)
    try:
        Area.from_geojson(boundary)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FileUnreadable(
            f"{path}: is no FeatureCollection of polygons in GeoJSON ({type(error).__name__})"
        ) from None
    return path.read_text(encoding="utf-8")


def around(points: Iterable[Point]) -> str:
    """Return an approximate boundary: the convex hull of what is within _AROUND_M of some points,
    as a FeatureCollection in GeoJSON.
    """
    outermost = corners(each for point in corners(points) for each in _ring(point))
    lat = sum(each.lat for each in outermost) / len(outermost)
    lon = sum(each.lon for each in outermost) / len(outermost)
    ring = sorted(outermost, key=lambda each: math.atan2(each.lat - lat, each.lon - lon))
    coordinates = [[round(each.lon, 4), round(each.lat, 4)] for each in (*ring, ring[0])]
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [coordinates]},
    }
    collection = {"type": "FeatureCollection", "approximate": True, "features": [feature]}
    return json.dumps(collection) + "\n"


def _ring(point: Point) -> Iterator[Point]:
    north = _AROUND_M / _DEGREE_M
    east = north / max(0.1, math.cos(math.radians(point.lat)))
    for number in range(_DIRECTIONS):
        angle = 2 * math.pi * number / _DIRECTIONS
        yield Point(point.lat + north * math.sin(angle), point.lon + east * math.cos(angle))


def _records(country: str, numbers: Sequence[str]) -> str:
    """Return the first records: the emergency number, and no centre."""
    number = _EUROPEAN if _EUROPEAN in numbers or not numbers else numbers[0]
    source = {
        "id": "libphonenumber",
        "title": f"The emergency numbers of {country} in libphonenumber: to be confirmed",
    }
    line = {
        "id": f"{country.lower()}-{number}",
        "kind": "emergency",
        "number": number,
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


def _to_do(
    country: str, numbers: Sequence[str], record: Mapping[str, Any], *, has_boundary: bool
) -> Iterator[str]:
    below = f"countries/{country.lower()}"
    first = _EUROPEAN if _EUROPEAN in numbers or not numbers else numbers[0]
    others = ", ".join(number for number in numbers if number != first)
    yield (
        f"Call, or ask the police, which numbers people in danger call. centres.json has {first}"
        + (f"; libphonenumber also has {others}." if others else ".")
        + " Add that of the police (kind police) and the lines for victims."
    )
    yield "Add the centres: in centres.json, with `directory-api import`, or in /admin."
    yield (
        f"Read {below}/{FILE}: the name in an English sentence, what may stand before a postcode, "
        "and the order of languages."
    )
    if "holidays" not in record:
        yield (
            f"Add the public holidays to {below}/{FILE}, from the law. Until then hours that "
            "depend on them count as unknown."
        )
    if not has_boundary:
        yield (
            f"{below}/{BOUNDARY} is drawn around the postcodes. With the real boundary, a place "
            "across the border is told from one in the country."
        )
    yield (
        "Have a speaker read the texts of the pages in the country's languages "
        "(docs/translating.md)."
    )
