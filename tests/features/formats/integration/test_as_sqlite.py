"""The directory as a database of SQLite: its tables, and what must not be in it."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from directory_api.bootstrap import Directory, open_directory
from directory_api.edit.editor import Edit
from directory_api.features.formats.as_sqlite import as_sqlite
from tests.support.records import directory_of, made_up_centre
from tests.support.write_side import ANNA

# Words of what is not public, which are nowhere else.
ADDRESS, NOTE, PROPOSED = "zwaluwenest", "kolibri", "leeuwerik"
POINT = ("51.0912", "3.5512")


def _opened(directory: Directory) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.deserialize(as_sqlite(directory.live.snapshot))
    return database


def _column(database: sqlite3.Connection, query: str) -> list[Any]:
    return [row[0] for row in database.execute(query)]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    """The file of two centres, of which one has an address that is not public."""
    secret = made_up_centre(
        1,
        address={
            "street": f"{ADDRESS}straat 77",
            "postcode": "9881",
            "locality": {"nl": "Aalter"},
            "country": "BE",
        },
        address_visibility="hidden",
        location={"lat": 51.0912345, "lon": 3.5512345, "precision": "exact"},
        phones=[{"number": "+3232011690", "kind": "main", "hours": "24/7"}],
        languages=[{"code": "nl"}, {"code": "ar", "interpreter": True}],
        services=["legal", "medical"],
        verified={"on": "2026-11-01", "by": f"Ms {NOTE}", "how": f"called {NOTE}"},
        acknowledged=[{"warning": "shared_phone", "value": "x", "reason": NOTE}],
    )
    closed = made_up_centre(3, status="closed")
    records = [secret, made_up_centre(2), closed]
    loaded = directory_of(tmp_path_factory.mktemp("sqlite"), records)
    directory = open_directory(replace(loaded.settings, review="on"), loaded.clock)
    proposal = Edit(ANNA, "centre", "made-up-002", "a test")
    assert directory.editor.patch(proposal, {"email": f"{PROPOSED}@example.org"}).proposals
    directory.live.refresh()
    return _opened(directory)


def test_each_kind_has_a_table_and_what_belongs_to_a_centre_names_it(
    database: sqlite3.Connection,
) -> None:
    """Centres that are closed for good are left out."""
    assert _column(database, "SELECT id FROM centres") == ["made-up-001", "made-up-002"]
    phones = database.execute("SELECT centre_id, number, hours FROM phones")
    assert [*phones] == [("made-up-001", "+3232011690", "24/7")]
    spoken = database.execute(
        "SELECT centre_id, language, languages.name, interpreter FROM languages"
        " JOIN centres ON centres.id = centre_id WHERE language = 'ar'"
    )
    assert [*spoken] == [("made-up-001", "ar", "Arabic", 1)]
    helplines = "SELECT name FROM helplines, json_each(countries) WHERE json_each.value = 'BE'"
    assert "European emergency number" in _column(database, helplines)
    postcode = "SELECT name, typeof(lat), accuracy_m FROM postcodes WHERE postcode = '1000'"
    assert [*database.execute(postcode)] == [("Brussels", "real", 3000)]
    assert _column(database, "SELECT licence FROM attribution")[0] == "CC BY 4.0"
    assert [*database.execute("PRAGMA foreign_key_check")] == []
    assert _column(database, "PRAGMA integrity_check") == ["ok"]


def test_numbers_are_text_and_texts_are_in_one_language(database: sqlite3.Connection) -> None:
    """112 is no quantity; lists are JSON, as datasette reads them."""
    assert {*_column(database, "SELECT typeof(number) FROM phones")} == {"text"}
    assert {*_column(database, "SELECT typeof(postcode) FROM postcodes")} == {"text"}
    services = "SELECT value FROM centres, json_each(services) WHERE centres.id = 'made-up-001'"
    assert _column(database, services) == ["legal", "medical"]
    assert _column(database, "SELECT verified_on FROM centres") == ["2026-11-01", None]


def test_what_is_not_public_is_not_in_it(database: sqlite3.Connection) -> None:
    """A hidden address and its point, notes of maintainers, and a change that waits for review:
    neither in a row, nor in a part of the file that no row uses.
    """
    (place,) = database.execute("SELECT street, postcode, precision, lat FROM centres LIMIT 1")
    assert place[:3] == (None, None, "municipality")
    told = "\n".join(database.iterdump()) + database.serialize().decode("latin-1")
    assert [word for word in (ADDRESS, NOTE, PROPOSED, *POINT) if word in told] == []


def test_an_empty_directory_has_the_same_tables(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    """A query does not depend on what is recorded."""
    tables = "SELECT sql FROM sqlite_master"
    assert _column(_opened(directory_of(tmp_path, [])), tables) == _column(database, tables)
