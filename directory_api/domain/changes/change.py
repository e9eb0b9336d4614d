"""Changes: differences, merge patches, proposals, the outcome of an edit, history.

The last part is the public history: which records changed at which revision and, if recent, when
and in which members. Changes that only maintainers can see, such as a new street of a hidden
centre, are left out of it: an observer who polls every minute must not learn that a hidden place
has moved.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from directory_api.domain.errors import Fault
from directory_api.domain.model.records import in_dialling_order

Record = Mapping[str, Any]
# Every record in the store, by kind and id. Kinds: directory, helpline, centre, boundary, table,
# proposal, loaded, adopted.
Contents = Mapping[str, Mapping[str, Record]]


@dataclass(frozen=True, slots=True)
class Change:
    """One record that was added (before is None), changed, or removed (after is None)."""

    kind: str
    id: str
    before: Record | None
    after: Record | None

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


def document(contents: Contents) -> dict[str, Any]:
    """Return the document: header, helplines by priority, centres by id."""
    return {
        **contents.get("directory", {}).get("directory", {}),
        "helplines": list(in_dialling_order(contents.get("helpline", {}).values())),
        "centres": [record for _, record in sorted(contents.get("centre", {}).items())],
    }


def merged(target: Any, patch: Any) -> Any:
    """Return the target with a JSON Merge Patch (RFC 7396) applied.

    Objects are merged member by member, null removes a member, and any other value replaces the
    target.
    """
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


# Proposals expire after 14 days: longer than a holiday, but before the reason is forgotten.
PROPOSAL_LIFE = timedelta(days=14)


def is_outdated(change: Change, contents: Contents) -> bool:
    """Return whether the data that a change is about differs from what the change begins with."""
    now = contents.get(change.kind, {}).get(change.id)
    before, after = change.before, change.after
    if now is None or before is None or after is None:
        return now != before
    return any(now.get(member) != before.get(member) for member in _touched(before, after))


def brought_up_to_date(change: Change, contents: Contents) -> Change:
    """Return the change, applied to the current record: later changes of other members stay."""
    now = contents.get(change.kind, {}).get(change.id)
    before, after = change.before, change.after
    if now is None or before is None or after is None:
        return change
    touched = _touched(before, after)
    rest = {member: value for member, value in now.items() if member not in touched}
    return Change(change.kind, change.id, now, rest | {m: after[m] for m in touched if m in after})


def _touched(before: Record, after: Record) -> set[str]:
    before, after = without_digest(before), without_digest(after)
    return {member for member in {*before, *after} if before.get(member) != after.get(member)}


def without_digest(record: Record) -> Record:
    """Return the record without the digest of its confirmation, which follows from the others."""
    verified = record.get("verified")
    if not verified or "digest" not in verified:
        return record
    rest = {name: value for name, value in verified.items() if name != "digest"}
    return {**record, "verified": rest}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed change: who made it, when (UTC), why, and when it expires.

    `actor` is the id that identifies the person; `author` is the name to display. With
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
        }

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


def waiting(contents: Contents, now: datetime) -> tuple[Proposal, ...]:
    """Return the proposals that have not expired, oldest first; those in force before others."""
    proposals = [
        Proposal.from_record(identity, record)
        for identity, record in contents.get("proposal", {}).items()
    ]
    return tuple(
        sorted(
            (each for each in proposals if each.is_in_force or now < each.expires),
            key=lambda each: (not each.is_in_force, each.at, each.id),
        )
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an edit.

    `to_check` are those of the changes done that a second person is to look at. `revision` is the
    one now in force; for a dry run, the one that the records were compared with.
    The result of a large import lists the first changes and warnings: `more` counts the other
    changes in force by their action, and `more_warnings` the other warnings.
    """

    revision: int
    done: tuple[Change, ...] = ()
    waiting: tuple[Proposal, ...] = ()
    warnings: tuple[Fault, ...] = ()
    more: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    more_warnings: int = 0
    to_check: tuple[Proposal, ...] = ()

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
            waiting=_proposals(record["waiting"]),
            warnings=tuple(Fault(**fault) for fault in record["warnings"]),
            to_check=_proposals(record.get("to_check", {})),
        )

    def to_record(self) -> dict[str, Any]:
        """Return the record for the store, so that a repeated request gets the same answer."""
        return {
            "revision": self.revision,
            "done": [asdict(change) for change in self.done],
            "waiting": {proposal.id: proposal.to_record() for proposal in self.waiting},
            "warnings": [asdict(fault) for fault in self.warnings],
            "to_check": {proposal.id: proposal.to_record() for proposal in self.to_check},
        }


def _proposals(records: Mapping[str, Record]) -> tuple[Proposal, ...]:
    return tuple(Proposal.from_record(identity, record) for identity, record in records.items())


# Enough for a partner who reads the feed once a week; reading the before and after of 100 records
# takes 5 ms.
RECENT = 100


class LastChange(NamedTuple):
    """The last change of a record: its revision, and its time (UTC) if known."""

    revision: int
    at: datetime | None = None


# Returns the public form of a record of a kind. Raises KeyError if the record has an unknown
# structure.
Publish = Callable[[str, Record], Record]


def _nothing() -> Mapping[tuple[str, str], LastChange]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PublicHistory:
    """The public history of a store.

    `store` is a random, permanent database id. `last` holds, by kind and id, the last change of
    every record that exists or existed. `recent` holds the last changes of centres and helplines,
    at most RECENT, newest first. Changes that only maintainers can see are in neither. If the
    history is damaged it is not intact, and both are empty: no device can be told what changed.
    """

    store: str = ""
    last: Mapping[tuple[str, str], LastChange] = field(default_factory=_nothing)
    recent: tuple[HistoryEntry, ...] = ()
    is_intact: bool = True


# 40 bits: two pasts of one directory have the same public link with a probability of 1 in 10^12.
LINK_DIGITS = 10


@dataclass(frozen=True, slots=True)
class RevisionLinks:
    """The public links of a store's revisions, by revision.

    `first` is the first revision that has a link; it is also used for all revisions before it, of a
    database that was made before there were links.
    """

    first: int = 0
    links: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))

    def link(self, revision: int) -> str:
        """Return the link of a revision; an empty text if it has none."""
        return self.links.get(max(revision, self.first), "")

    def version(self, revision: int) -> str:
        """Return a revision with its link, such as `53.ab12cd34ef`; only the number if it has
        none.
        """
        link = self.link(revision)
        return f"{revision}.{link}" if link else str(revision)

    def includes(self, revision: int, link: str) -> bool:
        """Return whether a client that has seen this link of the revision has the same past."""
        return revision >= self.first and self.links.get(revision) == link


# The kinds of records that a bundle contains.
TOUCHED = frozenset({"centre", "helpline", "table", "boundary"})


class ChangedRecord(NamedTuple):
    """The last revision at which the public form of a record changed; sorted by that revision."""

    revision: int
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class PublicChange:
    """One public change: when (UTC), of which record, and which members differ.

    It holds no values: old values may have been withdrawn for safety. `action` is `added`,
    `changed`, `closed` or `removed`.
    """

    revision: int
    at: datetime
    kind: str
    id: str
    action: str
    members: tuple[str, ...]


def is_seen(change: Change, publish: Publish) -> bool:
    """Return whether the public form of the record differs; True if that cannot be determined."""
    if change.before is None or change.after is None:
        return True  # every record has a public form
    try:
        return bool(_members(change, publish))
    except KeyError:
        return True


def news(
    past: PublicHistory, publish: Publish, known: Iterable[PublicChange] = (), until: int = -1
) -> Iterator[PublicChange]:
    """Yield the recent changes, newest first; skip old records that `publish` cannot read.

    `known` are those up to the revision `until`, which an earlier call yielded.
    """
    by_record = {(each.revision, each.kind, each.id): each for each in known}
    for entry in past.recent:
        change = entry.change
        if entry.revision <= until:
            yield from filter(None, [by_record.get((entry.revision, change.kind, change.id))])
            continue
        try:
            members = _members(change, publish)
        except KeyError:
            continue
        if members:
            both = change.before and change.after
            closed = both and "status" in members and both["status"] == "closed"
            action = "closed" if closed else change.action
            yield PublicChange(
                entry.revision,
                entry.stamp.at,
                change.kind,
                change.id,
                action,
                members if both else (),
            )


def _members(change: Change, publish: Publish) -> tuple[str, ...]:
    """Return the members whose public value differs."""
    before, after = (
        publish(change.kind, record) if record else {} for record in (change.before, change.after)
    )
    return tuple(name for name in {**before, **after} if before.get(name) != after.get(name))
