"""What changed for everybody: which records, at which revision, and lately also when and in what.

A change that only the maintainers can see, such as the street of a hidden centre, is none here: who looks every minute
must not learn that a hidden place has moved.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from directory_api.domain.changes.change import Change, HistoryEntry, Record

# A partner who reads a feed once a week meets each change; 100 records of before and after take 5 ms to read.
RECENT = 100


class Last(NamedTuple):
    """The last change of a record: its revision, and when that was (UTC), where it is known."""

    revision: int
    at: datetime | None = None


# Makes of a kind and its record what everybody sees of it. Raises KeyError for a record of another shape.
Publish = Callable[[str, Record], Record]


def _nothing() -> Mapping[tuple[str, str], Last]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Past:
    """What a store knows of what it was.

    `store` is its own name, by chance and for ever. `last` has by kind and id the last change of every record that
    is or was, `recent` the last changes of centres and helplines, at most RECENT, newest first. Changes that nobody
    but the maintainers could see are in neither: as if they had never been.
    """

    store: str = ""
    last: Mapping[tuple[str, str], Last] = field(default_factory=_nothing)
    recent: tuple[HistoryEntry, ...] = ()


# The kinds of records that a bundle is made of.
TOUCHED = frozenset({"centre", "helpline", "table", "boundary"})


class Touched(NamedTuple):
    """The revision that last changed what everybody sees of a record, by which touched records are ordered."""

    revision: int
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class News:
    """One change that everybody can see: when (UTC), of what, and which members differ.

    No value is in it: what a centre took back, a street or a number, must not be told on by its news. `deed` is
    `added`, `changed`, `closed` or `removed`.
    """

    revision: int
    at: datetime
    kind: str
    id: str
    deed: str
    members: tuple[str, ...]


def is_seen(change: Change, publish: Publish) -> bool:
    """Whether everybody sees that something changed; where that cannot be told it is told, rather than never."""
    try:
        return bool(_members(change, publish))
    except KeyError:
        return True


def news(past: Past, publish: Publish) -> Iterator[News]:
    """The recent changes, newest first. A record of long ago that `publish` cannot read is passed over."""
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
            yield News(entry.revision, entry.stamp.at, change.kind, change.id, deed, members if both else ())


def _members(change: Change, publish: Publish) -> tuple[str, ...]:
    """The members that differ for everybody."""
    before, after = (publish(change.kind, record) if record else {} for record in (change.before, change.after))
    return tuple(name for name in {**before, **after} if before.get(name) != after.get(name))
