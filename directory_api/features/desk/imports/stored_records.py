"""The stored records, with the centres in a temporary database instead of the memory."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from directory_api.change.change import Contents, Record
from directory_api.change.public_history import LINK_DIGITS
from directory_api.features.desk.imports.staging import StagedCentres
from directory_api.place.gazetteer import Gazetteer
from directory_api.store.sql.store import Store
from directory_api.store.state import SMALL_KINDS, Postcodes

CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class StoredRecords:
    """A store at one revision; `contents` has the kinds of SMALL_KINDS."""

    revision: int
    version: str
    contents: dict[str, dict[str, Record]]
    gazetteer: Gazetteer

    @property
    def public_version(self) -> str:
        """The revision with its public link, as `RevisionLinks.version` returns it."""
        *_, link = self.version.split(":")
        return f"{self.revision}.{link[:LINK_DIGITS]}"


def finder(contents: Contents, staged: StagedCentres) -> Callable[[str, str], Record | None]:
    """Return a function that returns the stored record of a kind and an id, or None: a centre in
    the temporary database, any other in the contents.
    """
    sources = {
        source["id"]: source
        for header in contents.get("directory", {}).values()
        for source in header["sources"]
    }

    def find(kind: str, identity: str) -> Record | None:
        if kind == CENTRE:
            text = staged.stored(identity)
            return json.loads(text) if text else None
        if kind == "source":
            return sources.get(identity)
        return contents.get(kind, {}).get(identity)

    return find


def read_stored(
    store: Store, staged: StagedCentres, known: Postcodes | None = None
) -> StoredRecords:
    """Read the store, and put the JSON of its centres into the temporary database. The transaction
    is short, however long they are used: it would keep others from writing. Postcodes that are
    `known` already are not read again.

    Raises StoreUnavailable.
    """
    contents: dict[str, dict[str, Record]] = {kind: {} for kind in SMALL_KINDS}

    def centres() -> Iterator[tuple[str, str | None]]:
        for kind, identity, text in update.records():
            if kind == CENTRE:
                yield identity, text
            elif kind in contents:
                contents[kind][identity] = json.loads(text or "")

    with store.changes_since(postcodes=known) as update:
        staged.set_stored(centres())
        return StoredRecords(update.revision, update.version, contents, update.postcodes.gazetteer)
