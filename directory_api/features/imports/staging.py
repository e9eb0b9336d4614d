"""The centres of a store, and of a large file beside them, in a temporary database on disk.

SQLite creates its file with access for the user alone and without a name, so that nothing is left
when the process ends, however it ends (sqlite.org/inmemorydb.html). It is in the folder of
SQLITE_TMPDIR or TMPDIR, else in /var/tmp, and takes as much as both sets of records as JSON.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from directory_api.text.errors import StoreUnavailable

# Of a centre: its JSON in the store and in the file, NULL where there is none. Of a phone of a
# centre that has changed: its index, and where the file has the centre.
_TABLES = """
CREATE TABLE centres (id TEXT PRIMARY KEY, before TEXT, after TEXT);
CREATE TABLE phones (
    number TEXT, id TEXT, place INTEGER, located TEXT, PRIMARY KEY (number, id)
) WITHOUT ROWID;
"""


class StagedCentres:
    """Centres by id: their JSON before and after an import."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES} BEGIN;"
        )

    def set_stored(self, texts: Iterable[tuple[str, str | None]]) -> None:
        """Replace the JSON of all centres of the store, by id."""
        self._connection.execute("UPDATE centres SET before = NULL")
        self._connection.executemany(
            "INSERT INTO centres (id, before) VALUES (?, ?) "
            "ON CONFLICT (id) DO UPDATE SET before = excluded.before",
            texts,
        )

    def stored(self, identity: str) -> str | None:
        """Return the JSON of a centre in the store."""
        row = self._connection.execute("SELECT before FROM centres WHERE id = ?", [identity])
        return next((text for (text,) in row), None)

    def add(self, identity: str, text: str) -> bool:
        """Add the JSON of a centre of the file. Returns False if the file had one with this id."""
        added = self._connection.execute(
            "INSERT INTO centres (id, after) VALUES (?, ?) "
            "ON CONFLICT (id) DO UPDATE SET after = excluded.after WHERE after IS NULL",
            [identity, text],
        )
        return bool(added.rowcount)

    def add_phone(self, number: str, identity: str, place: int, located: str | None) -> None:
        """Add a phone number of a centre of the file; `located` is kept for `shared_phones`."""
        self._connection.execute(
            "INSERT OR IGNORE INTO phones VALUES (?, ?, ?, ?)", [number, identity, place, located]
        )

    def shared_phones(self) -> Iterator[tuple[str, str, int, str, str]]:
        """Yield each number of a centre with a place that another centre has, too: the number, the
        centre, its index, the place, and the first other centre.
        """
        yield from self._connection.execute(
            "SELECT number, id, place, located, (SELECT min(others.id) FROM phones AS others "
            "WHERE others.number = phones.number AND others.id <> phones.id) AS other "
            "FROM phones WHERE located IS NOT NULL AND other IS NOT NULL ORDER BY id, place"
        )

    def changed(self, identity: str | None = None) -> Iterator[tuple[str, str | None, str | None]]:
        """Yield id, JSON before and JSON after where they differ, by id; or that of one centre."""
        where, parameters = ("AND id = ?", [identity]) if identity else ("", [])
        yield from self._connection.execute(
            f"SELECT id, before, after FROM centres WHERE before IS NOT after {where} ORDER BY id",
            parameters,
        )

    def texts(self, *, are_after: bool) -> Iterator[tuple[str, str]]:
        """Yield the id and the JSON of each centre of the file, or else of the store."""
        column = "after" if are_after else "before"
        yield from self._connection.execute(
            f"SELECT id, {column} FROM centres WHERE {column} IS NOT NULL ORDER BY id"
        )

    def count(self) -> tuple[int, int]:
        """Return the number of centres in the store, and in the file."""
        row: tuple[int, int] = self._connection.execute(
            "SELECT count(before), count(after) FROM centres"
        ).fetchone()
        return row


@contextmanager
def staged_centres() -> Iterator[StagedCentres]:
    """Create the temporary database for the duration of the block.

    Raises StoreUnavailable if its disk is full or cannot be used.
    """
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect("", isolation_level=None)
        yield StagedCentres(connection)
    except sqlite3.Error as error:
        cause = getattr(error, "sqlite_errorname", type(error).__name__)
        raise StoreUnavailable(
            f"the temporary database cannot be used ({cause}); TMPDIR names its folder, which "
            "needs twice the size of all records"
        ) from None
    finally:
        if connection is not None:
            connection.close()
