"""The store and its copies: whether each can be read, and is of this directory."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.bootstrap import Directory
from directory_api.features.operations.doctor.finding import FAULT, HINT, OK, Finding
from directory_api.store.backups import Backups, copied
from directory_api.store.state import StoreState
from directory_api.text.errors import StoreUnavailable

# The timer writes one each day.
OLD = timedelta(days=2)
_RUN_BACKUP = (
    "Look at the timer of the backup (systemctl list-timers), then at its log (journalctl -u "
    "directory-api-backup)."
)
# Seconds by which the clocks of two machines may differ.
_APART = timedelta(minutes=1)


def read(directory: Directory) -> StoreState | StoreUnavailable:
    """Return the records, which are checked when they are read, or why they cannot be read."""
    try:
        return directory.writer.store.records()
    except StoreUnavailable as error:
        return error


def examine(directory: Directory, state: StoreState | StoreUnavailable) -> Iterator[Finding]:
    """Yield whether the store can be read, and whether its last good snapshot is of it."""
    if isinstance(state, StoreUnavailable):
        yield Finding(
            FAULT,
            "store",
            f"{directory.place}: {state}.",
            "Correct this first. Until then servers only have their last good snapshot.",
        )
        yield from _snapshot(directory, None)
        return
    yield Finding(
        OK,
        "store",
        f"{directory.place} can be read, is at revision {state.revision}, and has the tables of "
        "this version.",
    )
    yield from _snapshot(directory, state.version)
    now, last = directory.clock(), next(iter(directory.writer.store.history(most=1)), None)
    if last and last.stamp.at > now + _APART:
        yield Finding(
            FAULT,
            "time",
            f"The last change was made at {last.stamp.at:%Y-%m-%d %H:%M} UTC, which is in the "
            f"future: the clock of this machine says {now:%Y-%m-%d %H:%M}.",
            "Set the clock. Opening hours and freshness are computed with it.",
        )


def _snapshot(directory: Directory, version: str | None) -> Iterator[Finding]:
    """Yield what is wrong with the last good snapshot of a version of the store."""
    last_good, about = directory.live.last_good, "snapshot"
    if not last_good.exists():
        yield Finding(
            FAULT,
            about,
            f"There is no last good snapshot at {last_good.path}, so without the database only the "
            "helplines are answered.",
            "Start the server, which writes it, and look whether it may write to that folder.",
        )
        return
    if last_good.load() is None:
        yield Finding(
            FAULT,
            about,
            f"The last good snapshot {last_good.path} cannot be used: it is damaged, of another "
            "version, or without an emergency number.",
            "Restart the server, which writes it again.",
        )
        return
    served = last_good.served_version()
    if version is None or served == version:
        yield Finding(OK, about, f"The last good snapshot is whole: {last_good.path}.")
    elif directory.writer.store.follows(str(served)):
        yield Finding(
            FAULT,
            about,
            f"The last good snapshot is of revision {str(served).split(':')[1]}, and the database "
            f"is at revision {version.split(':')[1]}.",
            "The server writes it within a second: look whether it runs, and whether it may write "
            f"{last_good.path}.",
        )
    else:
        yield Finding(
            FAULT,
            about,
            "The database is not the one that was served, or an earlier state of it, so servers do "
            "not follow it.",
            "Put the right database back, or run: directory-api adopt",
        )


def backups(folder: Path, present: str | None, now: datetime) -> Iterator[Finding]:
    """Yield whether the newest backup in a folder is recent, and can be read.

    `present` is the id of the store that should be in it.
    """
    about = "backups"
    newest = Backups(folder).newest()
    if newest is None:
        yield Finding(FAULT, about, f"There is no backup in {folder}.", _RUN_BACKUP)
        return
    age = now - newest.written
    if age > OLD:
        yield Finding(
            FAULT, about, f"The newest backup, {newest.path}, is {age.days} days old.", _RUN_BACKUP
        )
    try:
        with TemporaryDirectory(prefix="directory-api-") as trial:
            version = copied(newest.path, Path(trial) / "copy.db").records().version
    except (OSError, StoreUnavailable) as error:
        cause = error.strerror if isinstance(error, OSError) else error
        yield Finding(
            FAULT,
            about,
            f"The newest backup, {newest.path}, cannot be restored: {cause}.",
            "Make one now: directory-api backup FILE",
        )
        return
    store, revision, _ = version.split(":")
    if present not in (None, store):
        yield Finding(
            HINT,
            about,
            f"The newest backup, {newest.path}, is of another directory than the one that is there "
            "now.",
            "Look whether DIRECTORY_BACKUPS names the right folder.",
        )
    elif age <= OLD:
        yield Finding(
            OK, about, f"The newest backup can be restored: {newest.path}, of revision {revision}."
        )
