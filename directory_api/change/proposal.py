"""Changes that wait for a second person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from directory_api.change.change import PROPOSAL, Change, Contents
from directory_api.change.cited_sources import SOURCES, by_value, is_stated_by_same, stated_by
from directory_api.change.rebase import brought_up_to_date, is_outdated, touched, with_members
from directory_api.change.review import needs_review
from directory_api.record.record_value import Record
from directory_api.record.vocabulary import EMERGENCY_KINDS
from directory_api.text.message import from_json, to_json

# Proposals expire after 14 days: longer than a holiday, but before the reason is forgotten.
PROPOSAL_LIFE = timedelta(days=14)


def what_can_be_undone(change: Change, contents: Contents) -> tuple[Change | None, tuple[str, ...]]:
    """Return the change that undoes as much of a change as the current record allows (None if
    nothing), and the names of the members that stay because they have other values now.

    A member is undone if it has the value of the change, or differs from it only in what one
    person may change without review, such as the order of phones. Otherwise the author of a change
    could alone prevent that it is undone.
    """
    now = contents.get(change.kind, {}).get(change.id)
    before, after = change.before, change.after
    if now is None or before is None or after is None:
        sides = (_unconfirmed(each) if each else each for each in (after, now))
        is_same = _is_as_before(Change(change.kind, change.id, *sides))
        return (Change(change.kind, change.id, now, before) if is_same else None), ()
    old, new, current = by_value(before), by_value(after), by_value(now)
    members = touched(old, new)
    undone = {
        member
        for member in members
        if _is_as_before(
            Change(change.kind, change.id, *(_only(r, member) for r in (new, current)))
        )
        and is_stated_by_same(member, new, current)
    }
    # The sources of a value that is undone come with it.
    with_values = {m for m in members if {*stated_by(m)} & undone}
    # A later confirmation stays, and is of other values from now on.
    left = members - undone - with_values - {"verified"}
    stay = {
        SOURCES if stated_by(member) else member
        for member in left
        if current.get(member) != old.get(member)
    }
    back = Change(change.kind, change.id, now, with_members(now, new, old, undone))
    return (back if undone else None), tuple(sorted(stay))


def _is_as_before(later: Change) -> bool:
    """Return whether nothing changed later but what needs no review."""
    if later.before is None or later.after is None:
        return later.before is later.after
    return not needs_review(later)


def _unconfirmed(record: Record) -> Record:
    return {member: value for member, value in record.items() if member != "verified"}


def _only(record: Record, *members: str) -> Record:
    return {member: record[member] for member in members if member in record}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed change: who made it, when (UTC), why, and when it expires.

    `actor` is the id that identifies the person; `author` is the name to display. `warnings` are
    sentences for the person who decides. With
    `is_in_force` the change took effect at once, and a second person is to look at it: it does not
    expire.
    """

    id: str
    change: Change
    actor: str
    author: str
    at: datetime
    reason: str
    expires: datetime
    is_in_force: bool = False
    warnings: tuple[str, ...] = ()

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
            is_in_force=record.get("is_in_force", False),
            warnings=tuple(map(from_json, record.get("warnings", ()))),
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
            **({"is_in_force": True} if self.is_in_force else {}),
            **({"warnings": [*map(to_json, self.warnings)]} if self.warnings else {}),
        }

    @property
    def revision(self) -> int:
        """The revision at which it was made."""
        return int(self.id.partition("-")[0])

    @property
    def next_change(self) -> Change:
        """The change that a decision would make: the proposed one, or of one in force its
        opposite.
        """
        return self.change.opposite if self.is_in_force else self.change

    def outdated(self, contents: Contents) -> bool:
        """Return whether the data that the proposal is about has changed since it was made."""
        return is_outdated(self.next_change, contents)

    def now(self, contents: Contents) -> Change:
        """Return the next change, applied to the current record."""
        return brought_up_to_date(self.next_change, contents)


def open_proposals(contents: Contents, now: datetime) -> tuple[Proposal, ...]:
    """Return the proposals that have not expired: those about emergency and police numbers, then
    about other helplines, then others. Of each, those in force come first, and older ones before
    newer ones.
    """
    proposals = [
        Proposal.from_record(identity, record)
        for identity, record in contents.get(PROPOSAL, {}).items()
    ]
    return tuple(
        sorted(
            (each for each in proposals if each.is_in_force or now < each.expires),
            key=lambda each: (rank(each.change), not each.is_in_force, each.at, each.id),
        )
    )


def rank(change: Change) -> int:
    """Return how many people a change concerns: 0 for everybody in danger."""
    if change.kind != "helpline":
        return 2
    kinds = {side["kind"] for side in (change.before, change.after) if side}
    return int(kinds.isdisjoint(EMERGENCY_KINDS))


def proposals_of(records: Mapping[str, Record]) -> tuple[Proposal, ...]:
    """Return the proposals of records by id."""
    return tuple(Proposal.from_record(identity, record) for identity, record in records.items())
