"""What every store promises. The one test suite for stores runs whole on each of them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from directory_api.domain.change import Change, Contents, Record, Stamp
from directory_api.domain.postcode import Place


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that a store holds, read in one transaction: it belongs together."""

    revision: int
    version: str
    contents: Contents
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of one record: which revision it made, who, when (UTC), why, before and after."""

    revision: int
    kind: str
    id: str
    author: str
    at: datetime
    reason: str
    before: Record | None
    after: Record | None


def checksum(*parts: str) -> str:
    """The SHA-256 of a record's text and of what it is kept under, so that neither can change unseen."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class Store(Protocol):
    """Keeps records, their history, postcodes and one revision number.

    - Every method opens what it needs and closes it again; a store can be used from any thread.
    - `append` is one transaction: all of it or nothing, and acknowledged only when it is on the disk.
    - The revision starts at 0, with nothing kept, and grows by one with each `append`.
    - Each record is kept with its SHA-256 and checked when it is read.
    - StoreUnavailable is raised when the store is locked, gone, full or damaged; its text names no record.
    """

    def migrate(self) -> None:
        """Create what is missing; harmless when repeated, also by several processes at once."""

    def revision(self) -> int:
        """The current revision; 0 for an empty store."""

    def version(self) -> str:
        """A text that changes with each `append` and is never the same for two stores, also for one made anew."""

    def read(self) -> Kept:
        """Everything at one revision."""

    def append(
        self,
        changes: Sequence[Change],
        stamp: Stamp,
        *,
        expected: int,
        tables: Mapping[str, Sequence[Place]] | None = None,
    ) -> int:
        """Apply the changes with a history entry each, replace whole postcode tables by country; the new revision.

        Raises StoreConflict when the revision is not `expected`, decided by one conditional UPDATE.
        """

    def history(self, kind: str, identity: str) -> tuple[HistoryEntry, ...]:
        """Every change of one record, newest first."""
