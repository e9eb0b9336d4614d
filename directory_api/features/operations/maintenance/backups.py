"""Writes backups, and checks what is in them before they are restored."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.change.change import Stamp
from directory_api.features.operations.maintenance.base import Damage
from directory_api.features.operations.maintenance.examination import examine
from directory_api.files import files
from directory_api.store.backups import copied, digest_file, sha256
from directory_api.store.sqlite.engine import SqliteEngine, connection_to, exclusive
from directory_api.store.state import NOTHING, Replaced
from directory_api.text.errors import StoreDamaged

_MOST_MESSAGES = 5


def write(target: Path, fill: Callable[[Path], None]) -> str:
    """Write a backup, which `fill` writes to an empty file, and its SHA-256 beside it; return that.

    Raises StoreDamaged and StoreUnavailable; an older backup then stays as it is.
    """
    with files.new_file(target) as new:
        fill(new)
        with _up_to_date(new) as readable:
            _refuse_damage(readable, "the database is damaged, so no backup was written")
        digest = sha256(new)
        # Without a digest a backup can be restored; with that of another one it is refused.
        digest_file(target).unlink(missing_ok=True)
    line = f"{digest}  {target.name}\n"
    files.write_atomically(digest_file(target), [line.encode()], private=True)
    return digest


@contextmanager
def _up_to_date(path: Path) -> Iterator[Path]:
    """Give the file, or a copy with the tables of this version if those of the file are older."""
    if not SqliteEngine(path).pending():
        yield path
        return
    # Only this user may read such a folder.
    with TemporaryDirectory(dir=path.parent, prefix=".") as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        SqliteEngine(copy, keeps_copy=False).migrate()
        yield copy


@contextmanager
def to_restore(
    backup: Path, copy: Path, stamp: Stamp, replaced: Replaced = NOTHING
) -> Iterator[int]:
    """Check a backup, and give a copy of it, for the block, that begins a new branch of the chain
    and adopts the place of what is replaced; yields its revision. Raises StoreDamaged and
    StoreUnavailable.
    """
    copy.parent.mkdir(parents=True, exist_ok=True)
    with files.new_file(copy) as new:
        store = copied(backup, new)
        _refuse_damage(new, "the backup is damaged, so nothing was changed")
        revision = store.adopt(replaced, stamp)
        with connection_to(new, "rw") as connection, exclusive(connection):
            # What ends, such as a session, may have been used since; a passkey does not end.
            connection.execute("DELETE FROM credentials WHERE until IS NOT NULL")
    try:
        yield revision
    finally:
        copy.unlink(missing_ok=True)


def damages(path: Path) -> tuple[Damage, ...]:
    """Return what is damaged in a file. Raises StoreUnavailable if it cannot be read at all."""

    def file_faults() -> Iterator[str]:
        for (message,) in connection.execute(f"PRAGMA integrity_check({_MOST_MESSAGES})"):
            if message != "ok":
                yield str(message).splitlines()[0]

    with connection_to(path, "rw") as connection:
        connection.execute("BEGIN")
        return examine(connection, sqlite3.DatabaseError, file_faults)


def _refuse_damage(path: Path, sentence: str) -> None:
    if faults := damages(path):
        raise StoreDamaged(f"{sentence}; {faults[0].part}: {faults[0].fault}")
