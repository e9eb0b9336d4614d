"""Check, repair, back up and restore a whole store; nothing is guessed silently."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from directory_api.domain.changes.change import Change, Stamp
from directory_api.domain.errors import StoreConflict, StoreDamaged, StoreUnavailable
from directory_api.domain.geo.geometry import Point
from directory_api.domain.geo.postcode import NamedPoint, place_of
from directory_api.domain.model.token import Session, Token
from directory_api.storage.base import RepairSource
from directory_api.storage.digests import checksum
from directory_api.storage.sqlite import engine
from directory_api.storage.sqlite.maintenance import SqliteMaintenance
from directory_api.storage.sqlite.store import SqliteAccess, SqliteStore
from tests.support.store_under_test import everything
from tests.support.whole_store import read_whole
from tests.support.write_side import NOON

STAMP = Stamp("anna", NOON, "why")
LATER = Stamp("carl", NOON + timedelta(days=1), "repaired")


def _record(number: int) -> dict[str, object]:
    return {"name": f"Kanarie {number}", "n": number}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of five revisions: centres a, b, c (changed once), d (removed), postcodes."""
    path = tmp_path / "store.db"
    store = SqliteStore(path)
    store.create()
    places = [place_of("BE", code, [NamedPoint("Stad", Point(50.8, 4.3))]) for code in "12"]
    store.append(
        [Change("centre", each, None, _record(1)) for each in "abcd"],
        STAMP,
        expected=0,
        tables={"BE": places},
    )
    store.append([Change("centre", "c", _record(1), _record(2))], STAMP, expected=1)
    store.append([Change("centre", "d", _record(1), None)], STAMP, expected=2)
    store.append([Change("helpline", "h", None, _record(4))], STAMP, expected=3)
    store.append([], STAMP, expected=4)
    return path


def _spoil(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def _damages(path: Path) -> list[str]:
    return [f"{damage.part}: {damage.fault}" for damage in SqliteMaintenance(path).check()]


def test_nothing_is_damaged_in_what_was_written(path: Path) -> None:
    """A check of a whole store names nothing and changes nothing."""
    before = path.read_bytes()
    assert _damages(path) == []
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
    written = read_whole(SqliteStore(path))
    statement, fault = RECORDS[harm]
    _spoil(path, statement)
    assert fault in _damages(path)
    maintenance = SqliteMaintenance(path)
    before = path.read_bytes()
    plan = maintenance.repair([], LATER, dry_run=True)
    assert path.read_bytes() == before
    repaired = maintenance.repair([], LATER)
    assert (repaired.steps, repaired.is_exact, repaired.revision) == (plan.steps, True, 5)
    assert read_whole(SqliteStore(path)) == written
    assert _damages(path) == []
    assert repaired.aside
    assert repaired.aside.stat().st_mode & 0o077 == 0
    assert _damages(repaired.aside) != []


def test_a_record_that_comes_back_is_removed_again(path: Path) -> None:
    """A row for a record that the history says was removed."""
    written = read_whole(SqliteStore(path))
    digest = "(SELECT sha256 FROM records WHERE id = 'a')"
    _spoil(
        path,
        f"INSERT INTO records SELECT 'centre', 'd', record, {digest}, 1 FROM records "
        "WHERE id = 'a'",
    )
    assert _damages(path) == ["centre d: the record is damaged"]
    assert SqliteMaintenance(path).repair([], LATER).is_exact
    assert read_whole(SqliteStore(path)) == written


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
    written = read_whole(SqliteStore(path))
    _spoil(path, HISTORY[harm])
    assert any(line.startswith("revision") for line in _damages(path))
    repaired = SqliteMaintenance(path).repair([], LATER)
    assert (repaired.is_exact, repaired.revision) == (False, 6)
    kept = read_whole(SqliteStore(path))
    assert (kept.contents, kept.revisions) == (written.contents, written.revisions)
    assert kept.past.is_intact
    assert not kept.links.includes(5, written.links.link(5))
    assert _damages(path) == []
    assert "bob" not in {entry.stamp.author for entry in SqliteStore(path).history()}


def test_without_its_history_a_record_is_taken_from_a_file(path: Path) -> None:
    """As a change of the new revision, with who repaired it."""
    _spoil(
        path,
        "UPDATE records SET record = 'x' WHERE id = 'c'",
        "UPDATE history SET after = 'x' WHERE id = 'c'",
    )
    file = RepairSource("export.json", {"centre": {"c": _record(7)}})
    repaired = SqliteMaintenance(path).repair([file], LATER)
    assert ("centre c", "taken from export.json") in [(s.part, s.fault) for s in repaired.steps]
    assert (repaired.is_exact, repaired.revision) == (False, 6)
    kept = read_whole(SqliteStore(path))
    assert kept.contents["centre"]["c"] == _record(7)
    assert SqliteStore(path).history("centre", "c")[0].stamp.author == "carl"
    assert _damages(path) == []


@pytest.mark.parametrize(
    ("revision", "store", "expected"),
    [(2, None, 7), (1, None, 7), (0, None, 1), (2, "another store", 1)],
)
def test_a_source_is_used_if_it_is_of_this_store_and_not_older_than_the_history(
    path: Path, revision: int, store: str | None, expected: int
) -> None:
    """The last row of history of the record is damaged; the one before it is of revision 1."""
    _spoil(
        path,
        "UPDATE records SET record = 'x' WHERE id = 'c'",
        "UPDATE history SET after = 'x' WHERE id = 'c' AND revision = 2",
    )
    contents = {"centre": {"c": _record(7)}}
    source = RepairSource("what was published", contents, {("centre", "c"): revision}, (), store)
    SqliteMaintenance(path).repair([source], LATER)
    assert read_whole(SqliteStore(path)).contents["centre"]["c"] == _record(expected)
    assert _damages(path) == []


@pytest.mark.parametrize(
    ("revision", "chain", "expected"),
    [(4, "whole", 7), (5, "whole", 1), (9, "whole", 1), (5, "lost", 7)],
)
def test_a_source_of_an_abandoned_branch_is_not_used(
    path: Path, revision: int, chain: str, expected: int
) -> None:
    """It had a revision with another link, or one that the store never had. Without the chain it
    cannot be told.
    """
    link = read_whole(SqliteStore(path)).links.link(4)
    _spoil(
        path,
        "UPDATE records SET record = 'x' WHERE id = 'c'",
        "UPDATE history SET after = 'x' WHERE id = 'c' AND revision = 2",
        *(["DELETE FROM chain"] if chain == "lost" else []),
    )
    contents = {"centre": {"c": _record(7)}}
    source = RepairSource("what was published", contents, {("centre", "c"): 2}, at=(revision, link))
    SqliteMaintenance(path).repair([source], LATER)
    assert read_whole(SqliteStore(path)).contents["centre"]["c"] == _record(expected)


@pytest.mark.parametrize("harm", ["UPDATE postcodes SET place = 'x'", "DELETE FROM postcodes"])
def test_postcodes_are_restored_from_a_source_that_has_exactly_them(path: Path, harm: str) -> None:
    """Another table of the same country is not taken for them."""
    written = read_whole(SqliteStore(path))
    _spoil(path, f"{harm} WHERE code = '1'")
    places = written.postcodes.places
    sources = [RepairSource("half", {}, {}, places[:1]), RepairSource("whole", {}, {}, places)]
    repaired = SqliteMaintenance(path).repair(sources, LATER)
    assert ("the postcodes", "taken from whole") in [(s.part, s.fault) for s in repaired.steps]
    assert repaired.is_exact
    assert read_whole(SqliteStore(path)) == written
    assert _damages(path) == []


def test_what_cannot_be_restored_is_said_to_be_lost(path: Path) -> None:
    """The rest is served again."""
    _spoil(
        path,
        "UPDATE records SET record = 'x' WHERE id = 'a'",
        "UPDATE history SET after = 'x' WHERE id = 'a'",
    )
    repaired = SqliteMaintenance(path).repair([], LATER)
    assert ("centre a", "lost") in [(step.part, step.fault) for step in repaired.steps]
    assert sorted(read_whole(SqliteStore(path)).contents["centre"]) == ["b", "c"]
    assert _damages(path) == []


def test_an_earlier_version_is_never_taken_for_the_last_one(path: Path) -> None:
    """The last row of history of the record is damaged, too: the step says so."""
    _spoil(
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
    _spoil(path, "UPDATE postcodes SET place = 'x' WHERE code = '1'")
    assert _damages(path) == ["postcodes of BE: some are damaged"]
    SqliteMaintenance(path).repair([], LATER)
    assert [place.code for place in read_whole(SqliteStore(path)).postcodes.places] == ["2"]
    assert _damages(path) == []


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
    _spoil(path, harm)
    assert _damages(path) != []
    repaired = SqliteMaintenance(path).repair([], LATER)
    assert _damages(path) == []
    store = SqliteStore(path)
    assert repaired.revision >= 5
    assert store.append([Change("centre", "e", None, {})], STAMP, expected=repaired.revision)
    assert read_whole(store).past.is_intact


def test_a_file_with_damaged_pages_is_repaired_or_left_alone(tmp_path: Path, path: Path) -> None:
    """Of flipped bits over the whole file: a repair gives back every record, or names what is
    lost, or refuses; it never drops one silently.
    """
    whole, written = path.read_bytes(), read_whole(SqliteStore(path))
    repaired = 0
    for at in range(0, len(whole), 397):
        for old in path.parent.glob("store.db.*"):
            old.unlink()
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        with suppress(StoreUnavailable):
            if not _damages(path):
                assert read_whole(SqliteStore(path)).contents == written.contents
                continue
            result = SqliteMaintenance(path).repair([], LATER)
            assert _damages(path) == []
            kept = read_whole(SqliteStore(path))
            if kept.contents != written.contents:
                assert not result.is_exact
            repaired += kept.contents == written.contents
    assert repaired > 0


def test_a_removed_record_with_the_checksum_that_fits_is_named(path: Path) -> None:
    """The row is whole; only the history says that there is no such record any more."""
    written = read_whole(SqliteStore(path))
    text = '{"name":"Kanarie 1","n":1}'
    digest = checksum("centre", "d", text)
    _spoil(path, f"INSERT INTO records VALUES ('centre', 'd', '{text}', '{digest}', 1)")
    assert _damages(path) == ["centre d: the record was removed at revision 3"]
    assert SqliteMaintenance(path).repair([], LATER).is_exact
    assert read_whole(SqliteStore(path)) == written


def test_a_record_is_not_blamed_for_its_missing_row_of_history(path: Path) -> None:
    """Beside another damage: the record is newer than the history that is left, and stays."""
    _spoil(
        path,
        "DELETE FROM history WHERE id = 'c' AND revision = 2",
        "DELETE FROM records WHERE id = 'a'",
    )
    assert _damages(path) == [
        "revision 2: its history is not what was written",
        "centre a: the record of revision 1 is missing",
    ]
    SqliteMaintenance(path).repair([], LATER)
    assert read_whole(SqliteStore(path)).contents["centre"]["c"] == _record(2)


def test_a_digest_of_other_rows_is_named_and_written_again(path: Path) -> None:
    """It can be read, but is not that of the last revision; all rows are whole."""
    written = read_whole(SqliteStore(path))
    others = "FROM row_sets WHERE name = 'records'"
    _spoil(
        path,
        f"UPDATE row_sets SET rows = (SELECT rows {others}), total = (SELECT total {others}) "
        "WHERE name = 'postcodes'",
    )
    assert _damages(path) == ["the postcodes: cannot be read in full"]
    assert SqliteMaintenance(path).repair([], LATER).is_exact
    assert read_whole(SqliteStore(path)) == written


def test_the_first_file_that_has_a_record_gives_it(path: Path) -> None:
    """A file without the record is passed over, and a later one with it is not asked."""
    _spoil(
        path,
        "UPDATE records SET record = 'x' WHERE id = 'c'",
        "UPDATE history SET after = 'x' WHERE id = 'c'",
    )
    files = [
        RepairSource("without.json", {"centre": {"a": _record(6)}}),
        RepairSource("first.json", {"centre": {"c": _record(7)}}),
        RepairSource("second.json", {"centre": {"c": _record(8)}}),
    ]
    repaired = SqliteMaintenance(path).repair(files, LATER)
    assert ("centre c", "taken from first.json") in [(s.part, s.fault) for s in repaired.steps]
    kept = read_whole(SqliteStore(path)).contents["centre"]
    assert (kept["a"], kept["c"]) == (_record(1), _record(7))


def test_an_index_that_sqlite_cannot_even_check_is_repaired(path: Path) -> None:
    """Its own check ends with an error instead of a message; all rows can be read without it."""
    written, whole = read_whole(SqliteStore(path)), path.read_bytes()
    with closing(sqlite3.connect(path)) as db:
        ((page,),) = db.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_records_1'"
        )
        ((size,),) = db.execute("PRAGMA page_size")
    # The types of the columns of an entry, of which `kind` is the first, precede their values.
    at = whole.index(b"centrea", (page - 1) * size, page * size) - 3
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x80]) + whole[at + 1 :])
    # So does SQLite 3.46; another version may say something else of it.
    assert any(line.startswith("the file: ") for line in _damages(path))
    repaired = SqliteMaintenance(path).repair([], LATER)
    assert repaired.is_exact
    assert repaired.aside
    assert read_whole(SqliteStore(path)) == written
    assert _damages(path) == []


# Backups


def test_a_backup_restores_everything_on_a_new_branch(path: Path, tmp_path: Path) -> None:
    """Records and history are those of the backup; later revisions are abandoned."""
    maintenance, store = SqliteMaintenance(path), SqliteStore(path)
    backup = tmp_path / "backups.db"
    digest = maintenance.back_up(backup)
    assert backup.stat().st_mode & 0o077 == 0
    assert (tmp_path / "backups.db.sha256").read_text() == f"{digest}  backups.db\n"
    saved = read_whole(store)
    store.append([Change("centre", "a", _record(1), _record(9))], STAMP, expected=5)
    abandoned = read_whole(store)
    restored = maintenance.restore(backup, LATER)
    kept = read_whole(store)
    assert (
        (kept.revision, kept.contents) == (6, saved.contents) == (restored.revision, saved.contents)
    )
    assert kept.links.includes(5, saved.links.link(5))
    assert not kept.links.includes(6, abandoned.links.link(6))
    assert restored.aside
    assert read_whole(SqliteStore(restored.aside)) == abandoned
    assert restored.aside.name == "store.db.2026-11-25T120000"
    assert restored.aside.stat().st_mode & 0o077 == path.stat().st_mode & 0o077 == 0
    assert _damages(path) == []


def test_a_restore_brings_back_no_token_that_was_revoked(path: Path, tmp_path: Path) -> None:
    """Tokens and sessions are those of now. A backup's are taken where nothing else is left."""
    access = SqliteAccess(path)
    day = NOON.date()
    old, new = (Token(name, name, ("approve",), day, day) for name in ("old", "new"))
    access.add_token(old, "digest of old")
    access.open_session(Session("old", NOON), "session of old", NOON)
    SqliteMaintenance(path).back_up(tmp_path / "b.db")
    access.put_token(replace(old, revoked=day))
    access.close_session("session of old")
    access.add_token(new, "digest of new")
    access.open_session(Session("new", NOON), "session of new", NOON)
    SqliteMaintenance(path).restore(tmp_path / "b.db", LATER)
    assert access.tokens() == (replace(old, revoked=day), new)
    assert access.token_of("digest of old") == replace(old, revoked=day)
    assert access.session_of("session of old") is None
    assert access.session_of("session of new")
    other = SqliteAccess(tmp_path / "other.db")
    SqliteMaintenance(tmp_path / "other.db").restore(tmp_path / "b.db", LATER)
    assert other.tokens() == (old,)
    assert other.session_of("session of old") is None


def test_a_writer_who_read_before_a_restore_does_not_write_after_it(
    path: Path, tmp_path: Path
) -> None:
    """The number of the revision is the same; its link is not."""
    maintenance, store = SqliteMaintenance(path), SqliteStore(path)
    maintenance.back_up(tmp_path / "b.db")
    store.append([], STAMP, expected=5)
    seen = store.records()
    maintenance.restore(tmp_path / "b.db", LATER)
    assert store.revision() == seen.revision
    with pytest.raises(StoreConflict):
        store.append([], STAMP, expected=seen.revision, version=seen.version)


def test_a_backup_is_restored_where_nothing_is_left(path: Path, tmp_path: Path) -> None:
    """Also in a folder that does not exist, and over a file that is no database."""
    SqliteMaintenance(path).back_up(tmp_path / "b.db")
    for target in (tmp_path / "new" / "store.db", tmp_path / "other.db"):
        if target.name == "other.db":
            target.write_bytes(b"no database" * 1000)
        restored = SqliteMaintenance(target).restore(tmp_path / "b.db", LATER)
        assert SqliteStore(target).revision() == 6
        assert (restored.aside is None) == (target.name != "other.db")
        assert target.stat().st_mode & 0o077 == 0


def test_nothing_is_restored_while_another_process_writes(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is locked is not taken for a damaged one, whose file would be replaced."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    SqliteMaintenance(path).back_up(tmp_path / "b.db")
    before, files = path.read_bytes(), sorted(tmp_path.iterdir())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match="locked by another process"):
            SqliteMaintenance(path).restore(tmp_path / "b.db", LATER)
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == (before, files)


DAMAGE: dict[str, Callable[[Path], object]] = {
    # Only its SHA-256 tells: the last byte of a SQLite file may be unused.
    "another byte": lambda file: file.write_bytes(file.read_bytes()[:-1] + b"x"),
    "a missing record": lambda file: _spoil(file, "DELETE FROM records WHERE id = 'a'"),
    "half a file": lambda file: file.write_bytes(file.read_bytes()[:8192]),
    "no database": lambda file: file.write_bytes(b"x" * 9000),
}


@pytest.mark.parametrize(
    ("damage", "with_digest"),
    [*((damage, True) for damage in DAMAGE), *((damage, False) for damage in list(DAMAGE)[1:])],
)
def test_a_damaged_backup_changes_nothing(
    path: Path, tmp_path: Path, damage: str, with_digest: bool
) -> None:
    """It is refused, whether its SHA-256 is beside it or not."""
    backup = tmp_path / "b.db"
    SqliteMaintenance(path).back_up(backup)
    DAMAGE[damage](backup)
    if not with_digest:
        (tmp_path / "b.db.sha256").unlink()
    before, files = everything(path), sorted(tmp_path.iterdir())
    with pytest.raises(StoreUnavailable):
        SqliteMaintenance(path).restore(backup, LATER)
    assert (everything(path), sorted(tmp_path.iterdir())) == (before, files)


def test_a_damaged_store_is_not_written_over_a_good_backup(path: Path, tmp_path: Path) -> None:
    """The backup stays as it was, with its SHA-256."""
    backup = tmp_path / "b.db"
    SqliteMaintenance(path).back_up(backup)
    before = {file.name: file.read_bytes() for file in tmp_path.glob("b.db*")}
    _spoil(path, "DELETE FROM records WHERE id = 'a'")
    with pytest.raises(StoreDamaged, match="no backup was written"):
        SqliteMaintenance(path).back_up(backup)
    assert {file.name: file.read_bytes() for file in tmp_path.glob("b.db*")} == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b.db", "b.db.sha256", "store.db"]


def test_a_backup_may_be_copied_alone(path: Path, tmp_path: Path) -> None:
    """Without the file of its SHA-256 the chain in it is what it is checked against."""
    SqliteMaintenance(path).back_up(tmp_path / "b.db")
    shutil.copy(tmp_path / "b.db", tmp_path / "alone.db")
    assert SqliteMaintenance(path).restore(tmp_path / "alone.db", LATER).revision == 6


def test_an_earlier_version_with_the_checksum_that_fits_is_named(path: Path) -> None:
    """Each row is whole; only the digest of all records shows that one is not the last."""
    written = read_whole(SqliteStore(path))
    text = '{"name":"Kanarie 1","n":1}'
    _spoil(
        path,
        f"UPDATE records SET record = '{text}', revision = 1, "
        f"sha256 = '{checksum('centre', 'c', text)}' WHERE id = 'c'",
    )
    assert _damages(path) == ["centre c: the record is not the one of revision 2"]
    assert SqliteMaintenance(path).repair([], LATER).is_exact
    assert read_whole(SqliteStore(path)) == written


def test_the_history_of_a_revision_without_its_link_is_not_shown(path: Path) -> None:
    """It cannot be told whether it is what was written."""
    _spoil(path, "DELETE FROM chain WHERE revision = 2")
    with pytest.raises(StoreUnavailable, match="history"):
        SqliteStore(path).history("centre", "c", most=1)
