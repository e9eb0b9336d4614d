"""What there is to do in a directory now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from weakref import WeakKeyDictionary

from directory_api.bootstrap import Directory
from directory_api.change.change import COLLECTIONS
from directory_api.change.confirmation import parsed_record
from directory_api.change.named_addresses import named_elsewhere
from directory_api.change.proposal import Proposal
from directory_api.edit.todo import Item, Situation, todo
from directory_api.features.desk.call_round.asked import read_all
from directory_api.features.desk.notices.links import LinkCheck
from directory_api.record.hidden_address import hides_its_address
from directory_api.record.published import publisher
from directory_api.store.backups import Backups
from directory_api.store.sql.store import Store
from directory_api.store.state import StoreState

# Where each kind of text is, below /admin; the header itself has no page.
_PATHS = {**COLLECTIONS, "source": "sources"}
Named = tuple[str, str, datetime | None]
# Those of a version of a store: for 3,000 centres it takes half a second to find them.
_kept: WeakKeyDictionary[Store, tuple[str, Sequence[Named]]] = WeakKeyDictionary()
# What there is to do, by all that it follows from.
ToDo = tuple[Sequence[Item], Mapping[str, Proposal]]
_to_do: WeakKeyDictionary[Store, tuple[object, ToDo]] = WeakKeyDictionary()


def current(directory: Directory) -> ToDo:
    """Return what there is to do now about all stored records, and the proposals by the path of
    their page. Raises StoreUnavailable.

    Each page for maintainers says how much that is, so it is kept: for a version of the store, and
    an hour at most, after which a proposal may have ended.
    """
    store, link_check = directory.writer.store, link_check_of(directory)
    about = (
        store.version(),
        directory.live.snapshot.revision_hash,
        directory.clock().replace(minute=0, second=0, microsecond=0),
        directory.tokens.list(),
        link_check.dead() if link_check else None,
        _newest_backup(directory),
    )
    kept, found = _to_do.get(store, (None, ((), {})))
    if kept != about:
        here = situation(directory, store.records())
        found = todo(here), {f"proposals/{each.id}": each for each in here.proposals}
        _to_do[store] = about, found
    return found


def situation(directory: Directory, state: StoreState | None = None) -> Situation:
    """Return the situation now, of all stored records or, without them, of the published ones: what
    leaves the server knows nothing else, but which public texts name an address that is not public.
    Raises StoreUnavailable.
    """
    snapshot, settings = directory.live.snapshot, directory.settings
    every = state or directory.writer.store.records()
    asked = read_all(directory.writer.store)
    link_check = link_check_of(directory)
    waiting = directory.proposals.waiting()
    return Situation(
        directory.clock().astimezone(directory.zone),
        settings.fresh_days,
        [
            parsed_record(kind, record)
            for kind in COLLECTIONS
            for record in state.contents.get(kind, {}).values()
        ]
        if state
        else [*snapshot.listed, *snapshot.helplines],
        snapshot.changed_at,
        called={path: each.tried.on for path, each in asked.items() if each.tried},
        remarks=[(path, each.said[-1].on) for path, each in asked.items() if each.said],
        proposals=[proposal for proposal, _ in waiting],
        tokens=directory.tokens.list(),
        named=_named(directory, every),
        dead=link_check.dead() if link_check else {},
        knows_backups=bool(settings.of_feature("backups")),
        newest_backup=_newest_backup(directory),
    )


def _newest_backup(directory: Directory) -> datetime | None:
    """Return when the newest backup was written; None if there is none."""
    backups = directory.settings.of_feature("backups")
    newest = Backups(Path(backups)).newest() if backups else None
    return newest.written if newest else None


def _named(directory: Directory, state: StoreState) -> Sequence[Named]:
    """Return each member with a text that certainly names an address which is not public: the path
    of its record, the member, and when its record or that address was changed last.
    """
    snapshot, store = directory.live.snapshot, directory.writer.store
    version, named = _kept.get(store, ("", ()))
    if version == state.version:
        return named
    hidden = filter(hides_its_address, state.contents.get("centre", {}).values())
    found: dict[tuple[str, str], list[datetime]] = {}
    for each in named_elsewhere(hidden, state.contents, publisher(snapshot.gazetteer)):
        if each.is_certain:
            path = f"{_PATHS[each.kind]}/{each.id}" if each.kind in _PATHS else ""
            keys = (each.kind, each.id), ("centre", each.centre)
            changed = filter(None, (snapshot.changed_at(*key) for key in keys))
            found.setdefault((path, str(each.path[0])), []).extend(changed)
    named = [(*key, max(changed, default=None)) for key, changed in found.items()]
    _kept[store] = state.version, named
    return named


def link_check_of(directory: Directory) -> LinkCheck | None:
    """Return the check of links, if it is switched on."""
    if directory.settings.of_feature("link_check") == "off":
        return None
    return LinkCheck(Path(f"{directory.stores.base_path}.links.json"))
