"""Differences between two states of the records, for imports, history and synchronisation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Record = Mapping[str, Any]
# Every record in the store, by kind and id. Kinds: directory, helpline, centre, boundary, table,
# proposal, loaded.
Contents = Mapping[str, Mapping[str, Record]]


@dataclass(frozen=True, slots=True)
class Change:
    """One record that was added (before is None), changed, or removed (after is None)."""

    kind: str
    id: str
    before: Record | None
    after: Record | None

    @property
    def deed(self) -> str:
        """The action: `added`, `changed` or `removed`."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who made a change, when (UTC) and why, and who approved it if it was reviewed."""

    author: str
    at: datetime
    reason: str
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of one record, with its stamp and the revision that it created."""

    revision: int
    change: Change
    stamp: Stamp


def diff(before: Contents, after: Contents) -> tuple[Change, ...]:
    """Return the changes that turn `before` into `after`, by kind and id.

    Kinds that are absent from `after` are left unchanged.
    """
    changes: list[Change] = []
    for kind, wanted in after.items():
        present = before.get(kind, {})
        for identity in sorted({*present, *wanted}):
            old, new = present.get(identity), wanted.get(identity)
            if old != new:
                changes.append(Change(kind, identity, old, new))
    return tuple(changes)


def applied(before: Contents, changes: Iterable[Change]) -> Contents:
    """Return the contents with the changes applied."""
    after = {kind: dict(records) for kind, records in before.items()}
    for change in changes:
        records = after.setdefault(change.kind, {})
        if change.after is None:
            records.pop(change.id, None)
        else:
            records[change.id] = change.after
    return after
