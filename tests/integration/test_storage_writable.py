"""What is known of whether a store can be written: from probes, and from the last write."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from directory_api.change.change import Stamp
from directory_api.store.sql import writable
from directory_api.store.sql.database import Engine
from directory_api.store.sql.writable import Writable
from directory_api.store.sqlite import engine
from directory_api.store.sqlite.engine import SqliteConnection, SqliteEngine
from directory_api.store.stores import Stores, stores_at
from directory_api.text.errors import StoreConflict, StoreReadOnly, StoreUnavailable
from tests.support.postgres import NOBODY, Postgres, StoreUrl, postgres, standby
from tests.support.servers import eventually
from tests.support.write_side import NOON, unwritable

STAMP = Stamp("anna", NOON, "why")


@pytest.fixture
def stores(store_url: StoreUrl, tmp_path: Path) -> Stores:
    """An empty store, on each engine."""
    stores = stores_at(store_url(tmp_path))
    stores.store.create()
    return stores


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of SQLite."""
    SqliteEngine(tmp_path / "store.db").create()
    return tmp_path / "store.db"


def test_a_store_that_can_be_written_is_found_so_and_is_not_changed(stores: Stores) -> None:
    """A probe is not a revision."""
    assert stores.writes
    before = stores.store.version()
    stores.engine.check_writable()
    stores.writes.probe()
    assert stores.writes.fault is None
    assert stores.store.version() == before


def test_a_store_that_is_gone_cannot_be_written(tmp_path: Path) -> None:
    """The reason says what to do."""
    with pytest.raises(StoreUnavailable, match="there is no directory there"):
        SqliteEngine(tmp_path / "gone.db").check_writable()


def test_a_file_and_a_folder_that_may_not_be_written_are_noticed() -> None:
    """In the folder SQLite writes the journal of a transaction."""
    with TemporaryDirectory() as name:  # those above `tmp_path` are private to one user
        path = Path(name) / "store.db"
        SqliteEngine(path).create()
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)
        with unwritable(path.parent):
            with pytest.raises(StoreUnavailable, match="the file may not be written"):
                SqliteEngine(path).check_writable()
            path.chmod(0o644)
            with pytest.raises(StoreUnavailable, match="its folder may not be written"):
                SqliteEngine(path).check_writable()


def test_a_disk_without_space_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before an edit is refused."""
    monkeypatch.setattr(engine, "_NEEDED_BYTES", 1 << 60)
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        SqliteEngine(path).check_writable()


def test_a_server_that_only_reads_says_so(path: Path) -> None:
    """That is no fault of the store."""
    stores = stores_at(f"sqlite:///{path}", read_only=True)
    assert stores.writes is None
    with pytest.raises(StoreReadOnly):
        stores.store.append([], STAMP, expected=0)


def test_another_writer_is_reported_only_if_it_stays(path: Path) -> None:
    """A lock for the moment of a probe is no fault; nor is one that has gone again."""
    writes = Writable(SqliteEngine(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        faults = []
        for _ in range(2):
            writes.probe()
            faults.append(writes.fault)
        assert faults == [None, "the database cannot be used: it is locked by another process"]
    writes._probe_at = 0.0
    writes.probe()
    assert writes.fault is None


def test_probes_are_rare(path: Path) -> None:
    """Each takes the lock of writers."""
    writes = Writable(SqliteEngine(path))
    writes.probe()
    path.unlink()
    for _ in range(3):
        writes.probe()
    assert writes.fault is None


class _Failing(SqliteEngine):
    """An engine whose writes fail, although a probe finds nothing, as with a quota."""

    fails = True

    @contextmanager
    def write_transaction(self) -> Iterator[SqliteConnection]:
        if self.fails:
            raise StoreUnavailable("the disk is full")
        with super().write_transaction() as connection:
            yield connection


def test_what_a_write_has_found_is_believed_more_than_a_probe(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a while, or until a write succeeds."""
    failing = _Failing(path)
    writes = Writable(failing)

    def fault_after(*, fails: bool) -> str | None:
        failing.fails = fails
        with suppress(StoreUnavailable), writes.noted(), failing.write_transaction():
            pass
        writes._probe_at = 0.0
        writes.probe()
        return writes.fault

    assert fault_after(fails=True) == "the disk is full"
    assert fault_after(fails=False) is None
    monkeypatch.setattr(writable, "BELIEVED_SECONDS", 0.0)
    assert fault_after(fails=True) is None


def test_a_write_that_comes_too_late_is_no_fault(stores: Stores) -> None:
    """The store was written by another."""
    with pytest.raises(StoreConflict):
        stores.store.append([], STAMP, expected=7)
    assert stores.writes
    assert stores.writes.fault is None


@pytest.mark.needs("postgres")
def test_a_standby_alone_and_a_primary_that_waits_for_one_take_no_writes(tmp_path: Path) -> None:
    """Reads go on from either."""
    folders = [tmp_path / name for name in ("primary", "standby")]
    for folder in folders:
        folder.mkdir()
    with postgres(folders[0]) as primary, standby(folders[1], primary) as follower:
        both = f"postgresql://postgres@{primary.server},{follower.server}/postgres"
        stores = stores_at(both)
        stores.store.create()
        assert stores.writes
        _synchronous(primary)
        eventually(30.0, lambda: primary.value("SELECT count(*) FROM pg_stat_replication") == 1)
        stores.engine.check_writable()
        follower.kill()
        eventually(30.0, lambda: primary.value("SELECT count(*) FROM pg_stat_replication") == 0)
        with pytest.raises(StoreUnavailable, match="waits for a standby, and there is none"):
            stores.engine.check_writable()
        primary.kill()
        # A process of a killed server may answer once more.
        eventually(30.0, lambda: "no database server that takes writes" in _refusal(stores.engine))


def _refusal(engine: Engine) -> str:
    with pytest.raises(StoreUnavailable) as refused:
        engine.check_writable()
    return str(refused.value)


def _synchronous(primary: Postgres) -> None:
    primary.run("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'")
    primary.run("SELECT pg_reload_conf()")
    eventually(30.0, lambda: primary.value("SHOW synchronous_standby_names") != "")
