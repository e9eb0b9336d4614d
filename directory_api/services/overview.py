"""The whole directory as a maintainer looks over it: what is kept, who changed it last, what looks odd."""

from directory_api.domain import quality
from directory_api.domain.changes.change import Contents, HistoryEntry
from directory_api.domain.errors import Fault, NotReady
from directory_api.domain.model.centre import Centre
from directory_api.services.writer import Ledger


class Overview:
    """Reads what is kept, hidden addresses included. Every method raises StoreUnavailable."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def contents(self) -> Contents:
        """Every record. Raises NotReady before the first load."""
        kept = self._ledger.store.read(places=False)
        if not kept.revision:
            raise NotReady("the directory has not been loaded yet")
        return kept.contents

    def last_change(self, kind: str, identity: str) -> HistoryEntry | None:
        """What was done last to a record; None for one that never was."""
        return next(iter(self._ledger.store.history(kind, identity, most=1)), None)

    def warnings(self) -> tuple[Fault, ...]:
        """What looks odd in all centres; a pointer begins with `/centres/` and the centre's id. Raises NotReady."""
        centres = [Centre.from_record(record) for _, record in sorted(self.contents().get("centre", {}).items())]
        found = quality.warnings(centres, self._ledger.current.snapshot.gazetteer.find, self._ledger.clock().date())
        return tuple(found)
