"""Backups: files of SQLite with every row of a store, whatever its engine, each with its SHA-256 in
a file beside it.
"""

import hashlib
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from directory_api.files import files
from directory_api.store.sql.store import Store
from directory_api.store.sqlite.engine import SqliteEngine
from directory_api.text.errors import StoreDamaged, StoreUnavailable


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup, and when it was written (UTC)."""

    path: Path
    written: datetime


class Backups:
    """The backups in a folder. What is written is checked before its digest is written, so a file
    without one is no backup; nor is a digest whose file is gone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Backup]:
        """Return them, the oldest first; none if the folder cannot be read."""
        try:
            times = sorted(
                (each.stat().st_mtime, each)
                for each in self._folder.glob("*.sha256")
                if each.with_suffix("").is_file()
            )
        except OSError:
            return []
        return [Backup(each.with_suffix(""), datetime.fromtimestamp(at, UTC)) for at, each in times]

    def newest(self) -> Backup | None:
        """Return the newest one, or None."""
        return next(reversed(self.all()), None)


def copied(backup: Path, copy: Path) -> Store:
    """Copy a backup, and return the store in the copy, with the tables of this version. Whether its
    rows are what was written, the store says when it is read.

    Raises StoreUnavailable, and StoreDamaged if the backup does not match its SHA-256.
    """
    if not files.is_file(backup):
        raise StoreUnavailable(f"there is no file {backup}, or this user may not read it")
    try:
        # A backup may be kept without its digest.
        with suppress(FileNotFoundError):
            expected = digest_file(backup).read_bytes().split(b" ")[0]
            if expected != sha256(backup).encode():
                raise StoreDamaged(f"{backup} does not match its SHA-256")
        shutil.copyfile(backup, copy)
    except OSError as error:  # the digest may not be read, or there is no space for the copy
        raise StoreUnavailable(f"{error.filename or backup}: {error.strerror}") from None
    store = Store(SqliteEngine(copy, keeps_copy=False))
    store.migrate()
    return store


def digest_file(backup: Path) -> Path:
    """Return where the SHA-256 of a backup is."""
    return backup.with_name(f"{backup.name}.sha256")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
