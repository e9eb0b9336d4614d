"""Check and repair a whole SQLite store: what is damaged or lost is named."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from directory_api.change.change import Change
from directory_api.features.maintenance.sqlite import SqliteMaintenance
from directory_api.store.digests import checksum
from directory_api.text.errors import StoreUnavailable
from tests.support.sqlite_stores import (
    LATER,
    STAMP,
    create_five_revisions,
    damages,
    numbered,
    sqlite_store,
)
from tests.support.tampering import spoil
from tests.support.whole_store import read_whole, without_adopted


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of five revisions."""
    return create_five_revisions(tmp_path / "store.db")


def test_nothing_is_damaged_in_what_was_written(path: Path) -> None:
    """A check of a whole store names nothing and changes nothing."""
    before = path.read_bytes()
    assert damages(path) == []
    assert path.read_bytes() == before


# What is done to the file, what a check says, and whether a repair is exact.
RECORDS = {
    "changed": (
        "UPDATE records SET record = replace(record, '2', '3') WHERE id = 'c'",
        "centre c: the record is damaged",
    ),
    "missing": (
        "DELETE FROM records WHERE id = 'c'",
        "centre c: the record of revision 2 is missing",
    ),
    "of another kind": (
        "UPDATE records SET kind = 'x' WHERE id = 'c'",
        "x c: the record is damaged",
    ),
    "as a blob": (
        "UPDATE records SET record = CAST(record AS BLOB) WHERE id = 'c'",
        "centre c: the record is damaged",
    ),
}


@pytest.mark.parametrize("harm", RECORDS)
def test_a_damaged_record_is_named_and_restored_exactly(path: Path, harm: str) -> None:
    """Afterwards the file holds what was written last, at the same revision and link."""
    written = read_whole(sqlite_store(path))
    statement, fault = RECORDS[harm]
    spoil(path, statement)
    assert fault in damages(path)
    maintenance = SqliteMaintenance(path)
    before = path.read_bytes()
    plan = maintenance.repair([], LATER, dry_run=True)
    assert path.read_bytes() == before
    repaired = maintenance.repair([], LATER)
    assert (repaired.steps, repaired.is_exact, repaired.revision) == (plan.steps, True, 5)
    assert read_whole(sqlite_store(path)) == written
    assert damages(path) == []
    assert repaired.aside
    assert repaired.aside.stat().st_mode & 0o077 == 0
    assert damages(repaired.aside) != []


def test_a_record_that_comes_back_is_removed_again(path: Path) -> None:
    """A row for a record that the history says was removed."""
    written = read_whole(sqlite_store(path))
    digest = "(SELECT sha256 FROM records WHERE id = 'a')"
    spoil(
        path,
        f"INSERT INTO records SELECT 'centre', 'd', record, {digest}, 1 FROM records "
        "WHERE id = 'a'",
    )
    assert damages(path) == ["centre d: the record is damaged"]
    assert SqliteMaintenance(path).repair([], LATER).is_exact
    assert read_whole(sqlite_store(path)) == written


HISTORY = {
    "a changed row": "UPDATE history SET author = 'bob' WHERE id = 'c' AND revision = 2",
    "a removed row": "DELETE FROM history WHERE id = 'c' AND revision = 2",
    "an added row": "INSERT INTO history SELECT 99, revision, kind, id, author, at, reason, before,"
    " after, approved_by, visible, sha256 FROM history WHERE id = 'a'",
    "a salt": "UPDATE chain SET salt = 'x' WHERE revision = 2",
    "a link": "DELETE FROM chain WHERE revision = 2",
}


@pytest.mark.parametrize("harm", HISTORY)
def test_a_damaged_history_is_named_and_begins_a_new_chain(path: Path, harm: str) -> None:
    """The records stay; a cursor from before is unknown, and no damaged row is left."""
    written = read_whole(sqlite_store(path))
    spoil(path, HISTORY[harm])
    assert any(line.startswith("revision") for line in damages(path))
    repaired = SqliteMaintenance(path).repair([], LATER)
    assert (repaired.is_exact, repaired.revision) == (False, 6)
    kept = read_whole(sqlite_store(path))
    assert without_adopted(kept) == written.contents
    assert kept.past.is_intact
    assert not kept.links.includes(5, written.links.link(5))
    assert damages(path) == []
    assert "bob" not in {entry.stamp.author for entry in sqlite_store(path).history()}


def test_what_cannot_be_restored_is_said_to_be_lost(path: Path) -> None:
    """The rest is served again."""
    spoil(
        path,
        "UPDATE records SET record = 'x' WHERE id = 'a'",
        "UPDATE history SET after = 'x' WHERE id = 'a'",
    )
    repaired = SqliteMaintenance(path).repair([], LATER)
    assert ("centre a", "lost") in [(step.part, step.fault) for step in repaired.steps]
    assert sorted(read_whole(sqlite_store(path)).contents["centre"]) == ["b", "c"]
    assert damages(path) == []


def test_an_earlier_version_is_never_taken_for_the_last_one(path: Path) -> None:
    """The last row of history of the record is damaged, too: the step says so."""
    spoil(
        path,
        "UPDATE records SET record = 'x' WHERE id = 'c'",
        "UPDATE history SET after = 'x' WHERE id = 'c' AND revision = 2",
    )
    repaired = SqliteMaintenance(path).repair([], LATER)
    assert ("centre c", "set back to revision 1, the last that is left") in [
        (step.part, step.fault) for step in repaired.steps
    ]
    assert not repaired.is_exact


def test_damaged_postcodes_are_named_and_their_table_is_loaded_again(path: Path) -> None:
    """The damaged place goes, and the others stay."""
    spoil(path, "UPDATE postcodes SET place = 'x' WHERE code = '1'")
    assert damages(path) == ["postcodes of BE: some are damaged"]
    SqliteMaintenance(path).repair([], LATER)
    assert [place.code for place in read_whole(sqlite_store(path)).postcodes.places] == ["2"]
    assert damages(path) == []


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM state",
        "DELETE FROM chain",
        "DELETE FROM row_sets",
        "UPDATE state SET value = 3 WHERE key = 'revision'",
        "DELETE FROM postcodes WHERE code = '1'",
        "UPDATE row_sets SET total = 'x' WHERE name = 'postcodes'",
    ],
)
def test_every_other_damage_is_named_and_repaired(path: Path, harm: str) -> None:
    """Whatever row is lost, the store can be read and written again, above every revision that
    anybody saw.
    """
    spoil(path, harm)
    assert damages(path) != []
    repaired = SqliteMaintenance(path).repair([], LATER)
    assert damages(path) == []
    store = sqlite_store(path)
    assert repaired.revision >= 5
    assert store.append([Change("centre", "e", None, {})], STAMP, expected=repaired.revision)
    assert read_whole(store).past.is_intact


def test_a_file_with_damaged_pages_is_repaired_or_left_alone(tmp_path: Path, path: Path) -> None:
    """Of flipped bits over the whole file: a repair gives back every record, or names what is
    lost, or refuses; it never drops one silently.
    """
    whole, written = path.read_bytes(), read_whole(sqlite_store(path))
    repaired = 0
    for at in range(0, len(whole), 397):
        for old in path.parent.glob("store.db.*"):
            old.unlink()
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        with suppress(StoreUnavailable):
            if not damages(path):
                assert read_whole(sqlite_store(path)).contents == written.contents
                continue
            result = SqliteMaintenance(path).repair([], LATER)
            assert damages(path) == []
            kept = read_whole(sqlite_store(path))
            if kept.contents != written.contents:
                assert not result.is_exact
            repaired += kept.contents == written.contents
    assert repaired > 0


def test_a_removed_record_with_the_checksum_that_fits_is_named(path: Path) -> None:
    """The row is whole; only the history says that there is no such record any more."""
    written = read_whole(sqlite_store(path))
    text = '{"name":"Kanarie 1","n":1}'
    digest = checksum("centre", "d", text)
    spoil(path, f"INSERT INTO records VALUES ('centre', 'd', '{text}', '{digest}', 1)")
    assert damages(path) == ["centre d: the record was removed at revision 3"]
    assert SqliteMaintenance(path).repair([], LATER).is_exact
    assert read_whole(sqlite_store(path)) == written


def test_a_record_is_not_blamed_for_its_missing_row_of_history(path: Path) -> None:
    """Beside another damage: the record is newer than the history that is left, and stays."""
    spoil(
        path,
        "DELETE FROM history WHERE id = 'c' AND revision = 2",
        "DELETE FROM records WHERE id = 'a'",
    )
    assert damages(path) == [
        "revision 2: its history is not what was written",
        "centre a: the record of revision 1 is missing",
    ]
    SqliteMaintenance(path).repair([], LATER)
    assert read_whole(sqlite_store(path)).contents["centre"]["c"] == numbered(2)


def test_a_digest_of_other_rows_is_named_and_written_again(path: Path) -> None:
    """It can be read, but is not that of the last revision; all rows are whole."""
    written = read_whole(sqlite_store(path))
    others = "FROM row_sets WHERE name = 'records'"
    spoil(
        path,
        f"UPDATE row_sets SET rows = (SELECT rows {others}), total = (SELECT total {others}) "
        "WHERE name = 'postcodes'",
    )
    assert damages(path) == ["the postcodes: cannot be read in full"]
    assert SqliteMaintenance(path).repair([], LATER).is_exact
    assert read_whole(sqlite_store(path)) == written


def test_an_index_that_sqlite_cannot_even_check_is_repaired(path: Path) -> None:
    """Its own check ends with an error instead of a message; all rows can be read without it."""
    written, whole = read_whole(sqlite_store(path)), path.read_bytes()
    with closing(sqlite3.connect(path)) as db:
        ((page,),) = db.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_records_1'"
        )
        ((size,),) = db.execute("PRAGMA page_size")
    # The types of the columns of an entry, of which `kind` is the first, precede their values.
    at = whole.index(b"centrea", (page - 1) * size, page * size) - 3
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x80]) + whole[at + 1 :])
    # So does SQLite 3.46; another version may say something else of it.
    assert any(line.startswith("the file: ") for line in damages(path))
    repaired = SqliteMaintenance(path).repair([], LATER)
    assert repaired.is_exact
    assert repaired.aside
    assert read_whole(sqlite_store(path)) == written
    assert damages(path) == []


def test_an_earlier_version_with_the_checksum_that_fits_is_named(path: Path) -> None:
    """Each row is whole; only the digest of all records shows that one is not the last."""
    written = read_whole(sqlite_store(path))
    text = '{"name":"Kanarie 1","n":1}'
    spoil(
        path,
        f"UPDATE records SET record = '{text}', revision = 1, "
        f"sha256 = '{checksum('centre', 'c', text)}' WHERE id = 'c'",
    )
    assert damages(path) == ["centre c: the record is not the one of revision 2"]
    assert SqliteMaintenance(path).repair([], LATER).is_exact
    assert read_whole(sqlite_store(path)) == written


def test_the_history_of_a_revision_without_its_link_is_not_shown(path: Path) -> None:
    """It cannot be told whether it is what was written."""
    spoil(path, "DELETE FROM chain WHERE revision = 2")
    with pytest.raises(StoreUnavailable, match="history"):
        sqlite_store(path).history("centre", "c", most=1)
