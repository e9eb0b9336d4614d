"""What a SQL database provides for the shared code: its transactions, and its tables.

The queries of this folder are in the SQL that SQLite and PostgreSQL both understand, with `?` for
parameters. An engine is a folder beside this one.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from directory_api import __version__
from directory_api.text.errors import StoreReadOnly, StoreUnavailable

# What an operator does where there is no store. live/live_snapshot.py adds what else is
# possible, which depends on the last good snapshot.
NO_DIRECTORY = (
    "there is no directory there; look whether DIRECTORY_DATABASE_URL names the right place, or "
    "put a copy back (`directory-api restore-backup`)"
)


def only_reads() -> StoreReadOnly:
    """Return the error for a write of a process that never writes."""
    return StoreReadOnly("this server only reads (DIRECTORY_READ_ONLY)")


def older() -> StoreUnavailable:
    """Return the error for tables to which migrations of this version have not been applied."""
    return StoreUnavailable(
        "the database has the tables of an earlier version of directory-api; run `directory-api "
        f"upgrade FILE`, or start this version {__version__} once where it may write the database, "
        "to bring them up to date"
    )


def newer(version: str | None) -> StoreUnavailable:
    """Return the error for the tables of a version of this code that is newer than this one."""
    wrote = f"version {version}" if version else "a newer version"
    return StoreUnavailable(
        f"the database was written by {wrote} of directory-api, which this version {__version__} "
        "cannot read; install that version or a later one, or restore a copy from before the "
        "update (`directory-api restore-backup`)"
    )


class Cursor(Protocol):
    """The result of a query (PEP 249)."""

    @property
    def rowcount(self) -> int:
        """The number of rows that a statement changed."""

    def fetchone(self) -> Any:
        """Return the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Return all rows."""

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection within a transaction."""

    def execute(self, query: str, parameters: Sequence[Any] = ..., /) -> Cursor:
        """Run a statement."""

    def insert_rows(self, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows; `columns` are names with commas between them."""


class Engine(Protocol):
    """Opens transactions, and translates the errors of its library: each method raises
    StoreUnavailable with a text that names no record, host or user.

    One that only reads, for a replica whose database is written elsewhere, migrates nothing, and
    raises StoreReadOnly for every other write.
    """

    @property
    def unreadable(self) -> type[Exception]:
        """What the library raises for a damaged page, within a transaction."""

    def exists(self) -> bool:
        """Return whether a store exists, in any format and state."""

    def create(self) -> None:
        """Create the missing tables; processes may do so concurrently."""

    def migrate(self) -> None:
        """Migrate existing tables; never create the first ones. Raises StoreMissing."""

    def pending(self) -> int:
        """Return how many migrations of this version existing tables lack. Raises StoreMissing."""

    def check_writable(self) -> None:
        """Raise StoreUnavailable with the cause if nothing can be written; write nothing, and do
        not wait for another writer.
        """

    def read_transaction(self) -> AbstractContextManager[Connection]:
        """Open a transaction that reads one state of all tables."""

    def write_transaction(self) -> AbstractContextManager[Connection]:
        """Open a transaction that writes; it is committed unless the block raises."""

    def exclusive_transaction(self) -> AbstractContextManager[Connection]:
        """Open a transaction that writes, and beside which no other writes."""
