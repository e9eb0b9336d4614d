"""Public changes: which records, at which revision and, if recent, when and in which members.

Changes that only maintainers can see, such as a new street of a hidden centre, are left out: an
observer who polls every minute must not learn that a hidden place has moved.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from directory_api.domain.changes.change import Change, HistoryEntry, Record

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
    at most RECENT, newest first. Changes that only maintainers can see are in neither.
    """

    store: str = ""
    last: Mapping[tuple[str, str], LastChange] = field(default_factory=_nothing)
    recent: tuple[HistoryEntry, ...] = ()


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

    It holds no values: old values may have been withdrawn for safety. `deed` is `added`, `changed`,
    `closed` or `removed`.
    """

    revision: int
    at: datetime
    kind: str
    id: str
    deed: str
    members: tuple[str, ...]


def is_seen(change: Change, publish: Publish) -> bool:
    """Return whether the public form of the record differs; True if that cannot be determined."""
    try:
        return bool(_members(change, publish))
    except KeyError:
        return True


def news(past: PublicHistory, publish: Publish) -> Iterator[PublicChange]:
    """Yield the recent changes, newest first; skip old records that `publish` cannot read."""
    for entry in past.recent:
        change = entry.change
        try:
            members = _members(change, publish)
        except KeyError:
            continue
        if members:
            both = change.before and change.after
            closed = both and "status" in members and both["status"] == "closed"
            deed = "closed" if closed else change.deed
            yield PublicChange(
                entry.revision,
                entry.stamp.at,
                change.kind,
                change.id,
                deed,
                members if both else (),
            )


def _members(change: Change, publish: Publish) -> tuple[str, ...]:
    """Return the members whose public value differs."""
    before, after = (
        publish(change.kind, record) if record else {} for record in (change.before, change.after)
    )
    return tuple(name for name in {**before, **after} if before.get(name) != after.get(name))
