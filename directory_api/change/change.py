"""Changes of records, and what they make of all records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from directory_api.record.record_value import Record
from directory_api.record.records import in_dialling_order

# Every record in the store, by kind and id. Kinds: directory, helpline, centre, boundary, table,
# loaded, adopted, PROPOSAL, and those of features.
Contents = Mapping[str, Mapping[str, Record]]


@dataclass(frozen=True, slots=True)
class Change:
    """One record that was added (before is None), changed, or removed (after is None)."""

    kind: str
    id: str
    before: Record | None
    after: Record | None

    @property
    def key(self) -> tuple[str, str]:
        """The kind and the id of the record."""
        return self.kind, self.id

    @property
    def action(self) -> str:
        """The action: `added`, `changed` or `removed`."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    @property
    def opposite(self) -> "Change":
        """The change that undoes this one."""
        return Change(self.kind, self.id, self.after, self.before)


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
    for kind, records in after.items():
        present = before.get(kind, {})
        for identity in sorted({*present, *records}):
            old, new = present.get(identity), records.get(identity)
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


# The kinds of records that maintainers edit, and the member of the document that lists each.
COLLECTIONS: Mapping[str, str] = {"centre": "centres", "helpline": "helplines"}
# The kinds of records that maintainers write. Postcode tables and boundaries have no editor: only
# commands on the server load them.
MAINTAINED = frozenset({"directory", *COLLECTIONS})
# The kind of the records of the changes that wait for a second person (proposal.py).
PROPOSAL = "proposal"


def document(contents: Contents) -> dict[str, Any]:
    """Return the document: header, helplines by priority, centres by id."""
    return {
        **contents.get("directory", {}).get("directory", {}),
        "helplines": list(in_dialling_order(contents.get("helpline", {}).values())),
        "centres": [record for _, record in sorted(contents.get("centre", {}).items())],
    }


def without_digest(record: Record) -> Record:
    """Return the record without the digest of its confirmation, which follows from the others, and
    without the confirmations of single parts.
    """
    verified = record.get("verified")
    if not verified or not verified.keys() & {"digest", "parts"}:
        return record
    rest = {name: value for name, value in verified.items() if name not in ("digest", "parts")}
    others = {name: value for name, value in record.items() if name != "verified"}
    return {**others, "verified": rest} if rest else others
