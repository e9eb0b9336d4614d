"""Adopts a store that replaces the served one: an operator says that servers follow it.

A server never follows another store than the one that it has served, nor a lower revision of it
(LiveSnapshot). What is adopted is written into the store, from which every server that follows it
learns it, and into the last good snapshot, for the servers of this machine that only read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from directory_api.bootstrap import Directory
from directory_api.change.change import Contents, Stamp
from directory_api.live.last_good import LastGoodSnapshot
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.record.numbers import shown_numbers
from directory_api.record.record_value import Record
from directory_api.record.token import Actor
from directory_api.store.sql.store import Store
from directory_api.text.errors import NotReady


@dataclass(frozen=True, slots=True)
class Adoption:
    """The store that is there, and what was served before; both as versions, with id, revision and
    link.
    """

    present: str
    # None if nothing was served on this machine, or the same store is there.
    replaced: str | None


@dataclass(frozen=True, slots=True)
class Side:
    """What a person can judge of a directory: when it was changed last and why, or when its last
    good snapshot was written, and how many centres and helplines it has.
    """

    at: datetime | None
    reason: str | None
    centres: int
    helplines: int


@dataclass(frozen=True, slots=True)
class PhoneDifference:
    """The phone numbers of a record, before and after an adoption; none if it has none."""

    record: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was served, as far as its snapshot can be read, and what would be served."""

    served: Side | None
    present: Side
    phones: tuple[PhoneDifference, ...]


class Adopter:
    """Adopts the store of this directory. Raises StoreUnavailable."""

    def __init__(
        self,
        store: Store,
        live: LiveSnapshot,
        last_good: LastGoodSnapshot,
        clock: Callable[[], datetime],
        *,
        read_only: bool = False,
    ) -> None:
        self._store = store
        self._live = live
        self._last_good = last_good
        self._clock = clock
        self._read_only = read_only

    def look(self) -> Adoption:
        """Return what `adopt` would do. Raises NotReady for a store without records."""
        served = self._last_good.served_version()
        if not self._store.revision():
            raise NotReady("the database holds no records; there is nothing to adopt")
        follows = served is None or self._store.follows(served)
        return Adoption(self._store.version(), None if follows else served)

    def compare(self) -> Comparison:
        """Return what is different between what was served and the store."""
        now = self._store.records().contents
        last = next(iter(self._store.history(most=1)), None)
        present = Side(
            last.stamp.at if last else None,
            last.stamp.reason if last else None,
            len(now.get("centre", {})),
            len(now.get("helpline", {})),
        )
        snapshot = self._last_good.load()
        if snapshot is None:
            return Comparison(None, present, ())
        centres, lines = snapshot.centres, snapshot.helplines
        served = Side(self._last_good.written_at(), None, len(centres), len(lines))
        before: Contents = {
            "helpline": {line.id: line.to_record() for line in lines},
            "centre": {each.id: each.to_record() for each in centres},
        }
        return Comparison(served, present, tuple(_phone_differences(before, now)))

    def adopt(self, actor: Actor) -> Adoption:
        """Have servers follow the store. Raises StoreConflict and FileUnreadable."""
        adoption = self.look()
        if adoption.replaced and not self._read_only:
            stamp = Stamp(actor.name, self._clock(), "adopted instead of another directory")
            self._store.adopt(self._last_good.replaceable(), stamp)
        self._live.adopt()
        return Adoption(self._store.version(), adoption.replaced)


def adopter_of(directory: Directory) -> Adopter:
    """Return what adopts the store of a directory."""
    return Adopter(
        directory.writer.store,
        directory.live,
        directory.live.last_good,
        directory.clock,
        read_only=directory.is_read_only,
    )


def _phone_differences(before: Contents, after: Contents) -> Iterator[PhoneDifference]:
    for kind in ("helpline", "centre"):
        old, new = before.get(kind, {}), after.get(kind, {})
        for identity in sorted({*old, *new}):
            was, now = (_phones(records.get(identity, {})) for records in (old, new))
            if was != now:
                yield PhoneDifference(identity, was, now)


def _phones(record: Record) -> tuple[str, ...]:
    return tuple(shown.number for shown in shown_numbers(record))
