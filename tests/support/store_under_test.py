"""The store on which the suites of the services and of the web run: a file of SQLite, or PostgreSQL
with `pytest --store=postgres`.
"""

import functools
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.store.stores import Stores, stores_at
from tests.support.postgres import Postgres

_servers: list[Postgres] = []


def use(server: Postgres) -> None:
    """Run the suites on this server from now on."""
    _servers.append(server)


@functools.cache
def url_of(path: Path) -> str:
    """Return the URL of the database that stands for a file."""
    return _servers[-1].new_database() if _servers else f"sqlite:///{path}"


def stores_of(path: Path) -> Stores:
    """Return the store that stands for a file."""
    return stores_at(url_of(path))


def fill(path: Path, database: bytes) -> None:
    """Create a store with everything that is in a file of SQLite."""
    path.write_bytes(database)
    if _servers:
        _copy(stores_at(f"sqlite:///{path}"), stores_of(path))


def file_of(path: Path) -> bytes:
    """Return a file of SQLite with everything that is in a store."""
    with TemporaryDirectory() as folder:
        new = Path(folder) / "copy.db"
        if _servers:
            _copy(stores_of(path), stores_at(f"sqlite:///{new}"))
        else:
            with closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(new)) as target:
                db.backup(target)
        return new.read_bytes()


def _copy(source: Stores, target: Stores) -> None:
    from directory_api.features.operations.maintenance.rows import replace_all

    target.store.create()
    with source.engine.read_transaction() as old, target.engine.write_transaction() as new:
        replace_all(old, new, with_access=True)


def everything(path: Path) -> list[str]:
    """Return the whole store as SQL statements."""
    if not _servers:
        return _statements(path)
    with TemporaryDirectory() as folder:
        dump = Path(folder) / "dump.db"
        dump.write_bytes(file_of(path))
        # PostgreSQL gives rows in another order after each change.
        lines = _statements(dump)
        return sorted(line for line in lines if "_sqlite_migrations" not in line)


def _statements(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())
