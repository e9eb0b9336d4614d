"""The situation of a directory now."""

from datetime import datetime
from pathlib import Path

from directory_api.bootstrap import Directory
from directory_api.features.desk.notices.links import LinkCheck
from directory_api.features.desk.notices.notice import Situation
from directory_api.search.snapshot import Snapshot
from directory_api.store.backups import Backups


def situation(directory: Directory, snapshot: Snapshot, now: datetime) -> Situation:
    """Return the situation at a moment (UTC). Raises StoreUnavailable."""
    backups = directory.settings.of_feature("backups")
    newest = Backups(Path(backups)).newest() if backups else None
    waiting = directory.proposals.waiting()
    return Situation(
        snapshot,
        directory.settings.fresh_days,
        now,
        [held for held, _ in waiting],
        directory.tokens.list(),
        link_check.dead() if (link_check := link_check_of(directory)) else {},
        knows_backups=bool(backups),
        newest_backup=newest.written if newest else None,
    )


def link_check_of(directory: Directory) -> LinkCheck | None:
    """Return the check of links, if it is switched on."""
    if directory.settings.of_feature("link_check") == "off":
        return None
    return LinkCheck(Path(f"{directory.stores.beside}.links.json"))
