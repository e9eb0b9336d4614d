"""The directory as maintainers see it: stored records, last changes, warnings."""

from directory_api.domain import quality
from directory_api.domain.changes.change import Contents, HistoryEntry
from directory_api.domain.errors import Fault, NotReady
from directory_api.domain.model.records import Centre
from directory_api.services.writer import Writer


class Overview:
    """Reads stored records, including hidden addresses. Every method raises StoreUnavailable."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def contents(self) -> Contents:
        """Return all records. Raises NotReady before the first load."""
        state = self._writer.store.records()
        if not state.revision:
            raise NotReady("the directory has not been loaded yet")
        return state.contents

    def last_change(self, kind: str, identity: str) -> HistoryEntry | None:
        """Return the last change of a record, or None if there never was such a record."""
        return next(iter(self._writer.store.history(kind, identity, most=1)), None)

    def warnings(self) -> tuple[Fault, ...]:
        """Return the warnings about all centres; a pointer begins with `/centres/` and the centre's
        id. Raises NotReady.
        """
        centres = [
            Centre.from_record(record)
            for _, record in sorted(self.contents().get("centre", {}).items())
        ]
        warnings = quality.warnings(
            centres, self._writer.live.snapshot.gazetteer.find, self._writer.clock().date()
        )
        return tuple(warnings)
