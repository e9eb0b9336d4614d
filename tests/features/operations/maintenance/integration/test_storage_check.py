"""Check a whole SQLite store: what is damaged is named, and a backup mends it."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from directory_api.features.operations.maintenance.sqlite import SqliteMaintenance
from directory_api.store.digests import checksum
from directory_api.text.errors import StoreUnavailable
from tests.support.sqlite_stores import LATER, create_five_revisions, damages, sqlite_store
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


def _sha256(identity: str) -> str:
    return checksum("centre", identity, OLD)


OLD = '{"name":"Kanarie 1","n":1}'
# What is done to the file, and what a check says.
HARM = {
    "a record is changed": (
        ["UPDATE records SET record = replace(record, '2', '3') WHERE id = 'c'"],
        ["centre c: the record is damaged"],
    ),
    "a record is missing": (
        ["DELETE FROM records WHERE id = 'c'"],
        ["centre c: the record of revision 2 is missing"],
    ),
    "a record is of another kind": (
        ["UPDATE records SET kind = 'x' WHERE id = 'c'"],
        ["x c: the record is damaged", "centre c: the record of revision 2 is missing"],
    ),
    "a record is a blob": (
        ["UPDATE records SET record = CAST(record AS BLOB) WHERE id = 'c'"],
        ["centre c: the record is damaged"],
    ),
    "a removed record is there": (
        ["INSERT INTO records SELECT 'centre', 'd', record, sha256, 1 FROM records WHERE id = 'a'"],
        ["centre d: the record is damaged"],
    ),
    # Each row is whole; the history shows that it is not the last one.
    "a removed record with the checksum that fits": (
        [f"INSERT INTO records VALUES ('centre', 'd', '{OLD}', '{_sha256('d')}',1)"],
        ["centre d: the record was removed at revision 3"],
    ),
    "an earlier version with the checksum that fits": (
        [
            f"UPDATE records SET record = '{OLD}', revision = 1, "
            f"sha256 = '{_sha256('c')}' WHERE id = 'c'"
        ],
        ["centre c: the record is not the one of revision 2"],
    ),
    "a row of history is changed": (
        ["UPDATE history SET author = 'bob' WHERE id = 'c' AND revision = 2"],
        ["revision 2, centre c: the row of history is damaged"],
    ),
    "a row of history is missing": (
        ["DELETE FROM history WHERE id = 'c' AND revision = 2"],
        ["revision 2: its history is not what was written"],
    ),
    # The record is newer than the history that is left, and is not blamed.
    "a row of history and another record are missing": (
        [
            "DELETE FROM history WHERE id = 'c' AND revision = 2",
            "DELETE FROM records WHERE id = 'a'",
        ],
        [
            "revision 2: its history is not what was written",
            "centre a: the record of revision 1 is missing",
        ],
    ),
    "a salt is changed": (
        ["UPDATE chain SET salt = 'x' WHERE revision = 2"],
        ["revision 2: its history is not what was written"],
    ),
    "a place is changed": (
        ["UPDATE postcodes SET place = 'x' WHERE code = '1'"],
        ["postcodes of BE: some are damaged"],
    ),
    "a place is missing": (
        ["DELETE FROM postcodes WHERE code = '1'"],
        ["the postcodes: they are not those that were written last"],
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_what_is_damaged_is_named(path: Path, harm: str) -> None:
    """Each part once, and no other one."""
    statements, expected = HARM[harm]
    spoil(path, *statements)
    assert damages(path) == expected


@pytest.mark.parametrize(
    "harm",
    [
        "INSERT INTO history SELECT 99, revision, kind, id, author, at, reason, before, after, "
        "approved_by, visible, sha256 FROM history WHERE id = 'a'",
        "DELETE FROM chain WHERE revision = 2",
        "DELETE FROM state",
        "DELETE FROM chain",
        "UPDATE state SET value = 3 WHERE key = 'revision'",
    ],
)
def test_every_other_damage_is_found_and_mended_by_a_backup(
    path: Path, tmp_path: Path, harm: str
) -> None:
    """Whatever row is lost, the directory is that of the backup afterwards."""
    written = read_whole(sqlite_store(path))
    SqliteMaintenance(path).back_up(tmp_path / "b.db")
    spoil(path, harm)
    assert damages(path) != []
    SqliteMaintenance(path).restore(tmp_path / "b.db", LATER)
    assert damages(path) == []
    assert without_adopted(read_whole(sqlite_store(path))) == written.contents


def test_a_flipped_bit_is_found_or_changes_no_record(tmp_path: Path, path: Path) -> None:
    """Anywhere in the file."""
    whole, written = path.read_bytes(), read_whole(sqlite_store(path))
    found = 0
    for at in range(0, len(whole), 397):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        with suppress(StoreUnavailable):
            if damages(path):
                found += 1
            else:
                assert read_whole(sqlite_store(path)).contents == written.contents
    assert found > 0


def test_an_index_that_sqlite_cannot_even_check_is_named(path: Path) -> None:
    """Its own check ends with an error instead of a message."""
    whole = path.read_bytes()
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


def test_the_history_of_a_revision_without_its_link_is_not_shown(path: Path) -> None:
    """It cannot be told whether it is what was written."""
    spoil(path, "DELETE FROM chain WHERE revision = 2")
    with pytest.raises(StoreUnavailable, match="history"):
        sqlite_store(path).history("centre", "c", most=1)
