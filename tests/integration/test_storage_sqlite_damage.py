"""Damage in a SQLite file is noticed before a record is served or written over."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from directory_api.change.change import Change
from directory_api.store.state import StoredPostcodes
from directory_api.text.errors import StoreUnavailable
from tests.support.sqlite_stores import (
    RECORD,
    STAMP,
    create_small_store,
    sqlite_store,
)
from tests.support.tampering import LINKED, spoil
from tests.support.whole_store import read_whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one record and one postcode."""
    return create_small_store(tmp_path / "store.db")


@pytest.mark.parametrize(
    ("table", "column"), [("records", "record"), ("postcodes", "place"), ("records", "sha256")]
)
@pytest.mark.parametrize("kind", ["TEXT", "BLOB"])
def test_a_damaged_record_is_noticed(path: Path, table: str, column: str, kind: str) -> None:
    """A changed byte in a record, a place or a checksum, or text as a blob, is StoreUnavailable."""
    with closing(sqlite3.connect(path)) as db, db:
        (text,) = db.execute(f"SELECT {column} FROM {table}").fetchone()
        spoilt = text if kind == "BLOB" else text[:-3] + chr(ord(text[-3]) ^ 1) + text[-2:]
        db.execute(f"UPDATE {table} SET {column} = CAST(? AS {kind})", [spoilt])
    with pytest.raises(StoreUnavailable, match="damaged") as refused:
        read_whole(sqlite_store(path))
    assert "anari" not in str(refused.value)


@pytest.mark.parametrize(
    ("table", "column"), [("records", "kind"), ("records", "id"), ("postcodes", "code")]
)
@pytest.mark.parametrize("kind", ["TEXT", "BLOB"])
def test_a_record_under_a_damaged_name_is_noticed(
    path: Path, table: str, column: str, kind: str
) -> None:
    """The checksum covers the name of a record, so a flipped bit cannot turn one centre into
    another.
    """
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE {table} SET {column} = CAST('x' AS {kind})")
    with pytest.raises(StoreUnavailable, match="damaged"):
        read_whole(sqlite_store(path))


LOST = (
    "DELETE FROM records WHERE id = 'a'",
    "UPDATE records SET revision = 2 WHERE id = 'a'",
    "DELETE FROM postcodes",
    "UPDATE state SET value = value + 1 WHERE key = 'revision'",
    "UPDATE state SET value = value + 1 WHERE key = 'store'",
    "DELETE FROM chain",
    "DELETE FROM chain WHERE revision = 2",
    "DELETE FROM chain WHERE revision = 1",
    *(f"UPDATE chain SET {column} = 'x' WHERE revision = 2" for column in LINKED),
)


@pytest.mark.parametrize("lost", LOST)
def test_a_row_that_is_missing_or_of_another_revision_is_noticed(path: Path, lost: str) -> None:
    """What is left would pass for the whole directory, each row of it with a checksum that fits."""
    sqlite_store(path).append([Change("centre", "b", None, RECORD)], STAMP, expected=1)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(lost)
    with pytest.raises(StoreUnavailable, match="damaged"):
        read_whole(sqlite_store(path))


SPOILT = (
    "DELETE FROM postcodes",
    "UPDATE postcodes SET place = replace(place, 'Kanarieveld', 'Kanarieveen')",
    "UPDATE postcodes SET sha256 = 'x'",
)


@pytest.mark.parametrize("spoilt", SPOILT)
def test_postcodes_that_are_damaged_are_noticed_when_they_are_read(path: Path, spoilt: str) -> None:
    """By a process that knows none, and by one that knows others; good ones in memory stay."""
    store = sqlite_store(path)
    known = store.read()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(spoilt)
    assert store.read(known).postcodes is known.postcodes
    other = StoredPostcodes("another digest", known.postcodes.gazetteer)
    for others in (None, replace(known, postcodes=other)):
        with pytest.raises(StoreUnavailable, match="damaged"):
            store.read(others)


def test_new_postcodes_do_not_hide_that_others_are_missing(path: Path) -> None:
    """A table is not replaced where another one is damaged."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM postcodes")
    with pytest.raises(StoreUnavailable, match="damaged"):
        sqlite_store(path).append([], STAMP, expected=1, tables={"LU": []})


def test_a_write_does_not_hide_that_rows_are_missing(path: Path) -> None:
    """A change is refused if rows are missing: new digests would hide the loss."""
    store = sqlite_store(path)
    store.append([Change("centre", "b", None, RECORD)], STAMP, expected=1)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM records WHERE id = 'a'")
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="damaged"):
        store.append([Change("centre", "c", None, RECORD)], STAMP, expected=2)
    assert path.read_bytes() == before


def test_a_damaged_record_is_not_written_over(path: Path) -> None:
    """A change of it is refused: its row would leave the digest as something that it never was."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE records SET record = replace(record, 'Kanarie', 'Kanarje')")
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="damaged"):
        sqlite_store(path).append([Change("centre", "a", RECORD, {"n": 1})], STAMP, expected=1)
    assert path.read_bytes() == before


def test_a_damaged_schema_is_a_store_that_cannot_be_used(path: Path) -> None:
    """Sqlite3 quotes its text in a message, which fails where the text is no UTF-8."""
    whole = path.read_bytes()
    kept, refused = read_whole(sqlite_store(path)), 0
    size = int.from_bytes(whole[16:18], "big")
    for at in range(100, size, 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x80]) + whole[at + 1 :])
        try:
            assert read_whole(sqlite_store(path)).contents == kept.contents
        except StoreUnavailable as error:
            refused += "the file is damaged" in str(error)
    assert refused > 0


@pytest.fixture
def with_history(path: Path) -> Path:
    """The database after four more revisions, which add b, c, d and e."""
    for revision, identity in enumerate("bcde", start=1):
        sqlite_store(path).append(
            [Change("centre", identity, None, RECORD)], STAMP, expected=revision
        )
    return path


def test_a_damaged_row_of_history_is_named_as_the_reason(with_history: Path) -> None:
    """The error says what to do."""
    with closing(sqlite3.connect(with_history)) as db, db:
        db.execute("UPDATE history SET after = replace(after, '12', '13') WHERE id = 'c'")
    with pytest.raises(StoreUnavailable, match=r"history .* damaged; run `directory-api check`"):
        sqlite_store(with_history).history("centre", "c")
    assert len(sqlite_store(with_history).history("centre", "d")) == 1


@pytest.mark.parametrize("statement", ["DELETE FROM state", "UPDATE state SET value = 'x'"])
def test_a_store_without_its_revision_is_damaged(path: Path, statement: str) -> None:
    """A revision that is gone or no number is StoreUnavailable, not a crash."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)
    store = sqlite_store(path)
    for look in (store.revision, store.version, store.records):
        with pytest.raises(StoreUnavailable, match="damaged"):
            look()


@pytest.mark.parametrize(
    "spoilt",
    [
        "DELETE FROM chain WHERE revision = 3",
        *(f"UPDATE chain SET {column} = 'x' WHERE revision = 3" for column in LINKED),
    ],
)
def test_the_last_change_of_a_record_is_not_told_without_its_link(
    with_history: Path, spoilt: str
) -> None:
    """For the last change alone, only the link of its own revision is looked at."""
    store = sqlite_store(with_history)
    one, other = ("centre", "c"), ("centre", "b")
    assert len(store.history("centre", "c", most=1)) == 1
    assert [*store.last_changes([one, other])] == [one, other]
    spoil(with_history, spoilt)
    for look in (
        lambda: store.history("centre", "c", most=1),
        lambda: store.last_changes([other, one]),
    ):
        with pytest.raises(StoreUnavailable, match="history"):
            look()
    assert len(store.history("centre", "b", most=1)) == 1
    assert [*store.last_changes([other])] == [other]
