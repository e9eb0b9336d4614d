"""The situation of a directory now."""

from datetime import UTC, datetime
from pathlib import Path

from directory_api.bootstrap import Directory
from directory_api.feature import provided
from directory_api.features.notices.links import LinkCheck
from directory_api.features.notices.notice import Situation
from directory_api.search.snapshot import Snapshot


def situation(directory: Directory, snapshot: Snapshot, now: datetime) -> Situation:
    """Return the situation at a moment (UTC). Raises StoreUnavailable."""
    backups = directory.settings.of_feature("backups")
    return Situation(
        snapshot,
        directory.settings.fresh_days,
        now,
        [
            held
            for proposals in provided("proposals")
            for held, _ in proposals(directory.writer).waiting()
        ],
        directory.tokens.list(),
        link_check.dead() if (link_check := link_check_of(directory)) else {},
        knows_backups=bool(backups),
        newest_backup=_newest(Path(backups)) if backups else None,
    )


def link_check_of(directory: Directory) -> LinkCheck | None:
    """Return the check of links, if it is switched on."""
    if directory.settings.of_feature("link_check") == "off":
        return None
    return LinkCheck(Path(f"{directory.stores.beside}.links.json"))


def _newest(folder: Path) -> datetime | None:
    """Return when the newest backup in a folder was written; None if there is none, or the folder
    cannot be read.

    `backup` checks what it has written before it writes the digest beside it.
    """
    try:
        times = [each.stat().st_mtime for each in folder.glob("*.sha256")]
    except OSError:
        return None
    return datetime.fromtimestamp(max(times), UTC) if times else None
