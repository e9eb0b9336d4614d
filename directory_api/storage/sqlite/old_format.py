"""Reads a database of an earlier version of this code that may not be written, in memory."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class MigratedCopy:
    """A copy of the file in memory, with the migrations applied; made again when the file changes.

    Each process makes other links of its revisions, so that a device may have to fetch its bundle
    again more often.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._copy: sqlite3.Connection | None = None
        self._file: tuple[int, int, int] | None = None

    @contextmanager
    def reading(self, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        """Give the copy of the file that this connection has open, to read from."""
        from directory_api.storage.sqlite import schema  # see there

        status = self._path.stat()
        file = (status.st_ino, status.st_mtime_ns, status.st_size)
        with self._lock:
            if self._copy is None or self._file != file:
                copy = sqlite3.connect(":memory:", check_same_thread=False)
                connection.backup(copy)
                schema.migrate(copy)
                copy.commit()
                self._copy, self._file = copy, file
            yield self._copy
