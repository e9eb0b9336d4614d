"""Files and folders: who may read and write them, and whether there is room."""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from directory_api.features.operations.doctor.finding import FAULT, OK, Finding
from directory_api.files.files import is_file, is_folder

# Bits of a mode: what other users may do with a file, and with a folder.
_MAY_READ = stat.S_IRWXG | stat.S_IRWXO
_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
# A copy before an update, the journal of a write and a backup are each as large as the database.
_COPIES = 3
_LEAST_BYTES = 100_000_000
_LEAST_FILES = 1_000
# The beginning of a file of SQLite (sqlite.org/fileformat2.html).
_SQLITE = b"SQLite format 3\0"


def permissions(secret: Iterable[Path], folders: Iterable[Path]) -> Iterator[Finding]:
    """Yield what is wrong with the permissions of files with hidden addresses, and of the folders
    that they are in.
    """
    found = []
    for path in secret:
        if _mode(path) & _MAY_READ:
            found.append(
                Finding(
                    FAULT,
                    "permissions",
                    f"Other users of this machine may read or write {path}, which has the hidden "
                    "addresses.",
                    f"chmod 600 {path}",
                )
            )
        elif not os.access(path, os.W_OK):
            found.append(
                Finding(
                    FAULT,
                    "permissions",
                    f"This user may not write {path}.",
                    "Run this command as the user of the server. If this is that user, give the "
                    "file to it with chown.",
                )
            )
    for path in folders:
        if not is_folder(path):
            found.append(
                Finding(
                    FAULT,
                    "permissions",
                    f"There is no folder {path}, or this user may not read it.",
                    "Create it for the user of the server, or correct the setting.",
                )
            )
        elif _mode(path) & _MAY_WRITE and not _mode(path) & stat.S_ISVTX:
            found.append(
                Finding(
                    FAULT,
                    "permissions",
                    f"Other users of this machine may replace the files in {path}.",
                    f"chmod go-w {path}",
                )
            )
        elif not os.access(path, os.W_OK):
            found.append(
                Finding(
                    FAULT,
                    "permissions",
                    f"This user may not write to {path}.",
                    "Run this command as the user of the server. If this is that user, give the "
                    "folder to it with chown.",
                )
            )
    yield from found or [
        Finding(OK, "permissions", "Only this user may read and write what must stay secret.")
    ]


def room(folders: Iterable[Path], database: Path | None) -> Iterator[Finding]:
    """Yield the folders on whose disk there is too little room."""
    size = database.stat().st_size if database and is_file(database) else 0
    needed = max(_LEAST_BYTES, _COPIES * size)
    found = []
    for path in folders:
        if not is_folder(path):
            continue
        free, files = shutil.disk_usage(path).free, os.statvfs(path)
        if free < needed:
            text = (
                f"{free // 1_000_000:,} MB are free at {path}; {needed // 1_000_000:,} are needed."
            )
        elif files.f_files and files.f_favail < _LEAST_FILES:
            text = f"Only {files.f_favail} more files can be made at {path}."
        else:
            continue
        found.append(
            Finding(FAULT, "disk", text, "Make room: on a full disk nothing can be edited.")
        )
    yield from found or [Finding(OK, "disk", "There is enough room.")]


def is_database(path: Path) -> bool:
    """Return whether a file is one of SQLite; what else is beside a database has nothing secret."""
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0
