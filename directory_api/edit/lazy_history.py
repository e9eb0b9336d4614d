"""The history of records that are brought back to what they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from directory_api.change.change import Change, HistoryEntry
from directory_api.store.sql.store import Store

# The most entries that are read at once: those of a hundred imports of 10,000 centres.
MOST_ENTRIES = 1_000_000


@dataclass(frozen=True)
class LazyHistory:
    """The changes of one record, or of all, that were made at one of the revisions. They are read
    once, and only if they are asked for.
    """

    store: Store
    revisions: range
    kind: str | None = None
    id: str | None = None

    def entries(self, change: Change) -> Sequence[HistoryEntry]:
        """Return the history of the record of a change, newest first."""
        return self._by_record.get(change.key, ())

    @cached_property
    def _by_record(self) -> Mapping[tuple[str, str], Sequence[HistoryEntry]]:
        entries: dict[tuple[str, str], list[HistoryEntry]] = {}
        for entry in self.store.history(
            self.kind, self.id, most=MOST_ENTRIES, revisions=self.revisions
        ):
            entries.setdefault(entry.change.key, []).append(entry)
        return entries
