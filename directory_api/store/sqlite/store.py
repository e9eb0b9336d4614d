"""The store and its tokens in one SQLite file."""

from pathlib import Path

from directory_api.store.sql.store import SqlAccess, SqlStore
from directory_api.store.sqlite.engine import SqliteEngine


class SqliteStore(SqlStore):
    """A Store in one SQLite file."""

    def __init__(self, path: Path) -> None:
        super().__init__(SqliteEngine(path))


class SqliteAccess(SqlAccess):
    """An AccessStore in the file of a SqliteStore."""

    def __init__(self, path: Path) -> None:
        super().__init__(SqliteEngine(path))
