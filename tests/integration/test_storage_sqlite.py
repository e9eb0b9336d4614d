"""SQLite files with locks, damage and strange paths: StoreUnavailable, which reveals no record."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlite_utils import Database

from directory_api.domain.changes.change import Change, HistoryEntry, Stamp
from directory_api.domain.errors import StoreUnavailable
from directory_api.domain.geo.geometry import Point
from directory_api.domain.geo.postcode import NamedPoint, place_of
from directory_api.storage.base import Postcodes
from directory_api.storage.digests import RowSet, checksum
from directory_api.storage.sqlite import engine
from directory_api.storage.sqlite.schema import migrations
from directory_api.storage.sqlite.store import SqliteAccess, SqliteStore
from tests.support.records import made_up_centre
from tests.support.store_under_test import everything
from tests.support.tampering import LINKED, history_tampering
from tests.support.whole_store import read_whole
from tests.support.write_side import unmeasured

STAMP = Stamp("anna", datetime(2026, 11, 24, tzinfo=UTC), "why")
RECORD = {"name": "Kanarie", "n": 12}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one record and one postcode."""
    path = tmp_path / "store.db"
    store = SqliteStore(path)
    store.create()
    places = [place_of("BE", "1000", [NamedPoint("Kanarieveld", Point(50.8, 4.3))])]
    store.append([Change("centre", "a", None, RECORD)], STAMP, expected=0, tables={"BE": places})
    return path


@pytest.fixture
def locked(path: Path) -> Iterator[Path]:
    """The database while another connection holds its only lock."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield path
        other.execute("ROLLBACK")


def test_a_store_that_appears_during_creation_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes create the same database; neither takes the other's tables for damage."""
    path = tmp_path / "store.db"
    has_tables = engine._has_tables
    other = threading.Thread(target=SqliteStore(path).create)

    def and_meanwhile(connection: sqlite3.Connection) -> bool:
        answer = has_tables(connection)
        if threading.current_thread() is not other:
            other.start()
            other.join(0.5)  # until it has created them, or waits for this connection
        return answer

    monkeypatch.setattr(engine, "_has_tables", and_meanwhile)
    SqliteStore(path).create()
    other.join()
    assert read_whole(SqliteStore(path)).revision == 0


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
        read_whole(SqliteStore(path))
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
        read_whole(SqliteStore(path))


LOST = (
    "DELETE FROM records WHERE id = 'a'",
    "UPDATE records SET revision = 2 WHERE id = 'a'",
    "DELETE FROM postcodes",
    "UPDATE state SET value = value + 1 WHERE key = 'revision'",
    "UPDATE state SET value = value + 1 WHERE key = 'store'",
    "DELETE FROM row_sets",
    "UPDATE row_sets SET total = 'x' WHERE name = 'records'",
    "UPDATE row_sets SET rows = rows + 1 WHERE name = 'records'",
    "DELETE FROM chain",
    "DELETE FROM chain WHERE revision = 2",
    "DELETE FROM chain WHERE revision = 1",
    *(f"UPDATE chain SET {column} = 'x' WHERE revision = 2" for column in LINKED),
)


@pytest.mark.parametrize("lost", LOST)
def test_a_row_that_is_missing_or_of_another_revision_is_noticed(path: Path, lost: str) -> None:
    """What is left would pass for the whole directory, each row of it with a checksum that fits."""
    SqliteStore(path).append([Change("centre", "b", None, RECORD)], STAMP, expected=1)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(lost)
    with pytest.raises(StoreUnavailable, match="damaged"):
        read_whole(SqliteStore(path))


SPOILT = (
    "DELETE FROM postcodes",
    "UPDATE postcodes SET place = replace(place, 'Kanarieveld', 'Kanarieveen')",
    "UPDATE postcodes SET sha256 = 'x'",
)


@pytest.mark.parametrize("spoilt", SPOILT)
def test_postcodes_that_are_damaged_are_noticed_when_they_are_read(path: Path, spoilt: str) -> None:
    """By a process that knows none, and by one that knows others; good ones in memory stay."""
    store = SqliteStore(path)
    known = read_whole(store).postcodes
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(spoilt)
    assert read_whole(store, known).postcodes is known
    for others in (None, Postcodes(RowSet.of([]), ())):
        with pytest.raises(StoreUnavailable, match="damaged"):
            read_whole(store, others)


@pytest.mark.parametrize("value", ["'x'", "CAST(total AS BLOB)"])
def test_a_damaged_digest_of_the_postcodes_is_noticed(path: Path, value: str) -> None:
    """Also by a process that knows the postcodes: they are read, and do not fit."""
    known = read_whole(SqliteStore(path)).postcodes
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE row_sets SET total = {value} WHERE name = 'postcodes'")
    with pytest.raises(StoreUnavailable, match="damaged"):
        read_whole(SqliteStore(path), known)


def test_a_write_does_not_hide_that_rows_are_missing(path: Path) -> None:
    """A change is refused if rows are missing: new digests would hide the loss."""
    store = SqliteStore(path)
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
        SqliteStore(path).append([Change("centre", "a", RECORD, {"n": 1})], STAMP, expected=1)
    assert path.read_bytes() == before


def test_no_flipped_bit_in_a_page_header_takes_records_away(tmp_path: Path) -> None:
    """SQLite notices few of them and returns fewer rows; the store serves everything or nothing."""
    path = tmp_path / "store.db"
    store = SqliteStore(path)
    store.create()
    helplines = [
        Change("helpline", f"h{number}", None, {"note": "n" * 300}) for number in range(20)
    ]
    centres = [Change("centre", f"c{number}", None, {"note": "n" * 300}) for number in range(20)]
    point = [NamedPoint("Kanarieveld", Point(50.8, 4.3))]
    places = [place_of("BE", str(code), point) for code in range(1000, 1060)]
    store.append([*helplines, *centres], STAMP, expected=0, tables={"BE": places})
    whole, kept = path.read_bytes(), read_whole(store)
    size = int.from_bytes(whole[16:18], "big")
    fewer = 0
    for number, page in enumerate(range(0, len(whole), size)):
        header = page + 100 if page == 0 else page  # the file's own header comes first
        for bit in range(number % 4, 8 * 8, 4):  # every fourth bit; the others in the next pages
            at = header + bit // 8
            path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << bit % 8)]) + whole[at + 1 :])
            with closing(sqlite3.connect(path)) as db, suppress(sqlite3.Error):
                fewer += db.execute(
                    "SELECT count(*) FROM (SELECT sha256 FROM records)"
                ).fetchone() != (40,)
            with suppress(StoreUnavailable):
                read = read_whole(store)
                assert (read.contents, read.revisions) == (kept.contents, kept.revisions)
                assert read.postcodes == kept.postcodes
    assert fewer > 0  # else this test proves nothing


def test_a_damaged_schema_is_a_store_that_cannot_be_used(path: Path) -> None:
    """Sqlite3 quotes its text in a message, which fails where the text is no UTF-8."""
    whole = path.read_bytes()
    kept, refused = read_whole(SqliteStore(path)), 0
    size = int.from_bytes(whole[16:18], "big")
    for at in range(100, size, 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x80]) + whole[at + 1 :])
        try:
            assert read_whole(SqliteStore(path)).contents == kept.contents
        except StoreUnavailable as error:
            refused += "the file is damaged" in str(error)
    assert refused > 0


SPOILT_HISTORY = history_tampering("c", 3)


@pytest.fixture
def with_history(path: Path) -> Path:
    """The database after four more revisions, which add b, c, d and e."""
    for revision, identity in enumerate("bcde", start=1):
        SqliteStore(path).append(
            [Change("centre", identity, None, RECORD)], STAMP, expected=revision
        )
    return path


@pytest.mark.parametrize("spoilt", SPOILT_HISTORY)
def test_a_damaged_row_of_history_is_not_served_and_takes_no_record_with_it(
    with_history: Path, spoilt: str
) -> None:
    """The records are read all the same; that the history is damaged is known, and none is told."""
    store = SqliteStore(with_history)
    assert read_whole(store).past.is_intact
    with closing(sqlite3.connect(with_history)) as db, db:
        db.execute(spoilt)
    kept = read_whole(store)
    assert list(kept.contents["centre"]) == ["a", "b", "c", "d", "e"]
    assert not kept.past.is_intact
    assert (kept.past.last, kept.past.recent) == ({}, ())


@pytest.mark.parametrize("spoilt", SPOILT_HISTORY)
def test_a_damaged_row_is_never_among_the_history(with_history: Path, spoilt: str) -> None:
    """Who asks for the history gets only what was written, or an error."""
    store = SqliteStore(with_history)
    written = store.history()
    with closing(sqlite3.connect(with_history)) as db, db:
        db.execute(spoilt)
    told: list[HistoryEntry] = []
    for question in ((), ("centre",), ("centre", "c"), (None, "c")):
        with suppress(StoreUnavailable):
            told += store.history(*question)
    assert [entry for entry in told if entry not in written] == []


def test_a_damaged_row_of_history_is_named_as_the_reason(with_history: Path) -> None:
    """The error says what to do."""
    with closing(sqlite3.connect(with_history)) as db, db:
        db.execute("UPDATE history SET after = replace(after, '12', '13') WHERE id = 'c'")
    with pytest.raises(StoreUnavailable, match=r"history .* damaged; run `directory-api check`"):
        SqliteStore(with_history).history("centre", "c")
    assert len(SqliteStore(with_history).history("centre", "d")) == 1


@pytest.mark.parametrize("deed", ["DELETE FROM state", "UPDATE state SET value = 'x'"])
def test_a_store_without_its_revision_is_damaged(path: Path, deed: str) -> None:
    """A revision that is gone or no number is StoreUnavailable, not a crash."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(deed)
    for look in (SqliteStore(path).revision, SqliteStore(path).version, SqliteStore(path).records):
        with pytest.raises(StoreUnavailable, match="damaged"):
            look()


def test_nobody_else_on_the_machine_may_read_the_file(path: Path) -> None:
    """Hidden addresses are in it."""
    assert path.stat().st_mode & 0o077 == 0


def test_the_last_migration_is_the_one_that_a_reader_looks_for(path: Path) -> None:
    """A store that has been migrated is known as such by the newest migration's name."""
    assert [migration.name for migration in migrations._migrations][-1] == engine.LAST_MIGRATION


def test_a_database_of_the_previous_shape_is_brought_up_to_date(tmp_path: Path) -> None:
    """A database of the first migration keeps its records and their authors, and takes tokens and
    writes.
    """
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as db, db:
        migrations.apply(Database(db, execute_plugins=False), stop_before="maintainers")
        text = json.dumps(RECORD)
        for identity in "abc":
            row = [identity, text, checksum("centre", identity, text)]
            db.execute("INSERT INTO records VALUES ('centre', ?, ?, ?)", row)
        for revision, identity in ((1, "a"), (2, "b"), (3, "a")):
            db.execute(
                "INSERT INTO history (revision, kind, id, author, at, reason, before, after) "
                "VALUES (?, 'centre', ?, 'anna', '2026-11-24T00:00:00+00:00', 'why', NULL, ?)",
                [revision, identity, text],
            )
        db.execute("UPDATE meta SET value = 3 WHERE key = 'revision'")
    store = SqliteStore(path)
    store.migrate()
    kept = read_whole(store)
    assert (kept.revision, kept.contents["centre"]) == (3, dict.fromkeys("abc", RECORD))
    assert kept.revisions == {("centre", "a"): 3, ("centre", "b"): 2, ("centre", "c"): 0}
    (newest, *_, oldest) = store.history("centre")
    assert (newest.revision, newest.stamp, oldest.revision) == (3, STAMP, 1)
    before = everything(path)
    store.migrate()
    assert everything(path) == before
    assert (SqliteAccess(path).tokens(), store.receipt("k")) == ((), None)
    assert store.append([Change("centre", "a", RECORD, None)], STAMP, expected=3) == 4


def _sheltered(
    visibility: str = "hidden", street: str = "S", code: str = "1000", **members: str
) -> str:
    address = {"street": street, "postal_code": code, "locality": {"nl": "Stad"}, "country": "BE"}
    location = {"lat": 50.8, "lon": 4.3, "precision": "street"}
    record = made_up_centre(
        1, address=address, address_visibility=visibility, location=location, **members
    )
    return json.dumps(record)


@pytest.mark.parametrize(
    ("before", "after", "visible"),
    [
        (_sheltered(), _sheltered(street="T"), 0),
        (_sheltered("locality"), _sheltered("locality", street="T"), 0),
        (_sheltered("public"), _sheltered("public", street="T"), 1),
        (_sheltered("hidden"), _sheltered("locality"), 1),
        (_sheltered(), _sheltered(name="Other"), 1),
        (_sheltered(), _sheltered(code="1020"), 1),
        (None, _sheltered(), 1),
        (_sheltered(), None, 1),
        (_sheltered(), "{", 1),
        (_sheltered(), "[1]", 1),
        ('{"name": "A"}', _sheltered(), 1),
    ],
)
def test_what_was_hidden_before_marks_is_marked(
    tmp_path: Path, before: str | None, after: str | None, visible: int
) -> None:
    """A database without marks gets one for each change; if it cannot be determined, it counts as
    visible.
    """
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as db, db:
        migrations.apply(Database(db, execute_plugins=False), stop_before="visible_changes")
        db.execute(
            "INSERT INTO history (revision, kind, id, author, at, reason, before, after) VALUES "
            "(1, 'centre', 'a', 'anna', '2026-11-24T00:00:00+00:00', 'why', ?, ?)",
            [before, after],
        )
    SqliteStore(path).migrate()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT visible FROM history").fetchall() == [(visible,)]


def test_no_flipped_byte_of_a_record_is_ever_served(path: Path) -> None:
    """Whichever byte of the record in the file is flipped, reading raises StoreUnavailable."""
    whole = path.read_bytes()
    text = b'{"name":"Kanarie","n":12}'
    starts = [at for at in range(len(whole)) if whole.startswith(text + b"", at)]
    assert starts
    noticed = 0
    for start in starts:
        for at in range(start, start + len(text)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
            try:
                assert read_whole(SqliteStore(path)).contents["centre"]["a"] == RECORD
            except StoreUnavailable:
                noticed += 1
    assert noticed == len(text)


def test_a_lock_is_waited_for_and_then_unavailable(
    locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another connection holds the lock, reads and writes fail after the time limit."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    store = SqliteStore(locked)
    with pytest.raises(StoreUnavailable, match="locked by another process"):
        store.append([Change("centre", "b", None, {})], STAMP, expected=1)
    with pytest.raises(StoreUnavailable, match="locked by another process"):
        read_whole(store)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    """A database that is gone is told as such, and is not made by looking."""
    with pytest.raises(StoreUnavailable, match="no such file"):
        read_whole(SqliteStore(tmp_path / "gone.db"))
    assert not (tmp_path / "gone.db").exists()


def test_a_relative_path_whose_folder_was_deleted_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process has no working directory any more; that is no crash."""
    folder = tmp_path / "deleted"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(StoreUnavailable, match="No such file or directory"):
        read_whole(SqliteStore(Path("store.db")))


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    """Any other file is refused, and left as it is."""
    path = tmp_path / "store.db"
    path.write_bytes(b"kanarie " * 1000)
    for use in (SqliteStore(path).create, SqliteStore(path).migrate, SqliteStore(path).records):
        with pytest.raises(StoreUnavailable, match="not a SQLite database"):
            use()
    assert path.read_bytes() == b"kanarie " * 1000


def test_a_database_of_another_program_is_unavailable(tmp_path: Path) -> None:
    """A SQLite file without our tables is refused by its SQLite error's name."""
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE kanarie (a)")
    with pytest.raises(StoreUnavailable, match="SQLITE_ERROR"):
        SqliteStore(tmp_path / "other.db").revision()


def test_the_tables_of_another_program_stay_as_they_are(tmp_path: Path) -> None:
    """Neither migrate nor create writes ours beside them."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE kanarie (a)")
    before = path.read_bytes()
    for change in (SqliteStore(path).migrate, SqliteStore(path).create):
        with pytest.raises(StoreUnavailable, match="not the database of a directory"):
            change()
    assert path.read_bytes() == before


def test_a_file_that_lost_its_tables_is_not_created_again(path: Path) -> None:
    """A first page that counts no cells hides all tables; the rows are still in the file."""
    whole = path.read_bytes()
    path.write_bytes(whole[:103] + b"\0\0" + whole[105:])
    before = path.read_bytes()
    for change in (SqliteStore(path).migrate, SqliteStore(path).create):
        with pytest.raises(StoreUnavailable):
            change()
    assert path.read_bytes() == before


def test_code_that_writes_no_digests_cannot_change_the_database(path: Path) -> None:
    """The database would then count as damaged: the table of every write has another name."""
    with (
        closing(sqlite3.connect(path)) as db,
        pytest.raises(sqlite3.OperationalError, match="no such table: meta"),
    ):
        db.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision' AND value = 1")
    assert read_whole(SqliteStore(path)).revision == 1


def test_an_empty_file_is_no_store(tmp_path: Path) -> None:
    """A start that was interrupted left an empty file, and the next start creates a store in it."""
    path = tmp_path / "store.db"
    path.touch()
    store = SqliteStore(path)
    assert not store.exists()
    store.create()
    assert (store.exists(), store.revision()) == (True, 0)


def test_what_cannot_be_looked_at_is_there(tmp_path: Path) -> None:
    """A path that the system refuses to look up is no reason to make another store."""
    assert SqliteStore(tmp_path / ("x" * 300)).exists()
    (tmp_path / "file").touch()
    assert not SqliteStore(tmp_path / "file" / "store.db").exists()


def test_a_cut_file_is_damaged(path: Path) -> None:
    """A file that lost its end is StoreUnavailable."""
    os.truncate(path, 4096 * 2)
    with pytest.raises(StoreUnavailable, match="damaged"):
        read_whole(SqliteStore(path))


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    """Where a file stands in the place of the folder, migrate says why."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="the database cannot be made"):
        SqliteStore(tmp_path / "file" / "sub" / "store.db").create()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach: those above `tmp_path` are private to the user of the
    tests.
    """
    with TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder


def test_a_read_only_folder_is_unavailable(path: Path, open_folder: Path) -> None:
    """Without the right to write, a write is unavailable, reads go on, and nothing is lost."""
    store = open_folder / "store" / "store.db"
    store.parent.mkdir()
    shutil.copy(path, store)
    program = f"""
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from directory_api.domain.changes.change import Change, HistoryEntry, Stamp
from directory_api.domain.errors import StoreUnavailable
from directory_api.storage.sqlite.store import SqliteAccess, SqliteStore
stamp = Stamp("p", datetime(2026, 1, 1, tzinfo=UTC), "r")
os.chdir({str(store.parent)!r})
warm = SqliteStore(Path("../warm.db"))  # whoever loses the rights of root may not import any more
warm.create()
warm.append([Change("centre", "b", None, {{}})], stamp, expected=warm.revision())
if os.geteuid() == 0:
    os.chown("store.db", 0, 0)
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
store = SqliteStore(Path("store.db"))
try:
    store.append([Change("centre", "b", None, {{}})], stamp, expected=1)
except StoreUnavailable as error:
    print(error)
print(store.records().revision)
"""
    store.parent.chmod(0o555)
    store.chmod(0o444)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    store.parent.chmod(0o755)
    assert done.stdout.splitlines() == [
        "the database cannot be used: the file may not be written",
        "1",
    ], done.stderr


def test_a_full_disk_is_unavailable_and_loses_nothing(path: Path) -> None:
    """If the file cannot grow, a write fails as unavailable, and stored records stay."""
    program = f"""
import resource, signal
from datetime import UTC, datetime
from pathlib import Path
from directory_api.domain.changes.change import Change, HistoryEntry, Stamp
from directory_api.domain.errors import StoreUnavailable
from directory_api.storage.sqlite.store import SqliteAccess, SqliteStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
change = Change("centre", "b", None, {{"text": "x" * 200_000}})
try:
    stamp = Stamp("p", datetime(2026, 1, 1, tzinfo=UTC), "r")
    SqliteStore(Path({str(path)!r})).append([change], stamp, expected=1)
except StoreUnavailable as error:
    print("unavailable")
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=unmeasured(),
    )
    assert done.stdout == "unavailable\n", done.stderr
    assert read_whole(SqliteStore(path)).contents["centre"] == {"a": RECORD}


@pytest.mark.parametrize("name", ["a b.db", "a?mode=memory.db", "a#b.db", "a%20b.db", "é.db"])
def test_any_file_name_is_a_file(tmp_path: Path, name: str) -> None:
    """Signs that mean something in a URI are part of the file's name."""
    SqliteStore(tmp_path / name).create()
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_library_with_a_safe_log_writes_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal is a write-ahead log exactly where SQLite is new enough for a safe one."""
    for version, mode in (((99, 0, 0), "delete"), ((3, 0, 0), "wal")):
        path = tmp_path / f"{mode}.db"
        monkeypatch.setattr(engine, "SAFE_WAL", version)
        SqliteStore(path).create()
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == (mode,)


def test_two_copies_that_reach_one_revision_in_different_ways_are_told_apart(path: Path) -> None:
    """The link of the revision differs, also when both made the same change."""
    copy = path.with_name("copy.db")
    shutil.copy(path, copy)
    assert SqliteStore(copy).version() == SqliteStore(path).version()
    for each in (path, copy):
        SqliteStore(each).append([Change("centre", "b", None, RECORD)], STAMP, expected=1)
    ours, theirs = read_whole(SqliteStore(path)), read_whole(SqliteStore(copy))
    assert (ours.revision, ours.contents) == (theirs.revision, theirs.contents)
    assert ours.version != theirs.version
    assert ours.links.link(1) == theirs.links.link(1)
    assert ours.links.link(2) != theirs.links.link(2)
