"""What there is to do in a directory now."""

from pathlib import Path

from directory_api.bootstrap import Directory
from directory_api.change.change import COLLECTIONS
from directory_api.change.confirmation import typed
from directory_api.edit.todo import Situation
from directory_api.features.desk.call_round.asked import read_all
from directory_api.features.desk.notices.links import LinkCheck
from directory_api.store.backups import Backups
from directory_api.store.state import StoreState


def situation(directory: Directory, state: StoreState | None = None) -> Situation:
    """Return the situation now, of all stored records or, without them, of the published ones: what
    leaves the server knows nothing else. Raises StoreUnavailable.
    """
    snapshot, settings = directory.live.snapshot, directory.settings
    asked = read_all(directory.writer.store)
    link_check = link_check_of(directory)
    waiting = directory.proposals.waiting()
    backups = settings.of_feature("backups")
    newest = Backups(Path(backups)).newest() if backups else None
    return Situation(
        directory.clock(),
        settings.fresh_days,
        [
            typed(kind, record)
            for kind in COLLECTIONS
            for record in state.contents.get(kind, {}).values()
        ]
        if state
        else [*snapshot.listed, *snapshot.helplines],
        snapshot.changed_at,
        called={path: each.tried.on for path, each in asked.items() if each.tried},
        remarks=[(path, each.said[-1].on) for path, each in asked.items() if each.said],
        proposals=[held for held, _ in waiting],
        tokens=directory.tokens.list(),
        dead=link_check.dead() if link_check else {},
        knows_backups=bool(backups),
        newest_backup=newest.written if newest else None,
    )


def link_check_of(directory: Directory) -> LinkCheck | None:
    """Return the check of links, if it is switched on."""
    if directory.settings.of_feature("link_check") == "off":
        return None
    return LinkCheck(Path(f"{directory.stores.beside}.links.json"))
