"""Proposals, which wait for review by a second maintainer, and the outcome of an edit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from directory_api.domain.changes.change import Change, Contents, Record
from directory_api.domain.errors import Fault

# Proposals expire after 14 days: longer than a holiday, but before the reason is forgotten.
LIFE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed change: who made it, when (UTC), why, and when it expires.

    `actor` is the id that identifies the person; `author` is the name to display.
    """

    id: str
    change: Change
    actor: str
    author: str
    at: datetime
    reason: str
    expires: datetime

    @classmethod
    def from_record(cls, identity: str, record: Record) -> Self:
        """Read what to_record returned."""
        return cls(
            id=identity,
            change=Change(record["kind"], record["id"], record["before"], record["after"]),
            actor=record["actor"],
            author=record["author"],
            at=datetime.fromisoformat(record["at"]),
            reason=record["reason"],
            expires=datetime.fromisoformat(record["expires"]),
        )

    def to_record(self) -> dict[str, Any]:
        """Return the record for the store."""
        return {
            "kind": self.change.kind,
            "id": self.change.id,
            "before": self.change.before,
            "after": self.change.after,
            "actor": self.actor,
            "author": self.author,
            "at": self.at.isoformat(),
            "reason": self.reason,
            "expires": self.expires.isoformat(),
        }

    def outdated(self, contents: Contents) -> bool:
        """Return whether the data that the proposal changes has changed since it was made."""
        now = contents.get(self.change.kind, {}).get(self.change.id)
        before, after = self.change.before, self.change.after
        if now is None or before is None or after is None:
            return now != before
        return any(now.get(member) != before.get(member) for member in _touched(before, after))

    def now(self, contents: Contents) -> Change:
        """Return the change, applied to the current record: later changes of other members stay."""
        now = contents.get(self.change.kind, {}).get(self.change.id)
        before, after = self.change.before, self.change.after
        if now is None or before is None or after is None:
            return self.change
        touched = _touched(before, after)
        rest = {member: value for member, value in now.items() if member not in touched}
        return Change(
            self.change.kind,
            self.change.id,
            now,
            rest | {m: after[m] for m in touched if m in after},
        )


def _touched(before: Record, after: Record) -> set[str]:
    return {member for member in {*before, *after} if before.get(member) != after.get(member)}


def waiting(contents: Contents, now: datetime) -> tuple[Proposal, ...]:
    """Return the proposals that have not expired, oldest first."""
    proposals = [
        Proposal.from_record(identity, record)
        for identity, record in contents.get("proposal", {}).items()
    ]
    return tuple(sorted((p for p in proposals if now < p.expires), key=lambda p: (p.at, p.id)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an edit.

    `revision` is the one now in force; for a dry run, the one that the records were compared with.
    """

    revision: int
    done: tuple[Change, ...] = ()
    waiting: tuple[Proposal, ...] = ()
    warnings: tuple[Fault, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, whether in force or waiting for review."""
        return (*self.done, *(proposal.change for proposal in self.waiting))

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read what to_record returned."""
        return cls(
            revision=record["revision"],
            done=tuple(Change(**change) for change in record["done"]),
            waiting=tuple(
                Proposal.from_record(identity, proposal)
                for identity, proposal in record["waiting"].items()
            ),
            warnings=tuple(Fault(**fault) for fault in record["warnings"]),
        )

    def to_record(self) -> dict[str, Any]:
        """Return the record for the store, so that a repeated request gets the same answer."""
        return {
            "revision": self.revision,
            "done": [asdict(change) for change in self.done],
            "waiting": {proposal.id: proposal.to_record() for proposal in self.waiting},
            "warnings": [asdict(fault) for fault in self.warnings],
        }
