"""What a store takes the place of: revisions of other stores, or of branches of its own chain that
were given up.

A server that has served one of them may go on with this store, because an operator has said so: by
`adopt`, or by a command that replaces a whole store. A record of the kind `adopted` for each
replaced store has the public links of its last revisions, so that every server that follows the
store learns of it from the store itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from directory_api.change.change import Change
from directory_api.change.public_history import LINK_DIGITS
from directory_api.record.record_value import Record
from directory_api.store.state import Replaced

KIND = "adopted"
# Of a replaced store, the links of so many revisions are kept: a server may be some behind.
_MOST_LINKS = 1_000


def joined(*every: Replaced) -> Replaced:
    """Return all that is replaced."""
    stores = {store for replaced in every for store in replaced}
    return {
        store: [each for replaced in every for each in replaced.get(store, ())] for store in stores
    }


def changes(present: Mapping[str, Record], replaced: Replaced) -> list[Change]:
    """Return the changes that add what is replaced to the present records, by the id of the
    store.
    """
    wanted = {store: _record(present.get(store), links) for store, links in replaced.items()}
    return [
        Change(KIND, store, present.get(store), record)
        for store, record in wanted.items()
        if record != present.get(store)
    ]


def _record(before: Mapping[str, Any] | None, links: Iterable[tuple[int, str]]) -> Record:
    known = {(revision, link) for revision, link in (before or {}).get("links", [])}
    every = sorted(known | {(revision, link[:LINK_DIGITS]) for revision, link in links})
    return {"links": [[*each] for each in every[-_MOST_LINKS:]]}


def covers(record: Mapping[str, Any], revision: int, link: str) -> bool:
    """Return whether this revision of the record's store is among those that are replaced."""
    return [revision, link[:LINK_DIGITS]] in record["links"]
