"""Editions: a snapshot from one change of an opening state to the next.

Everything that is computed from a snapshot and stored (answers, bundles, the map, the objects of
HSDS) is cached in its edition, so it never outlives the revision, the day or the opening state that
it shows.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from directory_api.answer import as_json
from directory_api.answer.json_pieces import JsonPieces
from directory_api.hours.timetable import Opening, Timetable
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.live.standing import StandingValues
from directory_api.once import OnceCache
from directory_api.record.helplines import Helplines
from directory_api.record.records import Centre, Helpline
from directory_api.search.snapshot import Snapshot

_Value = TypeVar("_Value")


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


MAX_AGE_SECONDS = 60
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Edition:
    """A snapshot with the opening hours of its centres from the beginning of the day, its JSON
    parts, and the period for which both are valid (UTC).

    `cached` keeps a value for as long as the edition is valid; `of_postcodes` keeps those that
    depend on the postcodes and the covered countries only for as long as these are the same.
    """

    snapshot: Snapshot
    timetable: Timetable
    pieces: JsonPieces
    since: datetime
    until: datetime
    of_postcodes: OnceCache = field(default_factory=OnceCache, repr=False, compare=False)
    _cache: OnceCache = field(default_factory=OnceCache, repr=False, compare=False)

    @property
    def of_day(self) -> tuple[str, int, str, datetime]:
        """What an answer depends on that is the same for a revision and a day: the store, the
        revision with its link, and the beginning of the day.
        """
        snapshot = self.snapshot
        return snapshot.store, snapshot.revision, snapshot.link, self.timetable.since

    def cached(self, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """Return the value of `make`, made once."""
        return self._cache.get(key, make)

    def opening(self, moment: datetime | str | None) -> Opening | None:
        """Return which centres are open at a moment, which may be years away; at the time of the
        edition for `now`; None for None.
        """
        if moment is None:
            return None
        # Use the edition's time, so that a centre that is found as open is also shown as open.
        if not isinstance(moment, datetime):
            return self.cached("opening", lambda: self._opening(self.since))
        return self._opening(moment)

    def _opening(self, at: datetime) -> Opening:
        return self.timetable.opening(self.snapshot.all_hours(), at)


class EditionCache:
    """Holds the current edition. A new one begins with each revision, each day, and each time that
    a centre opens or closes.

    `country` (ISO 3166-1) is that of the helplines in answers without a place. `hours` is the class
    of the timetables: Timetable, or Timeless for pages that are read days
    later.
    """

    def __init__(
        self,
        live: LiveSnapshot,
        fresh_days: int,
        now: Callable[[], datetime],
        hours: type[Timetable] = Timetable,
        *,
        country: str,
    ) -> None:
        self._live = live
        self._country = country
        self._fresh_days = fresh_days
        self._now = now
        # Every request asks for the time; as a number it takes a quarter of the time.
        self._seconds = time.time if now is utc_now else lambda: now().timestamp()
        self._hours = hours
        # With the beginning and the end in seconds since 1970.
        self._edition: tuple[Edition, float, float] | None = None
        self._making = threading.Lock()
        # By what they are, and Edition.of_day.
        self.standing = StandingValues()

    def current(self) -> Edition:
        """Return the current edition. Raises NotReady."""
        if self._edition:
            edition, since, until = self._edition
            if edition.snapshot is self._live.snapshot and since <= self._seconds() < until:
                return edition
        # One thread makes it: in two editions, everything would be made twice.
        with self._making:
            previous, snapshot, now = self._edition, self._live.snapshot, self._now()
            if previous:
                edition, since, until = previous
                if edition.snapshot is snapshot and since <= now.timestamp() < until:
                    return edition  # another thread has made it
            edition = self._next(previous[0] if previous else None, snapshot, now)
            self._edition = edition, edition.since.timestamp(), edition.until.timestamp()
            return edition

    def max_age(self, edition: Edition) -> int:
        """Return for how many seconds a response of the edition may be cached: at most until a
        centre opens or closes.
        """
        return max(0, min(MAX_AGE_SECONDS, int((edition.until - self._now()).total_seconds())))

    def _next(self, previous: Edition | None, snapshot: Snapshot, now: datetime) -> Edition:
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        # Opening hours are computed once a day. They depend on nothing else in a snapshot.
        is_same_day = previous and previous.timetable.since == midnight
        timetable = previous.timetable if previous and is_same_day else self._hours(midnight)
        helplines = Helplines(snapshot.helplines, self._country, snapshot.covered)
        pieces = JsonPieces(helplines, snapshot.attributions, self._fresh_days, timetable, now)
        next_day = midnight + _DAY
        until = min(next_day, timetable.next_change(snapshot.all_hours(), now) or next_day)
        has_same_postcodes = (
            previous
            and previous.snapshot.gazetteer is snapshot.gazetteer
            and previous.snapshot.covered == snapshot.covered
        )
        of_postcodes = previous.of_postcodes if previous and has_same_postcodes else OnceCache()
        return Edition(snapshot, timetable, pieces, now, until, of_postcodes)

    def tag(self, kind: str, record: Mapping[str, Any], version: str) -> str:
        """Return the ETag that maintainers send in If-Match: the ETag of the public response, which
        begins with the version of the record.

        The public response of a centre with a hidden address does not contain the whole record, so
        the version alone is the ETag.
        """
        if kind != "centre":
            line = Helpline.from_record(record).published()
            return tag(as_json.dump(line.to_record()), version)
        if record["address_visibility"] != "public":
            return version
        centre = Centre.from_record(record)
        return tag(self.current().pieces.alone(centre.published(centre.location)), version)


def tag(body: bytes, version: str | None = None) -> str:
    """Return the ETag of a body. For a single record it begins with the record's version (the
    revision that wrote it, and the link), which is the part that conditional writes compare.
    """
    digest = hashlib.sha256(body).hexdigest()[:32]
    return digest if version is None else f"{version}-{digest}"
