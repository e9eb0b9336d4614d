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
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from directory_api.answer.json_pieces import JsonPieces
from directory_api.files.files import read_json
from directory_api.hours.timetable import Opening, Timetable
from directory_api.left_out import leave_out
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.live.stale import StaleCache
from directory_api.once import OnceCache
from directory_api.place.gazetteer import Gazetteer, Neighbours
from directory_api.place.geometry import Point, chord_m
from directory_api.place.refusals import coordinate_in
from directory_api.place.whereabouts import Whereabouts
from directory_api.record.helplines import Helplines
from directory_api.record.records import Helpline, in_dialling_order
from directory_api.search.query import (
    Coordinate,
    Filters,
    NearestAnswer,
    NearestQuery,
    Origin,
    TypedPlace,
)
from directory_api.search.snapshot import Snapshot
from directory_api.search.typed_place import from_typed
from directory_api.text.errors import FileUnreadable

_Value = TypeVar("_Value")


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


MAX_AGE_SECONDS = 60
_DAY = timedelta(days=1)
# A point outside the coverage, but nearer to its swapped form than this, may be correct.
_FAR_M = 500_000
_MOST_LATITUDE = 90


class RevisionOnDay(NamedTuple):
    """A revision of a store, on a day (the beginning of it), with the temporary values in force
    (when the last of them began or ended).
    """

    store: str
    revision: int
    revision_hash: str
    day: datetime
    switched: datetime | None


@dataclass(frozen=True, slots=True)
class Edition:
    """A snapshot with the places and helplines of a directory, the opening hours of its centres
    from the beginning of the day, its JSON parts, and the period for which all are valid (UTC).

    A request takes one edition and asks it everything, so that its answer is of one revision.

    `cached` keeps a value for as long as the edition is valid; `of_postcodes` keeps those that
    depend on the postcodes and the covered countries only for as long as these are the same.
    """

    snapshot: Snapshot
    # With those of the neighbours.
    places: Gazetteer
    helplines: Helplines
    # With the outlines of the neighbours.
    whereabouts: Whereabouts
    timetable: Timetable
    pieces: JsonPieces
    since: datetime
    until: datetime
    # When temporary values of a centre began to hold, or ended, last; None if they never did.
    switched: datetime | None = None
    of_postcodes: OnceCache = field(default_factory=OnceCache, repr=False, compare=False)
    _cache: OnceCache = field(default_factory=OnceCache, repr=False, compare=False)

    @property
    def home(self) -> str:
        """The directory's own country (ISO 3166-1)."""
        return self.helplines.home

    @property
    def every_helpline(self) -> tuple[Helpline, ...]:
        """All helplines of short lists, with an emergency number of each country in which places
        are known: those that are covered, those with postcodes or a boundary, and their neighbours.
        """
        snapshot = self.snapshot
        places = {*snapshot.gazetteer.sizes, *snapshot.areas, *self.places.neighbours.places}
        every = self.helplines.complete_list(snapshot.covered | places)
        return tuple(line for line in every if line.id not in self.helplines.for_some)

    def nearest(self, query: NearestQuery) -> NearestAnswer:
        """Return the closest centres to a place. Raises PlaceRefused for one that is not known."""
        snapshot, place = self.snapshot, query.place
        if isinstance(place, TypedPlace) and not place.is_code:
            typed = coordinate_in(place.text)
            place = Coordinate(*typed) if typed else place
        if isinstance(place, Coordinate):
            origin = Origin.of_coordinate(place)
            countries = self.whereabouts.countries_at(origin.point, origin.accuracy_m)
            answer = snapshot.nearest(query, origin._replace(countries=countries))
            is_swapped = not answer.covered and self._is_swapped(origin.point)
            return answer._replace(swapped=True) if is_swapped else answer
        return from_typed(query, self.places, snapshot)

    def _is_swapped(self, point: Point) -> bool:
        """Return whether a point with latitude and longitude exchanged would be covered, and is far
        from this one.
        """
        if abs(point.lon) > _MOST_LATITUDE:
            return False
        other = Point(point.lon, point.lat)
        is_covered = not self.snapshot.covered.isdisjoint(self.whereabouts.countries_at(other))
        return is_covered and chord_m(point, other) > _FAR_M

    @property
    def of_day(self) -> RevisionOnDay:
        """What an answer depends on that is the same for a revision and a day."""
        snapshot, day = self.snapshot, self.timetable.since
        return RevisionOnDay(
            snapshot.store, snapshot.revision, snapshot.revision_hash, day, self.switched
        )

    def cached(self, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """Return the value of `make`, made once."""
        return self._cache.get(key, make)

    def filters(self, params: Mapping[str, Any]) -> Filters:
        """Return the filters of a loaded request, whose `open_at` may be years away."""
        moment: datetime | str | None = params.get("open_at")
        opening = None
        # Use the edition's time, so that a centre that is found as open is also shown as open.
        if isinstance(moment, str):
            opening = self.cached("opening", lambda: self._opening(self.since))
        elif moment is not None:
            opening = self._opening(moment)
        return Filters.from_request(params, opening)

    def _opening(self, at: datetime) -> Opening:
        return self.timetable.opening(self.snapshot.index.hours(), at)


class _Current(NamedTuple):
    """An edition, the snapshot in force that it is from, and its period in seconds since 1970."""

    edition: Edition
    base: Snapshot
    since: float
    until: float

    def holds(self, base: Snapshot, now: float) -> bool:
        """Return whether the edition is that of a snapshot in force at a moment."""
        return self.base is base and self.since <= now < self.until


class EditionCache:
    """Holds the current edition. A new one begins with each revision, each day, and each time that
    a centre opens or closes, or that temporary values of one begin to hold or end.

    `home` is the directory's own country (ISO 3166-1), and `shipped_records` the file with the
    helplines for errors before the first load. `now` returns the current time in UTC.
    Editions that are `timeless` are for what is read days later, or shows no opening hours.
    """

    def __init__(
        self,
        live: LiveSnapshot,
        neighbours: Neighbours,
        home: str,
        shipped_records: Path,
        fresh_days: int,
        now: Callable[[], datetime],
        *,
        timeless: bool = False,
    ) -> None:
        self._live = live
        self._neighbours = neighbours
        self.home = home
        self._shipped_records = shipped_records
        self._fresh_days = fresh_days
        self._now = now
        # Every request asks for the time; as a number it takes a quarter of the time.
        self._seconds = time.time if now is utc_now else lambda: now().timestamp()
        self._timeless = timeless
        self._kept_helplines: tuple[Snapshot, Helplines] | None = None
        self._current: _Current | None = None
        self._making = threading.Lock()
        # By what they are, and Edition.of_day.
        self.stale = StaleCache()

    def current(self) -> Edition:
        """Return the current edition. Raises NotReady."""
        current = self._current
        if current and current.holds(self._live.snapshot, self._seconds()):
            return current.edition
        # One thread makes it: in two editions, everything would be made twice.
        with self._making:
            current, snapshot, now = self._current, self._live.snapshot, self._now()
            if current and current.holds(snapshot, now.timestamp()):
                return current.edition  # another thread has made it
            edition = self._next(snapshot, now)
            times = edition.since.timestamp(), edition.until.timestamp()
            self._current = _Current(edition, snapshot, *times)
            return edition

    def helplines(self) -> Helplines:
        """Return the helplines in force, which errors have, too: before the first load those of the
        shipped file. An operator in another country shows no number of this one.
        """
        if not self._live.ready:
            return self._shipped_helplines
        return self._helplines_of(self._live.snapshot)

    def _helplines_of(self, snapshot: Snapshot) -> Helplines:
        kept = self._kept_helplines
        if kept is None or kept[0] is not snapshot:
            helplines = Helplines(snapshot.helplines, self.home, snapshot.covered)
            kept = self._kept_helplines = snapshot, helplines
        return kept[1]

    @cached_property
    def _shipped_helplines(self) -> Helplines:
        try:
            records = in_dialling_order(read_json(self._shipped_records)["helplines"])
            lines = [Helpline.from_record(each).published() for each in records]
        except (FileUnreadable, KeyError, TypeError, ValueError) as error:
            leave_out(f"file {self._shipped_records.name}", type(error).__name__)
            lines = []
        return Helplines(lines, self.home)

    def max_age(self, edition: Edition) -> int:
        """Return for how many seconds a response of the edition may be cached: at most until a
        centre opens or closes.
        """
        return max(0, min(MAX_AGE_SECONDS, int((edition.until - self._now()).total_seconds())))

    def _next(self, base: Snapshot, now: datetime) -> Edition:
        previous = self._current.edition if self._current else None
        switches = [*base.switches]
        switched = max((each for each in switches if each <= now), default=None)
        is_same_base = self._current is not None and self._current.base is base
        if previous and is_same_base and previous.switched == switched:
            snapshot = previous.snapshot
        else:
            snapshot = base.effective_at(now)
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        # Opening hours are computed once a day. They depend on nothing else in a snapshot.
        is_same_day = previous and previous.timetable.since == midnight
        timetable = (
            previous.timetable
            if previous and is_same_day
            else Timetable(midnight, timeless=self._timeless)
        )
        helplines = self._helplines_of(base)
        pieces = JsonPieces(
            helplines, snapshot.revision, snapshot.licence, self._fresh_days, timetable, now
        )
        next_day = midnight + _DAY
        switch = min((each for each in switches if each > now), default=next_day)
        change = timetable.next_change(snapshot.index.hours(), now) or next_day
        until = min(next_day, change, switch)
        if previous and previous.snapshot.gazetteer is snapshot.gazetteer:
            places, of_postcodes = previous.places, previous.of_postcodes
            if previous.snapshot.covered != snapshot.covered:
                of_postcodes = OnceCache()
        else:
            places, of_postcodes = snapshot.gazetteer.with_neighbours(self._neighbours), OnceCache()
        near = (each for each in places.neighbours.outlines if each.country not in snapshot.areas)
        outlines = (*snapshot.outlines, *near)
        if previous and previous.whereabouts.outlines == outlines:
            whereabouts = previous.whereabouts
        else:
            whereabouts = Whereabouts(outlines)
        return Edition(
            snapshot,
            places,
            helplines,
            whereabouts,
            timetable,
            pieces,
            now,
            until,
            switched,
            of_postcodes,
        )


def tag(body: bytes) -> str:
    """Return the ETag of a body."""
    return hashlib.sha256(body).hexdigest()[:32]
