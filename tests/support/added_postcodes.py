"""Postcodes that a test adds to a store, as the command `country postcodes` does."""

from directory_api.change.change import Change, Stamp
from directory_api.edit.writer import Writer
from directory_api.files.country_tables import PostcodeTable
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, place_of


def add_postcodes(writer: Writer, country: str, *rows: tuple[str, str, float, float]) -> None:
    """Replace the postcodes of a country: each row is a code, a name, a latitude and a longitude.
    They are in force when this returns.
    """
    places = tuple(
        place_of(country, code, [NamedPoint(name, Point(lat, lon))])
        for code, name, lat, lon in rows
    )
    state = writer.store.records()
    before = state.contents.get("table", {}).get(country)
    table = PostcodeTable(country, places, [], "0" * 64)
    writer.store.append(
        [Change("table", country, before, table.to_record())],
        Stamp("tests", writer.clock(), "postcodes"),
        expected=state.revision,
        tables={country: places},
    )
    writer.live.refresh()
