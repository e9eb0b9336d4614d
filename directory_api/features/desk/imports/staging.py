"""The centres of a store, and of a file beside them, in a temporary database on disk.

SQLite creates its file with access for the user alone and without a name, so that nothing is left
when the process ends, however it ends (sqlite.org/inmemorydb.html). It is in the folder of
SQLITE_TMPDIR or TMPDIR, else in /var/tmp, and takes as much as both sets of records as JSON.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from directory_api.text.errors import StoreUnavailable

# Of a centre: its JSON in the store and in the file, NULL where there is none, and its place in
# the file until that has been told. Of a number of a centre or a helpline: its pointer below the
# record, if the record is in use, and its place in the file, if the record has changed.
_TABLES = """
CREATE TABLE centres (id TEXT PRIMARY KEY, before TEXT, after TEXT, located TEXT);
CREATE TABLE numbers (
    number TEXT, kind TEXT, id TEXT, pointer TEXT, located TEXT, PRIMARY KEY (number, kind, id)
) WITHOUT ROWID;
CREATE TABLE owners (number TEXT PRIMARY KEY, id TEXT) WITHOUT ROWID;
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

    def forget_file(self) -> None:
        """Remove what was added of the file."""
        self._connection.execute("DELETE FROM centres WHERE before IS NULL")
        self._connection.execute("UPDATE centres SET after = NULL, located = NULL")
        self._connection.execute("DELETE FROM numbers")
        self._connection.execute("DELETE FROM owners")

    def add(self, identity: str, text: str, located: str) -> bool:
        """Add the JSON of a centre of the file; its place is kept for `first_place`. Returns False
        if the file had one with this id.
        """
        added = self._connection.execute(
            "INSERT INTO centres (id, after, located) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE "
            "SET after = excluded.after, located = excluded.located WHERE after IS NULL",
            [identity, text, located],
        )
        return bool(added.rowcount)

    def first_place(self, identity: str) -> str | None:
        """Return the place of the first centre of the file with an id, and None if it was asked for
        before.
        """
        query = "SELECT located FROM centres WHERE id = ?"
        (located,) = self._connection.execute(query, [identity]).fetchone()
        self._connection.execute("UPDATE centres SET located = NULL WHERE id = ?", [identity])
        return located if located is None else str(located)

    def add_number(
        self,
        number: str,
        kind: str,
        identity: str,
        pointer: str | None = None,
        located: str | None = None,
    ) -> None:
        """Add a number of a record; `located` is kept for `shared_numbers`. Only one with a
        `pointer` counts as used by the record.
        """
        self._connection.execute(
            "INSERT OR IGNORE INTO numbers VALUES (?, ?, ?, ?, ?)",
            [number, kind, identity, pointer, located],
        )

    def foreign_numbers(
        self, owners: Iterable[tuple[str, str]]
    ) -> tuple[int, Iterator[tuple[str, str, str]]]:
        """Return the number of centres of the file with a number, and those of which each number
        with an owner is another centre's: the id, the first such number, and its owner. `owners`
        are numbers and ids.
        """
        self._connection.executemany("INSERT OR REPLACE INTO owners VALUES (?, ?)", owners)
        query = "SELECT count(DISTINCT id) FROM numbers WHERE kind = 'centre'"
        (count,) = self._connection.execute(query).fetchone()
        # The owner is that of the smallest number (sqlite.org/lang_select.html#bareagg).
        foreign = self._connection.execute(
            "SELECT numbers.id, min(number), owners.id FROM numbers JOIN owners USING (number) "
            "WHERE kind = 'centre' GROUP BY numbers.id HAVING NOT max(numbers.id = owners.id)"
        )
        return count, foreign

    def shared_numbers(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        """Yield each number of a record with a place that another one has, too: the number, the
        kind and the id of the record, the pointer, the place, and the id of the first other one.
        """
        yield from self._connection.execute(
            "SELECT number, kind, id, pointer, located, (SELECT min(others.id) "
            "FROM numbers AS others WHERE others.number = numbers.number "
            "AND (others.kind, others.id) <> (numbers.kind, numbers.id) "
            "AND others.pointer IS NOT NULL) AS other FROM numbers "
            "WHERE located IS NOT NULL AND other IS NOT NULL ORDER BY kind, id, pointer"
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
