"""Centres or helplines as a CSV table (RFC 4180, with CRLF): a row for each, one header.

A program reads it as it is: numbers are numbers, dates ISO 8601, and the words of a list have
semicolons between them. A number to dial is a `tel:` URI (RFC 3966), which neither a program takes
for a quantity nor a spreadsheet for a formula. UTF-8 with a byte order mark: without one, Excel
reads the file as windows-1252 and shows wrong accented letters.

Open states are omitted, since a saved file outlives them.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from directory_api.answer.listing import Listing
from directory_api.features.formats.flat import centre_row, helpline_row, numbers_of
from directory_api.record import cells
from directory_api.record.records import Centre, Helpline
from directory_api.search.query import Result

MEDIA_TYPE = "text/csv"
CENTRES = (
    "id",
    "name",
    "phone",
    "phone_hours",
    "other_phones",
    "email",
    "website",
    "street",
    "postcode",
    "locality",
    "country",
    "subdivision",
    "lat",
    "lon",
    "precision",
    "languages",
    "services",
    "audiences",
    "opening_hours",
    "timezone",
    "kind",
    "status",
    "closed_until",
    "temporary_until",
    "contested",
    "verified_on",
    "description",
)
# After the name, where a place was sent: how far a centre is, and why it is in the answer.
_OF_A_SEARCH = ("distance_m", "shown_because", "does_not_match")
NEAREST = (*CENTRES[:2], *_OF_A_SEARCH, *CENTRES[2:])
HELPLINES = ("id", "name", "number", "url", "kind", "countries", "hours", "note")


def write(listing: Listing) -> bytes:
    """Return the centres of an answer, in its order, with texts in its language. The helplines have
    a table of their own.
    """
    rows = (
        {**_centre(result.centre, listing.language), **_of_search(result)}
        for result in listing.results
    )
    return _table(CENTRES if listing.nearest is None else NEAREST, rows)


def helplines(lines: Iterable[Helpline], language: str) -> bytes:
    """Return helplines, in the order to try them."""
    rows = (helpline_row(line, language) for line in lines)
    return _table(HELPLINES, ({**row, "number": _tel(row["number"])} for row in rows))


def _centre(centre: Centre, language: str) -> dict[str, Any]:
    phones = numbers_of(centre)
    numbers = [_tel(phone.number) for phone in phones]
    return {
        **centre_row(centre, language),
        "phone": numbers[0] if phones else None,
        "phone_hours": phones[0].hours if phones else None,
        "other_phones": numbers[1:],
        "languages": [spoken.code for spoken in centre.languages],
    }


def _of_search(shown: Result) -> dict[str, Any]:
    return {
        "distance_m": round(shown.distance_m) if shown.has_distance else None,
        "shown_because": list(shown.shown_because),
        "does_not_match": list(shown.does_not_match),
    }


def _tel(number: str | None) -> str | None:
    return number and f"tel:{number}"


def _table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _cell(value: Any) -> Any:
    """Return a value as a cell; a text or a number is never read as a formula."""
    if isinstance(value, list):
        value = cells.BETWEEN.join(value)
    return cells.guarded(value) if isinstance(value, str) else value
