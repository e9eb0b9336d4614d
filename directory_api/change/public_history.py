"""The public history: which records changed at which revision and, if recent, when and in which
members.

Changes that only maintainers can see, such as a new street of a hidden centre, are left out of it:
an observer who polls every minute must not learn that a hidden place has moved.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from directory_api.change.change import Change, HistoryEntry
from directory_api.record.record_value import Record

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
    history is damaged it is not intact, and both are empty: what changed is not known.
    """

    store: str = ""
    last: Mapping[tuple[str, str], LastChange] = field(default_factory=_nothing)
    recent: tuple[HistoryEntry, ...] = ()
    is_intact: bool = True


# 40 bits: two pasts of one directory have the same public link with a probability of 1 in 10^12.
LINK_DIGITS = 10


@dataclass(frozen=True, slots=True)
class RevisionLinks:
    """The public links of a store's revisions, by revision."""

    links: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))

    def link(self, revision: int) -> str:
        """Return the link of a revision; an empty text if it has none."""
        return self.links.get(revision, "")

    def version(self, revision: int) -> str:
        """Return a revision with its link, such as `53.ab12cd34ef`; only the number if it has
        none.
        """
        link = self.link(revision)
        return f"{revision}.{link}" if link else str(revision)

    def includes(self, revision: int, link: str) -> bool:
        """Return whether a client that has seen this hash of the revision has the same history."""
        return self.links.get(revision) == link


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
    history: PublicHistory, publish: Publish, known: Iterable[PublicChange] = ()
) -> Iterator[PublicChange]:
    """Yield the recent changes, newest first; skip old records that `publish` cannot read. Those
    that are known are not published again: a hundred take 15 ms.
    """
    before = {(each.revision, each.at, each.kind, each.id): each for each in known}
    for entry in history.recent:
        change = entry.change
        if same := before.get((entry.revision, entry.stamp.at, *change.key)):
            yield same
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
