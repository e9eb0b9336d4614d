"""Chooses the engine of a store by its URL."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from directory_api.store.base import AccessStore, MaintenanceStore, Store
from directory_api.store.sql.engine import Engine, ReadOnlyEngine
from directory_api.store.sql.store import SqlAccess, SqlStore
from directory_api.store.sql.writable import WatchedEngine
from directory_api.store.sqlite.engine import SqliteEngine

SQLITE = "sqlite:///"
POSTGRES = "postgresql://"


@dataclass(frozen=True, slots=True)
class Stores:
    """The records, the tokens and the maintenance of one store.

    `place` is what messages call it: the path of its file, never the address of a server.
    """

    engine: Engine
    store: Store
    access: AccessStore
    make_maintenance: Callable[[], MaintenanceStore]
    place: str
    beside: Path
    file: Path | None
    # None if this process only reads.
    writes: WatchedEngine | None

    @property
    def maintenance(self) -> MaintenanceStore:
        """Check, repair and backups of the store."""
        return self.make_maintenance()


def stores_at(url: str, *, read_only: bool = False) -> Stores:
    """Return the store that a URL names; nothing is opened yet."""
    if url.startswith(POSTGRES):
        # psycopg is installed only where it is needed.
        from directory_api.features.postgres.engine import PostgresEngine

        servers = PostgresEngine(url)
        # Beside this path are the last good snapshot, and copies of what was replaced. It has the
        # name of the database, whatever its hosts and options are: a server that is moved to
        # another host knows what it has served.
        beside = Path(f"var/postgresql-{_database_name(url)}")

        def of_servers() -> MaintenanceStore:
            from directory_api.features.postgres.maintenance import PostgresMaintenance

            return PostgresMaintenance(servers, beside)

        return _stores(servers, of_servers, "the PostgreSQL database", beside, None, read_only)
    path = Path(url.removeprefix(SQLITE))
    with suppress(FileNotFoundError):  # the working directory was deleted; opening it says so
        path = path.absolute()
    file = SqliteEngine(path, "ro" if read_only else "rw")

    def of_file() -> MaintenanceStore:
        # Only commands need it, and a server does not load it.
        from directory_api.features.maintenance.sqlite import SqliteMaintenance

        return SqliteMaintenance(path)

    return _stores(file, of_file, str(path), path, path, read_only)


def _database_name(url: str) -> str:
    """Return the name of the database in a URL, as a part of a file's name."""
    name = url.removeprefix(POSTGRES).partition("/")[2].partition("?")[0]
    return re.sub(r"[^A-Za-z0-9_.-]", "_", unquote(name))


def _stores(
    engine: Engine,
    make_maintenance: Callable[[], MaintenanceStore],
    place: str,
    beside: Path,
    file: Path | None,
    read_only: bool,
) -> Stores:
    writes = None if read_only else WatchedEngine(engine)
    chosen = writes or ReadOnlyEngine(engine)
    access = SqlAccess(chosen)
    return Stores(chosen, SqlStore(chosen), access, make_maintenance, place, beside, file, writes)
