"""What only the store in PostgreSQL does: its connections, its errors, check, backups."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from directory_api import __version__
from directory_api.bootstrap import open_directory
from directory_api.change.change import Change, Stamp
from directory_api.config import Settings
from directory_api.features.operations.maintenance.any_engine import maintenance_store
from directory_api.features.operations.maintenance.service import maintenance_of
from directory_api.features.postgres import engine, schema
from directory_api.features.postgres.engine import PostgresEngine
from directory_api.place.geometry import Point
from directory_api.place.postcode import NamedPoint, place_of
from directory_api.record.token import SESSION, Credential, Token
from directory_api.store.sql.database import Connection
from directory_api.store.sqlite import engine as sqlite
from directory_api.store.stores import Stores, stores_at
from directory_api.text.errors import (
    StoreDamaged,
    StoreUnavailable,
    WriteNotReplicated,
)
from tests.support.postgres import Postgres
from tests.support.servers import free_port
from tests.support.whole_store import read_whole, without_adopted
from tests.support.write_side import NOON

NEEDS = ("operations",)

STAMP = Stamp("anna", NOON, "why")
LATER = Stamp("carl", NOON + timedelta(days=1), "restored")
TOKENS = [
    Token(name, name, ("approve",), NOON.date(), NOON.date(), made_by="zoe")
    for name in ("zoe", "anna", "bob")
]


@pytest.fixture
def url(postgres_server: Postgres) -> str:
    """An empty database."""
    return postgres_server.new_database()


@pytest.fixture
def stores(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stores:
    """Records, history, postcodes, tokens, a session; what is replaced is kept in tmp_path."""
    monkeypatch.chdir(tmp_path)
    stores = stores_at(url)
    _fill(stores)
    return stores


def _fill(stores: Stores) -> None:
    store = stores.store
    store.create()
    places = [place_of("BE", code, [NamedPoint("Één", Point(50.8, 4.3))]) for code in "12"]
    changes = [Change("centre", each, None, {"name": f"Kanarie {each} ?%s"}) for each in "abc"]
    store.append(changes, STAMP, expected=0, tables={"BE": places})
    store.append([Change("centre", "b", changes[1].after, {"n": 2})], STAMP, expected=1)
    store.append([Change("centre", "c", changes[2].after, None)], STAMP, expected=2)
    for token in TOKENS:
        stores.access.add_token(token, f"digest of {token.name}")
    stores.access.add_credential(Credential(SESSION, "session", "anna", NOON, {}), NOON)


def _run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


# Maintenance


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE records SET record = 'x' WHERE id = 'a'",
        "DELETE FROM records WHERE id = 'b'",
        "INSERT INTO records SELECT kind, 'c', record, sha256, 9 FROM records WHERE id = 'a'",
    ],
)
def test_a_damaged_record_is_named(stores: Stores, url: str, harm: str) -> None:
    """Also by a process that only reads; until a backup is restored, nothing is served of it."""
    assert maintenance_store(stores).check() == ()
    _run(url, harm)
    damages = maintenance_store(stores).check()
    assert damages
    with pytest.raises(StoreUnavailable):
        read_whole(stores.store)
    assert maintenance_store(stores_at(url, read_only=True)).check() == damages


def test_a_backup_is_restored_on_a_new_branch(stores: Stores, tmp_path: Path) -> None:
    """Records and history are those of the backup; tokens stay as they are."""
    saved = read_whole(stores.store)
    maintenance_store(stores).back_up(tmp_path / "b.db")
    stores.store.append([Change("centre", "a", None, {"n": 9})], STAMP, expected=3)
    stores.access.put_token(replace(TOKENS[0], revoked=NOON.date()))
    abandoned = read_whole(stores.store)
    restored = maintenance_store(stores).restore(tmp_path / "b.db", LATER)
    now = read_whole(stores.store)
    assert (restored.revision, now.revision) == (4, 4)
    assert without_adopted(now) == saved.contents
    ((_, record),) = now.contents["adopted"].items()
    assert [revision for revision, _ in record["links"]] == [0, 1, 2, 3, 4]
    assert now.links.includes(3, saved.links.link(3))
    assert not now.links.includes(4, abandoned.links.link(4))
    assert stores.access.tokens()[0].revoked
    assert [token.name for token in stores.access.tokens()] == ["zoe", "anna", "bob"]
    assert stores.access.credential(SESSION, "session")
    assert restored.aside
    assert read_whole(stores_at(f"sqlite:///{restored.aside}").store) == abandoned
    assert stores.store.append([], STAMP, expected=4) == 5
    assert maintenance_store(stores).check() == ()


def test_a_backup_of_sqlite_is_restored_where_nothing_is(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a directory moves to PostgreSQL, with its people; a damaged database gives none."""
    monkeypatch.chdir(tmp_path)
    file = stores_at(f"sqlite:///{tmp_path}/store.db")
    _fill(file)
    passkey = Credential("passkey", "k", file.access.tokens()[0].id, None, {"name": "phone"})
    file.access.add_credential(passkey, NOON)
    maintenance_store(file).back_up(tmp_path / "b.db")
    url = postgres_server.new_database()
    stores = stores_at(url)
    restored = maintenance_store(stores).restore(tmp_path / "b.db", LATER)
    assert (restored.revision, restored.aside) == (4, None)
    assert read_whole(stores.store).contents == read_whole(file.store).contents
    assert stores.access.tokens() == file.access.tokens()
    assert stores.access.credentials("passkey") == (passkey,)
    _run(url, "DELETE FROM records WHERE id = 'a'")
    with pytest.raises(StoreDamaged):
        maintenance_store(stores).back_up(tmp_path / "other.db")
    assert not (tmp_path / "other.db").exists()


def test_migrations_are_applied_once(stores: Stores, url: str) -> None:
    """Two processes may start to migrate at the same time; the second finds nothing to do."""
    before = stores.store.version()
    with PostgresEngine(url).write_transaction() as connection:
        schema.migrate(connection)
    assert stores.store.version() == before


def test_a_second_migration_is_applied_once_and_one_that_fails_not_at_all(
    stores: Stores, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one transaction with its number; everything stays, and writes go on."""

    def second(connection: Connection) -> None:
        connection.execute("ALTER TABLE records ADD COLUMN note text NOT NULL DEFAULT 'none'")

    def failing(connection: Connection) -> None:
        second(connection)
        raise StoreUnavailable("the migration failed")

    before, first = read_whole(stores.store), schema._MIGRATIONS
    monkeypatch.setattr(schema, "LAST", len(first) + 1)
    monkeypatch.setattr(schema, "_MIGRATIONS", (*first, failing))
    with pytest.raises(StoreUnavailable, match="the migration failed"):
        stores.store.migrate()
    monkeypatch.setattr(schema, "_MIGRATIONS", (*first, second))
    for _ in range(2):
        stores.store.migrate()
    with PostgresEngine(url).read_transaction() as connection:
        assert schema.version(connection) == len(first) + 1
        assert {row[0] for row in connection.execute("SELECT note FROM records")} == {"none"}
    assert read_whole(stores.store) == before
    assert stores.store.append([], STAMP, expected=before.revision) == before.revision + 1


@pytest.mark.parametrize(
    "harm", [["DELETE FROM migrations"], ["DELETE FROM migrations", "DROP TABLE credentials"]]
)
def test_tables_that_lost_their_migrations_are_kept_and_can_be_replaced(
    stores: Stores, url: str, tmp_path: Path, harm: list[str]
) -> None:
    """A store is opened as before; what a backup replaces is kept beside it first."""
    before, backup = read_whole(stores.store), tmp_path / "backup.db"
    maintenance = maintenance_store(stores)
    maintenance.back_up(backup)
    _run(url, *harm)
    assert stores.store.exists()
    restored = maintenance.restore(backup, LATER)
    assert restored.aside
    kept = stores_at(f"sqlite:///{restored.aside}").store
    assert read_whole(kept).contents == before.contents
    restored_state = read_whole(stores.store)
    assert without_adopted(restored_state) == without_adopted(before)
    _run(url, *harm)
    stores.store.migrate()
    assert maintenance.check() == ()
    assert read_whole(stores.store) == restored_state


def test_a_backup_is_restored_where_only_an_empty_table_of_migrations_is(
    stores: Stores, postgres_server: Postgres, tmp_path: Path
) -> None:
    """Nothing is kept, because nothing was there."""
    backup, url = tmp_path / "backup.db", postgres_server.new_database()
    maintenance_store(stores).back_up(backup)
    _run(url, "CREATE TABLE migrations (number bigint PRIMARY KEY)")
    empty = stores_at(url)
    assert not empty.store.exists()
    restored = maintenance_store(empty).restore(backup, LATER)
    assert restored.aside is None
    assert without_adopted(read_whole(empty.store)) == without_adopted(read_whole(stores.store))


def test_both_engines_have_as_many_migrations() -> None:
    """A backup of earlier tables lacks in SQLite those that it lacks here."""
    assert len(sqlite.MIGRATIONS) == schema.LAST


def test_a_backup_with_the_old_tables_is_made_before_they_are_changed(
    stores: Stores, url: str, tmp_path: Path
) -> None:
    """It is a file of SQLite that the earlier version can restore; then everything is the same."""
    _run(url, "DROP TABLE credentials", "ALTER TABLE tokens DROP COLUMN made_by")
    _run(url, "DELETE FROM migrations WHERE number > 1")
    maintenance, backup = maintenance_store(stores), tmp_path / "b.db"
    assert stores.engine.pending() == schema.LAST - 1
    assert maintenance.upgrade(backup)
    assert sqlite.SqliteEngine(backup).pending() == schema.LAST - 1
    assert stores.engine.pending() == 0
    assert maintenance.check() == ()
    assert maintenance.upgrade(tmp_path / "none.db") is None
    restored = tmp_path / "restored.db"
    maintenance_store(stores_at(f"sqlite:///{restored}")).restore(backup, LATER)
    mine, theirs = (
        read_whole(each) for each in (stores_at(f"sqlite:///{restored}").store, stores.store)
    )
    assert without_adopted(mine) == without_adopted(theirs)


def test_a_database_of_a_newer_version_says_which_and_what_to_do(stores: Stores, url: str) -> None:
    """It is neither read nor written: what its rows mean may be different."""
    _run(
        url,
        f"INSERT INTO migrations VALUES ({schema.LAST + 1})",
        "COMMENT ON TABLE migrations IS '2.13.4'",
    )
    store = stores_at(url).store
    told = r"version 2\.13\.4 of directory-api.*`directory-api restore-backup`"
    assert store.exists()
    for action in (store.version, store.migrate, store.create, lambda: read_whole(store)):
        with pytest.raises(StoreUnavailable, match=told):
            action()
    with pytest.raises(StoreUnavailable, match=told):
        store.append([], STAMP, expected=3)
    _run(url, "COMMENT ON TABLE migrations IS NULL")
    with pytest.raises(StoreUnavailable, match="written by a newer version of directory-api"):
        store.version()


def test_a_database_says_which_version_wrote_its_tables(stores: Stores, url: str) -> None:
    """For a version before it."""
    assert stores.store.exists()
    with PostgresEngine(url).read_transaction() as connection:
        assert schema.written_by(connection) == __version__


# Connections


def test_a_connection_that_the_server_ended_is_replaced(
    stores: Stores, url: str, postgres_server: Postgres
) -> None:
    """As after a restart: no request fails because of it."""
    before = stores.store.version()
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
    postgres_server.run(end.format(url.rpartition("/")[2]))
    time.sleep(0.1)
    assert stores.store.version() == before
    assert stores.store.append([], STAMP, expected=3) == 4


def _away() -> str:
    return f"postgresql://secret-user@127.0.0.1:{free_port()}/secret-name"


@pytest.mark.parametrize(
    "address",
    [
        lambda _: _away(),
        lambda url: f"{url}_secret-name",
        lambda url: url.replace("postgres@", "secret-user@"),
    ],
    ids=["no server", "no database", "no such user"],
)
def test_an_error_names_no_host_and_no_user(url: str, address: Callable[[str], str]) -> None:
    """A store that cannot be reached exists for all that is known, and is not created."""
    store = stores_at(address(url)).store
    assert store.exists()
    with pytest.raises(
        StoreUnavailable, match="no database server can be reached, or none"
    ) as refused:
        store.revision()
    for part in ("secret", "127.0.0.1", "postgres@"):
        assert part not in str(refused.value)


def test_a_standby_is_read_and_not_written(stores: Stores, url: str) -> None:
    """A database that may only be read: writes are refused, also the migration of an old one."""
    version = stores.store.version()
    _run(url, f"ALTER DATABASE {url.rpartition('/')[2]} SET default_transaction_read_only = on")
    store = stores_at(url).store
    store.create()
    store.migrate()
    assert store.version() == version
    with pytest.raises(StoreUnavailable, match="no database server that takes writes"):
        store.append([], STAMP, expected=3)


def test_a_locked_database_is_said_to_be_locked(
    stores: Stores, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer waits for a while; a reader does not notice."""
    monkeypatch.setitem(engine.LIMITS, "lock_timeout", 50)
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE state IN EXCLUSIVE MODE")
        store = stores_at(url).store
        with pytest.raises(StoreUnavailable, match="locked by another process"):
            store.append([], STAMP, expected=3)
        assert store.revision() == 3


COMMIT_TRIGGER = """
CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON chain DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION at_commit()
"""


def test_a_commit_with_a_warning_is_not_acknowledged(stores: Stores, url: str) -> None:
    """So PostgreSQL says that it has stopped waiting for a standby: the change is written."""
    _run(url, COMMIT_TRIGGER.format("RAISE WARNING 'canceling wait';"))
    with pytest.raises(WriteNotReplicated, match="no standby has it yet"):
        stores.store.append([], STAMP, expected=3)
    assert stores.store.revision() == 4


def test_a_commit_that_takes_too_long_is_cancelled(
    stores: Stores, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when there is no standby to wait for; the thread is free again."""
    monkeypatch.setattr(engine, "COMMIT_SECONDS", 0.3)
    _run(url, COMMIT_TRIGGER.format("PERFORM pg_sleep(600);"))
    with pytest.raises(StoreUnavailable, match="took too long"):
        stores.store.append([], STAMP, expected=3)
    assert stores.store.revision() == 3


def test_a_connection_that_breaks_is_not_used_again(url: str, postgres_server: Postgres) -> None:
    """The transaction fails, and the next one has another connection."""
    own = PostgresEngine(url)
    pids = []

    def read() -> None:
        with own.read_transaction() as connection:
            pids.append((connection.execute("SELECT pg_backend_pid()").fetchone() or [0])[0])
            if len(pids) == 1:
                postgres_server.run(f"SELECT pg_terminate_backend({pids[0]})")
            connection.execute("SELECT 1")

    with pytest.raises(StoreUnavailable):
        read()
    read()
    assert pids[0] != pids[1]


def test_another_process_keeps_the_connections_of_its_parent_open(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If it closed them, the server would end those of the parent."""
    inherited: list[psycopg.Connection[object]] = []
    monkeypatch.setattr(engine, "_inherited", inherited)
    connections = engine._Connections(url, "any")
    with connections.transaction("BEGIN") as parents:
        pass
    with monkeypatch.context() as child:
        child.setattr(os, "getpid", lambda: -1)
        with connections.transaction("BEGIN") as own:
            pass
    engine._close([parents], [-1])
    assert inherited == [parents]
    assert own is not parents
    assert not parents.closed
    parents.close()
    own.close()


def test_a_database_without_its_tables_is_said_to_have_lost_them(stores: Stores, url: str) -> None:
    """It still counts as one that exists, because its migrations were applied."""
    _run(url, "DROP TABLE records")
    assert stores.store.exists()
    with pytest.raises(StoreUnavailable, match="there is no directory there"):
        read_whole(stores.store)


def test_what_is_beside_a_database_has_its_name_whatever_its_hosts_are() -> None:
    """A server that is moved to another host knows what it has served, and a trial is apart."""
    beside = [
        str(stores_at(f"postgresql://{rest}").base_path)
        for rest in (
            "directory@db1,db2:5433/directory?sslmode=require",
            "db3/directory",
            "db3/trial%2Fof%20directory",
        )
    ]
    assert beside == ["var/postgresql-directory"] * 2 + ["var/postgresql-trial_of_directory"]


def test_threads_share_the_connections(stores: Stores) -> None:
    """Twenty threads wait for one of eight, and each is answered."""
    with ThreadPoolExecutor(20) as pool:
        versions = set(pool.map(lambda _: stores.store.version(), range(100)))
    assert versions == {stores.store.version()}


def test_a_thread_that_waits_too_long_for_a_connection_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one is answered."""
    monkeypatch.setattr(engine, "WAIT_SECONDS", 0.05)
    own = PostgresEngine(url)
    with ExitStack() as stack:
        for _ in range(engine.MOST):
            stack.enter_context(own.read_transaction())
        with (
            pytest.raises(StoreUnavailable, match="too many requests wait"),
            own.read_transaction(),
        ):
            pass
    with own.read_transaction() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_forked_process_has_connections_of_its_own(stores: Stores) -> None:
    """It neither uses nor closes those of its parent."""
    version = stores.store.version()
    child = os.fork()
    if not child:
        os._exit(0 if stores.store.version() == version else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert stores.store.version() == version


def test_the_services_run_on_it(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole directory: created, served, and served from its last good snapshot."""
    monkeypatch.chdir(tmp_path)
    settings = Settings(database_url=url, review="off")
    directory = open_directory(settings)
    assert not directory.writer.store.exists()
    assert directory.prepare()
    assert (directory.place, directory.file) == ("the PostgreSQL database", None)
    name = directory.live.snapshot.by_id["payoke"].name
    assert len(list(tmp_path.glob("var/postgresql-*.last-good.json"))) == 1
    assert maintenance_of(directory).check() == ()
    snapshot = str(next(tmp_path.glob("var/postgresql-*.last-good.json")))
    without = open_directory(replace(settings, database_url=_away(), snapshot=snapshot))
    without.live.refresh()
    assert without.live.health.is_last_good
    assert without.live.snapshot.by_id["payoke"].name == name
