"""What changed: one word behind loading, import plans, history and synchronisation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Record = Mapping[str, Any]
# Every record that the store keeps, by kind and id. Kinds: directory, helpline, centre,
# boundary, table, proposal, loaded.
Contents = Mapping[str, Mapping[str, Record]]


@dataclass(frozen=True, slots=True)
class Change:
    """One record that appears (before is None), changes, or goes (after is None)."""

    kind: str
    id: str
    before: Record | None
    after: Record | None

    @property
    def deed(self) -> str:
        """`added`, `changed` or `removed`."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who changed something, when and why; and who else looked at it first, where somebody did."""

    author: str
    at: datetime
    reason: str
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of one record: which revision it made, what, and who, when (UTC), why."""

    revision: int
    change: Change
    stamp: Stamp


def diff(before: Contents, after: Contents) -> tuple[Change, ...]:
    """The changes that make `before` equal to `after`, by kind and id; kinds that `after` lacks stay untouched."""
    changes: list[Change] = []
    for kind, wanted in after.items():
        present = before.get(kind, {})
        for identity in sorted({*present, *wanted}):
            old, new = present.get(identity), wanted.get(identity)
            if old != new:
                changes.append(Change(kind, identity, old, new))
    return tuple(changes)


def applied(before: Contents, changes: Iterable[Change]) -> Contents:
    """The contents with the changes made."""
    after = {kind: dict(records) for kind, records in before.items()}
    for change in changes:
        records = after.setdefault(change.kind, {})
        if change.after is None:
            records.pop(change.id, None)
        else:
            records[change.id] = change.after
    return after
