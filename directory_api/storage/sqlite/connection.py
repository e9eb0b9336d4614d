"""Opens the SQLite file, runs transactions, and translates sqlite3's errors."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from directory_api.domain.errors import StoreUnavailable

BUSY_SECONDS = 5.0
_DAMAGED = "the file is damaged; run `directory-api check`"


@contextmanager
def opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """Open a connection for the duration of the block. This is the only place that translates
    errors of sqlite3 and of the file system; raises StoreUnavailable.

    `mode` is `rw`, or `rwc` to create the file. `synchronous=FULL`: a committed transaction is on
    disk.
    """
    connection: sqlite3.Connection | None = None
    try:
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)
        connection.execute("PRAGMA synchronous=FULL")
        yield connection
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the database cannot be used: {_cause(error)}") from None
    except UnicodeDecodeError:  # sqlite3 quotes the damaged schema in its message
        raise StoreUnavailable(f"the database cannot be used: {_DAMAGED}") from None
    except OSError as error:  # a relative path whose folder was deleted
        raise StoreUnavailable(f"the database cannot be used: {error.strerror}") from None
    finally:
        if connection is not None:
            connection.close()


@contextmanager
def exclusive(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that holds the write lock from its start."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def is_read_only(error: sqlite3.Error) -> bool:
    """Return whether the file may not be written."""
    return str(getattr(error, "sqlite_errorname", "")).startswith("SQLITE_READONLY")


def _cause(error: sqlite3.Error) -> str:
    """Describe an error by SQLite's error name, which never contains a value of a row."""
    causes = {
        "SQLITE_BUSY": "it is locked by another process",
        "SQLITE_CANTOPEN": "there is no such file, or it may not be opened",
        "SQLITE_FULL": "the disk is full",
        "SQLITE_NOTADB": "the file is not a SQLite database",
        "SQLITE_CORRUPT": _DAMAGED,
        "SQLITE_READONLY": "the file may not be written",
    }
    name = str(getattr(error, "sqlite_errorname", type(error).__name__))
    return next((text for prefix, text in causes.items() if name.startswith(prefix)), name)
