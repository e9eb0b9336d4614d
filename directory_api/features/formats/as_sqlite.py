"""The published directory as a database of SQLite, for SQL and datasette.

It is made of a snapshot, which has nothing that is hidden. Columns have the names that members have
in JSON, texts are in English, and a list in a cell is a JSON array, which SQLite (`json_each`) and
datasette (facets) read.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlite_utils import Database

from directory_api.features.formats.flat import centre_row, helpline_row
from directory_api.place.postcode import Place
from directory_api.record.records import Centre
from directory_api.record.texts import text_in
from directory_api.search.snapshot import Snapshot
from directory_api.text.translations import ENGLISH, language_name

_CENTRES = (
    "id name kind status closed_until email website street postcode locality country subdivision "
    "lat lon precision services audiences opening_hours timezone temporary_until contested "
    "verified_on description"
)
_PHONES = "centre_id number display kind hours languages note"
_LANGUAGES = "centre_id language name interpreter"
_HELPLINES = "id kind name number url countries hours note"
_POSTCODES = "country postcode name lat lon accuracy_m subdivision places"
_ATTRIBUTION = "name licence url"
# All others are text.
_TYPES = {"lat": float, "lon": float, "accuracy_m": int, "interpreter": int}
_OF_CENTRE = {"foreign_keys": [("centre_id", "centres", "id")]}


def as_sqlite(snapshot: Snapshot) -> bytes:
    """Return the file: the centres that are not permanently closed, the helplines in the order to
    try them, the postcodes, and whom to name as the source of each.
    """
    database, centres = Database(memory=True), snapshot.listed

    def table(name: str, columns: str, rows: Iterable[dict[str, Any]], **options: Any) -> None:
        types = {column: _TYPES.get(column, str) for column in columns.split()}
        database.table(name).create(types, **options).insert_all(rows)

    table("centres", _CENTRES, [centre_row(each, ENGLISH) for each in centres], pk="id")
    table("phones", _PHONES, _phones(centres), **_OF_CENTRE)
    table("languages", _LANGUAGES, _languages(centres), **_OF_CENTRE)
    table("helplines", _HELPLINES, [helpline_row(each, ENGLISH) for each in snapshot.helplines])
    places = map(_postcode, snapshot.gazetteer.all_places())
    table("postcodes", _POSTCODES, places, pk=("country", "postcode"))
    header = snapshot.header
    own = {
        "name": f"{header['publisher']}, revision {snapshot.revision}",
        "licence": header["licence"]["name"],
        "url": header["licence"].get("url"),
    }
    table("attribution", _ATTRIBUTION, [own, *map(dict, snapshot.attributions)])
    database.index_foreign_keys()
    return database.conn.serialize()


def _phones(centres: Iterable[Centre]) -> Iterator[dict[str, Any]]:
    for centre in centres:
        for phone in centre.phones:
            yield {
                "centre_id": centre.id,
                "number": phone.number,
                "display": phone.display,
                "kind": phone.kind,
                "hours": phone.hours,
                "languages": list(phone.languages),
                "note": text_in(phone.note),
            }


def _languages(centres: Iterable[Centre]) -> Iterator[dict[str, Any]]:
    for centre in centres:
        for spoken in centre.languages:
            yield {
                "centre_id": centre.id,
                "language": spoken.code,
                "name": language_name(spoken.code, ENGLISH),
                "interpreter": spoken.interpreter,
            }


def _postcode(place: Place) -> dict[str, Any]:
    return {
        "country": place.country,
        "postcode": place.code,
        "name": place.names.get(ENGLISH, place.name),
        "lat": place.point.lat,
        "lon": place.point.lon,
        "accuracy_m": place.accuracy_m,
        "subdivision": place.subdivision,
        "places": list(place.places),
    }
