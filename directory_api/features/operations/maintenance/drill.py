"""A restore drill: a backup is restored into a temporary store, and read as a server reads it."""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.bootstrap import Directory, open_directory
from directory_api.features.operations.maintenance.service import maintenance_of
from directory_api.files.files import is_file, is_folder
from directory_api.record.token import Actor
from directory_api.search.snapshot import Snapshot
from directory_api.store.backups import Backups
from directory_api.text.errors import StoreDamaged, StoreUnavailable


@dataclass(frozen=True, slots=True)
class Summary:
    """The revision of a directory, and how many public records it has."""

    revision: int
    centres: int
    helplines: int


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a backup has, and what is served now."""

    backup: Summary
    present: Summary


def backup_at(place: Path) -> Path:
    """Return a file, or the newest backup in a folder. Raises StoreUnavailable if there is none."""
    if is_file(place):
        return place
    if not is_folder(place):
        raise StoreUnavailable(f"there is no file or folder {place}, or this user may not read it")
    newest = Backups(place).newest()
    if newest is None:
        raise StoreUnavailable(f"there is no backup in {place}")
    return newest.path


def drill(directory: Directory, actor: Actor, backup: Path) -> Drilled:
    """Restore a backup of a directory that is loaded, beside it; nothing of the directory changes.

    Raises StoreDamaged if the backup is damaged or is not an earlier state of the directory, and
    StoreUnavailable if it cannot be read or has no emergency number.
    """
    present = directory.live.snapshot
    with TemporaryDirectory(prefix="directory-api-drill-") as folder:
        settings = replace(
            directory.settings,
            database_url=f"sqlite:///{folder}/trial.db",
            snapshot="",
            read_only="off",
        )
        trial = open_directory(settings)
        # It checks the backup. A restore is a revision of its own.
        revision = maintenance_of(trial).restore(actor, backup).revision - 1
        trial.open()
        restored = trial.live.snapshot
    drilled = Drilled(_summary(restored, revision), _summary(present, present.revision))
    _refuse_other(restored, present, drilled)
    return drilled


def _summary(snapshot: Snapshot, revision: int) -> Summary:
    return Summary(revision, len(snapshot.listed), len(snapshot.helplines))


def _refuse_other(restored: Snapshot, present: Snapshot, drilled: Drilled) -> None:
    revision = drilled.backup.revision
    link = restored.links.link(revision)
    if restored.store != present.store or not present.links.includes(revision, link):
        raise StoreDamaged(
            f"the backup, of revision {revision}, is not an earlier state of the present directory,"
            f" which is at revision {present.revision}"
        )
    if revision == present.revision and drilled.backup != drilled.present:
        raise StoreDamaged("the backup has other records than the directory has at this revision")
